"""PoseTemplate: one entry of the pose gallery, and its form on disk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from pipelines.appearance import Expression
from pipelines.errors import PipelineError, RequestRefused
from pipelines.options import LENS_MM, TILT_DEG
from pipelines.pose.vocabulary import (
    CATEGORIES,
    DIFFICULTIES,
    GENDER_PRESENTATIONS,
    HAND_USES,
    HELD_PLACES,
    HELD_THINGS,
    MOODS,
    POSE_VIEWS,
    PROPS,
    SUPPORTS,
    SYMMETRIES,
    TAGS,
    Difficulty,
    GenderPresentation,
    Support,
    Symmetry,
    View,
)
from pipelines.prompt.persona import read_expression
from pipelines.props import Held
from pipelines.types import FRAMINGS, Framing, JsonValue, Pose

Word = TypeVar("Word", bound=str)
ROTATION_DECIMALS = 4  # 1e-4 rad: under a millimetre at the finger tips
FORMAT, VERSION = "avatar-studio-pose", 1  # what files of the studio's own say of themselves
MOST_HELD = 4
OF_SOME = ("camera_tilt_deg", "lens_mm", "expression")  # fields that are written only where they are said
ROTATION_MAX_RAD = 7.0  # a rotation vector longer than a full turn is not one


class PoseBroken(PipelineError):
    """This pose cannot be read: a field is missing or is not what it should be."""

    code = "pose-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseTemplate:
    """A named pose: what it shows, how it is best looked at, and the goals it was solved for.

    name: unique, what a person would say ("Hand on hip"); slug: its id ("hand-on-hip");
    category, tags, view, difficulty, gender, mood, hand_uses, symmetry, support, props: what the gallery filters by,
    each a word (or words) of pipelines.pose.vocabulary. view is the side of the body that its own front view shows,
    gender whom the pose presents, hand_uses what the hands do, props what is held, sat on or leaned on;
    camera_yaw_deg: how far the body is turned for its front view, so that the pose reads;
    camera_tilt_deg, lens_mm: how far the camera looks down, and its lens (see pipelines.types.CameraSpec), in every
    view; None: as the framing has them;
    expression: what the face shows; None: see pipelines.pose.expression;
    held: what the hands hold and the body carries, drawn with it; `props` has a word for each;
    source: the fingerprint of the goals that it was solved from, so that only what has changed is solved again;
    pose: without a root (it stands on the floor), unless the pose is in the air;
    goals: what the solver was asked for, kept so that contacts can be re-solved on another body: "angles",
    "contacts", "directions", "balance" (see pipelines.pose.goals), and
      "root_m"      where the root came to rest on the body that it was solved for;
      "airborne_m"  how high the lowest point is above the floor, where the pose is a jump;
      "props"       boxes to be drawn with it: [{"kind": "box", "size_m": [x, y, z], "center_m": [x, y, z]}], in the
                    world frame of a body whose pose has been adapted or solved.
    """

    slug: str
    name: str
    category: str
    tags: tuple[str, ...]
    framing: Framing
    camera_yaw_deg: float
    pose: Pose
    view: View = "front"
    difficulty: Difficulty = "easy"
    gender: GenderPresentation = "any"
    mood: str = "neutral"
    hand_uses: tuple[str, ...] = ("free",)
    symmetry: Symmetry = "asymmetric"
    support: Support = "standing"
    props: tuple[str, ...] = ()
    source: str = ""
    goals: Mapping[str, Any] = field(default_factory=dict)
    camera_tilt_deg: float | None = None
    lens_mm: float | None = None
    expression: Expression | None = None
    held: tuple[Held, ...] = ()


def template_to_json(template: PoseTemplate) -> dict[str, JsonValue]:
    """What is kept of a template in a file; `template_from_json` reads it back to an equal template."""
    pose = template.pose
    said = {name: getattr(template, name) for name in OF_SOME}
    if template.held:
        said["held"] = [asdict(thing) for thing in template.held]
    if template.expression is not None:
        said["expression"] = asdict(template.expression)
    return {
        "slug": template.slug,
        "name": template.name,
        "category": template.category,
        "tags": list(template.tags),
        "framing": template.framing,
        "view": template.view,
        "difficulty": template.difficulty,
        "gender": template.gender,
        "mood": template.mood,
        "hand_uses": list(template.hand_uses),
        "symmetry": template.symmetry,
        "support": template.support,
        "props": list(template.props),
        "camera_yaw_deg": template.camera_yaw_deg,
        "source": template.source,
        "hands": list(pose.hands),
        "root_m": None if pose.root_m is None else list(pose.root_m),
        "rotations": {bone: list(vector) for bone, vector in pose.rotations.items()},
        "goals": dict(template.goals),
        **{name: value for name, value in said.items() if value is not None},
    }


def template_from_json(stored: Mapping[str, JsonValue]) -> PoseTemplate:
    """The template kept in a file. Raises PoseBroken."""
    try:
        root = stored["root_m"]
        template = PoseTemplate(
            slug=_text(stored["slug"]),
            name=_text(stored["name"]),
            category=_one_of(stored["category"], CATEGORIES),
            tags=_words(stored["tags"], TAGS),
            framing=_one_of(stored["framing"], FRAMINGS),
            view=_one_of(stored["view"], POSE_VIEWS),
            difficulty=_one_of(stored["difficulty"], DIFFICULTIES),
            gender=_one_of(stored["gender"], GENDER_PRESENTATIONS),
            mood=_one_of(stored["mood"], MOODS),
            hand_uses=_words(stored["hand_uses"], HAND_USES),
            symmetry=_one_of(stored["symmetry"], SYMMETRIES),
            support=_one_of(stored["support"], SUPPORTS),
            props=_words(stored["props"], PROPS),
            camera_yaw_deg=_number(stored["camera_yaw_deg"], 360.0),
            pose=Pose(
                rotations=_rotations(stored["rotations"]),
                root_m=None if root is None else _vector(root),
                hands=(_text(stored["hands"][0]), _text(stored["hands"][1])),
            ),
            source=_text(stored["source"]),
            goals=dict(stored["goals"]),
            camera_tilt_deg=_within(stored.get("camera_tilt_deg"), TILT_DEG),
            lens_mm=_within(stored.get("lens_mm"), LENS_MM),
            expression=read_expression(stored.get("expression")),
            held=_held(stored.get("held", [])),
        )
    except RequestRefused as refusal:
        raise PoseBroken(refusal.message) from refusal
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        raise PoseBroken(f"This pose cannot be read: {type(problem).__name__} {problem}") from problem
    return template


def _text(value: JsonValue) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a name")
    return value


def _one_of(value: JsonValue, known: tuple[Word, ...]) -> Word:
    for word in known:
        if word == value:
            return word
    raise ValueError(f"“{value}” is not one of {', '.join(known)}")


def _words(values: JsonValue, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise ValueError("not a list of words")
    return tuple(_one_of(value, known) for value in values)


def _held(values: JsonValue) -> tuple[Held, ...]:
    if not isinstance(values, list) or len(values) > MOST_HELD:
        raise ValueError("not a list of a few held things")
    return tuple(
        Held(name=_one_of(thing["name"], HELD_THINGS), place=_one_of(thing["place"], HELD_PLACES))
        for thing in values
    )


def _number(value: JsonValue, limit: float) -> float:
    number = float(value)
    if not math.isfinite(number) or abs(number) > limit:
        raise ValueError("not a number within limits")
    return number


def _within(value: JsonValue, bounds: tuple[float, float]) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not bounds[0] <= number <= bounds[1]:
        raise ValueError("not a number within limits")
    return number


def _rotations(stored: JsonValue) -> dict[str, tuple[float, float, float]]:
    """Rotation vectors by bone; written for speed, as a library holds tens of thousands of them."""
    rotations = {bone: (float(x), float(y), float(z)) for bone, (x, y, z) in stored.items()}
    largest = ROTATION_MAX_RAD
    for vector in rotations.values():
        x, y, z = vector
        if not (-largest <= x <= largest and -largest <= y <= largest and -largest <= z <= largest):
            raise ValueError("not a rotation within limits")
    return rotations


def _vector(value: JsonValue) -> tuple[float, float, float]:
    x, y, z = (_number(part, ROTATION_MAX_RAD) for part in value)
    return x, y, z
