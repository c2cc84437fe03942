"""The shape of a shoe: the canonical left foot with its toes closed and a sole beneath."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from pipelines.figure.curves import polyline
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import lattice, march_solid, signed_distance

CELL_M = 0.004
GROW_M, SHRINK_M = 0.014, 0.008  # closing of the toes
SOLE_THICKNESS_M = 0.012
SOLE_OUTLINE_M = 0.03  # the outline of this much of the shoe's bottom is the sole's
SHOE_TOP_Z, FLAT_CUT_Z = -0.722, -0.69
TOP_SLOPE = 0.25  # the top line rises towards the heel
INSTEP_Y = -0.09  # in front of this the top line does not cut
FLAT_TOP = ((-0.25, -0.215, -0.195, -0.03, 0.03), (0.060, 0.058, 0.026, 0.032, 0.058))  # y, metres over floor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShoeShape:
    """vertices (N, 3) canonical, faces (F, 3), floor_z: where the foot's sole is."""

    vertices: np.ndarray
    faces: np.ndarray
    floor_z: float


@lru_cache(4)
def shoe_shape(kind: Literal["closed", "flat"]) -> ShoeShape:
    """The canonical left shoe (0.15 s once)."""
    from scipy import ndimage

    body = canonical_map()
    canonical = body.canonical
    lower = (body.shin > 0.5) & (canonical[:, 0] > 0) & (canonical[:, 2] < -0.62)
    chosen = body.feet[0] | lower
    foot = canonical[chosen]
    low, high = foot.min(0) - 0.03, foot.max(0) + 0.03
    high[2] = -0.66
    points = lattice(low, high, CELL_M)
    distance = signed_distance(points, foot, body.normals[chosen])
    solid = ndimage.distance_transform_edt(distance >= 0) * CELL_M < GROW_M
    padded = np.pad(solid, 3, mode="edge")
    solid = ndimage.distance_transform_edt(padded)[3:-3, 3:-3, 3:-3] * CELL_M > SHRINK_M
    y, z = points[..., 1], points[..., 2]
    heights = points[0, 0, :, 2]
    floor = float(foot[:, 2].min())
    base = solid[:, :, (heights > floor) & (heights < floor + SOLE_OUTLINE_M)].any(2)
    base = ndimage.gaussian_filter(base.astype(np.float32), 1.2) > 0.45
    solid |= base[:, :, None] & (heights > floor - SOLE_THICKNESS_M) & (heights < floor + 0.014)
    top = SHOE_TOP_Z if kind == "closed" else FLAT_CUT_Z
    solid &= (z - top - TOP_SLOPE * y < 0) | (y < INSTEP_Y)
    if kind == "flat":
        solid &= z < floor + polyline(y, *FLAT_TOP)
    vertices, faces = march_solid(solid, low, CELL_M, 1.1)
    return ShoeShape(vertices=vertices, faces=faces, floor_z=floor)
