"""Projects shared by name over REST: who sees them, what an export of one holds, and how a share ends."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.types import Persona
from studio.api.app import build_app
from studio.vocabulary.avatar_export import AvatarExportOrder
from studio.vocabulary.order import GenerationOrder
from tests.api.people import API, House, open_house
from tests.scripted_studio import open_scripted_studio
from tests.store.test_purge import CANARY, search

HOME = "http://localhost:7860"


@dataclass
class Summer:
    """Ben's project, with one order in it."""

    id: str
    generation_id: str
    people: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("together")
    with (
        open_scripted_studio(folder, mode="shared") as studio,
        TestClient(build_app(studio), base_url=HOME) as client,
    ):
        yield open_house(studio, client)


@pytest.fixture
def summer(house: House) -> Summer:
    mine = house.mine("Ben")
    project = mine.projects.add("Summer").id
    order = GenerationOrder(persona=Persona(name="Noor"), poses=("hand-on-hip",), width=64, height=64)
    made = mine.generations.order(order).generation_id
    mine.generations.update(made, project_id=project)
    return Summer(project, made, f"{API}/projects/{project}/people")


def share(house: House, summer: Summer, name: str, access: str = "read") -> tuple[int, str]:
    answer = house.ask_as("Ben", "PUT", f"{summer.people}/{name}", json={"access": access})
    return answer.status_code, answer.json().get("error", {}).get("message", "")


def projects_of(house: House, name: str) -> dict[str, tuple[str, str, int]]:
    found = house.ask_as(name, "GET", f"{API}/projects").json()["items"]
    return {one["id"]: (one["owner"], one["access"], one["generations"]) for one in found}


def test_a_project_is_shared_by_name_and_says_whose_it_is(house: House, summer: Summer) -> None:
    assert share(house, summer, "eve", "write")[0] == 200  # a name without its case
    assert projects_of(house, "Eve")[summer.id] == ("Ben", "write", 1)
    assert projects_of(house, "Ben")[summer.id] == ("", "write", 1)
    people = house.ask_as("Ben", "GET", summer.people).json()["items"]
    assert people == [{"name": "Eve", "access": "write"}]
    assert share(house, summer, "Eve", "read")[0] == 200
    assert projects_of(house, "Eve")[summer.id][1] == "read"
    assert share(house, summer, "Nobody") == (404, "Nobody is called “Nobody” here.")
    assert share(house, summer, "Ben") == (422, "It is yours already: share it with somebody else.")
    assert share(house, summer, "Vic", "own")[0] == 422
    assert house.ask_as("Eve", "GET", summer.people).json()["error"]["code"] == "not-yours"
    foreign = house.ask_as("Vic", "PUT", f"{summer.people}/Eve", json={"access": "read"})
    assert foreign.status_code == 403  # a viewer shares nothing


def test_an_export_of_a_shared_project_holds_what_everybody_put_there(house: House, summer: Summer) -> None:
    share(house, summer, "Eve", "write")
    mine = house.mine("Eve")
    order = GenerationOrder(persona=Persona(name="Omar"), poses=("hand-on-hip",), width=64, height=64)
    own = mine.generations.order(order).generation_id
    mine.generations.update(own, project_id=summer.id)
    asked = {"format": "zip", "query": {"project_id": summer.id}}
    for name in ("Eve", "Ben"):
        started = house.ask_as(name, "POST", f"{API}/exports", json=asked).json()
        export = house.ask_as(name, "GET", f"{API}/exports/{started['id']}").json()
        assert (export["state"], export["generations"], export["pictures"]) == ("succeeded", 2, 2), name
        held = house.ask_as(name, "GET", export["file_url"]).content
        pictures = [one for one in zipfile.ZipFile(io.BytesIO(held)).namelist() if one.endswith(".png")]
        assert len(pictures) == 2
    by_id = {"format": "zip", "ids": [summer.generation_id]}
    assert house.ask_as("Eve", "POST", f"{API}/exports", json=by_id).status_code == 202
    house.ask_as("Ben", "DELETE", f"{summer.people}/Eve")
    assert house.ask_as("Eve", "POST", f"{API}/exports", json=by_id).status_code == 404
    started = house.ask_as("Eve", "POST", f"{API}/exports", json=asked).json()  # what is hers is still there
    assert house.ask_as("Eve", "GET", f"{API}/exports/{started['id']}").json()["generations"] == 1


@pytest.mark.parametrize("how", ["leaves", "is removed", "the owner is removed"])
def test_a_share_ends(house: House, summer: Summer, how: str) -> None:
    house.let_in("Max", "creator")
    share(house, summer, "Max")
    seen = f"{API}/generations/{summer.generation_id}"
    assert house.ask_as("Max", "GET", seen).status_code == 200
    if how == "leaves":
        assert house.ask_as("Max", "DELETE", f"{summer.people}/Max").status_code == 204
        assert house.ask_as("Max", "DELETE", f"{summer.people}/Max").status_code == 404
    elif how == "is removed":
        house.studio.people.remove(house.ids["Max"], by=house.person("Ada"))
        assert house.ask_as("Ben", "GET", summer.people).json()["items"] == []
        return
    else:
        house.studio.people.remove(house.ids["Ben"], by=house.person("Ada"))
    assert house.ask_as("Max", "GET", seen).status_code == 404
    assert summer.id not in projects_of(house, "Max")
    house.studio.people.remove(house.ids["Max"], by=house.person("Ada"))


def test_what_a_member_exported_of_somebody_goes_with_that_person(house: House) -> None:
    """Not a byte of them is left in files that others made, finished or under way; what holds nothing of them stays."""
    house.let_in("Tom", "creator")
    toms, eves = house.mine("Tom"), house.mine("Eve")
    persona = Persona(name=CANARY)
    project = toms.projects.add(CANARY).id
    order = GenerationOrder(persona=persona, poses=("hand-on-hip",), width=64, height=64)
    his = toms.generations.order(order, project_id=project).generation_id
    toms.project_people.share(project, "Eve", "write")
    hers = eves.generations.order(replace(order, persona=Persona(name="Omar"))).generation_id

    avatar = toms.avatars.keep(persona, project_id=project)

    def send_out() -> str:
        return eves.avatar_exports.start(AvatarExportOrder(avatar_id=avatar.id, format="obj")).id

    def export(**what: Any) -> str:
        started = house.ask_as("Eve", "POST", f"{API}/exports", json={"format": "json"} | what)
        assert started.status_code == 202, started.text
        return str(started.json()["id"])

    def is_there(job_id: str) -> bool:
        return house.ask_as("Eve", "GET", f"{API}/jobs/{job_id}").status_code == 200

    own = export(ids=[hers])
    of_him = [export(ids=[his]), export(query={"project_id": project}), send_out()]
    told = house.ask_as("Eve", "GET", f"{API}/jobs/{of_him[0]}")
    assert house.ids["Tom"] not in told.text, "whose it is is for the store alone"
    toms.project_people.unshare(project, "Eve")  # what was made while it was shared goes too
    house.studio.is_away = True
    toms.project_people.share(project, "Eve", "read")
    of_him += [export(ids=[his]), export(query={"project_id": project}), send_out()]
    house.studio.is_away = False
    assert all(map(is_there, [own, *of_him]))
    assert search(house.studio.folder)
    store = house.studio.resources.store
    under_way = store.files.put(b"on the way to its row")
    house.studio.people.remove(house.ids["Tom"], by=house.person("Ada"))
    assert [is_there(one) for one in of_him] == [False] * 6
    assert search(house.studio.folder) == []
    with store.begin() as transaction:
        store.files.register(transaction, house.ids["Eve"], under_way, "text/plain")
    kept = house.ask_as("Eve", "GET", f"{API}/exports/{own}").json()
    assert "Omar" in house.ask_as("Eve", "GET", kept["file_url"]).text
