"""POST /prompts/preview: the words that an order would send, and those of yours that are not understood."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from pipelines.bounds import KeyOf, Text
from pipelines.image.engines import ENGINES
from pipelines.types import Persona
from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.persona_words import PersonaIn
from studio.api.schemas import Realism, Strict, choose_style
from studio.studio import Studio
from studio.vocabulary.names import PRESET_PATTERN, Id
from studio.vocabulary.order import GenerationOrder, PictureStyle, Prompt


class PromptPreviewIn(Strict):
    """Of whom, in which style, and for what draws it; all of it may be left out."""

    persona: PersonaIn | None = Field(default=None, description="Left out: the avatar's, or the plain one.")
    avatar_id: Id | None = Field(default=None, description="A kept avatar.")
    prompt: Prompt | None = Field(default=None, description="Left out: written from the persona.")
    negative_prompt: Prompt | None = Field(default=None, description="Left out: written from the persona.")
    style: PictureStyle = "realistic"
    realism: Realism = None
    engine: Annotated[str, KeyOf(tuple(ENGINES))] | None = Field(
        default=None, description="Left out: the preset's, or draft."
    )
    preset: Annotated[str, Text(64, pattern=PRESET_PATTERN)] | None = Field(
        default=None, description="Left out: the engine's first."
    )


class PromptPreviewOut(Answer):
    """The words as they would be sent."""

    prompt: str
    negative_prompt: str
    not_known: list[str] = Field(
        description="Your own words that the draft's tables do not know, as written; an engine that reads prompts "
        "is sent them all the same."
    )
    not_drawn: list[str] = Field(description="Your own words that the chosen engine will not draw.")


def prompt_routes(studio: Studio) -> APIRouter:
    """The route of prompts."""
    router = APIRouter(tags=["orders"])

    @router.post("/prompts/preview", responses=problems(404, 413, 422))
    def preview_prompt(asked: PromptPreviewIn, mine: Mine) -> PromptPreviewOut:
        """What would be written from a persona. Nothing is ordered and nothing is kept."""
        engine, preset = studio.presets.choose(asked.engine, asked.preset)
        persona = asked.persona
        if persona is None:
            persona = mine.avatars.get(asked.avatar_id).persona if asked.avatar_id else Persona()
        order = GenerationOrder(
            persona=persona,
            prompt=asked.prompt,
            negative_prompt=asked.negative_prompt,
            picture_style=choose_style(asked),
            engine=engine,
            preset=preset,
        )
        return PromptPreviewOut.of(studio.prompts.preview(order))

    return router
