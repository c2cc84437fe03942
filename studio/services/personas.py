"""Personas: the words and the body that a persona stands for. Nothing is kept."""

from __future__ import annotations

from pipelines.prompt.own_words import find_undrawn_words
from pipelines.prompt.write import write_negative_prompt, write_prompt
from pipelines.types import Persona
from studio.services.service import Service
from studio.vocabulary.avatar import MeasuredBody


class Personas(Service):
    """What follows from a persona alone, for everybody alike."""

    def write_prompt(self, persona: Persona) -> tuple[str, str]:
        """The prompt and the negative prompt written from a persona."""
        return write_prompt(persona), write_negative_prompt(persona)

    def find_undrawn(self, persona: Persona, prompt: str = "") -> tuple[str, ...]:
        """The person's own words, as written, that a draft does not draw."""
        return find_undrawn_words(persona, prompt)

    def measure(self, persona: Persona) -> MeasuredBody:
        """The body that a persona stands for, measured."""
        from studio.services.persona_bodies import measure_persona  # all clothes, which the words do not need

        return measure_persona(persona)
