"""From points in a picture to a pose: the known poses that look most like it, bent until they fit what is seen.

A picture does not say what is nearer and what is further away; how people stand does. So the search begins at those
poses of the gallery that cover the points best from some side, and the solver bends each of them, within the joints'
ranges, clear of itself and above the floor, until its points lie on those that are seen. The camera looks straight
ahead from far away; size and place in the picture are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.pose.angles import pose_body_joints, read_angles
from pipelines.pose.exchange.aiming import pose_rig
from pipelines.pose.exchange.found import round_rotations
from pipelines.pose.exchange.known_poses import BONE_OF, KnownPoses, find_in_picture, known_poses
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.pose.limits import ANGLES, INDEX, ROOT_ANGLES, SIDES
from pipelines.pose.motion import Motion, Moved, Mover, bone_rotations
from pipelines.pose.openpose import BODY_POINTS
from pipelines.pose.residuals import Rows
from pipelines.pose.rig import PoseRig
from pipelines.pose.solve import Solved, Task, solve_pose
from pipelines.types import Pose

CANDIDATES = 5
SEEN_SCALE_M = 0.02  # a point so far from where it is seen counts as one
FACE_SCALE_M = 0.03  # eyes, ears and nose differ from person to person
FACE = ("nose", "right_ear", "left_ear")
LEFT_OUT = (
    "neck",
    "left_eye",
    "right_eye",
)  # a middle of others; two that say nothing which nose and ears do not
HUBER = 3.0  # beyond so many scales a point pulls evenly: detectors err
LEAST_POINTS = 6
LIKE_WEIGHT = 5.0  # of the known pose's angles
END_WEIGHT = 1.0  # of where hands and feet point
NEEDED = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
DEPTH_SCALE_M = 0.16  # of a detector's depth


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lifted:
    """A pose whose points lie on those seen; pose faces as it was seen from. away_m: what is left, in metres."""

    pose: Pose
    away_m: float
    like: str  # the slug of the known pose that it began at


def lift_points(
    seen: np.ndarray,
    *,
    space_m: np.ndarray | None = None,
    directions: Mapping[str, np.ndarray] | None = None,
    doubt: np.ndarray | None = None,
    known: KnownPoses | None = None,
) -> Lifted:
    """The pose of 18 points (18, 2) in a picture, x to the right and y down; NaN where one is not seen.

    space_m (18, 3): a detector's guess of the same points in space, camera's axes, metres; directions: where parts
    point besides, reference frame; doubt (18,): 1, or by how much less sure a point is. Raises PoseFileRefused where
    shoulders or hips, or too many others, are not seen.
    """
    doubt = np.ones(len(BODY_POINTS)) if doubt is None else doubt
    there = np.isfinite(seen).all(1)
    if there.sum() < LEAST_POINTS or not all(there[BODY_POINTS.index(name)] for name in NEEDED):
        raise PoseFileRefused(
            "Too little is seen for a pose: both shoulders, both hips and two more points are needed."
        )
    if float(np.ptp(seen[there], axis=0).max()) < 1e-3:
        raise PoseFileRefused("The points all lie in one place.")
    known = known or known_poses()
    term = SeenPoints(pose_rig(), seen, doubt, space_m)
    best: tuple[float, Solved, str] | None = None
    for likely in find_in_picture(seen, known, CANDIDATES, space_m, doubt):
        solved = _bend(term, directions or {}, known.pose(likely.row), likely.yaw_deg)
        slug = known.slugs[likely.row % len(known.slugs)]
        if best is None or solved.loss < best[0]:
            best = (solved.loss, solved, slug)
    assert best is not None
    _, solved, slug = best
    pose = Pose(rotations=round_rotations(bone_rotations(pose_rig().joints, solved.angles)))
    return Lifted(pose=pose, away_m=_distance(solved, term), like=slug)


def _bend(term: SeenPoints, directions: Mapping[str, np.ndarray], start: Pose, yaw_deg: float) -> Solved:
    """One known pose, turned to where it looks alike, bent until it fits."""
    angles = read_angles(pose_body_joints(open_anny()), start.rotations)
    angles[INDEX["root_turn"]] += np.radians(yaw_deg)
    angles[INDEX["root_z"]] = 1.0
    wished = {
        name: [float(np.degrees(angles[INDEX[name]])), LIKE_WEIGHT]
        for name in ANGLES
        if name not in ROOT_ANGLES
    }
    goals: dict[str, Any] = {"angles": wished}
    goals["directions"] = [
        {"of": part, "toward": [float(v) for v in vector], "weight": END_WEIGHT}
        for part, vector in sorted(directions.items())
    ]
    return solve_pose(pose_rig(), Task(goals=goals), angles, evidence=(term,))


class SeenPoints:
    """Body points on those of a picture, seen from straight ahead and far away; and in depth, where that is guessed."""

    def __init__(
        self, rig: PoseRig, seen: np.ndarray, doubt: np.ndarray, space_m: np.ndarray | None = None
    ) -> None:
        names = [name for name in BODY_POINTS if name not in LEFT_OUT]
        rows = [BODY_POINTS.index(name) for name in names]
        there = [row for row in rows if np.isfinite(seen[row]).all()]
        self._ids = np.array([rig.points.index(_point(BODY_POINTS[row])) for row in there])
        self._seen = seen[there] * [1.0, -1.0]
        scale = np.array([FACE_SCALE_M if BODY_POINTS[row] in FACE else SEEN_SCALE_M for row in there])
        self._scale = (scale * doubt[there])[:, None]
        self._depth = None if space_m is None else -space_m[there, 2]

    def see(self, moved: Moved) -> np.ndarray:
        """(n, 3) metres from where they are seen: across, up, and in depth towards the viewer (0 where not told)."""
        points = moved.points[self._ids]
        plane = points[:, [0, 2]]
        weights = 1 / self._scale**2
        own = plane - (weights * plane).sum(0) / weights.sum()
        theirs = self._seen - (weights * self._seen).sum(0) / weights.sum()
        unit_m = max(float((weights * own * theirs).sum()), 1e-9) / float((weights * theirs * theirs).sum())
        gaps = np.zeros((len(points), 3))
        gaps[:, :2] = own - unit_m * theirs
        if self._depth is not None:
            near = -points[:, 1]
            gaps[:, 2] = (near - near.mean()) - (self._depth - self._depth.mean())
        return gaps

    def loss(self, seen: np.ndarray) -> float:
        flat, deep = self._sizes(seen)
        return float(_huber(flat).sum() + _huber(deep).sum())

    def rows(self, seen: np.ndarray, moved: Moved, motion: Motion) -> Rows:
        slopes = motion.of_points(self._ids)  # (n, 3, A)
        weights = (1 / self._scale**2)[:, :, None]
        plane = slopes[:, [0, 2]]
        plane = plane - (weights * plane).sum(0) / weights.sum()
        near = -slopes[:, 1]
        near = near - near.mean(0)
        flat, deep = self._sizes(seen)
        pull = (np.sqrt(_pull(flat)) / self._scale[:, 0])[:, None]
        residuals, jacobian = (
            [(seen[:, :2] * pull).reshape(-1)],
            [(plane * pull[:, :, None]).reshape(-1, plane.shape[2])],
        )
        if self._depth is not None:
            push = np.sqrt(_pull(deep)) / DEPTH_SCALE_M
            residuals.append(seen[:, 2] * push)
            jacobian.append(near * push[:, None])
        return Rows(residuals=np.concatenate(residuals), jacobian=np.concatenate(jacobian))

    def _sizes(self, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        flat = np.linalg.norm(seen[:, :2], axis=1) / self._scale[:, 0]
        deep = np.abs(seen[:, 2]) / DEPTH_SCALE_M if self._depth is not None else np.zeros(0)
        return flat, deep


def _huber(sizes: np.ndarray) -> np.ndarray:
    return np.where(sizes < HUBER, 0.5 * sizes**2, HUBER * (sizes - 0.5 * HUBER))


def _pull(sizes: np.ndarray) -> np.ndarray:
    return np.asarray(HUBER / np.maximum(sizes, HUBER))


def _point(name: str) -> str:
    """The rig's point behind a body point."""
    if name == "nose":
        return "nose"
    side, _, part = name.partition("_")
    ending = SIDES[0] if side == "left" else SIDES[1]
    return ("ear" if part == "ear" else BONE_OF[part]) + ending


def _distance(solved: Solved, term: SeenPoints) -> float:
    """Root of the mean square of what is left between the points and where they are seen, metres."""
    gaps = term.see(Mover(pose_rig(), ("relaxed", "relaxed")).move(solved.angles))
    return float(np.sqrt((gaps[:, :2] ** 2).sum(1).mean()))
