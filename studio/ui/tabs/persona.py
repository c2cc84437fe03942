"""The Persona tab: who the avatar is, as pickers; the written prompt below; keeping the persona as an avatar."""

from __future__ import annotations

import html
import random
from typing import Any

import gradio as gr

from pipelines.errors import PipelineError
from pipelines.options import (
    ETHNICITIES,
    EXPRESSIONS,
    LARGEST_FACE_SEED,
    LONGEST_NAME,
    OPTIONS,
    PERSONALITY_WORDS,
)
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import Persona
from studio.studio import Studio
from studio.ui.handlers import QUIET, shows_errors
from studio.ui.prompts import PromptEditor
from studio.ui.shared import (
    AS_THE_STUDIO,
    PERSONA_FIELDS,
    Shared,
    person_of,
    persona_updates,
    persona_values,
    read_persona,
    word_choices,
)
from studio.ui.shelves import NO_PROJECT, project_chooser
from studio.ui.stage_fields import AS_THE_PERSONA, show_as_chosen

WAYS = (
    '<p class="tab-ways"><button type="button" class="link-button" data-collection="avatars">All avatars</button>'
    '<button type="button" class="link-button" data-collection="personas">Kept personas</button>'
    '<button type="button" class="link-button" data-collection="templates">Templates</button></p>'
)
NOT_KEPT = ""  # the choice that stands for a persona that is no avatar yet
LARGEST_ROLLED_FACE = 9_999  # short enough to be read and noted down
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
        self.editor = PromptEditor(studio)

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
            self.project = gr.Dropdown(
                [("No project", NO_PROJECT)],
                value=NO_PROJECT,
                label="Project",
                elem_id="avatar-project",
                min_width=0,
                visible=False,
            )
            self.surprise = gr.Button("Random person", elem_id="random-person", min_width=0)
            self.reset = gr.Button("Reset", elem_id="reset-persona", min_width=0)
            self.keep = gr.Button("Keep as avatar", elem_id="keep-avatar", min_width=0)
        gr.HTML(WAYS, elem_id="persona-ways", apply_default_css=False)
        self.problem = gr.HTML(elem_id="persona-problem", apply_default_css=False)
        form = _Fields(persona_values(EXAMPLE_PERSONA))
        fields = form.build()
        self.another_face = form.another_face
        shared.persona.update({name: fields[name] for name in PERSONA_FIELDS})
        self.editor.build(shared, self.studio.personas.write_prompt(EXAMPLE_PERSONA))

    def wire(self, shared: Shared) -> None:
        """Let the prompt follow the fields until it is edited; keep, choose, invent and reset."""
        fields, prompt = shared.persona, shared.prompt
        texts = [prompt["prompt"], prompt["negative"]]
        gr.on(
            [component.change for component in (*fields.values(), shared.stage["face"])],
            self.follow,
            inputs_kwargs=fields | {"edited": prompt["edited"], "face": shared.stage["face"]},
            outputs=[*texts, self.problem],
            trigger_mode="always_last",
            **QUIET,
        )
        self.editor.wire(shared)
        every_field = [*fields.values(), shared.avatar]
        self.surprise.click(self.invent, outputs=every_field, **QUIET)
        self.another_face.click(roll_face, outputs=[fields["face_seed"]], **QUIET)
        self.reset.click(self.start_again, outputs=every_field, **QUIET)
        self.keep.click(
            self.keep_avatar,
            inputs_kwargs=fields | {"avatar": shared.avatar},
            outputs=[shared.avatar, shared.toast],
            **QUIET,
        )
        self.who.input(self.choose, [self.who], every_field, trigger_mode="always_last", **QUIET)
        gr.on(
            [shared.avatar.change, shared.revision.change],
            self.list_avatars,
            [shared.avatar],
            [self.who, self.keep, self.project],
            **QUIET,
        )
        self.project.input(self.move, [shared.avatar, self.project], shared.toast, **QUIET)

    @shows_errors
    def follow(
        self, *, edited: bool, face: str | None = AS_THE_PERSONA, **persona: Any
    ) -> tuple[Any, Any, str]:
        """The prompt as written from the fields, unless the person has edited it; and what is wrong with a field."""
        try:
            words, negative = self.studio.personas.write_prompt(show_as_chosen(read_persona(persona), face))
        except PipelineError as error:
            return gr.skip(), gr.skip(), f'<p class="problem" role="alert">{html.escape(error.message)}</p>'
        return (gr.skip(), gr.skip(), "") if edited else (words, negative, "")

    def invent(self) -> list[Any]:
        """A random adult in every field, who is no kept avatar."""
        return [*persona_updates(invent_persona(random.Random())), NOT_KEPT]

    def start_again(self) -> list[Any]:
        """The example persona in every field."""
        return [*persona_updates(EXAMPLE_PERSONA), NOT_KEPT]

    @shows_errors
    def keep_avatar(self, request: gr.Request, *, avatar: str, **persona: Any) -> tuple[str, str]:
        """Keep the persona: as a new avatar, or in the one that is on the stage."""
        mine, wanted = self.studio.for_person(person_of(request)), read_persona(persona)
        kept = mine.avatars.update(avatar, wanted) if avatar else mine.avatars.keep(wanted)
        done = "Changes kept" if avatar else "Kept"
        return kept.id, f"<p>{done}: {html.escape(kept.name)}.</p>"

    @shows_errors
    def choose(self, avatar: str, request: gr.Request) -> list[Any]:
        """Bring a kept avatar into the form and on the stage; NOT_KEPT leaves the fields and forgets the avatar."""
        if not avatar:
            return [gr.skip()] * len(PERSONA_FIELDS) + [NOT_KEPT]
        chosen = self.studio.for_person(person_of(request)).avatars.get(avatar)
        return [*persona_updates(chosen.persona), chosen.id]

    @shows_errors
    def list_avatars(self, avatar: str, request: gr.Request) -> tuple[Any, Any, Any]:
        """The kept avatars to choose from, what the keep button will do, and the project of the chosen one."""
        mine = self.studio.for_person(person_of(request))
        kept = {one.id: one for one in mine.avatars.list_usable()}
        choices = [
            ("New persona, not kept yet", NOT_KEPT),
            *((one.full_name, key) for key, one in kept.items()),
        ]
        present = kept.get(avatar)
        who = gr.Dropdown(choices=choices, value=present.id if present else NOT_KEPT)
        return who, "Keep changes" if present else "Keep as avatar", project_chooser(mine, present)

    @shows_errors
    def move(self, avatar: str, project: str, request: gr.Request) -> str:
        """Put the chosen avatar into a project, or take it out of its own."""
        mine = self.studio.for_person(person_of(request))
        moved = mine.avatars.move(avatar, project or None)
        where = f"Moved to {html.escape(mine.projects.get(project).name)}" if project else "In no project"
        return f"<p>{where}: {html.escape(moved.name)}.</p>"


class _Fields:
    """Makes the form, section by section, with the values of a persona; `made` holds the components by field."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self.made: dict[str, Any] = {}
        self.another_face: Any = None  # the button

    def build(self) -> dict[str, Any]:
        """All sections; the components."""
        with _section("Who"):
            self._who()
        with _section("Looks"):
            self._looks()
        with _section("Body and clothes"):
            self._body()
        with _section("Character"):
            self._character()
        return self.made

    def _who(self) -> None:
        with gr.Row(elem_classes="fields"):
            self._text("name", "Name", scale=3, max_length=LONGEST_NAME, max_lines=1)
            self.made["age"] = gr.Number(
                self._values["age"], label="Age", precision=0, scale=1, min_width=0, elem_id="field-age"
            )
            self.made["ethnicity"] = gr.Dropdown(
                [("Not said", ""), *((name, name) for name in ETHNICITIES)],
                value=self._values["ethnicity"],
                allow_custom_value=True,
                label="Ethnicity",
                scale=2,
                min_width=0,
                elem_id="field-ethnicity",
            )
        self._pick("gender", "Gender", "chips")

    def _looks(self) -> None:
        with gr.Row(elem_classes="fields"):
            self._pick("skin_tone", "Skin", "swatches")
            self._pick("eye_color", "Eyes", "swatches")
        self._pick("hair_style", "Hair", "chips")
        with gr.Row(elem_classes="fields"):
            self._pick("hair_color", "Hair colour", "swatches")
            self._pick("facial_hair", "Facial hair", "chips")
        with gr.Row(elem_classes="fields"):
            self.made["expression"] = gr.Dropdown(
                [("As the pose", AS_THE_STUDIO), *((option.label, option.key) for option in EXPRESSIONS)],
                value=self._values["expression"],
                label="Expression",
                scale=2,
                min_width=0,
                elem_id="field-expression",
            )
            self.made["face_seed"] = gr.Number(
                self._values["face_seed"],
                label="Face number",
                precision=0,
                minimum=0,
                maximum=LARGEST_FACE_SEED,
                scale=1,
                min_width=0,
                elem_id="field-face-seed",
            )
            self.another_face = gr.Button("Another face", elem_id="another-face", min_width=0, scale=1)
        self.made["unshown"] = gr.State(self._values["unshown"])

    def _body(self) -> None:
        with gr.Row(elem_classes="fields"):
            self._pick("body_type", "Body", "chips")
            self._text("height_cm", "Height, if it matters", placeholder="172 cm or 5 ft 8 in", max_lines=1)
        self._pick("style", "Style", "chips")
        clothes = "teal blazer, white shirt, navy trousers"
        self._text("clothing", "Clothes, with their colours", placeholder=clothes, max_lines=1)

    def _character(self) -> None:
        self.made["personality"] = gr.CheckboxGroup(
            word_choices(PERSONALITY_WORDS),
            value=self._values["personality"],
            label="Personality",
            elem_id="field-personality",
            elem_classes="chips",
        )
        past = "Runs a small design studio by the harbour"
        self._text("background", "Background", placeholder=past, max_lines=1)
        self._text(
            "own_words", "In your words", lines=2, placeholder="Anything else that a picture should show"
        )

    def _pick(self, name: str, label: str, style: str) -> None:
        self.made[name] = gr.Radio(
            [(option.label, option.key) for option in OPTIONS[name]],
            value=self._values[name],
            label=label,
            elem_id=f"field-{name}".replace("_", "-"),
            elem_classes=style,
            min_width=0,
        )

    def _text(self, name: str, label: str, **more: Any) -> None:
        element = f"field-{name}".replace("_", "-")
        self.made[name] = gr.Textbox(self._values[name], label=label, elem_id=element, min_width=0, **more)


def _section(title: str) -> Any:
    column = gr.Column(elem_classes="section")
    with column:
        gr.HTML(f"<h2>{html.escape(title)}</h2>", apply_default_css=False)
    return column


def roll_face() -> int:
    """The number of another face."""
    return random.randint(1, LARGEST_ROLLED_FACE)


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
        face_seed=chance.randint(1, LARGEST_ROLLED_FACE),
        clothing=pattern.format(*chance.sample(RANDOM_COLOURS, 2)),
        **values,  # type: ignore[arg-type]
    )
