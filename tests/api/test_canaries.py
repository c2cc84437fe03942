"""What one person writes is text to everybody: HTML in every text that a person can write, read back in every answer
of REST and every plain page by themselves, by somebody with whom they share it, by the admin and by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.api.app import build_app
from studio.ui.shell import mount_window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import Profile
from tests.api.people import API, House, open_house
from tests.scripted_studio import open_scripted_studio
from tests.ui.browser import serve

EVIL = "\"'><img src=x onerror=hit=1>"
RAW = "<img src=x"
PLAIN_PAGES = ("/account", "/people", "/sign-in", f"{API}/docs")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("canaries")
    with (
        open_scripted_studio(folder, mode="shared", credits_per_picture=0, share_links=True) as studio,
        serve(lambda: build_app(studio, mount_window)) as url,
    ):
        client = TestClient(build_app(studio), base_url=url, raise_server_exceptions=False)
        house = open_house(studio, client)
        house.let_in(EVIL, "creator")
        yield url, house, write_everywhere(house)


def write_everywhere(house: House) -> dict[str, str]:
    """Let the person of that name write it into whatever takes a text; the ids of what came of it."""
    mine = house.mine(EVIL)
    persona = replace(
        EXAMPLE_PERSONA,
        name=EVIL,
        background=EVIL,
        own_words=EVIL,
        clothing=EVIL,
        ethnicity=EVIL,
        personality=(EVIL,),
    )
    mine.account.add_key(EVIL)
    mine.account.change_profile(Profile(about=EVIL))
    project = mine.projects.add(EVIL)
    photo = mine.photos.add(house.studio.poses.example_photo(), f"{EVIL}.png")
    avatar = mine.avatar_making.from_persona(EVIL, persona)
    order = GenerationOrder(persona=persona, prompt=EVIL, negative_prompt=EVIL, width=64, height=64)
    made = mine.generations.order(order, project_id=project.id)
    mine.generations.update(made.generation_id, title=EVIL, notes=EVIL, tags=(EVIL,))
    mine.templates.add(EVIL, order)
    mine.persona_presets.add(EVIL, persona)
    pose = mine.poses.find("hand-on-hip")
    mine.poses.add([replace(pose, slug="mine", name=EVIL)])
    house.studio.fail_with = RuntimeError(EVIL)
    mine.generations.order(order)
    house.studio.fail_with = None
    mine.project_people.share(project.id, "Eve", "read")
    link = mine.sharing.share(made.generation_id, 3600).path
    return {
        "project_id": project.id,
        "photo_id": photo.id,
        "avatar_id": avatar.id,
        "generation_id": made.generation_id,
        "job_id": made.job_id,
        "link": link,
    }


def test_no_answer_of_rest_or_page_lets_it_be_more_than_text(
    served: tuple[str, House, dict[str, str]],
) -> None:
    """Every address that is read, by everybody: HTML has it escaped, and nothing else can be taken for HTML."""
    _, house, ids = served
    described = house.ask_as("Ada", "GET", f"{API}/openapi.json").json()["paths"]
    paths = [
        API + path for path, methods in described.items() if "get" in methods and not path.endswith("/events")
    ]
    filled = [re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1], "x"), path) for path in paths]
    seen = 0
    for path in (*PLAIN_PAGES, ids["link"], *filled):
        for name in (EVIL, "Eve", "Ada", ""):
            answer = house.ask(house.tokens.get(name, ""), "GET", path)
            kind = answer.headers.get("content-type", "")
            assert answer.headers["x-content-type-options"] == "nosniff"
            if answer.status_code < 400 and RAW in answer.text:
                seen += 1
            if kind.startswith("text/html"):
                assert RAW not in answer.text, (name, path)
            elif RAW in answer.text:
                assert not re.search("html|xml|svg|script", kind), (name, path, kind)
    assert seen > 10
