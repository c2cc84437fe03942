"""Signing in with whatever somebody sends: a refusal in words, never a server error, and the throttle holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from fastapi.testclient import TestClient

from store.errors import StoreBusy
from studio.api.app import build_app
from studio.errors import DATABASE_BUSY, StorageTrouble
from studio.services.people import TRIES_BY_ADDRESS, TRIES_BY_NAME
from studio.throttle import Throttle
from tests.api.people import API, WORD, House, open_house
from tests.scripted_studio import open_scripted_studio

HOME = "http://localhost:7860"
ODD_TEXTS = (
    "",
    " ",
    "\x00",
    "Ben\x00",
    "\r\nSet-Cookie: a=b",
    "\u202eneB",
    "\ufdfa" * 60,  # one letter that reads as eighteen
    "\u0130" * 60,  # longer in small letters
    "e\u0301" * 500,
    "👩‍👩‍👧‍👦" * 40,
    "' OR '1'='1",
    "%s%n{0}${7*7}",
    "../../etc/passwd",
    "x" * 61,
    "x" * 201,
    "x" * 100_000,
    "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA",
)
ODD_JSON = (None, True, 0, -1, 1e308, 10**30, [], ["Ben"], {}, {"$ne": ""}, [[]] * 50)
RAW_BODIES = (
    b"",
    b"null",
    b"[]",
    b'"Ben"',
    b"{",
    b"\xff\xfe",
    b'{"name": "\\ud800", "password": "\\udfff"}',
    b'{"name": NaN, "password": 1}',
    b'{"name": "Ben", "name": "Ada", "password": "x"}',
    b'{"name": "Ben", "password": "x", "role": "admin"}',
    b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}",
)
RAW_FORMS = (
    b"",
    b"name",
    b"name=%",
    b"name=%ff%fe&password=%80",
    b"name=Ben&name=Ada&password=x",
    b"&&&==&=",
)


@contextmanager
def open_for_people(folder: Path) -> Iterator[House]:
    """A shared studio of its own, so that its counts of tries are, too."""
    with (
        open_scripted_studio(folder, mode="shared") as studio,
        TestClient(build_app(studio), base_url=HOME, raise_server_exceptions=False) as client,
    ):
        yield open_house(studio, client)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_for_people(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@pytest.fixture
def unhurried(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Nobody is told to wait."""
    monkeypatch.setattr(Throttle, "take", lambda *_: 0)
    return house


def send_json(house: House, path: str, body: bytes) -> Any:
    return house.ask("", "POST", path, content=body, headers={"content-type": "application/json"})


def send_form(house: House, path: str, body: bytes) -> Any:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return house.ask("", "POST", path, content=body, headers=headers)


def test_whatever_is_sent_is_refused_in_words(unhurried: House) -> None:
    house, refusals = unhurried, set()
    invitation, _ = house.studio.people.invite("creator")
    names, before = {one.name for one in house.studio.people.list_all()}, len(house.studio.people.list_all())
    bodies = [*RAW_BODIES]
    for odd in (*ODD_TEXTS, *ODD_JSON):
        bodies += [json.dumps({"name": odd, "password": "no"}).encode()]
        bodies += [json.dumps({"name": "Ben", "password": odd}).encode()]
    for body in bodies:
        for path in (f"{API}/sessions", f"{API}/invitations/{invitation}"):
            answer = send_json(house, path, body)
            assert answer.status_code in (400, 401, 409, 413, 422), (path, body[:80], answer.status_code)
            assert "set-cookie" not in answer.headers, body[:80]
            assert set(answer.json()["error"]) >= {"code", "message", "request_id"}
            refusals.add(answer.status_code)
    forms = [*RAW_FORMS]
    for odd in ODD_TEXTS:
        said = quote_from_bytes(odd.encode())
        forms += [f"name={said}&password=no".encode(), f"name=Ben&password={said}".encode()]
    for form in forms:
        for path in ("/sign-in", f"/invitations/{invitation}"):
            answer = send_form(house, path, form)
            assert answer.status_code in (400, 401, 409, 413, 422), (path, form[:80], answer.status_code)
            assert "set-cookie" not in answer.headers, form[:80]
            assert 'role="alert"' in answer.text or answer.json()["error"], form[:80]
    assert {401, 422} <= refusals
    assert {one.name for one in house.studio.people.list_all()} == names
    assert len(house.studio.people.list_all()) == before


@pytest.mark.parametrize("code", ["x", "%00", "%ff", "..%2f..", "x" * 101, "👩‍👧", "'--"])
def test_an_invitation_code_of_any_kind_is_only_unknown(unhurried: House, code: str) -> None:
    account = {"name": "Cid", "password": WORD}
    for method, path in (
        ("GET", "/invitations/"),
        ("POST", "/invitations/"),
        ("POST", f"{API}/invitations/"),
    ):
        answer = unhurried.ask("", method, path + code, json=account)
        assert answer.status_code in (401, 404, 405, 422), path
        assert "set-cookie" not in answer.headers


def test_tries_with_names_that_look_alike_count_together(tmp_path: Path) -> None:
    with open_for_people(tmp_path) as house:
        alike = ("Eve", "EVE", "eve", "\uff25\uff36\uff25", "eVe")
        assert len(alike) == TRIES_BY_NAME
        for number, name in enumerate(alike):
            if number % 2:
                answer = send_form(house, "/sign-in", f"name={quote(name)}&password=no".encode())
            else:
                said = json.dumps({"name": name, "password": "no"}).encode()
                answer = send_json(house, f"{API}/sessions", said)
            assert answer.status_code == 401, name
        right = {"name": "Eve", "password": WORD}
        for answer in (
            house.ask("", "POST", f"{API}/sessions", json=right),
            house.ask("", "POST", "/sign-in", data=right),
        ):
            assert answer.status_code == 429
            assert 0 < int(answer.headers["retry-after"]) <= 300
        assert house.ask("", "POST", f"{API}/sessions", json=right | {"name": "Ben"}).status_code == 201


def test_many_names_from_one_address_are_too_many_and_take_no_room(tmp_path: Path) -> None:
    with open_for_people(tmp_path) as house:
        answers = [
            send_form(house, "/sign-in", f"name={number}{'x' * 15_000}&password=no".encode())
            for number in range(TRIES_BY_ADDRESS + 5)
        ]
        assert [one.status_code for one in answers[-5:]] == [429] * 5
        assert (
            house.ask("", "POST", f"{API}/sessions", json={"name": "Ben", "password": WORD}).status_code
            == 429
        )
        kept = sum(len(key) for key in house.studio.people._by_name._tries)
        assert kept < 100 * len(answers)


def test_who_cannot_be_looked_up_just_now_is_told_when_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_person(*_: object) -> None:
        raise StorageTrouble(str(StoreBusy()), DATABASE_BUSY)

    monkeypatch.setattr(house.studio.people, "find_person", find_person)
    answer = house.ask_as("Ben", "GET", f"{API}/jobs")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database-busy")
    assert answer.headers["retry-after"] == "1"
