"""History is searched by words and favourites; a star is set in the sheet and seen on the tile."""

from __future__ import annotations

import json
from collections.abc import Callable

import gradio as gr

from pipelines.types import Persona
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio


def test_words_and_stars_leave_the_rest_out(
    studio: ScriptedStudio, window: Window, you: gr.Request, press: Callable[..., gr.EventData]
) -> None:
    mine = studio.for_person(YOU).generations
    ada, ben = (
        mine.order(GenerationOrder(persona=Persona(name=name), width=64, height=64)).generation_id
        for name in ("Ada", "Ben")
    )
    studio.settle()
    history = window.history

    def shown(**asked: object) -> str:
        return json.loads(history.first_page(you, **asked))["html"]

    assert ada in shown(words="ada")
    assert ben not in shown(words="ada")
    assert "Nothing is found by that" in shown(words="nobody")
    assert "Nothing is found by that" in shown(starred=True)
    page, sheet = history.star(press("star", ben), you, "", True)
    assert "★ Favourite" in sheet
    assert ben in json.loads(page)["html"]
    assert "tile-star" in shown()
    assert ada not in shown(starred=True)
    page, *_ = history.delete(press("remove", ben), you, "", True)
    assert ben not in json.loads(page)["html"]
    page, _ = history.undo(press("undo", ben), you, "", True)
    assert ben in json.loads(page)["html"]
    page, sheet = history.star(press("star", ben), you, "", False)
    assert "☆ Favourite" in sheet
