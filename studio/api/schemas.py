"""What REST takes: strict descriptions, turned into the vocabulary. Nothing unknown, nothing endless, adults only."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from pipelines.appearance import Backdrop, Expression, Finish, Gender, Light, WornGarment
from pipelines.body.extractor import EXTRACTORS
from pipelines.bounds import Named, find_bound
from pipelines.image.engines import ENGINES
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import MOST_GUIDANCE, MOST_LORA_WEIGHT, MOST_STEPS
from pipelines.options import ADULT_AGE, LONGEST_NAME, MOST_PERSONALITY_WORDS, MOST_WORN, OLDEST_AGE, OPTIONS
from pipelines.prompt.garment_words import GARMENTS, PATTERNS
from pipelines.prompt.persona import HEIGHT_RANGE_CM, persona_from_json
from pipelines.prompt.styles import STYLES
from pipelines.types import CONTROL_KINDS, VIEWS, ControlKind, Framing, KnownMeasures, LoraUse, Persona, View
from studio.api.fields import (
    ID_PATTERN,
    ONE_LINE,
    PRESET_PATTERN,
    WHOLE,
    Id,
    KeyOf,
    PoseName,
    PromptText,
    Slug,
    Word,
    Words,
)
from studio.vocabulary.views import MOST_PROMPTS, GenerationOrder, OrderReference, StageScene

MEASURED_HEIGHT_CM = (130.0, 230.0)
MEASURED_WEIGHT_KG = (30.0, 300.0)
SIDE_PX = (64, 2048)
STAGE_SIDE_PX = (64, 1536)
MOST_POSES = 16
MOST_VIEWS = 5
MOST_REFERENCES = 8  # more than any engine looks at; each says how many it takes
MOST_LORAS = 8
LONGEST_LORA_NAME = 100
MOST_OF_ONE = MOST_PICTURES // len(VIEWS)  # pictures of one pose and view in an order

_DATA_URL = re.compile(r"data:image/(png|jpeg|webp|avif);base64,")


def _option(attribute: str) -> KeyOf:
    return KeyOf(tuple(option.key for option in OPTIONS[attribute]))


class Strict(BaseModel):
    """What all bodies share: an unknown field is refused, numbers are finite, and a text is no number."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


class ExpressionIn(Strict):
    """What a face shows, and how strongly; its name alone will do."""

    name: Annotated[str, find_bound(Expression, "name")]
    strength: Annotated[float, find_bound(Expression, "strength")] = 1.0


class GarmentIn(Strict):
    """Something worn, with its colours ("navy" or "#27324a") and its pattern; its name alone will do."""

    garment: Annotated[str, KeyOf(tuple(one.key for one in GARMENTS))]
    color: Annotated[str, find_bound(WornGarment, "color")] = ""
    second_color: Annotated[str, find_bound(WornGarment, "second_color")] = ""
    pattern: Annotated[str, KeyOf(PATTERNS)] = "plain"


class PersonaIn(Strict):
    """Who the avatar is. Every field may be left out."""

    name: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=LONGEST_NAME)] = ""
    age: Annotated[int, Field(ge=ADULT_AGE, le=OLDEST_AGE, description="Adults only."), WHOLE] = 30
    gender: Gender = "neutral"
    personality: Annotated[list[Word], Field(max_length=MOST_PERSONALITY_WORDS)] = []
    background: Words = ""
    ethnicity: Words = ""
    body_type: Annotated[str, _option("body_type")] = "average"
    height_cm: Annotated[float, Field(ge=HEIGHT_RANGE_CM[0], le=HEIGHT_RANGE_CM[1])] | None = None
    hair_style: Annotated[str, _option("hair_style")] = "bob"
    hair_color: Annotated[str, _option("hair_color")] = "brown"
    facial_hair: Annotated[str, _option("facial_hair")] = "none"
    eye_color: Annotated[str, _option("eye_color")] = "brown"
    skin_tone: Annotated[str, _option("skin_tone")] = "medium"
    style: Annotated[str, _option("style")] = "casual"
    clothing: Words = ""
    own_words: Words = ""
    ancestry: Annotated[dict[str, float], find_bound(Persona, "ancestry")] = {}
    face: Annotated[dict[str, float], find_bound(Persona, "face")] = {}
    face_seed: Annotated[int, find_bound(Persona, "face_seed")] = 0
    expression: Annotated[ExpressionIn, Named("name")] | None = None
    outfit: Annotated[list[Annotated[GarmentIn, Named("garment")]], Field(max_length=MOST_WORN)] = []
    accessories: Annotated[list[Annotated[GarmentIn, Named("garment")]], Field(max_length=MOST_WORN)] = []

    def to_persona(self) -> Persona:
        """The persona of the vocabulary."""
        return persona_from_json(self.model_dump())


def _data_url(text: str) -> str:
    if not _DATA_URL.match(text):
        raise ValueError("has to start like “data:image/png;base64,”")
    return text


class PhotoIn(Strict):
    """A photo inside JSON."""

    image: Annotated[
        str,
        AfterValidator(_data_url),
        Field(
            description="The picture as a data URL; what it is, is decided by its bytes.",
            json_schema_extra={"format": "image-data-url"},
        ),
    ]
    name: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=255)] = ""


class BodyOrderIn(Strict):
    """Measure the person in a photo."""

    photo_id: Id
    height_cm: Annotated[float, Field(ge=MEASURED_HEIGHT_CM[0], le=MEASURED_HEIGHT_CM[1])]
    weight_kg: Annotated[float, Field(ge=MEASURED_WEIGHT_KG[0], le=MEASURED_WEIGHT_KG[1])] | None = None
    gender: Gender | None = None
    extractor: Annotated[str, KeyOf(tuple(EXTRACTORS))] = "landmark-fit"
    name: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=LONGEST_NAME)] = ""

    def to_known(self) -> KnownMeasures:
        """What the person told about their body."""
        return KnownMeasures(height_cm=self.height_cm, weight_kg=self.weight_kg, gender=self.gender)


Item = TypeVar("Item")
UNIQUE = {"uniqueItems": True}


def _each_once(items: list[Item]) -> list[Item]:
    if len(set(items)) != len(items):
        raise ValueError("has to name each once")
    return items


def _tell_no_default(schema: dict[str, Any]) -> None:
    """A field that may be left out, but whose empty value may not be sent."""
    del schema["default"]
    if schema["type"] == "array":
        schema |= UNIQUE


class ReferenceIn(Strict):
    """A kept photo that the engine shall look at, and what for."""

    role: Literal["person", "style", "garment", "init"] = "person"
    photo_id: Id


class LoraIn(Strict):
    """A LoRA of the data folder, or one that belongs to the preset."""

    name: Annotated[str, StringConstraints(pattern=ONE_LINE, min_length=1, max_length=LONGEST_LORA_NAME)]
    weight: Annotated[float, Field(ge=-MOST_LORA_WEIGHT, le=MOST_LORA_WEIGHT)] = 1.0


POSE_SAID = "its id (hand-on-hip) or its name (Hand on hip; capitals or not), as GET /poses lists them"


class GenerationOrderIn(Strict):
    """Draw a persona, or a kept avatar, in poses: prompts x poses x views x count pictures, 64 at most."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["pose"]}, {"required": ["poses"]}]},
    )

    persona: PersonaIn | None = Field(default=None, description="Left out: the avatar's own.")
    avatar_id: Id | None = None
    prompt: PromptText | None = Field(default=None, description="Left out: written from the persona.")
    prompts: Annotated[
        list[Annotated[PromptText, Field(min_length=1)]],
        AfterValidator(_each_once),
        Field(
            max_length=MOST_PROMPTS,
            description="Everything is made once with each; with `prompt`, that is the first of them.",
            json_schema_extra=UNIQUE,
        ),
    ] = []
    negative_prompt: PromptText | None = None
    style: Annotated[str, KeyOf(tuple(style.key for style in STYLES))] = Field(
        default="realistic", description="Adds its words where the prompt is written here."
    )
    pose: PoseName = Field(
        default="",
        description=f"One pose, by {POSE_SAID}; with `poses`, the first of them.",
        json_schema_extra=_tell_no_default,
    )
    poses: Annotated[
        list[PoseName],
        AfterValidator(_each_once),
        Field(
            min_length=1,
            max_length=MOST_POSES,
            description=f"Several poses, each by {POSE_SAID}.",
            json_schema_extra=_tell_no_default,
        ),
    ] = []
    views: Annotated[
        list[View],
        AfterValidator(_each_once),
        Field(min_length=1, max_length=MOST_VIEWS, json_schema_extra=UNIQUE),
    ] = ["front"]
    framing: Framing | None = Field(default=None, description="Left out: the pose's own.")
    engine: Annotated[str, KeyOf(tuple(ENGINES))] | None = Field(
        default=None, description="Left out: the preset's, or draft."
    )
    preset: Annotated[str, StringConstraints(pattern=PRESET_PATTERN)] | None = Field(
        default=None, description="Left out: the engine's first."
    )
    quality: Literal["sd", "hd"] = Field(default="sd", description="hd: larger, more steps.")
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED - MOST_OF_ONE), WHOLE] | None = Field(
        default=None, description="Left out: chosen."
    )
    count: Annotated[
        int, Field(ge=1, le=MOST_OF_ONE, description="Pictures of every pose and view."), WHOLE
    ] = 1
    width: Annotated[int, Field(ge=SIDE_PX[0], le=SIDE_PX[1]), WHOLE] = 1024
    height: Annotated[int, Field(ge=SIDE_PX[0], le=SIDE_PX[1]), WHOLE] = 1024
    look: Finish = "coloured"
    light: Light = Field(default="soft", description="Of a draft.")
    set: Backdrop = Field(default="paper", description="What stands behind the figure of a draft.")
    controls: (
        Annotated[
            list[ControlKind],
            AfterValidator(_each_once),
            Field(max_length=len(CONTROL_KINDS), json_schema_extra=UNIQUE),
        ]
        | None
    ) = Field(default=None, description="Left out: what suits the preset.")
    references: Annotated[list[ReferenceIn], Field(max_length=MOST_REFERENCES)] = []
    loras: Annotated[list[LoraIn], Field(max_length=MOST_LORAS)] | None = Field(
        default=None, description="Left out: the preset's own."
    )
    steps: Annotated[int, Field(ge=1, le=MOST_STEPS), WHOLE] | None = Field(
        default=None, description="Left out: the preset's."
    )
    guidance: Annotated[float, Field(ge=0, le=MOST_GUIDANCE)] | None = Field(
        default=None, description="Left out: the preset's."
    )
    draft_strength: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None,
        description="Start from the draft picture, this much changed. Left out: from noise alone.",
    )
    second_pass: bool | None = Field(
        default=None,
        description="Draw smaller first, then over the enlarged. Left out: in hd, where it can be.",
    )
    face_pass: bool | None = Field(
        default=None, description="Draw over the face by itself. Left out: in hd, where its place is known."
    )
    recipe: bool | None = Field(
        default=None, description="Write the settings into the pictures. Left out: as the studio is set."
    )

    @model_validator(mode="after")
    def _has_a_pose(self) -> Self:
        if not self.pose and not self.poses:
            raise ValueError("has to name a pose, as “pose”, or several, as “poses”")
        return self

    def to_order(
        self, persona: Persona, find_pose: Callable[[str], str], presets: PresetShelf
    ) -> GenerationOrder:
        """The order of the vocabulary, for this persona; find_pose makes slugs of names.

        Raises UnknownName for an unknown preset, and what find_pose raises.
        """
        engine, preset = presets.choose(self.engine, self.preset)
        first = [] if self.prompt is None else [self.prompt]
        prompt, *more_prompts = dict.fromkeys([*first, *self.prompts]) or [None]
        return GenerationOrder(
            persona=persona,
            avatar_id=self.avatar_id,
            prompt=prompt,
            more_prompts=tuple(words for words in more_prompts if words),
            negative_prompt=self.negative_prompt,
            picture_style=self.style,
            poses=tuple(dict.fromkeys(map(find_pose, [*([self.pose] if self.pose else []), *self.poses]))),
            views=tuple(self.views),
            framing=self.framing,
            engine=engine,
            preset=preset,
            quality=self.quality,
            seed=self.seed,
            count=self.count,
            width=self.width,
            height=self.height,
            look=self.look,
            light=self.light,
            set=self.set,
            controls=None if self.controls is None else tuple(self.controls),
            references=tuple(
                OrderReference(role=reference.role, photo_id=reference.photo_id)
                for reference in self.references
            ),
            loras=None
            if self.loras is None
            else tuple(LoraUse(name=lora.name, weight=lora.weight) for lora in self.loras),
            steps=self.steps,
            guidance=self.guidance,
            draft_strength=self.draft_strength,
            second_pass=self.second_pass,
            face_pass=self.face_pass,
            recipe=self.recipe,
        )


class StageSceneIn(Strict):
    """What the stage shows, and the lane of the page that asks: its newer requests overtake its older ones."""

    lane: Annotated[str, StringConstraints(pattern=ID_PATTERN)]
    persona: PersonaIn = PersonaIn()
    avatar_id: Id | None = None
    pose: Slug = "relaxed-stand"
    view: View = "front"
    framing: Framing | None = None
    look: Finish = "coloured"
    dark: bool = False
    width: Annotated[int, Field(ge=STAGE_SIDE_PX[0], le=STAGE_SIDE_PX[1]), WHOLE] = 576
    height: Annotated[int, Field(ge=STAGE_SIDE_PX[0], le=STAGE_SIDE_PX[1]), WHOLE] = 768

    def to_scene(self) -> StageScene:
        """The scene of the vocabulary."""
        values = self.model_dump(exclude={"lane", "persona"})
        return StageScene(persona=self.persona.to_persona(), **values)
