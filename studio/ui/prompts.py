"""The prompt editor: the words that are written from the persona, a person's own, and further ones beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from studio.studio import Studio
from studio.ui.handlers import DIRECT, QUIET, shows_errors
from studio.ui.shared import Shared, read_persona
from studio.ui.stage_fields import AS_THE_PERSONA, show_as_chosen
from studio.vocabulary.order import MOST_PROMPTS

NOTE = (
    '<p class="quiet">Written from the persona above. The draft engine draws from the attributes; '
    "models that read words use this text.</p>"
)
MORE_NOTE = '<p class="quiet">Every prompt makes its own pictures, with the same pose, views and seed.</p>'
# The texts' own input event is not fired when words are pasted with the mouse: the fold is listened to instead.
NOTE_JS = "avatarStudio.listen(element.closest('#prompt-fold'), 'input', trigger, 'edited', '#more-prompts');"
MORE_FIELDS = tuple(f"prompt_{number}" for number in range(2, MOST_PROMPTS + 1))


class PromptEditor:
    """A fold below the persona's form."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared, words: tuple[str, str]) -> None:
        """Make the fold; further prompts are there for models that read them."""
        with gr.Accordion("The written prompt", open=False, elem_id="prompt-fold"):
            prompt = gr.Textbox(words[0], label="Prompt", lines=4, elem_id="prompt")
            with gr.Column(visible=False, elem_id="more-prompts", min_width=0) as more:
                fields = {
                    name: gr.Textbox(
                        label=f"Prompt {number}",
                        lines=3,
                        visible=False,
                        placeholder="Left empty, it makes nothing",
                        elem_id=name.replace("_", "-"),
                    )
                    for number, name in enumerate(MORE_FIELDS, start=2)
                }
                self.add = gr.Button("Add another prompt", elem_id="add-prompt", min_width=0)
                gr.HTML(MORE_NOTE, apply_default_css=False)
            negative = gr.Textbox(words[1], label="Not in the picture", lines=2, elem_id="negative")
            self.back = gr.Button("Back to written", visible=False, elem_id="back-to-written", min_width=0)
            self.note = gr.HTML(NOTE, js_on_load=NOTE_JS, apply_default_css=False)
        shared.read.append(more)
        shared.prompt.update(prompt=prompt, negative=negative, edited=gr.State(False), **fields)

    def wire(self, shared: Shared) -> None:
        """Keep a person's own words until they are given back; show another field."""
        fields, prompt = shared.persona, shared.prompt
        texts = [prompt["prompt"], prompt["negative"]]
        self.note.edited(lambda: True, outputs=[prompt["edited"]], **QUIET)
        chosen = fields | {"face": shared.stage["face"]}
        self.back.click(self.write_again, inputs_kwargs=chosen, outputs=[*texts, prompt["edited"]], **QUIET)
        prompt["edited"].change(self.offer_back, [prompt["edited"]], [self.back], **QUIET)
        more = [prompt[name] for name in MORE_FIELDS]
        self.add.click(self.add_field, [prompt["prompt"], *more], more, **DIRECT)

    def offer_back(self, edited: bool) -> Any:
        """The person's own words stand until they are given back."""
        return gr.Button(visible=edited)

    @shows_errors
    def write_again(self, *, face: str | None = AS_THE_PERSONA, **persona: Any) -> tuple[str, str, bool]:
        """Drop the edited prompt for the written one."""
        return *self.studio.personas.write_prompt(show_as_chosen(read_persona(persona), face)), False

    def add_field(self, first: str, *more: str) -> list[Any]:
        """One more field than there are words for, begun with the first prompt's: what changes is what is typed."""
        kept = read_more(dict(zip(MORE_FIELDS, more, strict=True)))
        return more_updates([*kept, first][: len(MORE_FIELDS)])


def read_more(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The further prompts of the form, empty ones left out."""
    words = ((values.get(name) or "").strip() for name in MORE_FIELDS)
    return tuple(word for word in words if word)


def more_updates(words: Sequence[str]) -> list[Any]:
    """What to write into the further fields: these words, and no field beyond them."""
    padded = [*words, *[""] * len(MORE_FIELDS)][: len(MORE_FIELDS)]
    return [gr.Textbox(value=text, visible=place < len(words)) for place, text in enumerate(padded)]
