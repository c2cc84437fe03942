"""The table of hair styles: each a field in head space, and how its strands run. A style is a row and a function.

A field is how many metres a point lies inside the hair; unions are maxima, cuts are minima.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.figure.curves import polyline, smooth_max, smoothstep
from pipelines.figure.head_space import CELL_M, SHORT_LOW_Z, HeadSpace
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import ball_field, ellipsoid_field

Flow = Literal["crown", "side", "back", "fall", "curl"]
Field = Callable[[HeadSpace], np.ndarray]

BELOW_HAIRLINE_M = 0.006
PART_X = -0.022  # where falling hair is parted
CURL_M, CURL_SPACING_M = 0.0150, 0.017
# Half width of the face's opening between falling hair, by height.
OPENING_HEIGHTS = (0.70, 0.78, 0.83, 0.87, 0.91, 0.94, 0.962, 0.976, 0.984, 0.99)
OPENING_WIDTHS = (0.082, 0.074, 0.069, 0.067, 0.063, 0.054, 0.040, 0.024, 0.000, -0.030)
EAR_TOP_Z = 0.940
TEMPLE_Y = -0.052  # behind this the sides of the face are covered


@dataclass(frozen=True, slots=True, kw_only=True)
class HairStyle:
    """title for a person; field: the solid; flow: how strands run; low_z: how far down it reaches; lock_m: how
    deep the locks are cut."""

    title: str
    field: Field
    flow: Flow
    low_z: float = SHORT_LOW_Z
    lock_m: float = 0.0015


def _cap(space: HeadSpace, thickness: np.ndarray) -> np.ndarray:
    """Hair of that thickness above the hairline, thinning to nothing along it."""
    thin = 0.006 * smoothstep(0.006, -BELOW_HAIRLINE_M, space.over)
    return np.minimum(thickness - thin - space.distance, space.over + BELOW_HAIRLINE_M)


def _buzz(space: HeadSpace) -> np.ndarray:
    return _cap(space, 0.0055 * smoothstep(-0.004, 0.012, space.over) - 0.001)


def _crop(space: HeadSpace) -> np.ndarray:
    front = smoothstep(0.03, -0.10, space.y)
    top = smoothstep(0.25, 0.75, space.upness)
    volume = 0.005 + 0.013 * top + 0.009 * front * top
    return _cap(space, 0.002 + volume * smoothstep(-0.004, 0.020, space.over))


def _side_part(space: HeadSpace) -> np.ndarray:
    sweep = smoothstep(0.056, 0.030, space.x)
    top = smoothstep(0.25, 0.8, space.upness)
    volume = 0.005 + 0.014 * top * sweep + 0.010 * top * sweep * smoothstep(0.02, -0.10, space.y)
    volume += 0.003 * smoothstep(0.5, 1.0, space.upness)
    furrow = np.exp(-(((space.x - 0.045) / 0.005) ** 2)) * smoothstep(0.95, 0.99, space.z)
    thickness = 0.002 + volume * smoothstep(-0.004, 0.026, space.over)
    return _cap(space, thickness - 0.006 * furrow * (space.y < 0.03))


def _slick(space: HeadSpace) -> np.ndarray:
    volume = 0.003 + 0.010 * smoothstep(-0.004, 0.045, space.over) + 0.005 * smoothstep(0.93, 1.0, space.z)
    return _cap(space, volume)


def _bun(space: HeadSpace) -> np.ndarray:
    knot = ellipsoid_field(space.points, (0, 0.048, 1.030), (0.044, 0.042, 0.037))
    band = ellipsoid_field(space.points, (0, 0.032, 1.008), (0.032, 0.032, 0.022))
    return np.maximum(np.maximum(_slick(space), knot), band)


def _ponytail(space: HeadSpace) -> np.ndarray:
    top, length = 0.985, 0.34
    share = np.clip((top - space.z) / length, 0, 1)
    middle_y = 0.058 + 0.034 * np.sin(np.minimum(share * 4.2, 2.2)) - 0.006 * share
    middle_x = 0.005 * np.sin(share * 5)
    radius = 0.012 + 0.021 * np.sin(np.pi * np.clip(share * 0.86 + 0.12, 0, 1)) ** 0.8
    away = np.hypot((space.x - middle_x) / 1.25, space.y - middle_y)
    tail = np.minimum(radius - away, np.minimum(top - space.z, space.z - (top - length)))
    knot = ellipsoid_field(space.points, (0, 0.050, 0.978), (0.022, 0.024, 0.020))
    return np.maximum(smooth_max(_slick(space), knot, 0.008), tail)


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
    return np.maximum.reduce([smooth_max(_slick(space), root, 0.012), plait, tuft])


def _afro(space: HeadSpace) -> np.ndarray:
    cloud = ellipsoid_field(space.points, (0, 0.010, 0.962), (0.128, 0.130, 0.120))
    side = np.abs(space.x)
    brow = 0.985 + 0.018 * smoothstep(0.055, 0.0, side)
    face = np.minimum.reduce([brow - space.z, -0.040 - space.y, 0.080 - side])
    cloud = np.minimum.reduce([cloud, -face, space.over + 0.035, space.z - 0.865])
    return np.maximum(_cap(space, 0.010 * smoothstep(-0.002, 0.03, space.over)), cloud)


def _curly(space: HeadSpace) -> np.ndarray:
    under = _cap(space, 0.012 * smoothstep(-0.004, 0.03, space.over))
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


def _face_edge(space: HeadSpace) -> np.ndarray:
    """Metres outside the opening that falling hair leaves for the face."""
    shift = PART_X * smoothstep(0.945, 0.985, space.z)
    beside = np.abs(space.x - shift) - polyline(space.z, OPENING_HEIGHTS, OPENING_WIDTHS)
    return np.maximum(beside, space.y - TEMPLE_Y)


def _draped(space: HeadSpace) -> np.ndarray:
    """Distance to a head that goes on straight down from above the ears: what falling hair hangs along."""
    level = round((EAR_TOP_Z - float(space.low[2])) / CELL_M)
    below = np.broadcast_to(space.distance[:, :, level : level + 1], space.distance.shape)
    return np.where(space.z < EAR_TOP_Z, below, space.distance)


def _falling(space: HeadSpace, thickness: np.ndarray) -> np.ndarray:
    """Hair of that thickness round the draped head: thin at the face, parted above, hollow round the neck."""
    edge, away = _face_edge(space), _draped(space)
    part = np.exp(-(((space.x - PART_X) / 0.006) ** 2)) * smoothstep(0.965, 0.99, space.z) * (space.y < 0.02)
    soft = np.where(space.z < EAR_TOP_Z, 0.016, 0.045) + 0.029 * smoothstep(0.90, 0.94, space.z) * (
        space.z < EAR_TOP_Z
    )
    full = 0.0015 + 0.0055 * smoothstep(0.0, 0.014, edge) + thickness * _ramp(edge, soft)
    outer = full - 0.006 * part - away
    hollow = smoothstep(0.90, 0.86, space.z) * smoothstep(0.10, 0.02, space.y)
    wall = away - full + 0.017 + 0.2 * (1 - hollow)
    return np.minimum.reduce([outer, wall, edge])


def _ramp(value: np.ndarray, over: np.ndarray) -> np.ndarray:
    share = np.clip(value / over, 0, 1)
    return share * share * (3 - 2 * share)


def _bob(space: HeadSpace) -> np.ndarray:
    z = space.z
    end = 0.805 - 0.022 * smoothstep(0.05, -0.08, space.y)
    bulge = smoothstep(0.95, 0.87, z) * 0.009 - 0.013 * smoothstep(0.035, 0.0, z - end)
    return np.minimum(_falling(space, 0.012 + bulge), z - end)


def _long(space: HeadSpace) -> np.ndarray:
    z = space.z
    falls = _falling(space, 0.013 - 0.003 * smoothstep(0.86, 0.72, z))
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
    return np.minimum.reduce([_falling(space, thickness), end, space.torso - 0.004])


HAIR_STYLES: dict[str, HairStyle | None] = {
    "bald": None,
    "buzz": HairStyle(title="Buzz cut", field=_buzz, flow="curl", lock_m=0.0),
    "crop": HairStyle(title="Crop", field=_crop, flow="crown", lock_m=0.0022),
    "side-part": HairStyle(title="Side part", field=_side_part, flow="side", lock_m=0.0014),
    "curly": HairStyle(title="Curly", field=_curly, flow="curl", lock_m=0.0),
    "afro": HairStyle(title="Afro", field=_afro, flow="curl", lock_m=0.0),
    "bob": HairStyle(title="Bob", field=_bob, flow="fall", lock_m=0.0012),
    "wavy": HairStyle(title="Wavy", field=_wavy, flow="fall", low_z=0.66, lock_m=0.0022),
    "long": HairStyle(title="Long", field=_long, flow="fall", low_z=0.50, lock_m=0.0016),
    "ponytail": HairStyle(title="Ponytail", field=_ponytail, flow="back", low_z=0.62, lock_m=0.0010),
    "bun": HairStyle(title="Bun", field=_bun, flow="back", lock_m=0.0010),
    "braid": HairStyle(title="Braid", field=_braid, flow="back", low_z=0.50, lock_m=0.0010),
}
