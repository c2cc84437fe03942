"""Checks of a pose on the real mesh, independent of the solver's hulls: parts inside each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.pose.limits import SIDES
from pipelines.pose.motion import cross
from pipelines.pose.parts import PLANES, TRUNK, WHOLE, even_directions, label_vertices, plain
from pipelines.pose.rig import fold_weights

INSIDE = 0.6  # winding number above which a point is inside an open part
EVERY = 4  # of a part's vertices, one in so many is tested
FEWEST = 2  # points inside, below which nothing is reported
# (what may be inside, of what); the same side's elbow and knee creases and the thighs' touch are skin, not mistakes
PAIRS = (
    ("hand", "trunk"),
    ("hand", "skull"),
    ("hand", "thigh"),
    ("hand", "shank"),
    ("hand", "upperarm"),
    ("hand", "forearm"),
    ("hand", "hand"),
    ("hand", "foot"),
    ("forearm", "trunk"),
    ("forearm", "skull"),
    ("forearm", "thigh"),
    ("forearm", "shank"),
    ("forearm", "upperarm"),
    ("forearm", "forearm"),
    ("upperarm", "skull"),
    ("upperarm", "thigh"),
    ("shank", "shank"),
    ("shank", "thigh"),
    ("shank", "trunk"),
    ("foot", "shank"),
    ("foot", "thigh"),
    ("foot", "foot"),
    ("foot", "trunk"),
)
ONLY_ACROSS = {("forearm", "upperarm"), ("shank", "thigh"), ("hand", "forearm"), ("foot", "shank")}
HULL_SIDES = even_directions(PLANES).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """One part inside another: how deep the deepest point is, and what share of the part's points are inside."""

    inner: str
    outer: str
    depth_cm: float
    share: float


class MeshChecker:
    """Finds parts of a body that are inside other parts. Groups vertices once for a body model."""

    def __init__(self, model: AnnyBodyModel) -> None:
        labels = label_vertices(fold_weights(model))
        eyes = (
            model.weights[:, [model.bone_names.index("eye.L"), model.bone_names.index("eye.R")]].sum(1) > 0.1
        )
        groups = np.array([group_of(label) for label in labels])
        self._parts, self._part_of = np.unique(labels, return_inverse=True)
        self._points: dict[str, np.ndarray] = {}
        self._faces: dict[str, np.ndarray] = {}
        self._vertices: dict[str, np.ndarray] = {}
        for name in sorted(set(groups)):
            own = (groups == name) & ~eyes
            self._points[name] = np.nonzero(own)[0][::EVERY]
            self._faces[name] = model.faces[own[model.faces].sum(1) >= 2]
            self._vertices[name] = np.unique(self._faces[name])

    def depths_below_floor(self, vertices: np.ndarray) -> np.ndarray:
        """How many metres the lowest vertex of each part (K,), by name, of a posed body's (V, 3) is below the
        floor."""
        heights = np.full(len(self._parts), np.inf)
        np.minimum.at(heights, self._part_of, vertices[:, 1])
        return np.asarray(np.maximum(-heights, 0.0))

    def find_overlaps(self, vertices: np.ndarray, deeper_than_cm: float = 0.0) -> list[Overlap]:
        """Parts inside foreign parts of a posed body's vertices (V, 3), deepest first.

        Those deeper than a given depth alone are found several times sooner.
        """
        hulls = {name: _Hull(vertices[own]) for name, own in self._vertices.items()}
        found = []
        for inner, outer in PAIRS:
            for inner_side in SIDES:
                for outer_side in ("",) if outer in ("trunk", "skull") else SIDES:
                    if inner_side == outer_side and (inner == outer or (inner, outer) in ONLY_ACROSS):
                        continue
                    if inner == outer and inner_side == SIDES[1]:
                        continue  # one of the two directions is enough
                    names = inner + inner_side, outer + outer_side
                    overlap = self._overlap(vertices, *names, hulls[names[1]], deeper_than_cm / 100)
                    if overlap:
                        found.append(overlap)
        return sorted(found, key=lambda overlap: -overlap.depth_cm)

    def _overlap(
        self, vertices: np.ndarray, inner: str, outer: str, hull: _Hull, least_m: float
    ) -> Overlap | None:
        points = vertices[self._points[inner]]
        near = points[hull.holds(points)]
        if len(near) < FEWEST:
            return None
        depths = scipy.spatial.cKDTree(vertices[self._vertices[outer]]).query(near)[0]
        triangles = vertices[self._faces[outer]]
        deep = depths >= least_m
        inside = np.zeros(len(near), bool)
        inside[deep] = winding_numbers(near[deep], triangles) > INSIDE
        if not inside.any():
            return None
        depth = float(depths[inside].max())
        inside[~deep] = winding_numbers(near[~deep], triangles) > INSIDE
        if inside.sum() < FEWEST:
            return None
        return Overlap(inner=inner, outer=outer, depth_cm=100 * depth, share=int(inside.sum()) / len(points))


@lru_cache(1)
def open_checker() -> MeshChecker:
    """The free body's checker, one per process."""
    return MeshChecker(open_anny())


class _Hull:
    """A many-sided hull around a part's vertices (V, 3): what is outside it is not inside the part."""

    def __init__(self, vertices: np.ndarray) -> None:
        self._low, self._high = vertices.min(0), vertices.max(0)
        self._reach = (vertices @ HULL_SIDES.T).max(0)

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which of the points (N, 3) are inside, (N,) bool."""
        held = ((points > self._low) & (points < self._high)).all(1)
        held[held] = (points[held] @ HULL_SIDES.T < self._reach).all(1)
        return np.asarray(held)


def winding_numbers(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Generalised winding number of points (N, 3) for triangles (M, 3, 3): about 1 inside, 0 outside, smooth at the
    hole of an open part. The solid angle of each triangle is van Oosterom and Strackee's (1983)."""
    total = np.zeros(len(points), np.float32)
    corners = np.ascontiguousarray(np.moveaxis(triangles, 1, 0), np.float32)
    for row, point in enumerate(points.astype(np.float32)):
        a, b, c = corners - point
        la, lb, lc = (np.sqrt(np.einsum("ij,ij->i", v, v)) for v in (a, b, c))
        volume = np.einsum("ij,ij->i", a, cross(b, c))
        below = la * lb * lc + np.einsum("ij,ij->i", a, b) * lc
        below += np.einsum("ij,ij->i", b, c) * la + np.einsum("ij,ij->i", c, a) * lb
        total[row] = 2 * np.arctan2(volume, below).sum()
    return total / (4 * np.pi)


def group_of(label: str) -> str:
    """The group of a part (with its side) in which it is checked: "trunk", "skull", or its own name."""
    part = plain(label)
    if part in TRUNK:
        return "trunk"
    return "skull" if part in WHOLE else label
