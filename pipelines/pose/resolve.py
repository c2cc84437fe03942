"""A pose for the body at hand: at once with the same angles, or re-solved so that contacts hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.pose.angles import POSE_BODY, pose_body_joints, read_angles, rest_heads
from pipelines.pose.limits import INDEX
from pipelines.pose.motion import bone_rotations
from pipelines.pose.rig import PoseRig, prepare_rig
from pipelines.pose.solve import Miss, Task, solve_poses
from pipelines.pose.template import PoseTemplate
from pipelines.types import Body, BodyParameters, Pose

KEPT_RIGS = 4  # bodies whose rigs are kept
FINGERS = ("finger", "metacarpal")


def adapt_pose(template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters) -> Pose:
    """The template's angles on another body, standing on the floor (or as high above it as it jumps). No torch.

    Hands may miss by some centimetres what they touch on the body that the pose was made for.
    """
    height = template.goals.get("airborne_m", 0.0)
    if not height:
        return replace(template.pose, root_m=None)
    standing = model.build(parameters, replace(template.pose, root_m=None))
    lift = height * leg_ratio(model, parameters)
    return replace(template.pose, root_m=(0.0, 0.0, float(standing.joint("root")[1]) + lift))


def resolve_pose(template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters) -> Pose:
    """The template solved again for this body, from its own angles, so that contacts hold. Uses torch."""
    poses, _ = resolve_poses([template], model, parameters)
    return poses[0]


def resolve_poses(
    templates: Sequence[PoseTemplate], model: AnnyBodyModel, parameters: BodyParameters
) -> tuple[list[Pose], tuple[Miss, ...]]:
    """Several templates solved together for one body, and by how much each misses its goals."""
    rig = _rig(model, _frozen(parameters))
    ratio = leg_ratio(model, parameters)
    joints = pose_body_joints(model)
    start = np.stack([_start(template, joints, ratio, model, parameters) for template in templates])
    tasks = [Task(goals=scale_goals(t.goals, ratio), hands=t.pose.hands) for t in templates]
    solved = solve_poses(rig, tasks, start)
    poses = []
    for template, angles in zip(templates, solved.angles, strict=True):
        fingers = {bone: v for bone, v in template.pose.rotations.items() if bone.startswith(FINGERS)}
        pose = replace(template.pose, rotations={**fingers, **bone_rotations(rig.joints, angles)})
        poses.append(adapt_pose(replace(template, pose=pose), model, parameters))
    return poses, solved.misses


def place_props(
    template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters
) -> list[dict[str, Any]]:
    """The template's props (see PoseTemplate) at the size that fits this body, world frame of the built pose."""
    ratio = leg_ratio(model, parameters)
    return [scale_prop(prop, ratio) for prop in template.goals.get("props", ())]


def leg_ratio(model: AnnyBodyModel, parameters: BodyParameters) -> float:
    """How much longer this body's legs are than those of the body that poses are made on."""
    return _leg(model, _frozen(parameters)) / _leg(model, _frozen(POSE_BODY))


def scale_goals(goals: Mapping[str, Any], ratio: float) -> dict[str, Any]:
    """Goals for a body with longer or shorter legs: places in the world grow with it, touches on the body stay."""
    scaled = dict(goals)
    scaled["contacts"] = [
        {**goal, "offset_m": [ratio * part for part in goal["offset_m"]]}
        if "offset_m" in goal and "to" not in goal
        else goal
        for goal in goals.get("contacts", ())
    ]
    if "props" in goals:
        scaled["props"] = [scale_prop(prop, ratio) for prop in goals["props"]]
    return scaled


def scale_prop(prop: Mapping[str, Any], ratio: float) -> dict[str, Any]:
    """A prop grown about the floor under the body."""
    return {
        **prop,
        "size_m": [ratio * part for part in prop["size_m"]],
        "center_m": [ratio * part for part in prop["center_m"]],
    }


def _start(
    template: PoseTemplate, joints: Any, ratio: float, model: AnnyBodyModel, parameters: BodyParameters
) -> np.ndarray:
    """The template's angles and a root whose lowest point is on the floor (or in the air) of this body."""
    angles = read_angles(joints, template.pose.rotations)
    x, y, _ = template.goals.get("root_m", (0.0, 0.0, 0.0))
    body: Body = model.build(parameters, replace(template.pose, root_m=None))
    height = float(body.joint("root")[1]) + ratio * template.goals.get("airborne_m", 0.0)
    angles[[INDEX["root_x"], INDEX["root_y"], INDEX["root_z"]]] = ratio * x, ratio * y, height
    return angles


FrozenParameters = tuple[str, tuple[tuple[str, float], ...]]


def _frozen(parameters: BodyParameters) -> FrozenParameters:
    return parameters.model, tuple(sorted(parameters.shape.items()))


def _thawed(frozen: FrozenParameters) -> BodyParameters:
    return BodyParameters(model=frozen[0], shape=dict(frozen[1]))


@lru_cache(KEPT_RIGS)
def _rig(model: AnnyBodyModel, frozen: FrozenParameters) -> PoseRig:
    return prepare_rig(model, _thawed(frozen))


@lru_cache(KEPT_RIGS)
def _leg(model: AnnyBodyModel, frozen: FrozenParameters) -> float:
    heads = rest_heads(model, _thawed(frozen))
    return float(heads["upperleg01.L"][2] - heads["foot.L"][2])
