"""The window of a shared studio is the signed-in person's: every handler, what it shows, what it may change."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from starlette.requests import Request

from pipelines.types import Persona
from studio.account_errors import NotAllowed, NotSignedIn
from studio.api.asker import find_person, find_studio
from studio.errors import NotFound
from studio.ui.frame import HEADER, SHARED_HEADER
from studio.ui.shared import person_of
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU, Person
from tests.scripted_studio import open_scripted_studio
from tests.ui.requests import request_of

BEN = Person(id="ben", role="creator")
VIC = Person(id="vic", role="viewer")


def test_the_window_asks_for_the_person_of_the_request() -> None:
    assert person_of(request_of(BEN)) is BEN


@pytest.mark.parametrize(
    "scope", [{}, {"state": {}}, {"state": {"asker": None}}, {"state": {"asker": "you"}}]
)
def test_whom_no_shield_named_is_nobody(scope: dict[str, Any], window: Window) -> None:
    """There is nobody to fall back on: neither for the window's handlers, nor for routes."""
    unknown = gr.Request(request=Request({"type": "http", "headers": [], **scope}))
    for request in (unknown, gr.Request()):
        with pytest.raises(NotSignedIn):
            person_of(request)
        with pytest.raises(gr.Error, match="Sign in first"):
            window.history.first_page(request)
    for ask in (find_person, find_studio):
        with pytest.raises(NotSignedIn):
            asyncio.run(ask(Request({"type": "http", "headers": [], "app": None, **scope})))


def test_every_handler_that_asks_for_a_person_is_given_the_request(built: gr.Blocks) -> None:
    asked = 0
    for function in built.fns.values():
        handler: Any = inspect.unwrap(function.fn) if function.fn else None
        if handler is None:
            continue
        if "person_of(" in inspect.getsource(handler) or "for_person(" in inspect.getsource(handler):
            parameter = inspect.signature(handler).parameters["request"]
            assert parameter.default is inspect.Parameter.empty, handler
            assert "gr.Request" in str(parameter.annotation), handler
            asked += 1
    assert asked > 20


def test_the_way_to_the_account_is_there_where_there_are_accounts() -> None:
    assert "account" not in HEADER
    assert 'href="account"' in SHARED_HEADER


def test_two_people_see_their_own_things_only(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path, mode="shared", credits_per_picture=0) as studio:
        window = Window(studio)
        project = studio.for_person(BEN).projects.add("Ben's own")
        order = GenerationOrder(persona=Persona(name="Ben"), poses=("hand-on-hip",), width=64, height=64)
        made = studio.for_person(BEN).generations.order(order)
        assert window.history.detail_of(studio.for_person(person_of(request_of(BEN))), made.generation_id)
        with pytest.raises(NotFound):
            window.history.detail_of(studio.for_person(person_of(request_of(VIC))), made.generation_id)
        assert project.id not in str(window.tray.now(studio.for_person(VIC), []))


def test_who_may_only_look_or_make_does_nothing_to_the_house(tmp_path: Path, press: Any) -> None:
    with open_scripted_studio(tmp_path, mode="shared", backup_folder=str(tmp_path / "backups")) as studio:
        window = Window(studio)
        for person in (BEN, VIC):
            said = window.storage.act(press("backup"), request_of(person))
            assert "Your role" in said
            said = window.storage.choose(press("choose", folder=str(tmp_path)), request_of(person))
            assert "Your role" in said
            for act in ("accept", "remove", "release", "download"):
                said, *_ = window.models.act("draft", [], press(act, "klein-4b"), request_of(person))
                assert "Your role" in said, act
        with pytest.raises(NotAllowed):
            studio.for_person(VIC).require("house")
        studio.for_person(YOU).require("house")


def list_ids(blocks: gr.Blocks) -> set[str]:
    return {getattr(block, "elem_id", None) or "" for block in blocks.blocks.values()}


def test_priority_is_chosen_where_it_costs_and_its_price_is_said_before_the_click(
    tmp_path: Path, stage_form: dict[str, Any]
) -> None:
    with open_scripted_studio(tmp_path, mode="shared", credits_priority=4) as studio:
        ben = Person(id=studio.people.create("Ben", "correct horse battery", "creator").id, role="creator")

        async def build() -> tuple[Window, gr.Blocks]:
            window = Window(studio)
            return window, window.build()

        window, blocks = asyncio.run(build())
        (switch,) = (one for one in blocks.blocks.values() if getattr(one, "elem_id", None) == "priority")
        assert (switch.label, switch.value) == ("Before my other orders (+4 credits a picture)", False)
        asked: dict[str, Any] = {
            "preset": "",
            "framing": "",
            "size": "768x1024",
            "count": 1,
            "all_views": True,
        }
        said = [window.stage.tell(request_of(ben), **asked, priority=chosen)[0] for chosen in (False, True)]
        assert ["20 of your 500 credits" in said[0], "36 of your 500 credits" in said[1]] == [True, True]
        for chosen in (False, True):
            window.stage.order(request_of(ben), **stage_form, priority=chosen)
        later, earlier = studio.for_person(ben).generations.list_page().items
        assert (earlier.order.priority, later.order.priority) == (False, True)
        assert studio.for_person(ben).credits.look().balance == 500 - 5 - 9


def test_a_single_creator_sees_nothing_of_priority(built: gr.Blocks) -> None:
    assert "generate" in list_ids(built)
    assert "priority" not in list_ids(built)
