"""The space round the canonical head in which hair grows: distances, the hairline, directions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.figure.curves import polyline
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import lattice, lattice_of, refine_lattice, signed_distance

CELL_M = 0.004
COARSE = 3  # distances are measured on every third cell and interpolated
LOW, HIGH = np.array([-0.192, -0.216, 0.48], np.float32), np.array([0.192, 0.200, 1.136], np.float32)
SHORT_LOW_Z = 0.76  # short styles need no space below this
TORSO_TOP_Z = 0.80
FAR_M = 1.0
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
    """A lattice round the head: low corner; points (X, Y, Z, 3) canonical metres; distance (X, Y, Z) to the head's
    skin; torso: to the torso's skin (far away in a lattice that does not reach it); over: metres above the
    hairline; upness: how much the direction from the head's centre points up, -1..1."""

    low: np.ndarray
    points: np.ndarray
    distance: np.ndarray
    torso: np.ndarray
    over: np.ndarray
    upness: np.ndarray

    def above(self, low_z: float) -> HeadSpace:
        """The part of the lattice above a height."""
        first = max(int((low_z - float(self.low[2])) / CELL_M), 0)
        return HeadSpace(
            low=self.low + np.array([0, 0, first * CELL_M], np.float32),
            points=self.points[:, :, first:],
            distance=self.distance[:, :, first:],
            torso=self.torso[:, :, first:],
            over=self.over[:, :, first:],
            upness=self.upness[:, :, first:],
        )

    @property
    def x(self) -> np.ndarray:
        """Metres to the left."""
        return self.points[..., 0]

    @property
    def y(self) -> np.ndarray:
        """Metres to the back."""
        return self.points[..., 1]

    @property
    def z(self) -> np.ndarray:
        """Metres up."""
        return self.points[..., 2]


@lru_cache(2)
def head_space(*, deep: bool) -> HeadSpace:
    """The lattice, down to the chest when deep, else to the chin; once per process (0.1-0.2 s)."""
    low = LOW if deep else np.array([LOW[0], LOW[1], SHORT_LOW_Z], np.float32)
    coarse = lattice(low, HIGH, CELL_M * COARSE)
    body = canonical_map()
    distance = skin_distance(coarse, (body.head > 0.3) & body.skin)
    torso = np.full_like(distance, FAR_M)
    if deep:
        levels = int((TORSO_TOP_Z - float(low[2])) / (CELL_M * COARSE))
        near = (
            body.skin
            & (body.canonical[:, 2] > 0.40)
            & (body.canonical[:, 2] < TORSO_TOP_Z)
            & (body.arm < 0.95)
        )
        torso[:, :, :levels] = skin_distance(coarse[:, :, :levels], near)
    fine = refine_lattice(distance, COARSE)
    points = lattice_of(fine.shape, low, CELL_M)
    away = points - HEAD_CENTER
    length = np.maximum(np.sqrt(np.einsum("...i,...i->...", away, away)), 1e-3)
    return HeadSpace(
        low=low,
        points=points,
        distance=fine,
        torso=refine_lattice(torso, COARSE),
        over=above_hairline(points),
        upness=away[..., 2] / length,
    )


def skin_distance(points: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Distance of points (..., 3) to the canonical skin of the chosen vertices (V,): corners, edges and middles of
    its triangles stand for it, for its corners alone lie too far apart."""
    body = canonical_map()
    a, b, c = body.faces[chosen[body.faces].all(1)].T

    def stand_for_it(values: np.ndarray) -> np.ndarray:
        edges = 0.5 * (values[a] + values[b]), 0.5 * (values[b] + values[c])
        return np.concatenate([values[chosen], *edges, (values[a] + values[b] + values[c]) / 3])

    return signed_distance(points, stand_for_it(body.canonical), stand_for_it(body.normals))
