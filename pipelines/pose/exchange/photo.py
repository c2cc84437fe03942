"""The pose of a person in a photo: the detector's points, lifted with its guess of their depth, onto the free body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.photo.landmarks import POINT_NAMES
from pipelines.pose.exchange.aiming import directions_of
from pipelines.pose.exchange.found import FoundPose, template_of
from pipelines.pose.exchange.lifting import Lifted, lift_points
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.pose.openpose import BODY_POINTS
from pipelines.pose.template import PoseTemplate

SEEN, GUESSED = 0.5, 0.05  # a point less visible is guessed by the detector; still less, it is left out
DOUBT = 3.0  # by how much less sure a guessed point is
NOBODY = "Nobody is seen in the photo whose pose could be taken. Use one with the whole person in it."


def pose_of_person(person: Mapping[str, Any] | None, name: str) -> PoseTemplate:
    """A template with the pose of a person as a kept photo has them ("points" and "world", see Landmarks.to_json).

    Raises PoseFileRefused.
    """
    if person is None:
        raise PoseFileRefused(NOBODY)
    points, world = np.array(person["points"], float), np.array(person["world"], float)
    lifted = lift_person(points[:, :2], points[:, 2], world)
    return template_of(FoundPose(name=name, pose=lifted.pose))


def lift_person(points_px: np.ndarray, visibility: np.ndarray, world_m: np.ndarray) -> Lifted:
    """The pose of a detector's 33 points: (33, 2) pixels, (33,) 0..1, (33, 3) metres, camera's axes.

    Raises PoseFileRefused.
    """
    seen = _as_body_points(np.where(visibility[:, None] >= GUESSED, points_px, np.nan))
    doubt = _as_body_points(np.where(visibility >= SEEN, 1.0, DOUBT)[:, None])[:, 0]
    return lift_points(
        seen,
        space_m=_as_body_points(world_m),
        directions=_ends(world_m, visibility >= SEEN),
        doubt=doubt,
    )


def _as_body_points(values: np.ndarray) -> np.ndarray:
    """(33, n) as our 18 points (18, n)."""

    def of(name: str) -> np.ndarray:
        if name == "neck":
            return np.asarray((of("left_shoulder") + of("right_shoulder")) / 2)
        return np.asarray(values[POINT_NAMES.index(name)])

    return np.stack([of(name) for name in BODY_POINTS])


def _ends(world_m: np.ndarray, is_seen: np.ndarray) -> dict[str, np.ndarray]:
    """Where hands and feet point, where they are seen; reference frame."""
    names = {
        "index": "index",
        "little": "pinky",
        "wrist": "wrist",
        "ankle": "ankle",
        "toe": "foot_index",
        "knee": "knee",
    }
    joints = {}
    for side in ("left", "right"):
        for ours, theirs in names.items():
            row = POINT_NAMES.index(f"{side}_{theirs}")
            if is_seen[row]:
                joints[f"{side}_{ours}"] = world_m[row] * [
                    1.0,
                    -1.0,
                    -1.0,
                ]  # camera to world: y up, z to the viewer
    found = directions_of(joints)
    return {part: vector for part, vector in found.items() if part.startswith(("fingers", "palm", "foot"))}
