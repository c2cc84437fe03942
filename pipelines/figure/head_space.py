"""The space round the canonical head in which hair grows: distances, the hairline, directions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.figure.curves import polyline
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import lattice, signed_distance

CELL_M = 0.005
LOW, HIGH = np.array([-0.19, -0.22, 0.50], np.float32), np.array([0.19, 0.20, 1.14], np.float32)
SHORT_LOW_Z = 0.76  # short styles need no space below this
HEAD_CENTER = np.array([0.0, -0.045, 0.925], np.float32)
# The hairline: height by azimuth, 0 at the front and pi at the nape.
HAIRLINE_AZIMUTHS = (0.0, 0.35, 0.6, 0.85, 1.15, 1.35, 1.7, 2.1, 2.6, 3.15)
HAIRLINE_HEIGHTS = (0.981, 0.980, 0.966, 0.935, 0.908, 0.915, 0.925, 0.885, 0.845, 0.84)


def above_hairline(points: np.ndarray) -> np.ndarray:
    """(...,) metres above the hairline of canonical points (..., 3)."""
    away = points - HEAD_CENTER
    azimuth = np.arctan2(np.abs(away[..., 0]), -away[..., 1])
    return points[..., 2] - polyline(azimuth, HAIRLINE_AZIMUTHS, HAIRLINE_HEIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeadSpace:
    """A lattice round the head: low corner; x, y, z (X, Y, Z) canonical metres; distance to the head's skin;
    over: metres above the hairline; upness: how much the direction from the head's centre points up, -1..1."""

    low: np.ndarray
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    distance: np.ndarray
    over: np.ndarray
    upness: np.ndarray


@lru_cache(2)
def head_space(*, deep: bool) -> HeadSpace:
    """The lattice, down to the chest when deep (0.4 s), else to the chin (0.2 s); once per process."""
    body = canonical_map()
    head = (body.head > 0.3) & body.skin
    low = LOW if deep else np.array([LOW[0], LOW[1], SHORT_LOW_Z], np.float32)
    points = lattice(low, HIGH, CELL_M)
    away = points - HEAD_CENTER
    length = np.maximum(np.linalg.norm(away, axis=-1), 1e-3)
    return HeadSpace(
        low=low,
        x=points[..., 0],
        y=points[..., 1],
        z=points[..., 2],
        distance=signed_distance(points, body.canonical[head], body.normals[head]),
        over=above_hairline(points),
        upness=away[..., 2] / length,
    )
