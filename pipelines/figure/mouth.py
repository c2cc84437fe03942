"""The inside of the mouth: which skin it is, and its colours. Seen where a laugh or a word opens it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.figure.curves import smoothstep
from pipelines.figure.people import canonical_map

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

HEAD_Z = 0.74  # of the canonical body: no mouth below
# Where the body's texture shows the inside of the cheeks and the tongue: u from, to, v from, to (v up).
CHEEKS_ISLAND, TONGUE_ISLAND = (0.757, 0.93, 0.0, 0.137), (0.62, 0.65, 0.92, 0.99)
BOX_LOW, BOX_HIGH = np.array([-0.045, -0.162, 0.785]), np.array([0.045, -0.045, 0.885])
FLESH, THROAT = np.array([0.30, 0.055, 0.05], np.float32), np.array([0.035, 0.006, 0.006], np.float32)
TONGUE, TONGUE_Y = np.array([0.50, 0.17, 0.16], np.float32), (-0.125, -0.08)
SAMPLES = 6  # along a face's edge: a millimetre or less apart
BESIDE_M = 0.01
WITHIN_M = 0.004  # the mouth's skin lies nearer than this to its own samples
FLESH_Y = (-0.150, -0.105)  # from the lips to the dark


def paint_mouth(canonical: np.ndarray, albedo: np.ndarray) -> np.ndarray:
    """The colours (N, 3) of points (N, 3) of the canonical body, those inside the mouth as flesh and tongue."""
    rows = np.flatnonzero(((canonical > BOX_LOW) & (canonical < BOX_HIGH)).all(1))
    if not len(rows):
        return albedo
    inside, tongue = _find_inside(canonical[rows])
    y = canonical[rows, 1]
    color = FLESH + (THROAT - FLESH) * smoothstep(*FLESH_Y, y)[:, None]
    color = np.where(tongue[:, None], TONGUE + (THROAT - TONGUE) * smoothstep(*TONGUE_Y, y)[:, None], color)
    painted = albedo.copy()
    painted[rows] += (color - albedo[rows]) * inside[:, None]
    return painted


def _find_inside(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N,) 0..1 how surely points lie inside the mouth, and (N,) whether on the tongue."""
    outside, *within = _places()
    cheeks, tongue = (tree.query(points, distance_upper_bound=WITHIN_M)[0] for tree in within)
    nearer = np.minimum(cheeks, tongue)
    rows = np.flatnonzero(np.isfinite(nearer))  # the rest of the face is far from both
    outer = outside.query(points[rows])[0]
    inside = np.zeros(len(points))
    inside[rows] = smoothstep(0.35, 0.65, outer / np.maximum(outer + nearer[rows], 1e-9))
    return inside, tongue < cheeks


def tongue_vertices() -> np.ndarray:
    """Numbers of the body's vertices that are the tongue's."""
    return np.unique(canonical_map().faces[_find_island(TONGUE_ISLAND)])


@lru_cache(maxsize=1)
def _places() -> tuple[cKDTree, cKDTree, cKDTree]:
    """Places on the canonical head near the mouth: outside, inside the cheeks, and on the tongue."""
    from scipy.spatial import cKDTree

    body = canonical_map()
    near = (
        ((body.canonical > BOX_LOW - BESIDE_M) & (body.canonical < BOX_HIGH + BESIDE_M))
        .all(1)[body.faces]
        .any(1)
    )
    cheeks, tongue = _find_island(CHEEKS_ISLAND), _find_island(TONGUE_ISLAND)
    some = np.arange(SAMPLES + 1) / SAMPLES
    a, b = (grid.ravel() for grid in np.meshgrid(some, some))
    shares = np.stack([a, b, 1 - a - b], 1)[a + b <= 1 + 1e-9]
    outer, inner, middle = (
        cKDTree((shares @ body.canonical[body.faces[part]]).reshape(-1, 3))
        for part in (near & ~cheeks & ~tongue, cheeks, tongue)
    )
    return outer, inner, middle


def _find_island(island: tuple[float, float, float, float]) -> np.ndarray:
    """(F,) faces of the head that the body's texture shows there."""
    body, model = canonical_map(), open_anny()
    u, v = model.texture_coordinates[model.texture_faces].mean(1).T
    left, right, low, high = island
    of_head = body.canonical[body.faces].mean(1)[:, 2] > HEAD_Z
    return np.asarray(of_head & (u > left) & (u < right) & (v > low) & (v < high))
