"""PromptPreview: what would be asked of an engine for a persona, before anything is ordered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPreview:
    """The words as they would be sent, and which of the person's own are not understood, as they were written."""

    prompt: str
    negative_prompt: str
    not_known: tuple[str, ...]  # no table of the draft knows them; an engine that reads prompts gets them
    not_drawn: tuple[str, ...]  # the chosen engine will not draw them
