"""What the pose editor asks for: a template taken apart into joint angles and fingers, and an edit put together again.

An edit is settled on the body at hand: joints within their range, the feet on the floor, what runs into what, and
which of the template's touches still hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.pose.angles import POSE_BODY, pose_body_joints, read_angles
from pipelines.pose.check import open_checker
from pipelines.pose.exchange.found import OWN, goals_of, round_rotations, support_of_body
from pipelines.pose.library import load_library, with_hands
from pipelines.pose.limits import (
    ANGLES,
    HIP_OUT_PER_FLEX,
    HIP_OUT_STRAIGHT_DEG,
    INDEX,
    ROOT_ANGLES,
    SIDES,
    angle_bounds,
    angles_over_limit,
)
from pipelines.pose.motion import bone_rotations
from pipelines.pose.surface_points import find_surface_points
from pipelines.pose.template import ROTATION_DECIMALS, PoseTemplate
from pipelines.pose.traits import symmetry_of, view_at
from pipelines.types import Body, BodyParameters, Pose

FINGERS = ("finger", "metacarpal")
SAME_RAD = 3e-4  # fingers nearer to a hand shape than this are that shape
DEEPER_THAN_CM = 2.0  # less is skin that is pressed in
HELD_M = 0.03  # a touch that an edit has moved by no more than this is kept
Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPose:
    """A template in the editor: radians by angle (the root's place in metres), fingers' rotation vectors by bone."""

    angles: Mapping[str, float]
    hands: tuple[str, str]
    fingers: Mapping[str, Vector]
    airborne_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseEdited:
    """What the editor has made of a template; as OpenedPose. yaw_deg: how far the body is turned for its front view."""

    angles: Mapping[str, float]
    hands: tuple[str, str]
    fingers: Mapping[str, Vector]
    airborne_m: float = 0.0
    yaw_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An edit as the studio keeps it. over: the angles that were brought back; overlaps: (part, in which, cm);
    lost: the touches of the template that no longer hold; root_m: where the root is on the body at hand."""

    template: PoseTemplate
    angles: Mapping[str, float]
    over: tuple[str, ...]
    overlaps: tuple[tuple[str, str, float], ...]
    lost: tuple[str, ...]
    root_m: Vector
    joints: Mapping[str, Vector]


def open_pose(template: PoseTemplate, model: AnnyBodyModel) -> OpenedPose:
    """The template as the editor moves it: the nearest angles in each joint, all fingers, the root above the floor."""
    pose = with_hands(template.pose, load_library().hands)
    angles = read_angles(pose_body_joints(model), pose.rotations)
    return OpenedPose(
        angles={name: float(angles[INDEX[name]]) for name in ANGLES},
        hands=pose.hands,
        fingers={bone: vector for bone, vector in pose.rotations.items() if bone.startswith(FINGERS)},
        airborne_m=float(template.goals.get("airborne_m", 0.0)),
    )


def settle_edit(
    template: PoseTemplate, edit: PoseEdited, model: AnnyBodyModel, parameters: BodyParameters
) -> Settled:
    """The edit of a template on a body, every joint within its range. Raises UnknownName for a hand shape."""
    wished = np.array([edit.angles.get(name, 0.0) for name in ANGLES])
    angles = within_limits(wished)
    library = load_library().hands
    fingers = {bone: vector for bone, vector in edit.fingers.items() if bone.startswith(FINGERS)}
    own = _differing(fingers, with_hands(Pose(hands=edit.hands), library).rotations)
    rotations = round_rotations({**own, **bone_rotations(pose_body_joints(model), angles)})
    plain = with_hands(Pose(rotations=rotations, hands=edit.hands), library)
    body = model.build(parameters, plain)
    made = model.build(POSE_BODY, plain)
    kept, lost = held_touches(template, model, made)
    root = body.joint("root")
    goals = goals_of(plain) | ({"contacts": kept} if kept else {})
    pose = plain
    if edit.airborne_m:
        height = float(made.joint("root")[1]) + edit.airborne_m
        goals |= {
            "airborne_m": round(edit.airborne_m, 3),
            "root_m": [0.0, 0.0, round(height, ROTATION_DECIMALS)],
        }
        pose = replace(plain, root_m=(0.0, 0.0, round(height, ROTATION_DECIMALS)))
    overlaps = open_checker().find_overlaps(body.vertices, DEEPER_THAN_CM)
    return Settled(
        template=replace(
            template,
            source=OWN,
            camera_yaw_deg=edit.yaw_deg,
            view=view_at(edit.yaw_deg),
            symmetry=symmetry_of(made),
            support="airborne" if edit.airborne_m else support_of_body(made),
            pose=pose,
            goals=goals,
        ),
        angles={name: float(angles[INDEX[name]]) for name in ANGLES if name not in ROOT_ANGLES[:3]},
        over=tuple(angles_over_limit(wished)),
        overlaps=tuple((one.inner, one.outer, one.depth_cm) for one in overlaps),
        lost=lost,
        root_m=(float(root[0]), float(-root[2]), float(root[1]) + edit.airborne_m),
        joints={name: _plain(place) for name, place in zip(body.bone_names, body.joints, strict=True)},
    )


def within_limits(angles: np.ndarray) -> np.ndarray:
    """Angles (A,) with every one within its range, the hip's coupled range included."""
    bounds = angle_bounds()
    clipped = np.clip(angles, bounds.low, bounds.high)
    for side in SIDES:
        flex = max(float(clipped[INDEX["hip_flex" + side]]), 0.0)
        most = np.radians(HIP_OUT_STRAIGHT_DEG) + HIP_OUT_PER_FLEX * flex
        clipped[INDEX["hip_out" + side]] = min(clipped[INDEX["hip_out" + side]], most)
    return np.asarray(clipped)


def held_touches(
    template: PoseTemplate, model: AnnyBodyModel, edited: Body
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The template's touches of the body by itself that an edit has left where they were, and the points of others."""
    touches = [dict(goal) for goal in template.goals.get("contacts", ()) if "to" in goal]
    if not touches:
        return [], ()
    before = model.build(POSE_BODY, with_hands(template.pose, load_library().hands))
    surface = find_surface_points()
    kept, lost = [], []
    for touch in touches:
        gaps = [
            _place(body, surface, touch["point"]) - _place(body, surface, touch["to"])
            for body in (before, edited)
        ]
        change = abs(float(np.linalg.norm(gaps[1])) - float(np.linalg.norm(gaps[0])))
        if change <= HELD_M:
            kept.append(touch)
        else:
            lost.append(str(touch["point"]))
    return kept, tuple(lost)


def _place(body: Body, surface: Mapping[str, int], point: str) -> np.ndarray:
    """Where a named point is: a vertex, or the head of a bone."""
    return np.asarray(body.vertices[surface[point]] if point in surface else body.joint(point), float)


def _differing(fingers: Mapping[str, Vector], of_shapes: Mapping[str, Vector]) -> dict[str, Vector]:
    """The fingers that are not as the hand shapes have them."""
    return {
        bone: vector
        for bone, vector in fingers.items()
        if max(abs(a - b) for a, b in zip(vector, of_shapes.get(bone, (0.0, 0.0, 0.0)), strict=True))
        > SAME_RAD
    }


def _plain(place: np.ndarray) -> Vector:
    return round(float(place[0]), 5), round(float(place[1]), 5), round(float(place[2]), 5)
