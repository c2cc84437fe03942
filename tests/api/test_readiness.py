"""An order for a model that is not ready is refused by REST before there is a job, with the next step as the hint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.settings import read_settings
from studio.studio import open_studio

API = "/api/v1"
ORDER = {"pose": "relaxed-stand", "width": 512, "height": 512}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The real studio on an empty data folder: no weights, nothing accepted, nothing allowed."""
    studio = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    with TestClient(build_app(studio), base_url="http://localhost:7860") as opened:
        yield opened
    studio.close()


def order(client: TestClient, **choice: str) -> Any:
    """The error of an order; nothing of it stands in the history."""
    answer = client.post(f"{API}/generations", json=ORDER | choice)
    assert answer.status_code == 409, answer.text
    assert client.get(f"{API}/generations").json()["items"] == []
    return answer.json()["error"]


def test_the_licence_then_the_weights(client: TestClient) -> None:
    error = order(client, preset="klein-9b")
    assert error["code"] == "licence-not-accepted"
    assert "commercial" in error["message"]
    assert error["hint"] == f"POST {API}/models/klein-9b/licence accepts it."
    assert client.post(f"{API}/models/klein-9b/licence").status_code == 204
    error = order(client, preset="klein-9b")
    assert error["code"] == "weights-missing"
    assert error["hint"] == f"POST {API}/models/klein-9b/download brings them."


@pytest.mark.parametrize("engine", ["comfyui", "hf-inference"])
def test_what_would_leave_this_computer(client: TestClient, engine: str) -> None:
    error = order(client, engine=engine)
    assert error["code"] == "engine-unavailable"
    assert "leave this computer" in error["message"]
    assert f"GET {API}/models" in error["hint"]


def test_the_draft_is_always_ready(client: TestClient) -> None:
    answer = client.post(f"{API}/generations", json=ORDER | {"width": 64, "height": 64})
    assert answer.status_code == 202
