"""What tests of REST and of the shield share: a studio in memory, and a client that speaks to localhost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from tests.fake_pictures import draw_figure, encode
from tests.fakes import FakeStudio

HOME = "http://localhost:7860"


@pytest.fixture
def studio(tmp_path: Path) -> FakeStudio:
    """The use cases in memory."""
    return FakeStudio(tmp_path)


@pytest.fixture
def client(studio: FakeStudio) -> Iterator[TestClient]:
    """REST without a window; a server error is an answer, not an exception here."""
    with TestClient(build_app(studio), base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def photo_bytes() -> bytes:
    """A whole person, PNG."""
    return encode(draw_figure(600, 900), "PNG")
