"""Fields that several hair styles are made of: hair on the skull, combed back, and falling from it.

A field is how many metres a point lies inside the hair; unions are maxima, cuts are minima.
"""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.head_space import CELL_M, HeadSpace

BELOW_HAIRLINE_M = 0.006
PART_X = -0.022  # where falling hair is parted
# Half width of the face's opening between falling hair, by height.
OPENING_HEIGHTS = (0.70, 0.78, 0.83, 0.87, 0.91, 0.94, 0.962, 0.976, 0.984, 0.99)
OPENING_WIDTHS = (0.082, 0.074, 0.069, 0.067, 0.063, 0.054, 0.040, 0.024, 0.000, -0.030)
EAR_TOP_Z = 0.940
TEMPLE_Y = -0.052  # behind this the sides of the face are covered
BROW_Z = 0.958  # where a fringe ends


def cap_field(space: HeadSpace, thickness: np.ndarray) -> np.ndarray:
    """Hair of that thickness above the hairline, thinning to nothing along it."""
    thin = 0.006 * smoothstep(0.006, -BELOW_HAIRLINE_M, space.over)
    return np.minimum(thickness - thin - space.distance, space.over + BELOW_HAIRLINE_M)


def slick_field(space: HeadSpace) -> np.ndarray:
    volume = 0.003 + 0.010 * smoothstep(-0.004, 0.045, space.over) + 0.005 * smoothstep(0.93, 1.0, space.z)
    return cap_field(space, volume)


def _face_edge(space: HeadSpace) -> np.ndarray:
    """Metres outside the opening that falling hair leaves for the face."""
    shift = PART_X * smoothstep(0.945, 0.985, space.z)
    beside = np.abs(space.x - shift) - polyline(space.z, OPENING_HEIGHTS, OPENING_WIDTHS)
    return np.maximum(beside, space.y - TEMPLE_Y)


def draped_field(space: HeadSpace) -> np.ndarray:
    """Distance to a head that goes on straight down from above the ears: what falling hair hangs along."""
    level = round((EAR_TOP_Z - float(space.low[2])) / CELL_M)
    below = np.broadcast_to(space.distance[:, :, level : level + 1], space.distance.shape)
    return np.where(space.z < EAR_TOP_Z, below, space.distance)


def falling_field(space: HeadSpace, thickness: np.ndarray) -> np.ndarray:
    """Hair of that thickness round the draped head: thin at the face, parted above, hollow round the neck."""
    edge, away = _face_edge(space), draped_field(space)
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


def fringe_field(space: HeadSpace, low: np.ndarray | float, thickness: float = 0.008) -> np.ndarray:
    """Hair of that thickness that lies on the forehead, down to those heights."""
    half = 0.071 - np.abs(space.x)
    rounded = thickness * smoothstep(0.0, 0.012, half)
    return np.minimum.reduce([rounded - space.distance, space.z - low, half, -0.03 - space.y])
