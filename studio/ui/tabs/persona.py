"""The Persona tab: who the avatar is, as pickers; the written prompt below; keeping the persona as an avatar."""

from __future__ import annotations

import html
import random
from typing import Any

import gradio as gr

from pipelines.errors import PipelineError
from pipelines.prompt.persona import (
    ETHNICITIES,
    EXAMPLE_PERSONA,
    OPTIONS,
    PERSONALITY_WORDS,
)
from pipelines.types import Persona
from studio.studio import Studio
from studio.ui.handlers import QUIET, shows_errors
from studio.ui.shared import (
    PERSONA_FIELDS,
    Shared,
    owner_of,
    persona_updates,
    persona_values,
    read_persona,
    word_choices,
)

NOT_KEPT = ""  # the choice that stands for a persona that is no avatar yet
PROMPT_NOTE = (
    '<p class="quiet">Written from the persona above. The draft engine draws from the attributes; '
    "engines that read words will use this text.</p>"
)
# The texts' own input event is not fired when words are pasted with the mouse: the fold is listened to instead.
NOTE_JS = "avatarStudio.listen(element.closest('#prompt-fold'), 'input', trigger, 'edited');"
RANDOM_AGES = (20, 70)
RANDOM_HEIGHTS_CM = (155, 192)
RANDOM_NAMES = (
    "Amara",
    "Anouk",
    "Bao",
    "Camille",
    "Dario",
    "Elif",
    "Farid",
    "Hana",
    "Ines",
    "Ivo",
    "Jonas",
    "Kaya",
    "Leila",
    "Mateo",
    "Noor",
    "Oskar",
    "Priya",
    "Rosa",
    "Samuel",
    "Tariq",
    "Uma",
    "Vera",
    "Yuki",
    "Zola",
)
RANDOM_COLOURS = ("teal", "navy", "burgundy", "olive", "charcoal", "white", "rust", "cream", "forest green")
RANDOM_CLOTHES = {
    "casual": ("{} t-shirt, {} jeans", "{} sweater, {} trousers"),
    "professional": ("{} suit, {} shirt",),
    "business-casual": ("{} blazer, white shirt, {} trousers", "{} shirt, {} trousers"),
    "sporty": ("{} top, {} leggings",),
    "elegant": ("{} dress", "{} suit, {} shirt"),
    "streetwear": ("{} hoodie, {} trousers",),
    "outdoor": ("{} jacket, {} trousers",),
    "fantasy": ("{} tunic, silver armour",),
}


class PersonaTab:
    """The form. Its fields are the persona that the stage, the prompt and every order are made of."""

    label, id = "Persona", "persona"

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the fields, filled with the example persona, and the prompt below them."""
        with gr.Row(elem_classes="tab-head"):
            self.who = gr.Dropdown(
                [("New persona, not kept yet", NOT_KEPT)],
                value=NOT_KEPT,
                label="Avatar",
                elem_id="who",
                min_width=0,
            )
            self.surprise = gr.Button("Random person", elem_id="random-person", min_width=0)
            self.reset = gr.Button("Reset", elem_id="reset-persona", min_width=0)
            self.keep = gr.Button("Keep as avatar", elem_id="keep-avatar", min_width=0)
        self.problem = gr.HTML(elem_id="persona-problem", apply_default_css=False)
        fields = _build_fields(persona_values(EXAMPLE_PERSONA))
        shared.persona.update({name: fields[name] for name in PERSONA_FIELDS})
        with gr.Accordion("The written prompt", open=False, elem_id="prompt-fold"):
            words, negative_words = self.studio.write_prompt(EXAMPLE_PERSONA)
            prompt = gr.Textbox(words, label="Prompt", lines=4, elem_id="prompt")
            negative = gr.Textbox(negative_words, label="Not in the picture", lines=2, elem_id="negative")
            self.back = gr.Button("Back to written", visible=False, elem_id="back-to-written", min_width=0)
            self.note = gr.HTML(PROMPT_NOTE, js_on_load=NOTE_JS, apply_default_css=False)
        shared.prompt.update(prompt=prompt, negative=negative, edited=gr.State(False))

    def wire(self, shared: Shared) -> None:
        """Let the prompt follow the fields until it is edited; keep, choose, invent and reset."""
        fields, prompt = shared.persona, shared.prompt
        texts = [prompt["prompt"], prompt["negative"]]
        gr.on(
            [component.change for component in fields.values()],
            self.follow,
            inputs_kwargs=fields | {"edited": prompt["edited"]},
            outputs=[*texts, self.problem],
            trigger_mode="always_last",
            **QUIET,
        )
        self.note.edited(lambda: True, outputs=[prompt["edited"]], **QUIET)
        self.back.click(self.write_again, inputs_kwargs=fields, outputs=[*texts, prompt["edited"]], **QUIET)
        prompt["edited"].change(self.offer_back, [prompt["edited"]], [self.back], **QUIET)
        every_field = [*fields.values(), shared.avatar]
        self.surprise.click(self.invent, outputs=every_field, **QUIET)
        self.reset.click(self.start_again, outputs=every_field, **QUIET)
        self.keep.click(
            self.keep_avatar,
            inputs_kwargs=fields | {"avatar": shared.avatar},
            outputs=[shared.avatar, shared.toast],
            **QUIET,
        )
        self.who.input(self.choose, [self.who], every_field, **QUIET)
        gr.on(
            [shared.avatar.change, shared.revision.change],
            self.list_avatars,
            [shared.avatar],
            [self.who, self.keep],
            **QUIET,
        )

    @shows_errors
    def follow(self, *, edited: bool, **persona: Any) -> tuple[Any, Any, str]:
        """The prompt as written from the fields, unless the person has edited it; and what is wrong with a field."""
        try:
            words, negative = self.studio.write_prompt(read_persona(persona))
        except PipelineError as error:
            return gr.skip(), gr.skip(), f'<p class="problem" role="alert">{html.escape(error.message)}</p>'
        return (gr.skip(), gr.skip(), "") if edited else (words, negative, "")

    def offer_back(self, edited: bool) -> Any:
        """The person's own words stand until they are given back."""
        return gr.Button(visible=edited)

    @shows_errors
    def write_again(self, **persona: Any) -> tuple[str, str, bool]:
        """Drop the edited prompt for the written one."""
        return *self.studio.write_prompt(read_persona(persona)), False

    def invent(self) -> list[Any]:
        """A random adult in every field, who is no kept avatar."""
        return [*persona_updates(invent_persona(random.Random())), NOT_KEPT]

    def start_again(self) -> list[Any]:
        """The example persona in every field."""
        return [*persona_updates(EXAMPLE_PERSONA), NOT_KEPT]

    @shows_errors
    def keep_avatar(self, request: gr.Request, *, avatar: str, **persona: Any) -> tuple[str, str]:
        """Keep the persona: as a new avatar, or in the one that is on the stage."""
        owner, wanted = owner_of(request), read_persona(persona)
        kept = (
            self.studio.update_avatar(owner, avatar, wanted)
            if avatar
            else self.studio.keep_avatar(owner, wanted)
        )
        done = "Changes kept" if avatar else "Kept"
        return kept.id, f"<p>{done}: {html.escape(kept.name)}.</p>"

    @shows_errors
    def choose(self, avatar: str, request: gr.Request) -> list[Any]:
        """Bring a kept avatar into the form and on the stage; NOT_KEPT leaves the fields and forgets the avatar."""
        if not avatar:
            return [gr.skip()] * len(PERSONA_FIELDS) + [NOT_KEPT]
        chosen = self.studio.get_avatar(owner_of(request), avatar)
        return [*persona_updates(chosen.persona), chosen.id]

    @shows_errors
    def list_avatars(self, avatar: str, request: gr.Request) -> tuple[Any, Any]:
        """The kept avatars to choose from, and what the keep button will do."""
        kept = [(view.name, view.id) for view in self.studio.list_avatars(owner_of(request))]
        choices = [("New persona, not kept yet", NOT_KEPT), *kept]
        present = avatar if avatar in {key for _, key in kept} else NOT_KEPT
        return gr.Dropdown(choices=choices, value=present), "Keep changes" if present else "Keep as avatar"


def _build_fields(value: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}

    def pick(name: str, label: str, style: str) -> None:
        choices = [(option.label, option.key) for option in OPTIONS[name]]
        fields[name] = gr.Radio(
            choices,
            value=value[name],
            label=label,
            elem_id=f"field-{name}".replace("_", "-"),
            elem_classes=style,
            min_width=0,
        )

    def text(name: str, label: str, **more: Any) -> None:
        fields[name] = gr.Textbox(
            value[name], label=label, elem_id=f"field-{name}".replace("_", "-"), min_width=0, **more
        )

    with _section("Who"):
        with gr.Row(elem_classes="fields"):
            text("name", "Name", scale=3, max_length=80, max_lines=1)
            fields["age"] = gr.Number(
                value["age"], label="Age", precision=0, scale=1, min_width=0, elem_id="field-age"
            )
            fields["ethnicity"] = gr.Dropdown(
                [("Not said", ""), *((name, name) for name in ETHNICITIES)],
                value=value["ethnicity"],
                allow_custom_value=True,
                label="Ethnicity",
                scale=2,
                min_width=0,
                elem_id="field-ethnicity",
            )
        pick("gender", "Gender", "chips")
    with _section("Looks"):
        with gr.Row(elem_classes="fields"):
            pick("skin_tone", "Skin", "swatches")
            pick("eye_color", "Eyes", "swatches")
        pick("hair_style", "Hair", "chips")
        with gr.Row(elem_classes="fields"):
            pick("hair_color", "Hair colour", "swatches")
            pick("facial_hair", "Facial hair", "chips")
    with _section("Body and clothes"):
        with gr.Row(elem_classes="fields"):
            pick("body_type", "Body", "chips")
            text("height_cm", "Height, if it matters", placeholder="172 cm or 5 ft 8 in", max_lines=1)
        pick("style", "Style", "chips")
        text(
            "clothing",
            "Clothes, with their colours",
            placeholder="teal blazer, white shirt, navy trousers",
            max_lines=1,
        )
    with _section("Character"):
        fields["personality"] = gr.CheckboxGroup(
            word_choices(PERSONALITY_WORDS),
            value=value["personality"],
            label="Personality",
            elem_id="field-personality",
            elem_classes="chips",
        )
        text("background", "Background", placeholder="Runs a small design studio by the harbour", max_lines=1)
        text("own_words", "In your words", lines=2, placeholder="Anything else that a picture should show")
    return fields


def _section(title: str) -> Any:
    column = gr.Column(elem_classes="section")
    with column:
        gr.HTML(f"<h2>{html.escape(title)}</h2>", apply_default_css=False)
    return column


def invent_persona(chance: random.Random) -> Persona:
    """A random adult whose parts go together."""
    values = {name: chance.choice(options).key for name, options in OPTIONS.items()}
    values["gender"] = chance.choice(("female", "male", "neutral"))
    if values["gender"] == "female":
        values["facial_hair"] = "none"
    pattern = chance.choice(RANDOM_CLOTHES.get(values["style"], ("{} shirt, {} trousers",)))
    return Persona(
        name=chance.choice(RANDOM_NAMES),
        age=chance.randint(*RANDOM_AGES),
        personality=tuple(chance.sample(PERSONALITY_WORDS, 2)),
        height_cm=float(chance.randint(*RANDOM_HEIGHTS_CM)),
        clothing=pattern.format(*chance.sample(RANDOM_COLOURS, 2)),
        **values,  # type: ignore[arg-type]
    )
