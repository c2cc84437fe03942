"""What REST takes and says of templates and persona presets, and of new orders out of old ones."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, Tag

from pipelines.bounds import Between, KeyOf, Text
from pipelines.image.engines import ENGINES
from pipelines.image.plan import LARGEST_SEED
from studio.api.answers import Answer, Plain
from studio.api.paging import PagedList
from studio.api.persona_words import PersonaIn
from studio.api.redraw_rules import WHAT_IS_REDRAWN
from studio.api.schemas import GenerationOrderIn, PictureText, Strict, tell_no_default
from studio.api.words import BY
from studio.vocabulary.names import PRESET_PATTERN, Id
from studio.vocabulary.order import MOST_OF_ONE, Prompt, RedrawParts
from studio.vocabulary.template import OpenFields, TemplateName

OPEN_SAID = "Fields of an order that whoever uses it has to say; named as in the template's `order`."


class NewTemplate(Strict):
    """What every new template is told."""

    name: TemplateName
    open: OpenFields = Field(default=(), description=OPEN_SAID)


class TemplateOfOrder(NewTemplate):
    """A template of an order."""

    order: GenerationOrderIn


class TemplateOfGeneration(NewTemplate):
    """A template of what a generation was ordered with."""

    generation_id: Id


def _which(given: Any) -> str:
    return BY + ("generation_id" if isinstance(given, dict) and "generation_id" in given else "order")


TemplateIn = Annotated[
    Annotated[TemplateOfOrder, Tag(BY + "order")]
    | Annotated[TemplateOfGeneration, Tag(BY + "generation_id")],
    Discriminator(_which),
]


class TemplateChangeIn(Strict):
    """What to change of a template; what is left out stays."""

    name: TemplateName = Field(default="", json_schema_extra=tell_no_default)
    order: GenerationOrderIn = Field(
        default_factory=GenerationOrderIn, description="All of it: it takes the place of the one before."
    )
    open: OpenFields = Field(default=(), description=OPEN_SAID)


class TemplateOut(Answer):
    """A saved order with some fields left open."""

    id: str
    name: str
    order: Plain = Field(description="As in a generation.")
    open: list[str]
    unreadable: str = Field(description="Why another version's template cannot be read here; else empty.")
    created_at: datetime
    updated_at: datetime


class TemplateList(PagedList):
    """Templates, newest first."""

    items: list[TemplateOut]


class PersonaPresetIn(Strict):
    """A persona to keep; the file of a preset is one."""

    name: TemplateName
    persona: PersonaIn


class PersonaPresetChangeIn(Strict):
    """What to change of a preset; what is left out stays."""

    name: TemplateName | None = None
    persona: PersonaIn | None = Field(default=None, description="All of it.")


class PersonaPresetOut(Answer):
    """A kept persona to begin with."""

    id: str
    name: str
    persona: Plain
    unreadable: str = Field(description="Why another version's preset cannot be read here; else empty.")
    created_at: datetime
    updated_at: datetime


class PersonaPresetList(PagedList):
    """Persona presets, newest first."""

    items: list[PersonaPresetOut]


class VariationsIn(Strict):
    """How many others."""

    count: Annotated[int, Between(1, MOST_OF_ONE)] = Field(
        default=4, description="Pictures of every prompt, pose and view, each with a seed of its own."
    )


class RedrawIn(Strict):
    """What of which picture is drawn anew, and by what."""

    model_config = ConfigDict(json_schema_extra={"anyOf": WHAT_IS_REDRAWN})

    picture_id: Id | None = Field(default=None, description="Left out: the generation's first.")
    parts: RedrawParts = Field(default=(), description="By name, as its own scene has them.")
    mask_photo_id: Id | None = Field(
        default=None, description="A kept photo as a mask: what is light in it is drawn anew."
    )
    mask_image: PictureText | None = Field(
        default=None, description="The same as a picture that is sent along; it is kept as a photo."
    )
    prompt: Prompt | None = Field(default=None, description="Left out: the picture's own.")
    strength: Annotated[float, Between(above=0, most=1)] = Field(
        default=1.0, description="How much of the part is changed."
    )
    engine: Annotated[str, KeyOf(tuple(ENGINES))] | None = Field(
        default=None, description="Left out: the preset's, or the picture's own."
    )
    preset: Annotated[str, Text(64, pattern=PRESET_PATTERN)] | None = Field(
        default=None, description="Left out: the engine's first, or the picture's own."
    )
    seed: Annotated[int, Between(0, LARGEST_SEED - MOST_OF_ONE)] | None = Field(
        default=None, description="Left out: chosen."
    )


class ContinueIn(Strict):
    """Which engine goes on."""

    engine: Annotated[str, KeyOf(tuple(ENGINES))] | None = Field(
        default=None, description="Left out: the preset's, or draft."
    )
    preset: Annotated[str, Text(64, pattern=PRESET_PATTERN)] | None = Field(
        default=None, description="Left out: the engine's first."
    )
    draft_strength: Annotated[float, Between(above=0, most=1)] | None = Field(
        default=None,
        description="Start from the draft picture, this much changed. Left out: from noise alone.",
    )
