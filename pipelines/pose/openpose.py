"""The 18 body points of OpenPose on a posed body: what control maps draw, and what poses are compared by."""

from __future__ import annotations

import numpy as np

from pipelines.body.bones import BONE_OF_JOINT, JOINT_BONES
from pipelines.pose.surface_points import find_surface_points
from pipelines.types import Body

BODY_POINTS = (
    "nose",
    "neck",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "right_hip",
    "right_knee",
    "right_ankle",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_eye",
    "left_eye",
    "right_ear",
    "left_ear",
)
_BONE_OF = BONE_OF_JOINT | {"eye": "eye"}


def body_points(body: Body) -> np.ndarray:
    """The 18 body points in the world frame, (18, 3) metres."""
    surface = find_surface_points()
    points = []
    for name in BODY_POINTS:
        side, _, part = name.partition("_")
        if name == "nose":
            points.append(body.vertices[surface["nose"]])
        elif name == "neck":
            points.append(
                (body.joint(JOINT_BONES["left_shoulder"]) + body.joint(JOINT_BONES["right_shoulder"])) / 2
            )
        elif part == "ear":
            points.append(body.vertices[surface[f"ear.{side[0].upper()}"]])
        else:
            points.append(body.joint(f"{_BONE_OF[part]}.{side[0].upper()}"))
    return np.array(points, np.float64)
