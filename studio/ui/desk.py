"""What was typed and is not ordered yet: a person's own prompts and what they know of a body, kept by the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import gradio as gr

from pipelines.appearance import Gender
from studio.ui.handlers import DIRECT
from studio.ui.prompts import MORE_FIELDS, more_updates
from studio.ui.shared import Shared
from studio.ui.tape import TAPE_FIELDS

STORAGE_KEY = "avatar-studio-typed"
LONGEST = 8000  # characters of one text; what the browser hands back is anybody's
WORDS = ("prompt", "negative", *MORE_FIELDS)
FORM = ("height", "gender", "weight", *TAPE_FIELDS)


class Desk:
    """One place in the browser's storage, written at every change, read when the page is opened."""

    def build(self) -> None:
        """Make the place."""
        self.kept = gr.BrowserState({}, storage_key=STORAGE_KEY, secret="not-a-secret")

    def wire(self, shared: Shared, form: Mapping[str, Any]) -> None:
        """Keep what is typed. `form` are the Upload tab's fields, by FORM."""
        fields = shared.prompt | dict(form)
        gr.on(
            [fields[name].change for name in (*WORDS, "edited", *FORM)],
            self.keep,
            inputs_kwargs={name: fields[name] for name in (*WORDS, "edited", *FORM)},
            outputs=[self.kept],
            trigger_mode="always_last",
            **DIRECT,
        )

    def outputs(self, shared: Shared, form: Mapping[str, Any]) -> list[Any]:
        """What `restore` writes to."""
        return [
            *(shared.prompt[name] for name in ("prompt", "negative", "edited", *MORE_FIELDS)),
            *(form[name] for name in FORM),
        ]

    def keep(self, *, edited: bool, **typed: Any) -> dict[str, Any]:
        """The words only where they are the person's own: written ones follow the persona."""
        words = {name: typed[name] for name in WORDS} if edited else {}
        return words | {name: typed[name] for name in FORM}

    def restore(self, kept: Any) -> list[Any]:
        """What was typed, back into its fields; fields for which nothing was kept stay as they are."""
        typed = {name: _text(kept, name) for name in (*WORDS, *FORM)}
        is_edited = bool(typed["prompt"])
        more = [text for name in MORE_FIELDS if (text := typed[name])]
        gender = typed["gender"] if typed["gender"] in get_args(Gender) else None
        return [
            typed["prompt"] if is_edited else gr.skip(),
            typed["negative"] if is_edited else gr.skip(),
            is_edited,
            *(more_updates(more) if more else [gr.skip()] * len(MORE_FIELDS)),
            *((gender if name == "gender" else typed[name]) or gr.skip() for name in FORM),
        ]


def _text(kept: Any, name: str) -> str:
    value = kept.get(name) if isinstance(kept, dict) else None
    return value[:LONGEST] if isinstance(value, str) else ""
