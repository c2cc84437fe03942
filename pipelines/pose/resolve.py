"""A pose for the body at hand: at once with the same angles, or re-solved so that contacts hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.pose.angles import POSE_BODY, pose_body_joints, read_angles, rest_heads
from pipelines.pose.check import open_checker
from pipelines.pose.clearing import DEEPEST_CM, solve_clear
from pipelines.pose.likeness import find_drift, limb_directions
from pipelines.pose.motion import ROOT_PLACES, bone_rotations
from pipelines.pose.rig import PoseRig, prepare_rig
from pipelines.pose.solve import STANDING_ROOT_M, Miss, Task
from pipelines.pose.template import (
    ROTATION_DECIMALS,
    PoseTemplate,
    template_from_json,
    template_to_json,
)
from pipelines.types import BodyParameters, Pose

KEPT_RIGS = 4  # bodies whose rigs are kept
DECIMALS = ROTATION_DECIMALS  # of what is kept: radians and metres
KEPT_POSES = 256  # a pose on a body each
TOUCH_MORE = 16.0  # touches count more on another body: how a pose looks has been settled on the first
LIKENESSES = (8.0, 30.0, 120.0)  # how firmly angles are held: firmer where the pose would not be itself
FINGERS = ("finger", "metacarpal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A template on a body: the pose, its props in the world frame of the built pose, and what the goals missed.

    miss: None where the template's own angles are kept: on the very body that the pose was made for, or on one on
    which no solution stays clear and like the template.
    """

    pose: Pose
    props: tuple[dict[str, Any], ...]
    miss: Miss | None


def adapt_pose(template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters) -> Pose:
    """The template's angles on another body, standing on the floor (or as high above it as it jumps).

    Hands may miss by some centimetres what they touch on the body that the pose was made for.
    """
    height = template.goals.get("airborne_m", 0.0)
    if not height:
        return replace(template.pose, root_m=None)
    standing = model.build(parameters, replace(template.pose, root_m=None))
    lift = height * leg_ratio(model, parameters)
    return replace(template.pose, root_m=(0.0, 0.0, float(standing.joint("root")[1]) + lift))


def resolve_pose(template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters) -> Fitted:
    """The template solved again for this body, from its own angles, so that contacts hold and parts are clear.

    It stays itself: the first candidate is taken whose parts are clear of each other and whose limbs point where the
    template's do, within the bounds of pipelines.pose.likeness; where none is, the clear one that is most like it.
    The same input gives the same numbers; the answers of the last KEPT_POSES are kept.
    """
    # another camera or face is not another pose
    plain = replace(template, camera_tilt_deg=None, lens_mm=None, expression=None)
    text = json.dumps(template_to_json(plain), sort_keys=True)
    return _resolve(model, text, _frozen(parameters))


def place_props(
    template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters
) -> tuple[dict[str, Any], ...]:
    """The template's props (see PoseTemplate) at the size that fits this body, world frame of the adapted pose."""
    ratio = leg_ratio(model, parameters)
    return tuple(scale_prop(prop, ratio) for prop in template.goals.get("props", ()))


def leg_ratio(model: AnnyBodyModel, parameters: BodyParameters) -> float:
    """How much longer this body's legs are than those of the body that poses are made on."""
    return _leg(model, _frozen(parameters)) / _leg(model, _frozen(POSE_BODY))


def scale_goals(goals: Mapping[str, Any], ratio: float) -> dict[str, Any]:
    """Goals for a body with longer or shorter legs: places in the world grow with it, touches on the body stay.

    Touches weigh TOUCH_MORE times as much.
    """
    scaled = dict(goals)
    scaled["contacts"] = [_scale_contact(goal, ratio) for goal in goals.get("contacts", ())]
    if "props" in goals:
        scaled["props"] = [scale_prop(prop, ratio) for prop in goals["props"]]
    return scaled


def _scale_contact(goal: Mapping[str, Any], ratio: float) -> dict[str, Any]:
    if "to" in goal:
        return {**goal, "weight": TOUCH_MORE * goal.get("weight", 1.0)}
    return {**goal, "offset_m": [ratio * part for part in goal.get("offset_m", (0.0, 0.0, 0.0))]}


def scale_prop(prop: Mapping[str, Any], ratio: float) -> dict[str, Any]:
    """A prop grown about the floor under the body."""
    return {
        **prop,
        "size_m": [ratio * part for part in prop["size_m"]],
        "center_m": [ratio * part for part in prop["center_m"]],
    }


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


@lru_cache(KEPT_POSES)
def _resolve(model: AnnyBodyModel, text: str, frozen: FrozenParameters) -> Fitted:
    """A template (as JSON) on a body: the best of its candidates."""
    template, parameters = template_from_json(json.loads(text)), _thawed(frozen)
    if frozen == _frozen(POSE_BODY):
        return Fitted(
            pose=adapt_pose(template, model, parameters),
            props=place_props(template, model, parameters),
            miss=None,
        )
    was, found = limb_directions(model.build(POSE_BODY, template.pose)), []
    for fitted in _candidates(template, model, parameters):
        body = model.build(parameters, fitted.pose)
        is_deep = bool(open_checker().find_overlaps(body.vertices, DEEPEST_CM))
        flaws = (is_deep, find_drift(was, limb_directions(body)).excess)
        if flaws <= (False, 1.0):
            return fitted
        found.append((flaws, fitted))
    return min(found, key=lambda one: one[0])[1]


def _candidates(template: PoseTemplate, model: AnnyBodyModel, parameters: BodyParameters) -> Iterator[Fitted]:
    """The template on a body: solved ever more firmly near its own angles, in the end with just those."""
    rig, ratio = _rig(model, _frozen(parameters)), leg_ratio(model, parameters)
    props = place_props(template, model, parameters)
    fingers = {bone: v for bone, v in template.pose.rotations.items() if bone.startswith(FINGERS)}

    def pose_at(angles: np.ndarray) -> Pose:
        turned = {
            bone: (round(x, DECIMALS), round(y, DECIMALS), round(z, DECIMALS))
            for bone, (x, y, z) in bone_rotations(rig.joints, angles).items()
        }
        return replace(template.pose, rotations={**fingers, **turned}, root_m=None)

    for likeness in LIKENESSES:
        solved = solve_clear(
            rig,
            Task(goals=scale_goals(template.goals, ratio), hands=template.pose.hands, likeness=likeness),
            open_checker(),
            lambda angles: model.build(parameters, replace(pose_at(angles), root_m=_root(angles))).vertices,
            _start(template, model, ratio),
        )
        yield Fitted(
            pose=adapt_pose(replace(template, pose=pose_at(solved.angles)), model, parameters),
            props=_follow(props, template, ratio, solved.angles),
            miss=solved.miss,
        )
    yield Fitted(pose=adapt_pose(template, model, parameters), props=props, miss=None)


def _root(angles: np.ndarray) -> tuple[float, float, float]:
    return float(angles[0]), float(angles[1]), float(angles[2])


def _start(template: PoseTemplate, model: AnnyBodyModel, ratio: float) -> np.ndarray:
    """The template's angles, its root where the longer or shorter legs have it."""
    angles = read_angles(pose_body_joints(model), template.pose.rotations)
    root_m = template.goals.get("root_m", (0.0, 0.0, STANDING_ROOT_M))
    angles[:ROOT_PLACES] = ratio * np.array(root_m)
    return angles


def _follow(
    props: Sequence[Mapping[str, Any]], template: PoseTemplate, ratio: float, angles: np.ndarray
) -> tuple[dict[str, Any], ...]:
    """Props moved as a body is that is built with its root above the origin: the solver may have moved the root."""
    root = ratio * np.array(template.goals.get("root_m", (0.0, 0.0, 0.0)))
    left, back = (float(part) for part in (root - angles[:ROOT_PLACES])[:2])
    return tuple(
        {**prop, "center_m": [round(x + left, DECIMALS), round(y, DECIMALS), round(z - back, DECIMALS)]}
        for prop in props
        for x, y, z in [prop["center_m"]]
    )
