"""Prompts: what is written from a persona, shown before it is ordered. Nothing is kept."""

from __future__ import annotations

from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.own_words import find_undrawn_words
from pipelines.prompt.persona import check_persona
from studio.services.orders import find_undrawn, written_words
from studio.services.service import Service
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.prompt import PromptPreview


class Prompts(Service):
    """The words of an order, for everybody alike."""

    def preview(self, order: GenerationOrder) -> PromptPreview:
        """The words as this order would have them. Raises PersonaRefused, RequestRefused, UnknownName."""
        check_persona(order.persona)
        prompt, negative = written_words(order)
        if order.prompt is not None:
            prompt = order.prompt.strip()
        if order.negative_prompt is not None:
            negative = order.negative_prompt.strip()
        refuse_minors(prompt)
        return PromptPreview(
            prompt=prompt,
            negative_prompt=negative,
            not_known=find_undrawn_words(order.persona, order.prompt or ""),
            not_drawn=find_undrawn(order),
        )
