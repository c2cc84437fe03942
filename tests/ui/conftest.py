"""What the tests of the window share: an in-memory studio, and events as the browser would send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.ui.shared import persona_values
from studio.ui.shell import Window, build_window
from tests.fakes import FakeStudio


@pytest.fixture
def studio(tmp_path: Path) -> FakeStudio:
    """The use cases in memory; a job is done the first time anybody looks."""
    return FakeStudio(tmp_path)


@pytest.fixture
def window(studio: FakeStudio) -> Window:
    """The parts of a window, not built: their handlers need no widgets."""
    return Window(studio)


@pytest.fixture
def built(studio: FakeStudio) -> gr.Blocks:
    """The whole window. Built inside a running loop: outside of one the library opens loops and leaves them open."""

    async def build() -> gr.Blocks:
        return build_window(studio)

    return asyncio.run(build())


@pytest.fixture
def you() -> gr.Request:
    """The request of the single creator."""
    return gr.Request()


@pytest.fixture
def press() -> Callable[..., gr.EventData]:
    """Makes the event of a pressed button of our own HTML."""

    def make(act: Any = "", target: Any = "") -> gr.EventData:
        return gr.EventData(None, {"act": act, "id": target})

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
        "framing": "",
        "look": "coloured",
        "size": "768x1024",
        "count": 1,
        "seed": 7,
        "prompt": "",
        "negative": "",
        "edited": False,
        "put_away": [],
    }
