"""The shape of a shoe: the canonical left foot with its toes closed and a sole beneath."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from pipelines.figure.curves import polyline, smooth_max
from pipelines.figure.head_space import skin_distance
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import lattice, lattice_of, march_field, refine_lattice, soften

Kind = Literal["sneaker", "leather", "flat"]
CELL_M = 0.004
COARSE = 2  # the distance to the foot is measured on every second cell
CLOSING_CELLS = 2.6  # blur of the distance to the foot: toes run together
UPPER_M = 0.0075  # how far the upper stands off the foot
SOLE_THICKNESS_M = 0.012
SOLE_OVER_M = {"sneaker": 0.0035, "leather": 0.0025, "flat": 0.0005}  # how far the sole stands out
SOLE_TOP_M = {"sneaker": 0.015, "leather": 0.006, "flat": 0.002}  # how high its edge reaches over the floor
# Top line: height over the floor by y, from the toes (not cut) to the heel.
TOP_LINES: dict[Kind, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "sneaker": ((-0.16, -0.10, -0.05, 0.0, 0.05), (0.20, 0.135, 0.092, 0.078, 0.086)),
    "leather": ((-0.16, -0.10, -0.05, 0.0, 0.05), (0.20, 0.125, 0.080, 0.066, 0.074)),
    "flat": ((-0.25, -0.215, -0.195, -0.03, 0.05), (0.060, 0.058, 0.026, 0.032, 0.060)),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShoeShape:
    """vertices (N, 3) canonical, faces (F, 3), floor_z: where the foot's sole is."""

    vertices: np.ndarray
    faces: np.ndarray
    floor_z: float


@lru_cache(4)
def shoe_shape(kind: Kind) -> ShoeShape:
    """The canonical left shoe (0.1 s once)."""
    body = canonical_map()
    canonical = body.canonical
    lower = (body.shin > 0.5) & (canonical[:, 0] > 0) & (canonical[:, 2] < -0.60)
    foot = canonical[body.feet[0]]
    floor = float(foot[:, 2].min())
    low, high = foot.min(0) - 0.03, foot.max(0) + 0.03
    high[2] = -0.64
    coarse = skin_distance(lattice(low, high, CELL_M * COARSE), body.feet[0] | lower)
    away = soften(refine_lattice(coarse, COARSE), CLOSING_CELLS)
    points = lattice_of(away.shape, low, CELL_M)
    y, z = points[..., 1], points[..., 2]
    upper = np.minimum(UPPER_M - away, floor + polyline(y, *TOP_LINES[kind]) - z)
    near_floor = (points[0, 0, :, 2] > floor) & (points[0, 0, :, 2] < floor + 0.032)
    outline = (UPPER_M - away)[:, :, near_floor].max(2)[:, :, None] + SOLE_OVER_M[kind]
    sole = np.minimum.reduce(
        [
            np.broadcast_to(outline, z.shape),
            z - (floor - SOLE_THICKNESS_M),
            floor + SOLE_TOP_M[kind] - z,
        ]
    )
    field = smooth_max(np.minimum(upper, z - floor + 0.004), sole, 0.003)
    vertices, faces = march_field(soften(field, 0.6), low, CELL_M)
    return ShoeShape(vertices=vertices, faces=faces, floor_z=floor)
