"""A foreign skeleton in one frame: places of named joints, world frame or not, to a pose of the free body."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipelines.pose.exchange.aiming import Joints, aim_body, directions_of
from pipelines.pose.exchange.joint_names import name_joints
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.types import Pose

NEEDED = tuple(
    f"{side}_{joint}"
    for side in ("left", "right")
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)


def pose_of_joints(places: Mapping[str, np.ndarray], rest: Mapping[str, np.ndarray] | None = None) -> Pose:
    """The pose of a skeleton whose joints have these names and places; it is turned to face ahead.

    rest: the places of its rest, by which up is told; without it, y is up. Raises PoseFileRefused where arms and legs
    are not recognised.
    """
    names = name_joints(places)
    missing = [joint.replace("_", " ") for joint in NEEDED if joint not in names]
    if missing:
        raise PoseFileRefused(f"The skeleton's joints are not recognised: there is no {missing[0]}.")
    up = _up_axis({joint: rest[name] for joint, name in names.items()} if rest else None)
    joints = {joint: _stand_up(places[name], up) for joint, name in names.items()}
    return aim_body(directions_of(face_ahead(joints)))


def face_ahead(joints: Joints) -> dict[str, np.ndarray]:
    """Joints turned about the vertical so that the hips face +z, as near as that can be told."""
    left = np.asarray(joints["left_hip"]) - np.asarray(joints["right_hip"])
    if float(np.hypot(left[0], left[2])) < 0.3 * float(
        np.linalg.norm(left)
    ):  # on its side: what it faces is no yaw
        return dict(joints)
    yaw = np.arctan2(left[2], left[0])
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    return {name: turn @ place for name, place in joints.items()}


def _up_axis(rest: Joints | None) -> int:
    """1 for y, 2 for z: along which a skeleton's rest is tall."""
    if rest is None:
        return 1
    hips = (rest["left_hip"] + rest["right_hip"]) / 2
    feet = (rest["left_ankle"] + rest["right_ankle"]) / 2
    return 2 if abs(hips - feet)[2] > abs(hips - feet)[1] else 1


def _stand_up(place: np.ndarray, up: int) -> np.ndarray:
    """A z-up place in a y-up world."""
    return place if up == 1 else np.array([place[0], place[2], -place[1]])
