"""The table of hair styles: each a field in head space, and how its strands run. A style is a row and a function.

A field is how many metres a point lies inside the hair; unions are maxima, cuts are minima.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.figure.curves import polyline, smooth_max, smoothstep
from pipelines.figure.hair_braided import cornrows_field, locs_field
from pipelines.figure.hair_fields import BROW_Z, cap_field, falling_field, fringe_field, slick_field
from pipelines.figure.head_space import SHORT_LOW_Z, HeadSpace
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import ball_field, ellipsoid_field

Flow = Literal["crown", "side", "back", "fall", "curl"]
Field = Callable[[HeadSpace], np.ndarray]

CURL_M, CURL_SPACING_M = 0.0150, 0.017


@dataclass(frozen=True, slots=True, kw_only=True)
class HairStyle:
    """title for a person; field: the solid; flow: how strands run; low_z: how far down it reaches; lock_m: how
    deep the locks are cut."""

    title: str
    field: Field
    flow: Flow
    low_z: float = SHORT_LOW_Z
    lock_m: float = 0.0015


def _buzz(space: HeadSpace) -> np.ndarray:
    return cap_field(space, 0.0055 * smoothstep(-0.004, 0.012, space.over) - 0.001)


def _crop(space: HeadSpace) -> np.ndarray:
    front = smoothstep(0.03, -0.10, space.y)
    top = smoothstep(0.25, 0.75, space.upness)
    volume = 0.005 + 0.013 * top + 0.009 * front * top
    return cap_field(space, 0.002 + volume * smoothstep(-0.004, 0.045, space.over))


def _side_part(space: HeadSpace) -> np.ndarray:
    sweep = smoothstep(0.056, 0.030, space.x)
    top = smoothstep(0.25, 0.8, space.upness)
    volume = 0.005 + 0.014 * top * sweep + 0.010 * top * sweep * smoothstep(0.02, -0.10, space.y)
    volume += 0.003 * smoothstep(0.5, 1.0, space.upness)
    furrow = np.exp(-(((space.x - 0.045) / 0.005) ** 2)) * smoothstep(0.95, 0.99, space.z)
    thickness = 0.002 + volume * smoothstep(-0.004, 0.045, space.over)
    return cap_field(space, thickness - 0.006 * furrow * (space.y < 0.03))


def _pixie(space: HeadSpace) -> np.ndarray:
    top, sweep = smoothstep(0.2, 0.75, space.upness), smoothstep(0.05, -0.04, space.x)
    tufts = 0.0025 * np.sin(space.x * 190 + space.y * 60) * np.sin(space.y * 150)
    volume = 0.006 + (0.011 + 0.006 * sweep + tufts) * top
    crown = cap_field(space, 0.003 + volume * smoothstep(-0.004, 0.018, space.over))
    tips = 0.005 * np.abs(np.sin(space.x * 170))
    return smooth_max(crown, fringe_field(space, 0.957 + 0.28 * (space.x + 0.05) + tips, 0.011), 0.006)


def _undercut(space: HeadSpace) -> np.ndarray:
    top = smoothstep(0.070, 0.052, np.abs(space.x)) * smoothstep(0.975, 0.995, space.z)
    wave = 0.019 + 0.014 * smoothstep(0.0, -0.09, space.y) + 0.002 * np.sin(space.x * 240)
    return cap_field(space, 0.0025 * smoothstep(-0.004, 0.012, space.over) + wave * top)


def _mohawk(space: HeadSpace) -> np.ndarray:
    sides = cap_field(space, 0.0025 * smoothstep(-0.004, 0.012, space.over))
    along = np.arctan2(space.z - 0.95, space.y + 0.01)
    spikes = 0.034 + 0.012 * np.abs(np.sin(along * 9))
    fin = np.minimum(spikes - space.distance, 0.017 - 0.16 * np.maximum(space.distance, 0) - np.abs(space.x))
    return np.maximum(sides, np.minimum(fin, space.over + 0.004))


def _low_bun(space: HeadSpace) -> np.ndarray:
    knot = ellipsoid_field(space.points, (0, 0.074, 0.900), (0.043, 0.034, 0.038))
    turn = ellipsoid_field(space.points, (0, 0.052, 0.905), (0.036, 0.030, 0.030))
    return np.maximum(smooth_max(slick_field(space), turn, 0.010), knot)


def _bun(space: HeadSpace) -> np.ndarray:
    knot = ellipsoid_field(space.points, (0, 0.048, 1.030), (0.044, 0.042, 0.037))
    band = ellipsoid_field(space.points, (0, 0.032, 1.008), (0.032, 0.032, 0.022))
    return np.maximum(np.maximum(slick_field(space), knot), band)


def _ponytail(space: HeadSpace) -> np.ndarray:
    top, length = 0.985, 0.34
    share = np.clip((top - space.z) / length, 0, 1)
    middle_y = 0.058 + 0.034 * np.sin(np.minimum(share * 4.2, 2.2)) - 0.006 * share
    middle_x = 0.005 * np.sin(share * 5)
    radius = 0.012 + 0.021 * np.sin(np.pi * np.clip(share * 0.86 + 0.12, 0, 1)) ** 0.8
    away = np.hypot((space.x - middle_x) / 1.25, space.y - middle_y)
    tail = np.minimum(radius - away, np.minimum(top - space.z, space.z - (top - length)))
    knot = ellipsoid_field(space.points, (0, 0.050, 0.978), (0.022, 0.024, 0.020))
    return np.maximum(smooth_max(slick_field(space), knot, 0.008), tail)


def _braid(space: HeadSpace) -> np.ndarray:
    beads = 17
    index = np.arange(beads)
    share = index / (beads - 1)
    side = np.where(index % 2 == 0, 1, -1)
    middle_y = polyline(share, (0.0, 0.18, 0.45, 1.0), (0.056, 0.052, 0.070, 0.088))
    centers = np.stack([0.0085 * side * (1 - 0.4 * share), middle_y, 0.900 - 0.335 * share], axis=1)
    stretched = space.points * np.array([1.0, 1.0, 0.72], np.float32)
    plait = ball_field(stretched, centers * [1.0, 1.0, 0.72], 0.0190 - 0.0075 * share, 0.04)
    tuft = ellipsoid_field(space.points, (0, 0.089, 0.552), (0.009, 0.009, 0.030))
    root = ellipsoid_field(space.points, (0, 0.040, 0.915), (0.040, 0.026, 0.040))
    return np.maximum.reduce([smooth_max(slick_field(space), root, 0.012), plait, tuft])


def _afro(space: HeadSpace) -> np.ndarray:
    cloud = ellipsoid_field(space.points, (0, 0.010, 0.962), (0.128, 0.130, 0.120))
    side = np.abs(space.x)
    brow = 0.985 + 0.018 * smoothstep(0.055, 0.0, side)
    face = np.minimum.reduce([brow - space.z, -0.040 - space.y, 0.080 - side])
    cloud = np.minimum.reduce([cloud, -face, space.over + 0.035, space.z - 0.865])
    return np.maximum(cap_field(space, 0.010 * smoothstep(-0.002, 0.03, space.over)), cloud)


def _curly(space: HeadSpace) -> np.ndarray:
    under = cap_field(space, 0.012 * smoothstep(-0.004, 0.03, space.over))
    centers = _curl_centers()
    jitter = np.sin(centers @ np.array([311.0, 173.0, 237.0])) * 0.5 + 0.5
    curls = ball_field(space.points, centers, CURL_M * (0.85 + 0.35 * jitter), 0.03)
    return np.maximum(under, curls)


def _curl_centers() -> np.ndarray:
    """Places of curls: evenly over the hairy part of the head and a little below it, standing off the skin."""
    from pipelines.figure.head_space import above_hairline

    body = canonical_map()
    head = np.nonzero((body.head > 0.6) & body.skin)[0]
    points, normals = body.canonical[head], body.normals[head]
    over = above_hairline(points)
    behind = (points[:, 1] > -0.03) & (points[:, 2] > 0.83) & (np.abs(points[:, 0]) < 0.078)
    grows = (over > 0.008) | ((over > -0.045) & behind)
    points, normals, over = points[grows], normals[grows], over[grows]
    lift = 0.010 + 0.016 * smoothstep(0.0, 0.05, over)
    points = points + normals * lift[:, None]
    kept: list[np.ndarray] = []
    for point in points[np.argsort(points @ np.array([12.9, 78.2, 37.7]) % 1.0)]:
        if all(np.abs(point - other).max() > CURL_SPACING_M for other in kept):
            kept.append(point)
    return np.array(kept)


def _bob(space: HeadSpace) -> np.ndarray:
    z = space.z
    end = 0.805 - 0.022 * smoothstep(0.05, -0.08, space.y)
    bulge = smoothstep(0.95, 0.87, z) * 0.009 - 0.013 * smoothstep(0.035, 0.0, z - end)
    return np.minimum(falling_field(space, 0.012 + bulge), z - end)


def _bob_fringe(space: HeadSpace) -> np.ndarray:
    straight = BROW_Z + 0.010 * smoothstep(0.03, 0.07, np.abs(space.x))
    return smooth_max(_bob(space), fringe_field(space, straight, 0.010), 0.006)


def _long_bob(space: HeadSpace) -> np.ndarray:
    end = 0.745 - 0.03 * smoothstep(0.05, -0.08, space.y)
    thickness = 0.013 + 0.006 * smoothstep(0.95, 0.85, space.z) - 0.009 * smoothstep(0.04, 0.0, space.z - end)
    return np.minimum.reduce([falling_field(space, thickness), space.z - end, space.torso - 0.004])


def _long(space: HeadSpace) -> np.ndarray:
    z = space.z
    falls = falling_field(space, 0.013 - 0.003 * smoothstep(0.86, 0.72, z))
    lies = 0.020 - 0.009 * smoothstep(0.75, 0.53, z) - 0.022 * smoothstep(0.70, 0.79, z) - space.torso
    behind = space.y - polyline(z, (0.60, 0.745, 0.80, 0.86), (0.010, 0.012, -0.045, -0.20))
    half = polyline(z, (0.52, 0.60, 0.72, 0.80), (0.072, 0.086, 0.092, 0.110)) - np.abs(space.x)
    end = z - 0.530 - 1.2 * np.abs(space.x) ** 1.6
    return np.minimum.reduce([smooth_max(falls, lies, 0.012), behind, half, end, space.torso - 0.003])


def _wavy(space: HeadSpace) -> np.ndarray:
    x, z = space.x, space.z
    down = np.clip((0.95 - z) / 0.22, 0, 1.1)
    phase = z * 80 + np.sign(x) * 0.7 + 10 * np.abs(x) + 6 * space.y
    thickness = 0.014 + 0.014 * down + 0.0065 * np.sin(phase) * smoothstep(0.0, 0.35, down)
    end = z - 0.712 + 0.03 * smoothstep(0.0, 0.08, space.y) - 0.007 * np.sin(x * 150)
    return np.minimum.reduce([falling_field(space, thickness), end, space.torso - 0.004])


HAIR_STYLES: dict[str, HairStyle | None] = {
    "bald": None,
    "buzz": HairStyle(title="Buzz cut", field=_buzz, flow="curl", lock_m=0.0),
    "crop": HairStyle(title="Crop", field=_crop, flow="crown", lock_m=0.0022),
    "side-part": HairStyle(title="Side part", field=_side_part, flow="side", lock_m=0.0014),
    "pixie": HairStyle(title="Pixie cut", field=_pixie, flow="side", lock_m=0.0022),
    "undercut": HairStyle(title="Undercut", field=_undercut, flow="back", lock_m=0.0016),
    "mohawk": HairStyle(title="Mohawk", field=_mohawk, flow="crown", lock_m=0.0016),
    "cornrows": HairStyle(title="Cornrows", field=cornrows_field, flow="back", lock_m=0.0),
    "locs": HairStyle(title="Locs", field=locs_field, flow="fall", lock_m=0.0008),
    "curly": HairStyle(title="Curly", field=_curly, flow="curl", lock_m=0.0),
    "afro": HairStyle(title="Afro", field=_afro, flow="curl", lock_m=0.0),
    "bob": HairStyle(title="Bob", field=_bob, flow="fall", lock_m=0.0012),
    "bob-fringe": HairStyle(title="Bob with a fringe", field=_bob_fringe, flow="fall", lock_m=0.0012),
    "long-bob": HairStyle(title="Long bob", field=_long_bob, flow="fall", low_z=0.70, lock_m=0.0014),
    "wavy": HairStyle(title="Wavy", field=_wavy, flow="fall", low_z=0.66, lock_m=0.0022),
    "long": HairStyle(title="Long", field=_long, flow="fall", low_z=0.50, lock_m=0.0016),
    "ponytail": HairStyle(title="Ponytail", field=_ponytail, flow="back", low_z=0.62, lock_m=0.0010),
    "bun": HairStyle(title="Bun", field=_bun, flow="back", lock_m=0.0010),
    "low-bun": HairStyle(title="Low bun", field=_low_bun, flow="back", lock_m=0.0010),
    "braid": HairStyle(title="Braid", field=_braid, flow="back", low_z=0.50, lock_m=0.0010),
}
