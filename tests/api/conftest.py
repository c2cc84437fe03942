"""What tests of REST and of the shield share: a scripted studio, and a client that speaks to localhost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

HOME = "http://localhost:7860"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    """The real use cases; a job has ended when its order is answered."""
    with open_scripted_studio(tmp_path) as opened:
        yield opened


@pytest.fixture
def client(studio: ScriptedStudio) -> Iterator[TestClient]:
    """REST without a window; a server error is an answer, not an exception here."""
    with TestClient(build_app(studio), base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def photo_bytes() -> bytes:
    """A whole person, PNG."""
    return encode(draw_figure(600, 900), "PNG")
