"""The few things that the tabs, the stage and the tray exchange: components to write to, and states that hold ids."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import gradio as gr

from pipelines.appearance import Expression
from pipelines.errors import RequestRefused
from pipelines.options import ADULT_AGE, LARGEST_FACE_SEED, PERSONALITY_WORDS
from pipelines.prompt.persona import check_persona, persona_from_json, persona_to_json
from pipelines.types import Persona
from studio.ui.units import read_height, write_height
from studio.vocabulary.person import Person
from studio.who_asks import read_asker

FIRST_POSE = "relaxed-stand"
PERSONA_FIELDS = (
    "name",
    "age",
    "gender",
    "ethnicity",
    "personality",
    "background",
    "body_type",
    "height_cm",
    "skin_tone",
    "hair_style",
    "hair_color",
    "facial_hair",
    "eye_color",
    "style",
    "clothing",
    "own_words",
    "expression",
    "face_seed",
    "unshown",
)
AS_THE_STUDIO = ""  # the choice that stands for no expression of the person's own
UNSHOWN = tuple(one.name for one in fields(Persona) if one.name not in PERSONA_FIELDS)  # without a widget


@dataclass(slots=True, kw_only=True)
class Shared:
    """Made by the shell before anything is built; tabs and stage put their components in while they are built."""

    tabs: Any  # gr.Tabs: selected= brings one to the front
    pose: gr.State  # slug of the pose on the stage
    given: gr.State  # the pose that is used once, whole, as JSON; "" where the one on the stage is a kept one
    avatar: gr.State  # id of the kept avatar on the stage, "" for the persona alone
    photo: gr.State  # id of the photo in the Upload tab, ""
    awaited: gr.State  # id of the body job that the Body tab waits for, ""
    revision: gr.State  # changes whenever a job ended: tabs read the store again
    remembered: Any  # gr.BrowserState: what was on the stage, for the next time the page is opened
    put_away: Any  # gr.BrowserState: ids of the jobs whose rows a person put away
    toast: Any  # gr.HTML: one sentence, perhaps with Undo
    fronts: dict[str, Any] = field(
        default_factory=dict
    )  # id of a tab -> gr.Tab, for when it comes to the front
    persona: dict[str, Any] = field(default_factory=dict)  # name of the field -> component
    stage: dict[str, Any] = field(default_factory=dict)  # the fields named in stage.STAGE_FIELDS
    prompt: dict[str, Any] = field(default_factory=dict)  # prompt, negative, edited, more_prompts' fields
    model: dict[str, Any] = field(default_factory=dict)  # preset and what only models take
    read: list[Any] = field(
        default_factory=list
    )  # what counts only where a model reads words and takes a seed
    drawn: list[Any] = field(default_factory=list)  # what counts only where the studio draws the scene itself
    tray: list[Any] = field(default_factory=list)  # what an order writes to: the tray's HTML and its timer


def person_of(request: gr.Request) -> Person:
    """Who asks, as the shield found it. Raises NotSignedIn where no shield did."""
    inner = getattr(request, "request", None)
    return read_asker({} if inner is None else inner.scope)


def read_persona(values: Mapping[str, Any]) -> Persona:
    """The persona of the form's values (PERSONA_FIELDS). Raises PersonaRefused or RequestRefused."""
    age = _read_whole(values["age"], f"Say the age in whole years, {ADULT_AGE} or more.")
    face = _read_whole(
        values["face_seed"] or 0, f"The number of the face is a whole one, 0 to {LARGEST_FACE_SEED}."
    )
    unshown = persona_from_json(json.loads(values["unshown"]))
    return check_persona(
        Persona(
            name=(values["name"] or "").strip(),
            age=age,
            gender=values["gender"],
            personality=tuple(values["personality"] or ()),
            background=(values["background"] or "").strip(),
            ethnicity=values["ethnicity"] or "",
            body_type=values["body_type"],
            height_cm=read_height(values["height_cm"]),
            hair_style=values["hair_style"],
            hair_color=values["hair_color"],
            facial_hair=values["facial_hair"],
            eye_color=values["eye_color"],
            skin_tone=values["skin_tone"],
            style=values["style"],
            clothing=(values["clothing"] or "").strip(),
            own_words=(values["own_words"] or "").strip(),
            expression=_read_expression(values["expression"], unshown.expression),
            face_seed=face,
            **{name: getattr(unshown, name) for name in UNSHOWN},
        )
    )


def _read_whole(number: Any, refusal: str) -> int:
    if not isinstance(number, int | float) or not math.isfinite(number) or number != int(number):
        raise RequestRefused(refusal)
    return int(number)


def _read_expression(name: str | None, kept: Expression | None) -> Expression | None:
    """The expression of the form: as strong as the persona that came into it had it."""
    if not name:
        return None
    return kept if kept is not None and kept.name == name else Expression(name=name)


def persona_values(persona: Persona) -> dict[str, Any]:
    """The form's values of a persona, by field, in the order of PERSONA_FIELDS."""
    plain = persona_to_json(persona)
    values = {name: getattr(persona, name) for name in PERSONA_FIELDS if name != "unshown"}
    return values | {
        "personality": list(persona.personality),
        "hair_style": persona.hair,
        "height_cm": write_height(persona.height_cm),
        "expression": persona.expression.name if persona.expression else AS_THE_STUDIO,
        "unshown": json.dumps({name: plain[name] for name in (*UNSHOWN, "expression")}),
    }


def persona_updates(persona: Persona) -> list[Any]:
    """What to write into the form for a persona, in the order of PERSONA_FIELDS.

    Personas from other programs may have personality words of their own: they become chips like ours.
    """
    values = persona_values(persona)
    words = [*PERSONALITY_WORDS, *(word for word in persona.personality if word not in PERSONALITY_WORDS)]
    values["personality"] = gr.CheckboxGroup(choices=word_choices(words), value=list(persona.personality))
    return list(values.values())


def word_choices(words: Sequence[str]) -> list[tuple[str, str]]:
    """Personality words as chips."""
    return [(word[:1].upper() + word[1:], word) for word in words]
