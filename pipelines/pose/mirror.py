"""Mirrored poses: left and right exchanged, made when asked for and never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipelines.pose.template import PoseTemplate
from pipelines.types import Pose

SUFFIX = "-mirrored"
NAME_SUFFIX = " (mirrored)"
OTHER_SIDE = {".L": ".R", ".R": ".L"}
# angles of the middle of the body that change sign: they lean or turn to one side
SIDEWAYS = ("side", "twist")
ROOT_SIDEWAYS = ("root_x", "root_side", "root_turn")
Vector = tuple[float, float, float]


def mirror_template(template: PoseTemplate) -> PoseTemplate:
    """The same pose with left and right exchanged. Mirrored twice, a template equals itself."""
    mirrored = template.slug.endswith(SUFFIX)
    return replace(
        template,
        slug=template.slug.removesuffix(SUFFIX) if mirrored else template.slug + SUFFIX,
        name=template.name.removesuffix(NAME_SUFFIX) if mirrored else template.name + NAME_SUFFIX,
        camera_yaw_deg=_negative(template.camera_yaw_deg),
        pose=mirror_pose(template.pose),
        goals=mirror_goals(template.goals),
        held=tuple(replace(thing, place=_other_place(thing.place)) for thing in template.held),
    )


def mirror_pose(pose: Pose) -> Pose:
    """The pose reflected at the plane between left and right: a rotation vector (a, b, c) becomes (a, -b, -c)."""
    return Pose(
        rotations={
            other_side(bone): (v[0], _negative(v[1]), _negative(v[2])) for bone, v in pose.rotations.items()
        },
        root_m=None if pose.root_m is None else _flip_x(pose.root_m),
        hands=(pose.hands[1], pose.hands[0]),
    )


def mirror_goals(goals: Mapping[str, Any]) -> dict[str, Any]:
    """Goals reflected: sides exchanged, sideways angles and offsets negated."""
    mirrored = dict(goals)
    if "angles" in goals:
        mirrored["angles"] = {
            other_side(name): [_negative(a[0]) if _is_sideways(name) else a[0], a[1]]
            for name, a in goals["angles"].items()
        }
    if "contacts" in goals:
        mirrored["contacts"] = [_mirror_contact(contact) for contact in goals["contacts"]]
    if "directions" in goals:
        mirrored["directions"] = [
            {**goal, "of": other_side(goal["of"]), "toward": list(_flip_x(goal["toward"]))}
            for goal in goals["directions"]
        ]
    if "balance" in goals:
        mirrored["balance"] = {other_side(point): share for point, share in goals["balance"].items()}
    if "root_m" in goals:
        mirrored["root_m"] = list(_flip_x(goals["root_m"]))
    if "props" in goals:
        mirrored["props"] = [{**prop, "center_m": list(_flip_x(prop["center_m"]))} for prop in goals["props"]]
    return mirrored


def other_side(name: str) -> str:
    """ "wrist.L" for "wrist.R" and the reverse; names without a side stay."""
    return name[:-2] + OTHER_SIDE[name[-2:]] if name[-2:] in OTHER_SIDE else name


def _other_place(place: str) -> str:
    """ "L" for "R", "forearm.L" for "forearm.R"; places without a side stay."""
    return other_side(f".{place}")[1:] if len(place) == 1 else other_side(place)


def _mirror_contact(contact: Mapping[str, Any]) -> dict[str, Any]:
    mirrored = {**contact, "point": other_side(contact["point"])}
    if "to" in contact:
        mirrored["to"] = other_side(contact["to"])
    if "offset_m" in contact:
        mirrored["offset_m"] = list(_flip_x(contact["offset_m"]))
    return mirrored


def _is_sideways(angle: str) -> bool:
    return angle in ROOT_SIDEWAYS or ("." not in angle and angle.endswith(SIDEWAYS))


def _flip_x(vector: Any) -> Vector:
    return _negative(vector[0]), vector[1], vector[2]


def _negative(number: float) -> float:
    """-number, but 0 stays 0: a mirrored file has no "-0.0" in it."""
    return -number if number else number
