"""A single creator's studio says nothing of accounts, roles, credits or others: in no answer, page or description."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import PictureRefused
from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.api.app import build_app
from studio.ui.shell import mount_window
from studio.vocabulary.person import YOU
from tests.api.people import API
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

HOME = "http://localhost:7860"
ORDER = {"pose": "hand-on-hip", "width": 64, "height": 64}
WORDS = re.compile(
    r"credits?\b|credits_|\btiers?\b|invit|\badmin|sign(ed)?[ -]?(in|up|out)\b|log-?in\b|\baccounts?\b|password"
    r"|visitor|shared studio|somebody else|everybody|with others|your role|from a person who",
    re.IGNORECASE,
)
# What these words mean elsewhere.
FINE = re.compile(r'"tier": ?("[^"]*"|\{[^}]*\})|"tier"|Hugging Face account|hf auth login')
# A name of GET /stats in every studio, so that programs read one shape: no page has it.
NAME_FOR_PROGRAMS = re.compile(r'"credits_used"|<code>credits_used</code>|"Credits Used"')


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path) as opened:
        yield opened


def make_everything(studio: ScriptedStudio) -> dict[str, str]:
    """One of each thing; the ids."""
    mine = studio.for_person(YOU)
    photo = mine.photos.add(studio.poses.example_photo(), "me.jpg")
    avatar = mine.avatar_making.from_persona("Mira", EXAMPLE_PERSONA)
    pose = mine.poses.find("hand-on-hip")
    mine.poses.add([replace(pose, slug="mine", name="Mine")])
    return {
        "photo_id": photo.id,
        "sha256": photo.sha256,
        "file_id": photo.file_id,
        "avatar_id": avatar.id,
        "project_id": mine.projects.add("Spring").id,
        "preset_id": mine.persona_presets.add("Mira", EXAMPLE_PERSONA).id,
        "webhook_id": mine.webhooks.add("http://example.com/hook").id,
        "slug": "mine",
    }


def traces(text: str) -> list[str]:
    """What of it speaks of others, each with what stands around it."""
    plain = FINE.sub("", text)
    return [plain[max(0, found.start() - 60) : found.end() + 40] for found in WORDS.finditer(plain)]


def test_no_answer_and_no_description_speaks_of_others(studio: ScriptedStudio) -> None:
    client = TestClient(build_app(studio), base_url=HOME)
    ids = make_everything(studio)
    ordered = client.post(f"{API}/generations", json=ORDER)
    ids |= ordered.json()
    studio.fail_with = PictureRefused("No.")
    failed = client.post(f"{API}/generations", json=ORDER).json()["generation_id"]
    studio.fail_with, studio.is_away = None, True
    ways = {"again": None}
    at = f"{API}/generations/{ids['generation_id']}"
    answers = [ordered, *(client.post(f"{at}/{way}", json=body) for way, body in ways.items())]
    answers.append(client.post(f"{API}/generations/{failed}/retry"))
    assert {answer.status_code for answer in answers} == {202}
    described = client.get(f"{API}/openapi.json")
    answers += [described, client.get(f"{API}/docs"), client.get("/metrics")]
    for path, methods in described.json()["paths"].items():
        if "get" in methods and not path.endswith("/events"):
            answers.append(client.get(API + re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1], "x"), path)))
    assert sum(answer.status_code == 200 for answer in answers) > 30
    found = {
        f"{answer.request.method} {answer.request.url.path}": traces(NAME_FOR_PROGRAMS.sub("", answer.text))
        for answer in answers
        if "image" not in answer.headers.get("content-type", "")
    }
    assert {path: said for path, said in found.items() if said} == {}


def test_the_page_of_the_window_says_nothing_of_others(studio: ScriptedStudio) -> None:
    async def build() -> Any:
        return build_app(studio, mount_window)

    client = TestClient(asyncio.run(build()), base_url=HOME)
    page = client.get("/", headers={"accept": "text/html"}).text
    assert "Everything stays on this computer." in page
    assert traces(page) == []


def test_the_search_for_traces_finds_them() -> None:
    for said in (
        '"credits": 0',
        "credits_used",
        "an admin may ask",
        "Sign in first.",
        "your account",
        "Invite",
    ):
        assert traces(said), said
    assert not traces('the memory\'s "tier": "16 GB" and your Hugging Face account')
