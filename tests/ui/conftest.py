"""What the tests of the window share: a scripted studio, and events as the browser would send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Browser, Page

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.api.app import build_app
from studio.ui.shared import persona_values
from studio.ui.shell import Window, build_window, mount_window
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio, open_scripted_studio
from tests.ui.browser import Guard, open_browser, serve
from tests.ui.pages import WIDE, open_page
from tests.ui.requests import request_of


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    """The real use cases; a job has ended when its order is answered."""
    with open_scripted_studio(tmp_path) as opened:
        yield opened


@pytest.fixture
def window(studio: ScriptedStudio) -> Window:
    """The parts of a window, not built: their handlers need no widgets."""
    return Window(studio)


@pytest.fixture
def built(studio: ScriptedStudio) -> gr.Blocks:
    """The whole window. Built inside a running loop: outside of one the library opens loops and leaves them open."""

    async def build() -> gr.Blocks:
        return build_window(studio)

    return asyncio.run(build())


@pytest.fixture
def you() -> gr.Request:
    """The request of the single creator."""
    return request_of(YOU)


@pytest.fixture
def press() -> Callable[..., gr.EventData]:
    """Makes the event of a pressed button of our own HTML."""

    def make(act: Any = "", target: Any = "", **more: Any) -> gr.EventData:
        return gr.EventData(None, {"act": act, "id": target, **more})

    return make


@pytest.fixture
def persona_form() -> dict[str, Any]:
    """The form as it is filled in at the first start."""
    return persona_values(EXAMPLE_PERSONA)


@pytest.fixture
def stage_form(persona_form: dict[str, Any]) -> dict[str, Any]:
    """All that Generate reads, as it stands at the first start."""
    return persona_form | {
        "pose": "relaxed-stand",
        "avatar": "",
        "view": "front",
        "all_views": False,
        "sheet": False,
        "framing": "",
        "face": "",
        "look": "coloured",
        "picture_style": "realistic",
        "light": "soft",
        "set": "paper",
        "size": "768x1024",
        "count": 1,
        "recipe": False,
        "seed": 7,
        "prompt": "",
        "negative": "",
        "edited": False,
        "put_away": [],
    }


# --- a browser over the scripted studio ---


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ScriptedStudio]]:
    with (
        open_scripted_studio(tmp_path_factory.mktemp("window")) as studio,
        serve(lambda: build_app(studio, mount_window)) as url,
    ):
        yield url, studio


@pytest.fixture
def served_studio(served: tuple[str, ScriptedStudio], tmp_path: Path) -> ScriptedStudio:
    """The served studio, empty again."""
    served[1].start_again(tmp_path)
    return served[1]


@pytest.fixture
def guard(served: tuple[str, ScriptedStudio]) -> Iterator[Guard]:
    """Fails the test when the page logged an error, threw, or asked anybody else."""
    guard = Guard(host=served[0].removeprefix("http://"))
    yield guard
    assert guard.wrong == []


@pytest.fixture
def page(
    browser: Browser, served: tuple[str, ScriptedStudio], served_studio: ScriptedStudio, guard: Guard
) -> Iterator[Page]:
    """The window, wide and light, with its draft on the stage."""
    page = open_page(browser, served[0], guard, WIDE)
    yield page
    page.context.close()
