"""Residuals of parts that run into each other: sample points must stay outside the convex hulls of other parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.pose.motion import Motion, Moved, Mover
from pipelines.pose.residuals import Rows

OVERLAP_WEIGHT, OVERLAP_SCALE_M = 2.0, 0.01
SLACK_M, NEIGHBOUR_SLACK_M = (
    0.003,
    0.022,
)  # of parts that are apart at rest, and more for those that touch naturally


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inside:
    """Sample points inside foreign hulls (n of them): numbers of point and hull, metres, the hull's nearest side."""

    points: np.ndarray
    hulls: np.ndarray
    depths: np.ndarray
    sides: np.ndarray


class Overlaps:
    """Parts that run into each other by more than their slack.

    clearance_m (K, K): how far the points of a part keep from the hull of another more than usual; None is nowhere.
    """

    def __init__(self, mover: Mover, clearance_m: np.ndarray | None = None) -> None:
        self._mover, parts = mover, mover.rig.parts
        extra = np.zeros(parts.tested.shape) if clearance_m is None else clearance_m[parts.point_part]
        self._natural = NEIGHBOUR_SLACK_M * parts.neighbour
        self._slack = SLACK_M + self._natural - extra
        reach = parts.radii + np.maximum(extra, 0)
        self._reach2 = np.where(parts.tested, reach**2, -1.0)  # squared; what is not tested is never near

    def see(self, moved: Moved) -> Inside:
        return self._find(moved, self._slack)

    def loss(self, seen: Inside) -> float:
        return OVERLAP_WEIGHT * float(seen.depths @ seen.depths) / OVERLAP_SCALE_M**2

    def rows(self, seen: Inside, moved: Moved, motion: Motion) -> Rows:
        parts = self._mover.rig.parts
        against = parts.drivers[seen.hulls]
        normals = (moved.rotations[against] @ parts.normals[seen.sides][:, :, None])[:, :, 0]
        bones = self._mover.sample_bones[seen.points]
        slopes = motion.of_gaps(moved.samples[seen.points], normals, bones, against)
        scale = np.sqrt(2 * OVERLAP_WEIGHT) / OVERLAP_SCALE_M
        return Rows(residuals=scale * seen.depths, jacobian=-scale * slopes)

    def deepest(self, moved: Moved) -> tuple[float, str]:
        """How many metres the worst point is inside what it does not touch naturally, and which part in which."""
        parts, found = self._mover.rig.parts, self._find(moved, self._natural)
        if not len(found.depths):
            return 0.0, ""
        worst = int(found.depths.argmax())
        own = parts.names[parts.point_part[found.points[worst]]]
        return float(found.depths[worst]), f"{own} in {parts.names[found.hulls[worst]]}"

    def _find(self, moved: Moved, slack: np.ndarray) -> Inside:
        """Points deeper inside than their slack; bounding spheres choose the few pairs that are looked at closely."""
        parts = self._mover.rig.parts
        rotations, heads = moved.rotations[parts.drivers], moved.heads[parts.drivers]
        centers = (rotations @ parts.centers[:, :, None])[:, :, 0] + heads
        away2 = (moved.samples**2).sum(1)[:, None] + (centers**2).sum(1) - 2 * moved.samples @ centers.T
        points, hulls = np.nonzero(away2 < self._reach2)
        local = ((moved.samples[points] - heads[hulls])[:, None] @ rotations[hulls])[:, 0]
        outside = local @ parts.normals.T - parts.distances[hulls]
        sides = outside.argmax(1)
        depths = -outside[np.arange(len(points)), sides] - slack[points, hulls]
        deep = depths > 0
        return Inside(points=points[deep], hulls=hulls[deep], depths=depths[deep], sides=sides[deep])
