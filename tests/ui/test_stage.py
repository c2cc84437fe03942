"""The stage: what it asks the browser to draw, what it says before the click, and what Generate orders."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi.testclient import TestClient

from pipelines.appearance import Expression
from pipelines.errors import PipelineError
from pipelines.types import VIEWS
from studio.api.app import build_app
from studio.api.schemas import StageSceneIn
from studio.ui.pose_editor import give_edited
from studio.ui.shell import Window
from studio.ui.stage_fields import order_updates
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio, open_scripted_studio


@pytest.fixture
def scene_form(persona_form: dict[str, Any]) -> dict[str, Any]:
    drawn = {"pose": "arms-crossed", "avatar": "", "photo": "", "view": "back", "look": "clay", "framing": ""}
    return persona_form | drawn


def test_the_scene_is_what_the_draft_route_takes(window: Window, scene_form: dict[str, Any]) -> None:
    value, caption, remembered = window.stage.show(**scene_form)
    seen = json.loads(value)
    asked = StageSceneIn.model_validate_json(json.dumps(seen["scene"] | {"lane": "page-1", "dark": True}))
    assert asked.to_scene().pose == "arms-crossed"
    assert asked.to_scene().persona.hair_style == "wavy"
    assert (asked.width, asked.height) == (576, 768)
    assert seen["alt"] == "Draft of Mira, arms crossed, back view"
    assert asked.to_scene().expression is None
    winks = json.loads(window.stage.show(**(scene_form | {"face": "wink 0.5"}))[0])["scene"]
    asked = StageSceneIn.model_validate_json(json.dumps(winks | {"lane": "page-1"}))
    assert asked.to_scene().expression == Expression(name="wink", strength=0.5)
    assert "Arms crossed" in caption
    assert (remembered["pose"], remembered["persona"]["name"]) == ("arms-crossed", "Mira")


def test_what_no_draft_shows_asks_for_no_other(window: Window, scene_form: dict[str, Any]) -> None:
    first, second = (
        json.loads(window.stage.show(**(scene_form | unseen))[0])
        for unseen in ({"name": "Noor"}, {"name": "Ada", "background": "Sails", "personality": ["bold"]})
    )
    assert first["scene"] == second["scene"]
    assert first["alt"] != second["alt"]
    third = json.loads(window.stage.show(**(scene_form | {"personality": ["cheerful"]}))[0])
    assert third["scene"]["persona"]["personality"] == ["cheerful"]  # it smiles


def test_a_persona_that_cannot_be_drawn_is_said_on_the_stage(
    window: Window, scene_form: dict[str, Any]
) -> None:
    value, *others = window.stage.show(**(scene_form | {"age": 17}))
    assert json.loads(value) == {"problem": "This studio makes adults only. Choose an age of 18 or more."}
    assert others == [gr.skip(), gr.skip()]


def test_names_cannot_bring_markup(window: Window, scene_form: dict[str, Any]) -> None:
    _, caption, _ = window.stage.show(**(scene_form | {"name": "<script>alert(1)</script>"}))
    assert "<script" not in caption


def test_the_cost_is_said_before_the_click(window: Window) -> None:
    one = window.stage.tell_cost(framing="", size="768x1024", pictures=1)
    many = window.stage.tell_cost(framing="portrait", size="1024x1024", pictures=8)
    assert "about 1 s · no download" in one
    assert "8 pictures · about 13 s · no download" in many


def test_generate_orders_what_the_stage_shows(
    window: Window, studio: ScriptedStudio, you: gr.Request, stage_form: dict[str, Any]
) -> None:
    strip, timer, refusal = window.stage.order(
        you, **(stage_form | {"all_views": True, "framing": "bust", "count": 2})
    )
    (made,) = studio.for_person(YOU).generations.list_page().items
    assert made.order.views == VIEWS
    assert made.order.framing == "bust"
    assert made.order.recipe is False
    assert (made.order.width, made.order.height, made.order.seed) == (768, 1024, 7)
    assert len(made.pictures) == 4  # a count left over from another model means nothing here
    assert "Mira, 4 pictures" in strip
    assert timer.active
    assert refusal == ""


def test_an_edited_prompt_is_ordered_and_a_written_one_is_not(
    window: Window, studio: ScriptedStudio, you: gr.Request, stage_form: dict[str, Any]
) -> None:
    window.stage.order(you, **(stage_form | {"prompt": "my words", "negative": "", "edited": True}))
    window.stage.order(you, **(stage_form | {"prompt": "my words", "edited": False}))
    written, edited = studio.for_person(YOU).generations.list_page().items
    assert edited.order.prompt == "my words"
    assert written.order.prompt == studio.personas.write_prompt(written.order.persona)[0]


def test_a_minor_is_refused_in_words(window: Window, you: gr.Request, stage_form: dict[str, Any]) -> None:
    *tray, refusal = window.stage.order(you, **(stage_form | {"age": 15}))
    assert "adults only" in refusal
    assert tray == [gr.skip(), gr.skip()]


def test_orders_are_counted_wherever_they_are_made_and_the_window_says_when_to_come_again(
    tmp_path: Path, you: gr.Request, stage_form: dict[str, Any]
) -> None:
    with (
        open_scripted_studio(tmp_path, orders_per_minute=2) as studio,
        TestClient(build_app(studio), base_url="http://localhost:7860") as client,
    ):
        window = Window(studio)
        window.stage.order(you, **stage_form)
        order = {"pose": "hand-on-hip", "width": 64, "height": 64}
        assert client.post("/api/v1/generations", json=order).status_code == 202
        *tray, refusal = window.stage.order(you, **stage_form)
        assert re.search(r"more in a minute than is taken. Try again in \d+ s\.", refusal)
        assert tray == [gr.skip(), gr.skip()]
        refused = client.post("/api/v1/generations", json=order)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too-many-orders")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert len(studio.for_person(YOU).generations.list_page().items) == 2


def test_a_live_draft_leaves_nothing_behind(
    window: Window, studio: ScriptedStudio, scene_form: dict[str, Any]
) -> None:
    for pose in ("relaxed-stand", "hand-on-hip"):
        window.stage.show(**(scene_form | {"pose": pose}))
    assert studio.for_person(YOU).generations.list_page().items == ()
    assert not studio.for_person(YOU).jobs.list_recent()


def test_an_order_goes_back_into_the_controls(
    stage_form: dict[str, Any], persona_form: dict[str, Any]
) -> None:
    from studio.ui.shared import read_persona

    order = GenerationOrder(persona=read_persona(persona_form), views=VIEWS, width=640, height=960, seed=5)
    values = order_updates(order)
    assert values.keys() <= stage_form.keys()
    assert (values["seed"], values["all_views"]) == (5, True)
    assert values["size"].value == "640x960"
    assert ("640 × 960", "640x960") in values["size"].choices  # another program may have ordered any size


def test_an_edited_pose_is_drawn_and_ordered_without_being_kept(
    studio: ScriptedStudio,
    window: Window,
    you: gr.Request,
    scene_form: dict[str, Any],
    stage_form: dict[str, Any],
) -> None:
    whole = studio.for_person(YOU).poses.whole("arms-crossed")
    slug, given = give_edited(json.dumps(whole))
    assert slug.startswith("edited-")
    seen, caption, remembered = window.stage.show(**scene_form | {"pose": slug, "given": given})
    assert json.loads(seen)["scene"]["given_poses"][slug]["rotations"]
    assert "Arms crossed, edited" in caption
    assert "given_poses" not in remembered
    window.stage.order(you, **stage_form | {"pose": slug, "given": given})
    [made] = studio.for_person(YOU).generations.list_page().items
    assert made.order.given_poses[slug]["name"] == "Arms crossed, edited"
    window.stage.order(you, **stage_form | {"given": given})
    assert not studio.for_person(YOU).generations.list_page().items[0].order.given_poses


@pytest.mark.parametrize("sent", ["", "{", "[]", "{}", '{"rotations": {"tail": [0, 0, 0]}}'])
def test_what_is_no_pose_is_not_put_on_the_stage(sent: str) -> None:
    with pytest.raises(PipelineError):
        give_edited(sent)


def test_several_poses_are_one_order(
    studio: ScriptedStudio, window: Window, you: gr.Request, stage_form: dict[str, Any]
) -> None:
    chosen = ["hand-on-hip", "arms-crossed", "hand-on-hip"]
    window.stage.order(you, **stage_form | {"chosen": json.dumps(chosen)})
    [made] = studio.for_person(YOU).generations.list_page().items
    assert made.order.poses == ("hand-on-hip", "arms-crossed")
    assert len(made.pictures) == 2


TOO_MANY = json.dumps([f"p-{number}" for number in range(40)])


@pytest.mark.parametrize("sent", ["{", "{}", "[1]", '["no-such-pose"]', TOO_MANY])
def test_what_are_no_poses_orders_nothing(
    studio: ScriptedStudio, window: Window, you: gr.Request, stage_form: dict[str, Any], sent: str
) -> None:
    *_, refusal = window.stage.order(you, **stage_form | {"chosen": sent})
    assert 'role="alert"' in refusal
    assert studio.for_person(YOU).generations.list_page().items == ()
