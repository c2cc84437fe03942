"""FoundPose: a pose as it comes out of a file, and the template that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.appearance import Expression
from pipelines.body.anny import open_anny
from pipelines.pose.angles import POSE_BODY, pose_body_joints, read_angles
from pipelines.pose.exchange.limits import slug_of
from pipelines.pose.library import load_library, with_hands
from pipelines.pose.limits import ANGLES, INDEX, ROOT_ANGLES, SIDES, angle_bounds, angles_over_limit
from pipelines.pose.motion import bone_rotations
from pipelines.pose.template import ROTATION_DECIMALS, PoseTemplate
from pipelines.pose.traits import symmetry_of
from pipelines.pose.vocabulary import Support
from pipelines.types import Body, Pose

ANGLE_WEIGHT = 4.0  # how firmly an own pose keeps its angles on another body
OWN = "own"  # in place of the fingerprint of a gallery's goals
KNEES_LOW = 0.75  # a pelvis below this share of a leg's length does not stand


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPose:
    """A pose out of a file: `pose` on the free body, what the file says of it, and remarks in sentences.

    template: set where the file carries all fields of one; expression: what the file says of the face; author and
    licence: "" where the file names none; pack: what it came in is called, "" for a pose by itself.
    """

    name: str
    pose: Pose
    template: PoseTemplate | None = None
    expression: Expression | None = None
    author: str = ""
    licence: str = ""
    pack: str = ""
    remarks: tuple[str, ...] = ()


def keep_within_limits(pose: Pose) -> tuple[Pose, tuple[str, ...]]:
    """The pose with every joint within its range, and which angles had to be changed; fingers stay as they are."""
    joints = pose_body_joints(open_anny())
    angles = read_angles(joints, pose.rotations)
    over = tuple(angles_over_limit(angles))
    if not over:
        return pose, ()
    bounds = angle_bounds()
    clipped = np.clip(angles, bounds.low, bounds.high)
    return replace(
        pose, rotations={**pose.rotations, **round_rotations(bone_rotations(joints, clipped))}
    ), over


def round_rotations(rotations: Mapping[str, Any]) -> dict[str, tuple[float, float, float]]:
    """Rotation vectors in the digits that are kept."""
    return {
        bone: (
            round(float(x), ROTATION_DECIMALS),
            round(float(y), ROTATION_DECIMALS),
            round(float(z), ROTATION_DECIMALS),
        )
        for bone, (x, y, z) in rotations.items()
    }


def template_of(found: FoundPose) -> PoseTemplate:
    """A template that holds this pose: its own where the file brought one, else with what the pose itself tells.

    Its joint angles are its goals, so that it stays itself on another body.
    """
    if found.template is not None:
        return found.template
    model = open_anny()
    pose = with_hands(found.pose, load_library().hands)
    pose = replace(pose, rotations=round_rotations(pose.rotations), root_m=None)
    body = model.build(POSE_BODY, pose)
    return PoseTemplate(
        slug=slug_of(found.name) or "pose",
        name=found.name,
        category="lifestyle",
        tags=(),
        framing="full",
        camera_yaw_deg=0.0,
        source=OWN,
        symmetry=symmetry_of(body),
        support=support_of_body(body),
        pose=pose,
        goals=goals_of(pose),
        expression=found.expression,
    )


def goals_of(pose: Pose) -> dict[str, Any]:
    """Goals that hold a pose as it is: every joint angle, and the root's height."""
    angles = read_angles(pose_body_joints(open_anny()), pose.rotations)
    root = [float(v) for v in open_anny().build(POSE_BODY, pose).joint("root")]
    wished = {
        name: [round(float(np.degrees(angles[INDEX[name]])), 2), ANGLE_WEIGHT]
        for name in ANGLES
        if name not in ROOT_ANGLES[:3]
    }
    return {"angles": wished, "root_m": [0.0, 0.0, round(root[1], ROTATION_DECIMALS)]}


def support_of_body(body: Body) -> Support:
    """What carries a body that stands on the floor: its feet, where one of them is well below the pelvis."""
    leg = float(np.ptp([_leg_end(bone) for bone in ("upperleg01" + SIDES[0], "foot" + SIDES[0])]))
    feet = min(float(body.joint("foot" + side)[1]) for side in SIDES)
    return "standing" if float(body.joint("root")[1]) - feet > KNEES_LOW * leg else "floor"


def _leg_end(bone: str) -> float:
    return float(open_anny().build(POSE_BODY, Pose()).joint(bone)[1])
