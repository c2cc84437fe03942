"""Our own JSON: a template with all its fields, or no more than a name and rotations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipelines.appearance import Expression
from pipelines.body.anny import open_anny
from pipelines.errors import RequestRefused
from pipelines.pose.exchange.found import OWN, FoundPose, keep_within_limits
from pipelines.pose.exchange.limits import (
    LONGEST_CREDIT,
    LONGEST_NAME,
    PoseFileRefused,
    check_list,
    check_number,
    check_object,
    check_text,
    slug_of,
)
from pipelines.pose.hands import HAND_SHAPES
from pipelines.pose.limits import INDEX
from pipelines.pose.residuals import FRAMES
from pipelines.pose.rig import ORIGIN
from pipelines.pose.skeleton import CHAIN
from pipelines.pose.surface_points import find_surface_points
from pipelines.pose.template import (
    FORMAT,
    ROTATION_MAX_RAD,
    VERSION,
    PoseBroken,
    PoseTemplate,
    template_from_json,
    template_to_json,
)
from pipelines.prompt.persona import read_expression
from pipelines.types import Pose

MOST_GOALS = 64  # contacts, directions, props: more than any pose of the gallery has
FARTHEST_M = 5.0
LARGEST_WEIGHT = 1000.0
WHOLE = ("category", "tags", "framing", "view", "rotations")  # a document with these is a whole template
RELAXED = ["relaxed", "relaxed"]
DEFAULTS: Mapping[str, Any] = {
    "difficulty": "easy",
    "gender": "any",
    "mood": "neutral",
    "hand_uses": ["free"],
    "symmetry": "asymmetric",
    "support": "standing",
    "props": [],
    "held": [],
    "camera_yaw_deg": 0.0,
    "camera_tilt_deg": None,
    "lens_mm": None,
    "expression": None,
    "root_m": None,
    "hands": RELAXED,
    "goals": {},
    "source": OWN,
}
KNOWN = {"format", "version", "slug", "name", "source", "author", "licence", "remarks", *WHOLE, *DEFAULTS}
GOAL_KINDS = ("angles", "contacts", "directions", "balance", "props", "airborne_m", "root_m")


def write_studio_json(template: PoseTemplate, *, author: str = "", licence: str = "") -> bytes:
    """The template as a file of its own; `read_studio_json` reads it back to an equal one."""
    document = {"format": FORMAT, "version": VERSION, **template_to_json(template)}
    document |= {"author": author, "licence": licence}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def is_studio_json(document: Any) -> bool:
    """Whether a JSON document means to be a pose of ours."""
    return isinstance(document, dict) and (document.get("format") == FORMAT or "rotations" in document)


def read_studio_json(document: Any, name: str) -> FoundPose:
    """A pose of ours out of a JSON document, every field looked at; `name` where it has none.

    Raises PoseFileRefused.
    """
    document = check_object(document, "The pose")
    strange = sorted(set(document) - KNOWN)
    if strange:
        raise PoseFileRefused(f"The pose has a field that is not known: “{strange[0]:.40}”.")
    if document.get("version", VERSION) != VERSION or document.get("format", FORMAT) != FORMAT:
        raise PoseFileRefused("The pose is of another version of the studio: update the studio to read it.")
    if "rotations" not in document:
        raise PoseFileRefused("The pose has no rotations.")
    name = check_text(document.get("name") or name, "name", LONGEST_NAME) or "Pose"
    pose = Pose(rotations=_rotations(document["rotations"]), hands=_hands(document.get("hands", RELAXED)))
    pose, over = keep_within_limits(pose)
    template = None
    if all(field in document for field in WHOLE) and not over:
        template = _template(document, name)
    return FoundPose(
        name=name,
        pose=pose,
        template=template,
        expression=_expression(document.get("expression")),
        author=check_text(document.get("author", ""), "author", LONGEST_CREDIT),
        licence=check_text(document.get("licence", ""), "licence", LONGEST_CREDIT),
        remarks=(f"Brought within the joints' range: {', '.join(over)}.",) if over else (),
    )


def _template(document: Mapping[str, Any], name: str) -> PoseTemplate:
    fields = {**DEFAULTS, **document, "name": name}
    fields["slug"] = slug_of(str(document.get("slug") or name)) or "pose"
    fields["goals"] = _goals(fields["goals"])
    try:
        return template_from_json(fields)
    except PoseBroken as error:
        raise PoseFileRefused(error.message) from error
    except (TypeError, ValueError) as error:  # a list where a word should be
        raise PoseFileRefused("The pose has a field that is of another kind than it should be.") from error


def _expression(value: Any) -> Expression | None:
    try:
        return read_expression(value)
    except RequestRefused as error:
        raise PoseFileRefused(error.message) from error


def _rotations(value: Any) -> dict[str, tuple[float, float, float]]:
    known = open_anny().bone_names
    rotations = {}
    for bone, vector in check_object(value, "rotations").items():
        if bone not in known:
            raise PoseFileRefused(f"The free body has no bone called “{bone:.40}”.")
        x, y, z = (
            check_number(part, f"rotation of {bone}", ROTATION_MAX_RAD)
            for part in check_list(vector, f"rotation of {bone}", 3, 3)
        )
        rotations[bone] = (x, y, z)
    return rotations


def _hands(value: Any) -> tuple[str, str]:
    left, right = check_list(value, "hands", 2, 2)
    for hand in (left, right):
        if not isinstance(hand, str) or hand not in HAND_SHAPES:
            raise PoseFileRefused(f"There is no hand shape “{hand!s:.40}”. Known: {', '.join(HAND_SHAPES)}.")
    return left, right


def _goals(value: Any) -> dict[str, Any]:
    """Goals in which every name is known and every number bounded: the solver is given them."""
    goals = check_object(value, "goals")
    strange = sorted(set(goals) - set(GOAL_KINDS))
    if strange:
        raise PoseFileRefused(f"goals: “{strange[0]:.40}” is not known.")
    for angle, wish in check_object(goals.get("angles", {}), "goals: angles").items():
        if angle not in INDEX:
            raise PoseFileRefused(f"goals: there is no angle “{angle:.40}”.")
        degrees, weight = check_list(wish, f"goals: {angle}", 2, 2)
        check_number(degrees, f"goals: {angle}", 360)
        _weight(weight)
    points = {ORIGIN, *CHAIN, *find_surface_points()}
    for goal in check_list(goals.get("contacts", []), "goals: contacts", MOST_GOALS):
        _known_only(goal, ("point", "to", "offset_m", "frame", "weight", "axes"))
        for point in (goal.get("point"), goal.get("to", ORIGIN)):
            if not isinstance(point, str) or point not in points:
                raise PoseFileRefused(f"goals: the body has no point “{point!s:.40}”.")
        _vectors(goal, ("offset_m", "axes"))
    directions = parts_that_point()
    for goal in check_list(goals.get("directions", []), "goals: directions", MOST_GOALS):
        _known_only(goal, ("of", "toward", "frame", "weight"))
        if goal.get("of") not in directions:
            raise PoseFileRefused(f"goals: no part called “{goal.get('of')!s:.40}” points anywhere.")
        if not any(_vectors(goal, ("toward",))):
            raise PoseFileRefused("goals: a direction has no length.")
    for point, share in check_object(goals.get("balance", {}), "goals: balance").items():
        if point not in points:
            raise PoseFileRefused(f"goals: the body has no point “{point:.40}”.")
        if check_number(share, "goals: balance", LARGEST_WEIGHT) < 0:
            raise PoseFileRefused("goals: a share of the balance is negative.")
    _props(goals.get("props", []))
    if check_number(goals.get("airborne_m", 0.0), "goals: airborne_m", FARTHEST_M) < 0:
        raise PoseFileRefused("goals: airborne_m is negative.")
    for part in check_list(goals.get("root_m", [0, 0, 0]), "goals: root_m", 3, 3):
        check_number(part, "goals: root_m", FARTHEST_M)
    return goals


def _props(value: Any) -> None:
    for prop in check_list(value, "goals: props", MOST_GOALS):
        strange = sorted(set(check_object(prop, "goals: props")) - {"kind", "name", "size_m", "center_m"})
        if strange:
            raise PoseFileRefused(f"goals: a prop has no “{strange[0]:.40}”.")
        for field in ("size_m", "center_m"):
            for part in check_list(prop.get(field), f"goals: {field}", 3, 3):
                check_number(part, f"goals: {field}", FARTHEST_M)
        if min(prop["size_m"]) <= 0:
            raise PoseFileRefused("goals: a prop has no size.")
        for field in ("kind", "name"):
            check_text(prop.get(field, ""), f"goals: {field}", LONGEST_NAME)


def _known_only(goal: Any, fields: tuple[str, ...]) -> None:
    strange = sorted(set(check_object(goal, "goals")) - set(fields))
    if strange:
        raise PoseFileRefused(f"goals: “{strange[0]:.40}” is not known.")
    if goal.get("frame", "world") not in FRAMES:
        raise PoseFileRefused(f"goals: there is no frame “{goal['frame']!s:.40}”.")
    _weight(goal.get("weight", 1.0))


def _weight(value: Any) -> None:
    if check_number(value, "goals: weight", LARGEST_WEIGHT) < 0:
        raise PoseFileRefused("goals: a weight is negative.")


def _vectors(goal: Mapping[str, Any], fields: tuple[str, ...]) -> list[float]:
    numbers = []
    for field in fields:
        if field in goal:
            parts = check_list(goal[field], f"goals: {field}", 3, 3)
            numbers += [check_number(part, f"goals: {field}", FARTHEST_M) for part in parts]
    return numbers


def parts_that_point() -> frozenset[str]:
    """The names that a direction may have."""
    from pipelines.pose.angles import pose_body_joints

    return frozenset(pose_body_joints(open_anny()).directions)
