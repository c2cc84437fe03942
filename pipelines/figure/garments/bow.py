"""The bow tie: two wings and a knot under the chin."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipelines.figure.binding import bind
from pipelines.figure.curves import polyline, smooth_max
from pipelines.figure.garments.collars import CollarMaterial, near_neck
from pipelines.figure.garments.garment import Cloth
from pipelines.figure.mesh import Part, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer
from pipelines.figure.voxels import ellipsoid_field, lattice, march_field

CENTER = np.array([0.0, -0.112, 0.728], np.float32)  # canonical
CELL_M = 0.003
HALF = np.array([0.068, 0.024, 0.034], np.float32)  # of the lattice
WING_OUT_M = (0.0, 0.012, 0.030, 0.056, 0.060)
WING_HALF_HEIGHT_M = (0.010, 0.011, 0.019, 0.024, 0.022)
WING_THICK_M = 0.007
KNOT_RADII_M = (0.0105, 0.0115, 0.0125)
BOW_LAYER = 0.9


@lru_cache(1)
def _bow() -> tuple[np.ndarray, np.ndarray]:
    """Canonical vertices and faces."""
    points = lattice(-HALF, HALF, CELL_M)
    side, y, z = np.abs(points[..., 0]), points[..., 1], points[..., 2]
    half = polyline(side, WING_OUT_M, WING_HALF_HEIGHT_M)
    crease = 0.0022 * np.cos(z / np.maximum(half, 1e-3) * 5.0) * (side < 0.04)
    bend = y - 1.0 * side**2  # the wings lie round the neck
    wings = np.minimum.reduce([half - np.abs(z), WING_OUT_M[-1] - side, WING_THICK_M + crease - np.abs(bend)])
    knot = ellipsoid_field(points, (0.0, -0.003, 0.0), KNOT_RADII_M)
    vertices, faces = march_field(smooth_max(wings, knot, 0.003), CENTER - HALF, CELL_M)
    return vertices, faces


def tie_bow(slot: str, cloth: Cloth, wearer: Wearer, layer: float) -> Part:
    """The bow on a posed body."""
    canonical, faces = _bow()
    vertices = bind(canonical, wearer, near_neck(wearer.map))
    return Part(
        name="Bow",
        material=CollarMaterial(slot=slot, cloth=cloth),
        pattern=whole_pattern(faces, canonical),
        vertices=vertices,
        normals=vertex_normals(vertices, faces),
        layer=layer + BOW_LAYER,
    )
