"""What REST takes where it is more than a class of the vocabulary: the vocabulary's own fields, with shorter ways to
say some of them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from dataclasses import Field as DataclassField
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, create_model
from pydantic_core import core_schema

from pipelines.bounds import KeyOf, Several, Text
from pipelines.image.engines import ENGINES
from pipelines.image.presets import PresetShelf
from pipelines.types import Persona
from studio.api.persona_words import PersonaIn
from studio.api.redraw_rules import ONE_REDRAWN
from studio.api.words import BY
from studio.vocabulary.library import Tags
from studio.vocabulary.names import ID_PATTERN, PRESET_PATTERN, Id
from studio.vocabulary.order import (
    DEFAULT_POSES,
    MOST_POSES,
    MOST_PROMPTS,
    MOST_REFERENCES,
    Choice,
    GenerationOrder,
    OrderReference,
    PictureStyle,
    PoseName,
    Prompt,
    ReferenceRole,
)
from studio.vocabulary.photo import PhotoName, PhotoRole
from studio.vocabulary.pose_schema import describe_whole_pose
from studio.vocabulary.stage import StageScene

_DATA_URL = re.compile(r"data:image/(png|jpeg|jpg|webp|avif);base64,")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]{1,64}")  # as it begins: the rest is found out when it is read


class Strict(BaseModel):
    """What all bodies share: an unknown field is refused, numbers are finite, and a text is no number."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _base64_text(text: str) -> str:
    if not _DATA_URL.match(text) and not _BASE64.fullmatch(text[:64]):
        raise ValueError("has to be base64, or a data URL that starts like “data:image/png;base64,”")
    return text


# A picture inside JSON, as base64 alone or as a data URL.
PictureText = Annotated[
    str,
    AfterValidator(_base64_text),
    Field(
        strict=True,
        description="The picture as base64, alone or as a data URL; what it is, is decided by its bytes.",
        json_schema_extra={"format": "image-data-url"},
    ),
]


def decode_picture(text: str) -> bytes:
    """The bytes of a PictureText. Raises binascii.Error."""
    _, comma, after = text.partition(",")
    return base64.b64decode("".join((after if comma else text).split()), validate=True)


class PhotoIn(Strict):
    """A photo inside JSON."""

    image: PictureText
    name: PhotoName = ""
    role: PhotoRole = "person"


MOST_PHOTOS_AT_ONCE = 16


class PhotosIn(Strict):
    """Several photos at once; each is looked at by itself."""

    photos: Annotated[tuple[PhotoIn, ...], Several(MOST_PHOTOS_AT_ONCE, least=1)]


class PhotoChangeIn(Strict):
    """What to change of a photo; what is left out stays."""

    name: PhotoName = ""
    role: PhotoRole = "person"
    tags: Tags = Field(default=(), description="All of them: they take the place of those before.")

    def said(self) -> dict[str, Any]:
        """Only what was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ReferencePhoto(Strict):
    """A kept photo that the engine shall look at, and what for."""

    role: ReferenceRole = "person"
    photo_id: Id


class ReferenceImage(Strict):
    """A picture that the engine shall look at, and what for; it is kept as a photo."""

    role: ReferenceRole = "person"
    image: PictureText


def picture_or_photo(given: Any) -> str:
    """Whether a picture is sent along, or named by the id of a photo."""
    return BY + ("image" if isinstance(given, dict) and "image" in given else "photo_id")


ReferenceIn = Annotated[
    Annotated[ReferencePhoto, Tag(BY + "photo_id")] | Annotated[ReferenceImage, Tag(BY + "image")],
    Discriminator(picture_or_photo),
]

# Said in another way here than in an order as it is kept.
SAID_OTHERWISE = frozenset(
    {
        "version",
        "persona",
        "given_poses",
        "more_prompts",
        "picture_style",
        "poses",
        "engine",
        "preset",
        "references",
    }
)
# Ways to say a field of an order that has another name there.
NAME_OF = {
    "style": "picture_style", "pose": "poses", "pose_photo_id": "poses", "pose_image": "poses", "prompts": "prompt",
    "engine": "preset", "realism": "picture_style",
}  # fmt: skip
STYLE_OF_REALISM = {True: "realistic", False: "render"}
LEFT_OUT = {
    "avatar_id": "Its measured body, where it has one, takes the persona's place.",
    "prompt": "Left out: written from the persona.",
    "framing": "Left out: the pose's own.",
    "sheet": "A character sheet: eight turns and four faces of one pose, and one picture of them all at the end; "
    "`views`, `count` and further poses or prompts are left out.",
    "light": "Of a draft.",
    "set": "What stands behind the figure of a draft.",
    "expression": "What the face shows, with a strength or as its name alone. Left out: as the persona has it; else "
    "as the pose, its tags, or the words for the personality say.",
    "quality": "hd: larger, more steps.",
    "seed": "Left out: chosen.",
    "count": "Pictures of every pose and view.",
    "person_pictures": "Pictures that are kept here and show the person, by `file_id`, for the engine to look at.",
    "avatar_pictures": "So many of the avatar's own pictures, chosen here: its base picture, its photo, then the "
    "latest that a model drew from the front. The order names them among `person_pictures`.",
    "controls": "Left out: what suits the preset.",
    "loras": "Left out: the preset's own.",
    "steps": "Left out: the preset's.",
    "guidance": "Left out: the preset's.",
    "draft_strength": "Start from the draft picture, this much changed. Left out: from noise alone.",
    "second_pass": "Draw smaller first, then over the enlarged. Left out: in hd, where it can be.",
    "face_pass": "Draw over the face by itself. Left out: in hd, where its place is known.",
    "redraw": "Only a part of a kept picture, by name or by a mask: of one view, pose and prompt, with a count of 1 "
    "and no sheet. POST /generations/{id}/redraw says the rest by itself.",
    "recipe": "Write the settings into the pictures. Left out: as the studio is set.",
    "priority": "Before your other jobs that wait.",
}


def _default_of(one: DataclassField[Any]) -> dict[str, Any]:
    if one.default_factory is not MISSING:
        return {"default_factory": one.default_factory}
    return {"default": ... if one.default is MISSING else one.default}


def _fields_of(kind: type[Any]) -> dict[str, Any]:
    """Every field that REST takes as the vocabulary has it: a new field of an order is one of REST by itself."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        field.name: (
            hints[field.name],
            Field(
                **_default_of(field),
                description=LEFT_OUT.get(field.name),
            ),
        )
        for field in fields(kind)
    }


class NameOrWhole:
    """A pose by its name, or whole, as an object that is looked at where it is read."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        name = handler.generate_schema(PoseName)
        return core_schema.no_info_wrap_validator_function(_pass_objects, name)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {"anyOf": [handler(schema), describe_whole_pose()]}


def _pass_objects(given: Any, read: Callable[[Any], str]) -> str | dict[str, Any]:
    return given if isinstance(given, dict) else read(given)


def tell_no_default(schema: dict[str, Any]) -> None:
    """A field that may be left out, but whose empty value may not be sent."""
    del schema["default"]


Realism = Annotated[
    Choice | None,
    Field(
        description="In place of `style`: true is realistic, false a 3D render; where both are given, the style counts."
    ),
]


def choose_style(asked: Any) -> str:
    """The style of a body that says it as `style`, or as `realism` alone."""
    is_short = asked.realism is not None and "style" not in asked.model_fields_set
    return STYLE_OF_REALISM[asked.realism] if is_short else str(asked.style)


POSE_SAID = "its id (hand-on-hip) or its name (Hand on hip; capitals or not), as GET /poses lists them"
ORDER_FIELDS = {
    name: said for name, said in _fields_of(GenerationOrder).items() if name not in SAID_OTHERWISE
}
OrderFields: Any = create_model("OrderFields", __base__=Strict, **ORDER_FIELDS)
STAGE_FIELDS = _fields_of(StageScene)
StageFields: Any = create_model("StageFields", __base__=Strict, **STAGE_FIELDS)


class GenerationOrderIn(OrderFields):
    """Draw a persona, or a kept avatar, in poses: prompts x poses x views x count pictures, 64 at most.

    Without a pose it is *relaxed stand*.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": ONE_REDRAWN})

    persona: PersonaIn | None = Field(default=None, description="Left out: the avatar's own.")
    prompts: Annotated[
        tuple[Annotated[Prompt, Field(min_length=1)], ...], Several(MOST_PROMPTS, each_once=True)
    ] = Field(
        default=(), description="Everything is made once with each; with `prompt`, that is the first of them."
    )
    style: PictureStyle = Field(
        default="realistic",
        description="Adds its words where the prompt is written here; a draft is drawn so.",
    )
    realism: Realism = None
    pose: Annotated[str | dict[str, Any], NameOrWhole()] = Field(
        default="",
        description=f"One pose, by {POSE_SAID}; or a whole pose, as `poses export` writes it as JSON, to be used once. "
        "With `poses`, the first of them. Without any: relaxed-stand.",
        json_schema_extra=tell_no_default,
    )
    poses: Annotated[tuple[PoseName, ...], Several(MOST_POSES, least=1, each_once=True)] = Field(
        default=(),
        description=f"Several poses, each by {POSE_SAID}.",
        json_schema_extra=tell_no_default,
    )
    engine: Annotated[str, KeyOf(tuple(ENGINES))] | None = Field(
        default=None, description="Left out: the preset's, or draft."
    )
    preset: Annotated[str, Text(64, pattern=PRESET_PATTERN)] | None = Field(
        default=None, description="Left out: the engine's first."
    )

    pose_photo_id: Id | None = Field(
        default=None, description="A kept photo of which the person's pose is taken, to be used once."
    )
    pose_image: PictureText | None = Field(
        default=None,
        description="A picture of which the person's pose is taken, or that of the points drawn in it; not kept.",
    )
    references: Annotated[tuple[ReferenceIn, ...], Several(MOST_REFERENCES)] = Field(
        default=(), description="What the engine shall look at: kept photos, or pictures that are sent along."
    )

    template_id: Id | None = Field(
        default=None,
        description="A template: what is sent here takes the place of its fields, and it says the others.",
    )

    @property
    def said(self) -> set[str]:
        """The fields of an order that were sent, by the names that the vocabulary has for them."""
        return {NAME_OF.get(name, name) for name in self.model_fields_set}

    @property
    def named_poses(self) -> list[str]:
        """The poses that are asked for by name."""
        return [*([self.pose] if self.pose and isinstance(self.pose, str) else []), *self.poses]

    def to_order(
        self,
        persona: Persona,
        find_pose: Callable[[str], str],
        presets: PresetShelf,
        given_poses: Mapping[str, Any],
        references: Sequence[OrderReference] = (),
    ) -> GenerationOrder:
        """The order of the vocabulary, for this persona; find_pose makes slugs of names, given_poses come first, and
        references are kept photos.

        Raises UnknownName for an unknown preset, and what find_pose raises.
        """
        engine, preset = presets.choose(self.engine, self.preset)
        first = [] if self.prompt is None else [self.prompt]
        prompt, *more_prompts = dict.fromkeys([*first, *self.prompts]) or [None]
        said_alike = {name: getattr(self, name) for name in ORDER_FIELDS}
        poses = tuple(dict.fromkeys([*given_poses, *map(find_pose, self.named_poses)]))
        return GenerationOrder(
            **said_alike
            | {
                "persona": persona,
                "prompt": prompt,
                "more_prompts": tuple(words for words in more_prompts if words),
                "picture_style": choose_style(self),
                "poses": poses or DEFAULT_POSES,
                "given_poses": dict(given_poses),
                "engine": engine,
                "preset": preset,
                "references": tuple(references),
            }
        )


class StageSceneIn(StageFields):
    """What the stage shows, and the lane of the page that asks: its newer requests overtake its older ones."""

    lane: Annotated[str, Text(64, pattern=ID_PATTERN)]

    def to_scene(self) -> StageScene:
        """The scene of the vocabulary."""
        return StageScene(**{name: getattr(self, name) for name in StageFields.model_fields})
