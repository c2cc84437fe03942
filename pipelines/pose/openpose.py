"""The 18 body points of OpenPose, and the 21 of a hand, on a posed body: control maps draw them, poses are compared
by them."""

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
FINGERS = ("finger1", "finger2", "finger3", "finger4", "finger5")  # thumb to little finger
TIPS = ("thumbtip", "indextip", "middletip", "ringtip", "littletip")
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


def hand_points(body: Body, side: str) -> np.ndarray:
    """The 21 points of one hand (".L" or ".R"), wrist first, each finger from its root to its tip, (21, 3)."""
    surface = find_surface_points()
    points = [body.joint("wrist" + side)]
    for finger, tip in zip(FINGERS, TIPS, strict=True):
        points += [body.joint(f"{finger}-{joint}{side}") for joint in (1, 2, 3)]
        points.append(body.vertices[surface[tip + side]])
    return np.array(points, np.float64)
