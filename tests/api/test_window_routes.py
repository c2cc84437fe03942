"""The window's own routes for photos and pictures: what REST says of them, but always as a 200."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.types import Persona
from studio.vocabulary.order import GenerationOrder
from tests.fake_pictures import carry_order
from tests.scripted_studio import ScriptedStudio

REST = {"photo": "/api/v1/photos", "recipe": "/api/v1/recipes"}


def send(client: TestClient, address: str, data: bytes, **headers: str) -> Any:
    return client.post(address, files={"file": ("photo", data, "image/png")}, headers=headers)


def test_a_photo_is_kept_as_rest_keeps_it(client: TestClient, photo_bytes: bytes) -> None:
    answer = send(client, "/stage/photo", photo_bytes)
    assert answer.status_code == 200
    again = send(client, REST["photo"], photo_bytes)
    assert again.json() == answer.json() | {"is_duplicate": True}


def test_a_recipe_is_read_as_rest_reads_it(client: TestClient) -> None:
    picture = carry_order(GenerationOrder(persona=Persona(name="Ada"), seed=5))
    answer = send(client, "/stage/recipe", picture)
    assert answer.status_code == 200
    assert answer.json() == send(client, REST["recipe"], picture).json()


@pytest.mark.parametrize(
    ("what", "data", "refused"),
    [
        ("photo", b"not a picture", 415),
        ("photo", b"", 422),
        ("photo", b"\xff\xd8\xff\xe0", 422),
        ("recipe", b"not a picture", 422),
        ("recipe", b"", 422),
        ("recipe", b"\xff\xd8\xff\xe0", 422),
    ],
)
def test_a_refusal_is_an_answer(client: TestClient, what: str, data: bytes, refused: int) -> None:
    said, rest = send(client, f"/stage/{what}", data), send(client, REST[what], data)
    assert (said.status_code, rest.status_code) == (200, refused)
    told, known = said.json()["error"], rest.json()["error"]
    assert told["request_id"] == said.headers["x-request-id"]
    assert {**told, "request_id": ""} == {**known, "request_id": ""}


@pytest.mark.parametrize("what", list(REST))
def test_the_shield_stands_before_it(client: TestClient, studio: ScriptedStudio, what: str) -> None:
    address, large = f"/stage/{what}", b"x" * (studio.settings.max_upload_mb * 1_000_000 + 100_000)
    assert send(client, address, large).status_code == 413
    assert send(client, address, b"x", origin="http://evil.example").status_code == 403
    two = {"file": ("a", b"x", "image/png"), "other": ("b", b"x", "image/png")}
    assert client.post(address, files=two).status_code == 400
    assert client.get(address).status_code == 405
