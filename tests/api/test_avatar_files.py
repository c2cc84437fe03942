"""Avatars as files: out of one studio, into another, and nothing of a bad one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.image.provenance import SOURCE_TYPE_BASE
from studio.api.app import build_app
from tests.api.conftest import HOME
from tests.api.test_avatars import draw, make, size_of
from tests.api.test_routes import API, post_photo
from tests.scripted_studio import open_scripted_studio

AVATARS = f"{API}/avatars"


def send(client: TestClient, data: bytes) -> Any:
    return client.post(f"{AVATARS}/file", files={"file": ("ada.avatar", data)})


def fetch(client: TestClient, avatar_id: str, **query: Any) -> bytes:
    answer = client.get(f"{AVATARS}/{avatar_id}/file", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(members: dict[str, bytes], **said: Any) -> bytes:
    described = json.loads(members["avatar.json"]) | said
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (members | {"avatar.json": json.dumps(described).encode()}).items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def file(client: TestClient) -> bytes:
    """A person with a face, a licence and a base picture."""
    persona = {"age": 44, "face_seed": 7, "expression": "smile", "outfit": ["blazer"]}
    picture = draw(client, persona=persona, seed=42, prompt="in a red coat")["pictures"][0]["id"]
    made = make(client, name="Ada <ü>", picture_id=picture)
    client.patch(f"{AVATARS}/{made['id']}", json={"licence": "CC-BY-4.0, Ada"})
    answer = client.get(f"{AVATARS}/{made['id']}/file")
    assert ".avatar" in answer.headers["content-disposition"]
    return answer.content


def test_a_person_moves_to_another_studio(client: TestClient, file: bytes, tmp_path: Path) -> None:
    [here] = client.get(AVATARS).json()["items"]
    with (
        open_scripted_studio(tmp_path / "other") as other,
        TestClient(build_app(other), base_url=HOME) as there,
    ):
        answer = send(there, file)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        for field in ("name", "persona"):
            assert made[field] == here[field]
        assert made["body"]["parameters"] == here["body"]["parameters"]
        assert made["body"]["measurements"] == here["body"]["measurements"]
        assert made["origin"] == here["origin"] | {"source": "file", "picture_id": None}
        assert made["origin"]["licence"] == "CC-BY-4.0, Ada"
        assert size_of(there, made["thumbnail_url"]) == (300, 300)
        assert size_of(there, made["base_url"]) == (64, 64)
        mark = f"{SOURCE_TYPE_BASE}algorithmicMedia".encode()
        assert mark in there.get(made["base_url"]).content
        assert there.get(made["body"]["glb_url"]).status_code == 200
        assert send(there, file).json()["id"] != made["id"]


def test_a_measured_body_keeps_how_sure_it_is_and_the_photo_stays_unless_asked_for(
    client: TestClient, photo_bytes: bytes
) -> None:
    photo = post_photo(client, photo_bytes).json()
    made = make(client, photo_id=photo["id"])
    here = client.get(f"{AVATARS}/{made['id']}").json()
    assert list(unpack(fetch(client, made["id"]))) == ["avatar.json"]
    with_photo = fetch(client, made["id"], photo=True)
    assert set(unpack(with_photo)) == {"avatar.json", "photo.jpg"}
    client.delete(f"{AVATARS}/{made['id']}", params={"purge": True})
    client.delete(f"{API}/photos/{photo['id']}", params={"purge": True})
    again = send(client, with_photo).json()
    assert again["body"]["measurements"] == here["body"]["measurements"]
    assert (again["body"]["source"], again["body"]["confidence"]) == ("Measured from a photo", 0.9)
    assert client.get(f"{API}/photos/{again['photo_id']}").json()["name"] == "Ada"
    assert (
        client.patch(f"{AVATARS}/{again['id']}", json={"persona": {"body_type": "athletic"}}).json()["body"][
            "parameters"
        ]
        == here["body"]["parameters"]
    )


BAD: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "no archive": lambda members: b"PK nothing",
    "no description": lambda members: pack({**members, "avatar.json": members["avatar.json"]})[:-30],
    "another hash": lambda members: pack({**members, "base.png": members["base.png"][:-1] + b"x"}),
    "a larger picture": lambda members: pack({**members, "base.png": members["base.png"] + b"x"}),
    "a picture that is none": lambda members: pack(
        {**members, "base.png": b"hello"},
        pictures=[
            {
                "role": "base",
                "name": "base.png",
                "size": 5,
                "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            }
        ],
    ),
    "a missing picture": lambda members: pack({"avatar.json": members["avatar.json"]}),
    "a later version": lambda members: pack(members, version=2),
    "another format": lambda members: pack(members, format="zip"),
    "an unknown field": lambda members: pack(members, colour="red"),
    "a child": lambda members: pack(members, persona={"age": 12}),
    "a child in words": lambda members: pack(members, prompt="a girl, 12 years old"),
    "a child's body": lambda members: pack(members, body={"shape": {"age": 0.3}}),
    "no number": lambda members: pack(members, body={"shape": {"height": "tall"}}),
    "a huge number": lambda members: pack(members, body={"shape": {"height": 1e9}}),
    "an unknown shape": lambda members: pack(members, body={"shape": {"tail": 0.5}}),
    "a way out": lambda members: pack(members | {"../evil.txt": b"x"}),
    "deep": lambda members: pack(members)[:0] + _zip_of(b"[" * 100_000),
}


def _zip_of(description: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("avatar.json", description)
    return out.getvalue()


def test_of_a_bad_file_nothing_is_kept(client: TestClient, file: bytes) -> None:
    members = unpack(file)
    before = client.get(AVATARS).json()
    for name, spoil in BAD.items():
        answer = send(client, spoil(members))
        assert answer.status_code in (415, 422), f"{name}: {answer.text}"
        assert answer.json()["error"]["code"] != "unexpected", name
    assert client.get(AVATARS).json() == before
    assert client.get(f"{API}/photos").json()["items"] == []
    assert send(client, pack(members)).status_code == 201  # the way of spoiling spoils nothing itself
