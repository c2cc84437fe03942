"""Credits, tiers and limits by REST: what pictures cost, who gives, and what is refused with which status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import PictureRefused
from store.places import LaneTimes
from studio.api.app import build_app
from studio.services.queue_places import expect_start
from tests.api.people import API, House, open_house
from tests.scripted_studio import open_scripted_studio

HOME = "http://localhost:7860"
ORDER = {"pose": "hand-on-hip", "width": 64, "height": 64}
ALLOWANCE = 40


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = {"mode": "shared", "credits_monthly": ALLOWANCE, "orders_per_minute": 12}
    with (
        open_scripted_studio(tmp_path, **settings) as studio,
        TestClient(build_app(studio), base_url=HOME) as client,
    ):
        yield open_house(studio, client)


def credits_of(house: House, name: str = "Ben") -> dict[str, Any]:
    answer = house.ask_as(name, "GET", f"{API}/credits")
    assert answer.status_code == 200
    return answer.json()


def order(house: House, name: str = "Ben", **more: Any) -> Any:
    return house.ask_as(name, "POST", f"{API}/generations", json=ORDER | more)


def give(house: House, amount: int, key: str = "k", by: str = "Ada", **more: Any) -> Any:
    address = f"{API}/people/{house.ids['Ben']}/credits"
    body = {"amount": amount, "reason": "For the summer"} | more
    return house.ask_as(by, "POST", address, json=body, headers={"Idempotency-Key": key})


def test_a_picture_costs_what_is_said_before_and_only_where_it_is_made(house: House) -> None:
    before = credits_of(house)
    assert (before["balance"], before["prices"]) == (ALLOWANCE, {"picture": 5, "hd": 2, "priority": 3})
    done = order(house, views=["front", "back"], priority=True)
    assert (done.status_code, done.json()["credits"]) == (202, 16)
    house.studio.settle()
    after = credits_of(house)
    assert (after["balance"], after["held"], after["spent"]) == (ALLOWANCE - 16, 0, 16)
    kinds = {(one["kind"], one["amount"], one["job_id"]) for one in after["entries"]}
    job_id = done.json()["job_id"]
    assert kinds == {("grant", ALLOWANCE, None), ("reserve", 16, job_id), ("capture", 16, job_id)}
    house.studio.fail_with = PictureRefused("No.")
    assert order(house).json()["credits"] == 5
    house.studio.settle()
    assert credits_of(house)["balance"] == ALLOWANCE - 16
    assert [one["kind"] for one in credits_of(house)["entries"]].count("release") == 1
    stats = house.ask_as("Ben", "GET", f"{API}/stats").json()
    assert (stats["total"], stats["completed"], stats["failed"], stats["credits_used"]) == (2, 1, 1, 16)


def test_a_cancelled_order_is_given_back_whole(house: House) -> None:
    house.studio.is_away = True
    job_id = order(house).json()["job_id"]
    assert (credits_of(house)["balance"], credits_of(house)["held"]) == (ALLOWANCE - 5, 5)
    house.ask_as("Ben", "POST", f"{API}/jobs/{job_id}/cancel")
    assert (credits_of(house)["balance"], credits_of(house)["held"]) == (ALLOWANCE, 0)


def test_an_order_that_costs_more_than_there_is_is_refused_with_a_sentence(house: House) -> None:
    assert give(house, 4 - ALLOWANCE).json()["balance"] == 4
    refused = order(house)
    assert refused.status_code == 402
    assert refused.json()["error"]["code"] == "credits-too-few"
    assert "costs 5 credits, and you have 4" in refused.json()["error"]["message"]
    assert house.ask_as("Ben", "GET", f"{API}/generations").json()["items"] == []


def test_the_admin_gives_once_for_each_key_and_takes_no_more_than_there_is(house: House) -> None:
    for _ in range(2):
        assert give(house, 60).json()["balance"] == ALLOWANCE + 60
    conflict = give(house, 61)
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "idempotency-conflict")
    spent = give(house, -500, key="other")
    assert (spent.status_code, spent.json()["error"]["message"]) == (
        402,
        "There are 100 credits to take away.",
    )
    assert give(house, 0, key="zero").status_code == 422
    assert house.ask_as("Ada", "POST", f"{API}/people/{'0' * 28}/credits", json={"amount": 1, "reason": "x"},
                        headers={"Idempotency-Key": "k"}).status_code == 404  # fmt: skip
    assert give(house, 1, by="Eve", key="mine").status_code == 403
    assert credits_of(house)["balance"] == ALLOWANCE + 60
    ledger = house.ask_as("Ben", "GET", f"{API}/credits/ledger").text.splitlines()
    assert ledger[0] == "at,kind,amount,balance_change,cause,job_id"
    assert sorted(line.split(",")[1:5] for line in ledger[1:]) == [
        ["grant", "40", "40", "monthly allowance"],
        ["grant", "60", "60", "For the summer"],
    ]
    audit = house.ask_as("Ada", "GET", f"{API}/audit").json()["items"]
    assert "credits.give" in {entry["action"] for entry in audit}


def test_a_cell_of_the_ledger_is_no_formula(house: House) -> None:
    give(house, 1, reason="=1+1")
    assert "'=1+1" in house.ask_as("Ben", "GET", f"{API}/credits/ledger").text


def test_a_tier_caps_what_waits_and_what_is_ordered_in_a_day(house: House) -> None:
    house.studio.is_away = True
    few = {"queued": 2, "per_day": None, "monthly_credits": 100}
    assert house.ask_as("Ada", "PUT", f"{API}/tiers/few", json=few).status_code == 200
    names = [one["name"] for one in house.ask_as("Ada", "GET", f"{API}/tiers").json()["items"]]
    assert names == ["few", "standard"]
    mine = f"{API}/people/{house.ids['Ben']}/tier"
    assert house.ask_as("Ada", "PUT", mine, json={"tier": "none"}).status_code == 404
    assert house.ask_as("Ada", "PUT", mine, json={"tier": "few"}).status_code == 204
    assert [order(house).status_code for _ in range(3)] == [202, 202, 429]
    refused = order(house)
    assert (refused.json()["error"]["code"], refused.headers["retry-after"]) == ("queue-full", "10")
    assert order(house, "Eve").status_code == 202
    house.ask_as("Ada", "PUT", f"{API}/tiers/few", json=few | {"queued": None, "per_day": 2})
    refused = order(house)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "day-full")
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400


def test_a_tier_caps_what_a_person_keeps(house: House) -> None:
    house.ask_as("Ada", "PUT", f"{API}/tiers/small", json={"storage_mb": 1, "monthly_credits": 100})
    house.ask_as("Ada", "PUT", f"{API}/people/{house.ids['Ben']}/tier", json={"tier": "small"})
    photo = {"file": ("a.png", house.studio.poses.example_photo(), "image/png")}
    house.studio.is_away = True
    waiting = order(house).json()["job_id"]
    house.studio.is_away = False
    store = house.studio.resources.store
    large = store.files.put(bytes(1_000_000))
    with store.begin() as transaction:
        kept, _ = store.files.register(transaction, house.ids["Ben"], large, "image/png")
    for refused in (
        house.ask_as("Ben", "POST", f"{API}/photos", files=photo),
        house.ask_as("Ben", "POST", f"{API}/avatars", json={"name": "Ada", "prompt": "a woman of 30 years"}),
        house.ask_as("Ben", "POST", f"{API}/imports", files={"file": ("a.zip", b"x", "application/zip")}),
        order(house),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (413, "storage-spent")
        assert "You keep 1 MB, which is as much as you may" in refused.json()["error"]["message"]
    house.studio.notify(waiting)  # what was ordered before ends in the same words, and costs nothing
    ended = house.ask_as("Ben", "GET", f"{API}/jobs/{waiting}").json()
    assert (ended["state"], ended["error"]["code"]) == ("failed", "storage-spent")
    assert credits_of(house)["held"] == 0
    assert order(house, "Eve").status_code == 202
    with store.begin() as transaction:
        store.files.erase_unheld(transaction, house.ids["Ben"], [kept.id])
    assert order(house).status_code == 202
    assert house.ask_as("Ben", "POST", f"{API}/photos", files=photo).status_code == 201


def test_more_orders_than_are_taken_in_a_minute_are_asked_to_wait(house: House) -> None:
    keyed = {"headers": {"Idempotency-Key": "mine"}}
    first = house.ask_as("Ben", "POST", f"{API}/generations", json=ORDER, **keyed)
    again = f"{API}/generations/{first.json()['generation_id']}/again"
    same = {"headers": {"Idempotency-Key": "again"}}
    second = house.ask_as("Ben", "POST", again, **same)
    assert house.ask_as("Ben", "POST", f"{API}/generations", json=ORDER, **keyed).json() == first.json()
    answers = [house.ask_as("Ben", "POST", f"{API}/generations", json={}) for _ in range(11)]
    assert {answer.status_code for answer in answers[:-1]} <= {202, 402, 422}, (
        "what is sent again is not counted"
    )
    assert (answers[-1].status_code, answers[-1].json()["error"]["code"]) == (429, "too-many-orders")
    for path, sent, answer in ((f"{API}/generations", keyed, first), (again, same, second)):
        told = house.ask_as("Ben", "POST", path, **({"json": ORDER} if sent is keyed else {}), **sent)
        assert (told.status_code, told.json()) == (202, answer.json()), (
            "an answer that is there is given again"
        )
    conflict = house.ask_as("Ben", "POST", f"{API}/generations", json=ORDER | {"seed": 7}, **keyed)
    assert conflict.status_code == 409
    assert house.ask_as("Eve", "POST", f"{API}/generations", json=ORDER, **keyed).status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert house.ask_as("Ben", "GET", f"{API}/generations").status_code == 200, (
        "who only looks is not counted"
    )


@pytest.mark.parametrize("path", [f"{API}/photos", f"{API}/controls", "/stage/photo"])
def test_more_uploads_than_are_taken_in_a_minute_are_asked_to_wait(house: House, path: str) -> None:
    answers = [house.ask_as("Ben", "POST", path, json={}) for _ in range(13)]
    assert 429 not in {answer.status_code for answer in answers[:-1]}
    assert (answers[-1].status_code, answers[-1].json()["error"]["code"]) == (429, "too-many-orders")
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert order(house).status_code == 202, "orders are counted by themselves"
    elsewhere = TestClient(house.client.app, base_url=HOME, client=("192.0.2.7", 1))
    for client, name, is_taken in (
        (elsewhere, "Ben", False),
        (house.client, "Eve", False),
        (elsewhere, "Eve", True),
    ):
        bearer = {"authorization": f"Bearer {house.tokens[name]}"}
        assert (client.post(path, json={}, headers=bearer).status_code != 429) is is_taken, name


def test_a_waiting_job_says_its_place_between_people_and_when_it_begins(house: House) -> None:
    order(house)  # measured, before anything is expected
    house.studio.settle()
    house.studio.is_away = True
    first = [order(house).json()["job_id"] for _ in range(3)]
    mine = order(house, "Eve").json()["job_id"]
    jobs = {one: house.ask_as("Ben", "GET", f"{API}/jobs/{one}").json() for one in first}
    theirs = house.ask_as("Eve", "GET", f"{API}/jobs/{mine}").json()
    places = sorted([*(job["place"] for job in jobs.values()), theirs["place"]])
    assert places == [1, 2, 3, 4]
    assert theirs["place"] <= 2
    assert theirs["expected_start"] is not None
    done = house.ask_as("Ben", "GET", f"{API}/generations").json()["items"][-1]["job_id"]
    ended = house.ask_as("Ben", "GET", f"{API}/jobs/{done}").json()
    assert (ended["place"], ended["expected_start"]) == (None, None)


def test_what_is_expected_rests_on_what_was_measured_or_is_under_way() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    under_way = [(now - timedelta(seconds=10), now + timedelta(seconds=20))]  # as its worker reckons
    for running, seconds, expected in (
        ([], [], [None, None]),
        ([], [5.0], [0.0, 5.0]),
        ([(now, None)], [], [None, None]),
        (under_way, [], [20.0, 50.0]),
        (under_way, [5.0], [20.0, 25.0]),
    ):
        times = LaneTimes(running=running, seconds=seconds)
        found = [expect_start(place, times, 1, now) for place in (1, 2)]
        assert [one and (one - now).total_seconds() for one in found] == expected


def test_the_admin_sees_what_everybody_together_made(house: House) -> None:
    for name in ("Ben", "Eve"):
        order(house, name)
        house.studio.settle()
    together = house.ask_as("Ada", "GET", f"{API}/stats?all=true").json()
    assert (together["total"], together["completed"], together["credits_used"]) == (2, 2, 10)
    assert house.ask_as("Ada", "GET", f"{API}/stats").json()["total"] == 0
    assert house.ask_as("Ben", "GET", f"{API}/stats?all=true").status_code == 403


def test_of_one_creator_there_is_no_word_about_credits(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path) as studio, TestClient(build_app(studio), base_url=HOME) as client:
        assert client.get(f"{API}/credits").status_code == 404
        said = client.get(f"{API}/openapi.json").text
        assert "/credits" not in said
        assert "/tiers" not in said
        assert "credits" not in client.post(f"{API}/generations", json=ORDER).json()
        studio.settle()
        assert client.get(f"{API}/stats").json()["credits_used"] == 0  # named in every studio, for programs
        assert client.get(f"{API}/stats?all=true").status_code == 422
        with studio.resources.store.read() as look:
            for table in ("ledger", "accounts", "tiers"):
                assert look.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
