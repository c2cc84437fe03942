"""The viewer's dressed avatar: ordered once for one person as they are, and what the page hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.ui.body_viewer import EXPRESSIONS
from studio.ui.shared import persona_values
from studio.ui.shell import Window
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio

Ask = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture
def ask(
    window: Window, you: gr.Request, press: Callable[..., gr.EventData], persona_form: dict[str, Any]
) -> Ask:
    """Presses “Dressed avatar”: what the page hears, and what the window remembers."""
    window.body.dressed.tray_now = window.tray.now

    def make(number: int, asked: str = "", **persona: Any) -> tuple[dict[str, Any], str]:
        *_, kept, said = window.body.dressed.dress(
            press("dress", str(number)),
            you,
            chosen="persona",
            asked=asked,
            put_away=[],
            **(persona_form | persona),
        )
        return json.loads(said), kept

    return make


def test_one_person_is_dressed_once(
    studio: ScriptedStudio, window: Window, you: gr.Request, ask: Ask
) -> None:
    studio.is_away = True
    said, asked = ask(1)
    assert said == {"press": "1", "state": "waiting"}
    assert json.loads(window.body.dressed.follow(asked, you)) == said
    again, same = ask(2, asked)
    assert again == {"press": "2", "state": "waiting"}
    mine = studio.for_person(YOU)
    (job,) = mine.jobs.list_recent()
    assert json.loads(same)["export"] == job.id
    ask(3, same, **persona_values(replace(EXAMPLE_PERSONA, hair_color="red")))
    assert len(mine.jobs.list_recent()) == 2  # another look: another file


def test_what_comes_to_nothing_is_told_and_ordered_anew(
    studio: ScriptedStudio, window: Window, you: gr.Request, ask: Ask
) -> None:
    studio.is_away = True
    _, asked = ask(1)
    mine = studio.for_person(YOU)
    mine.jobs.cancel(json.loads(asked)["export"])
    told = json.loads(window.body.dressed.follow(asked, you))
    assert (told["press"], told["state"], told["said"]) == ("1", "failed", "The avatar could not be dressed.")
    said, anew = ask(2, asked)
    assert said["state"] == "waiting"
    assert json.loads(anew)["export"] != json.loads(asked)["export"]


def test_sliders_move_units_that_the_face_has() -> None:
    from pipelines.figure.face_data import read_face_data

    assert {unit for units in EXPRESSIONS.values() for unit in units} <= set(read_face_data().unit_names)
