"""The page /people: what everybody uses, limits and credits, anybody's job cancelled and paid back, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.types import Persona
from studio.api.app import build_app
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder
from tests.api.people import API, House, open_house
from tests.scripted_studio import open_scripted_studio
from tests.ui.requests import request_of

HOME = "http://localhost:7860"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with (
        open_scripted_studio(
            tmp_path,
            mode="shared",
            smtp_password="open sesame",
            smtp_host="mail.example",
            assistant_key="ask_sesame",
            comfyui_url="http://me:open-sesame@pictures.example:8188",
        ) as studio,
        TestClient(build_app(studio), base_url=HOME) as client,
    ):
        yield open_house(studio, client)


def send(house: House, **fields: str) -> str:
    """What the page says of a form that the admin sent."""
    answer = house.ask_as("Ada", "POST", "/people", data=fields, headers={"origin": HOME})
    assert answer.status_code == 200
    found = re.search(r'<p class="said[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


def test_a_job_of_anybody_is_cancelled_and_paid_back(house: House) -> None:
    house.studio.is_away = True
    ben: Any = house.mine("Ben")
    before = ben.credits.look().balance
    order = GenerationOrder(persona=Persona(name="Zwitscher"), poses=("hand-on-hip",), width=64, height=64)
    job_id = ben.generations.order(order).job_id
    page = house.ask_as("Ada", "GET", "/people").text
    assert "1 open job<" in page
    assert "Zwitscher" not in page
    assert send(house, act="cancel", id=job_id) == "The job is cancelled; what it cost goes back."
    assert ben.jobs.get(job_id).state == "cancelled"
    assert ben.credits.look().balance == before
    account = house.ask_as("Ben", "GET", "/account").text
    assert f"You have {before}." in account
    assert "Back from an order" in account
    assert send(house, act="cancel", id=job_id) == "That job has ended already."
    assert "job.cancel" in house.ask_as("Ada", "GET", "/people").text


def test_what_is_next_is_shown_however_many_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.services.house.MOST_JOBS", 2)
    house.studio.is_away = True
    order = GenerationOrder(persona=Persona(name="Zwitscher"), poses=("hand-on-hip",), width=64, height=64)
    for _ in range(5):
        house.mine("Ben").generations.order(order)
    jobs = house.ask_as("Ada", "GET", f"{API}/queue").json()["items"]
    assert [one["place"] for one in jobs] == [5, 4, 2, 1]


def test_a_job_that_waits_is_moved_on_the_page_and_by_rest(house: House) -> None:
    house.studio.is_away = True
    order = GenerationOrder(persona=Persona(name="Zwitscher"), poses=("hand-on-hip",), width=64, height=64)
    bens, eves = ([house.mine(name).generations.order(order).job_id for _ in "12"] for name in ("Ben", "Eve"))

    def waiting() -> list[str]:
        jobs = house.ask_as("Ada", "GET", f"{API}/queue").json()["items"]
        return [one["id"] for one in sorted(jobs, key=lambda one: one["place"] or 0) if one["place"]]

    assert send(house, act="first", id=eves[1]) == "The job is the next in its lane now."
    assert waiting() == [eves[1], bens[0], eves[0], bens[1]]
    assert house.mine("Eve").jobs.get(eves[1]).place == 1
    page = house.ask_as("Ada", "GET", "/people").text
    assert [page.index(f'value="{one}"') for one in waiting()] == sorted(
        page.index(f'value="{one}"') for one in waiting()
    ), "in the order of the queue"
    address = f"{API}/queue/{eves[1]}"
    assert house.ask_as("Ada", "POST", f"{address}/move", json={"to": "last"}).status_code == 204
    assert waiting() == [bens[0], eves[0], bens[1], eves[1]]
    assert house.ask_as("Ada", "POST", f"{address}/move", json={"to": "second"}).status_code == 422
    assert house.ask_as("Eve", "POST", f"{address}/move", json={"to": "first"}).status_code == 403
    assert house.ask_as("Ada", "POST", f"{address}/cancel").status_code == 204
    refused = house.ask_as("Ada", "POST", f"{address}/move", json={"to": "first"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "job-not-waiting")
    noted = [
        (one["actor"], one["action"], one["subject"], one["detail"])
        for one in house.ask_as("Ada", "GET", f"{API}/audit").json()["items"]
        if one["action"].startswith("job.")
    ]
    assert noted[2::-1] == [
        ("Ada", "job.move", "Eve", {"to": "first"}),
        ("Ada", "job.move", "Eve", {"to": "last"}),
        ("Ada", "job.cancel", "Eve", {}),
    ]


def test_credits_and_limits_are_set_and_what_is_no_number_is_refused(house: House) -> None:
    eve = house.ids["Eve"]
    given = {"act": "credits", "id": eve, "amount": "40", "key": "once"}
    assert send(house, **given) == send(house, **given) == "Eve has 540 credits now."  # pressed twice
    assert send(house, act="credits", id=eve, amount="−40", key="back") == "Eve has 500 credits now."
    for amount in ("a lot", "9" * 40):
        assert "is no number" in send(house, act="credits", id=eve, amount=amount, key="k")
    assert "“guests” is kept" in send(house, act="put-tier", name="guests", per_day="1")
    assert send(house, act="tier", id=eve, tier="guests") == "Eve is in “guests” now."
    assert "no tier called" in send(house, act="tier", id=eve, tier="nobles")
    assert "is no number" in send(house, act="put-tier", name="guests", per_day="-1")


def test_settings_are_shown_and_secrets_are_not(house: House) -> None:
    page = house.ask_as("Ada", "GET", "/people").text
    assert "mail.example" in page
    assert "http://…@pictures.example:8188" in page
    for secret in ("open sesame", "open-sesame", "ask_sesame", "hf_scripted"):
        assert secret not in page
    assert page.count("set, not shown") >= 3
    assert "/people" not in house.ask_as("Ben", "GET", "/account").text


def test_a_forgotten_password_is_set_anew_on_the_page(house: House) -> None:
    ben, new = house.ids["Ben"], "another horse battery"
    assert "8" in send(house, act="password", id=ben, password="short")
    assert house.ask_as("Ben", "GET", f"{API}/me").status_code == 200
    said = send(house, act="password", id=ben, password=new)
    assert said == "Ben has another password now, and is signed out everywhere."
    assert house.ask_as("Ben", "GET", f"{API}/me").status_code == 401
    signed = house.ask("", "POST", f"{API}/sessions", json={"name": "Ben", "password": new})
    assert signed.status_code == 201
    assert new not in house.ask_as("Ada", "GET", "/people").text


def test_what_can_draw_is_on_the_page(house: House) -> None:
    page = unescape(house.ask_as("Ada", "GET", "/people").text)
    models = page.partition("<h2>Models</h2>")[2].partition("<h2>")[0]
    for one in house.mine("Ada").models.list_all():
        assert one.title in models
        assert one.says in models


def test_people_say_in_which_units_they_read(house: House) -> None:
    form = {"act": "profile", "units": "imperial", "about": "<b>Tailor</b>"}
    page = house.ask_as("Ben", "POST", "/account", data=form, headers={"origin": HOME}).text
    assert "Your profile is kept" in page
    assert 'value="&lt;b&gt;Tailor&lt;/b&gt;"' in page
    assert "<option selected>imperial" in page
    assert house.ask_as("Ben", "GET", f"{API}/me").json()["profile"] == {
        "units": "imperial",
        "about": "<b>Tailor</b>",
    }
    units = {
        name: Window(house.studio).body.load_unit(request_of(house.person(name))) for name in ("Ben", "Eve")
    }
    assert units == {"Ben": "in", "Eve": "cm"}
