"""The table of hair styles: each a solid in head space, and how its strands run. A style is a row and a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.head_space import HeadSpace

Flow = Literal["crown", "side", "back", "fall", "curl"]
Solid = Callable[[HeadSpace], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class HairStyle:
    """title for a person; solid: the voxels; flow: how strands run; deep: reaches below the chin;
    smooth_cells: softness of its surface."""

    title: str
    solid: Solid
    flow: Flow
    deep: bool = False
    smooth_cells: float = 1.3


def _cap(space: HeadSpace, thickness: np.ndarray) -> np.ndarray:
    return (space.distance < thickness) & (space.over > -0.006)


def _edge_fade(space: HeadSpace) -> np.ndarray:
    return 0.004 * smoothstep(0.004, -0.006, space.over)


def _ball(
    space: HeadSpace, center: tuple[float, float, float], radii: tuple[float, float, float]
) -> np.ndarray:
    (cx, cy, cz), (rx, ry, rz) = center, radii
    return ((space.x - cx) / rx) ** 2 + ((space.y - cy) / ry) ** 2 + ((space.z - cz) / rz) ** 2 < 1


def _buzz(space: HeadSpace) -> np.ndarray:
    return _cap(space, 0.007 * smoothstep(-0.004, 0.012, space.over) - 0.003)


def _crop(space: HeadSpace) -> np.ndarray:
    front = smoothstep(0.03, -0.10, space.y)
    volume = 0.004 + 0.011 * smoothstep(0.35, 0.95, space.upness)
    volume += 0.008 * front * smoothstep(0.3, 0.75, space.upness)
    rise = smoothstep(-0.002, 0.022, space.over - 0.03 * front * (space.over < 0))
    return _cap(space, 0.0025 + volume * rise - _edge_fade(space))


def _side_part(space: HeadSpace) -> np.ndarray:
    sweep = smoothstep(0.055, 0.025, space.x) * (1 + 0.35 * smoothstep(0.0, -0.10, space.y))
    volume = 0.005 + 0.011 * smoothstep(0.35, 0.9, space.upness) * sweep
    volume += 0.004 * smoothstep(0.5, 1.0, space.upness)
    furrow = np.exp(-(((space.x - 0.044) / 0.006) ** 2)) * (space.y < 0.03) * smoothstep(0.96, 1.0, space.z)
    thickness = 0.0025 + volume * smoothstep(-0.002, 0.034, space.over)
    return _cap(space, thickness - _edge_fade(space) - 0.006 * furrow)


def _slick(space: HeadSpace) -> np.ndarray:
    volume = 0.003 + 0.009 * smoothstep(-0.002, 0.04, space.over) + 0.004 * smoothstep(0.93, 1.0, space.z)
    return _cap(space, volume - 0.005 * smoothstep(0.004, -0.006, space.over))


def _bun(space: HeadSpace) -> np.ndarray:
    return _slick(space) | _ball(space, (0, 0.035, 1.035), (0.045, 0.042, 0.038))


def _tail(space: HeadSpace, *, top: float, length: float, braid: bool) -> np.ndarray:
    share = np.clip((top - space.z) / length, 0, 1)
    middle = 0.10 + 0.035 * np.sin(share * 2.6)
    radius = 0.030 * (1 - share) ** 0.5 * (1 + share) + 0.004
    if braid:
        beat = (space.z - top) / 0.042
        radius = (0.021 + 0.007 * np.abs(np.sin(beat * np.pi))) * (1 - 0.35 * share)
        swing = 0.007 * np.sin(beat * np.pi)
        return (
            (space.z < top)
            & (space.z > top - length)
            & (((space.x - swing) / 1.2) ** 2 + (space.y - middle) ** 2 < radius**2)
        )
    return (
        (space.z < top)
        & (space.z > top - length)
        & ((space.x / 1.15) ** 2 + (space.y - middle) ** 2 < radius**2)
    )


def _ponytail(space: HeadSpace) -> np.ndarray:
    knot = _ball(space, (0, 0.085, 0.985), (0.028, 0.03, 0.028))
    return _slick(space) | knot | _tail(space, top=0.99, length=0.29, braid=False)


def _braid(space: HeadSpace) -> np.ndarray:
    return _slick(space) | _tail(space, top=0.93, length=0.36, braid=True)


def _afro(space: HeadSpace) -> np.ndarray:
    close = _cap(space, 0.010 * smoothstep(-0.002, 0.03, space.over) - 0.003)
    cloud = _ball(space, (0, 0.012, 0.958), (0.128, 0.132, 0.122)) & (space.over > -0.035) & (space.z > 0.86)
    side = np.abs(space.x)
    face = (space.z < 0.985 + 0.03 * smoothstep(0.05, 0.0, side)) & (space.y < -0.045) & (side < 0.078)
    return close | (cloud & ~face & ((space.y > -0.148) | (space.z > 1.0)))


def _curly(space: HeadSpace) -> np.ndarray:
    curls = 0.006 * np.sin(space.x * 190) * np.sin(space.y * 190 + 1.0) * np.sin(space.z * 170)
    volume = (0.022 + 0.020 * smoothstep(0.0, 0.8, space.upness)) * smoothstep(-0.004, 0.035, space.over)
    top = _cap(space, volume + curls - 0.003)
    sides = (
        (space.distance < 0.030 + curls) & (space.z > 0.80) & (space.y > -0.035) & (space.distance > 0.004)
    )
    sides &= (space.over > -0.12) & ((np.abs(space.x) > 0.05) | (space.y > 0.02))
    return top | sides


def _curtain(space: HeadSpace, *, end_z: float, wave: float) -> np.ndarray:
    """Hair that falls round the head to end_z, open at the face."""
    x, y, z = space.x, space.y, space.z
    ripple = wave * np.sin(z * 75 + x * 20)
    down = np.clip((0.93 - z) / 0.2, 0, 1.6)
    radius_x = 0.092 + 0.016 * down + ripple - 0.008 * smoothstep(0.7, 1.6, down)
    radius_y = 0.118 + 0.004 * down + ripple
    below = (x / radius_x) ** 2 + ((y + 0.022 - 0.012 * down) / radius_y) ** 2
    crown = (x / 0.094) ** 2 + ((y + 0.022) / 0.121) ** 2 + ((z - 0.93) / 0.112) ** 2
    hull = (np.where(z > 0.93, crown, below) < 1) | ((space.distance < 0.016) & (space.over > 0))
    opening = 0.050 + 0.016 * smoothstep(0.96, 0.86, z) + 0.02 * smoothstep(0.83, 0.74, z)
    parted = np.maximum(polyline(z, (0.70, 0.90, 0.965, 0.99, 1.0), (1, 1, 0.82, 0.35, -1)), 0)
    face = (y < -0.050 - 0.02 * smoothstep(0.98, 0.9, z)) & (np.abs(x - 0.006) < opening * parted)
    face |= (y < -0.135) & (z < 0.985)
    inner = (space.distance < 0.002) | ((z < 0.86) & ((x / 0.062) ** 2 + ((y + 0.03) / 0.075) ** 2 < 1))
    solid = hull & ~face & (z > end_z) & ~((z < 0.86) & inner & (y < 0.03))
    solid &= ~((y < -0.02) & (z > 0.955) & (space.distance > 0.005 + 0.30 * np.maximum(space.over, 0)))
    return solid | ((space.distance < 0.006) & (space.over > 0.006))


def _bob(space: HeadSpace) -> np.ndarray:
    return _curtain(space, end_z=0.795, wave=0.0)


def _long(space: HeadSpace) -> np.ndarray:
    return _curtain(space, end_z=0.60, wave=0.0)


def _wavy(space: HeadSpace) -> np.ndarray:
    return _curtain(space, end_z=0.66, wave=0.006)


HAIR_STYLES: dict[str, HairStyle | None] = {
    "bald": None,
    "buzz": HairStyle(title="Buzz cut", solid=_buzz, flow="curl"),
    "crop": HairStyle(title="Crop", solid=_crop, flow="crown"),
    "side-part": HairStyle(title="Side part", solid=_side_part, flow="side"),
    "bob": HairStyle(title="Bob", solid=_bob, flow="fall"),
    "wavy": HairStyle(title="Wavy", solid=_wavy, flow="fall", deep=True),
    "long": HairStyle(title="Long", solid=_long, flow="fall", deep=True),
    "bun": HairStyle(title="Bun", solid=_bun, flow="back"),
    "ponytail": HairStyle(title="Ponytail", solid=_ponytail, flow="back", deep=True),
    "afro": HairStyle(title="Afro", solid=_afro, flow="curl", smooth_cells=1.8),
    "curly": HairStyle(title="Curly", solid=_curly, flow="curl", smooth_cells=1.2),
    "braid": HairStyle(title="Braid", solid=_braid, flow="back", deep=True),
}
