"""The first admin by the code of the console, and accounts that people make for themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.people_upkeep import greet
from studio.services.joining import SIGN_UPS_BY_ADDRESS, TRIES_OF_CODE
from tests.api.people import API, WORD
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

HOME = "http://localhost:7860"
HTML = {"accept": "text/html"}


@contextmanager
def open_client(folder: Path, **settings: Any) -> Iterator[tuple[ScriptedStudio, TestClient]]:
    with open_scripted_studio(folder, **{"mode": "shared", **settings}) as studio:
        app = build_app(studio)
        with TestClient(app, base_url=HOME, raise_server_exceptions=False, follow_redirects=False) as client:
            yield studio, client


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[ScriptedStudio, TestClient]]:
    """A shared studio without anybody."""
    with open_client(tmp_path) as opened:
        yield opened


def start(client: TestClient, code: str, name: str = "Ada", password: str = WORD) -> Any:
    return client.post("/first-start", data={"code": code, "name": name, "password": password})


def test_whoever_reads_the_console_becomes_the_first_admin(fresh: tuple[ScriptedStudio, TestClient]) -> None:
    studio, client = fresh
    said = greet(studio, HOME)
    assert said.startswith(f"Avatar Studio is ready: {HOME}\n")
    assert f"{HOME}/first-start" in said
    code = said.split()[-1]
    assert client.get("/", headers=HTML).headers["location"].startswith("/sign-in")
    assert client.get("/sign-in").headers["location"] == "/first-start"
    assert 'name="code"' in client.get("/first-start").text
    assert start(client, code, password="short").status_code == 422  # and the code is still good
    answer = start(client, code.lower().replace("-", " "))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get(f"{API}/me").json()["role"] == "admin"
    assert [entry.actor for entry in studio.people.list_audit()] == ["first start"]
    assert code not in greet(studio, HOME)
    client.cookies.clear()
    assert client.get("/first-start").headers["location"] == "/sign-in"
    assert start(client, code, "Eve").status_code == 403
    assert [one.name for one in studio.people.list_all()] == ["Ada"]


@pytest.mark.parametrize("code", ["", "-", "00000-00000", "\x00", "é" * 10, "x" * 10_000])
def test_a_stranger_is_not_the_first(fresh: tuple[ScriptedStudio, TestClient], code: str) -> None:
    studio, client = fresh
    answer = start(client, code, "Eve")
    assert answer.status_code == 403
    assert "not the code" in answer.text
    assert studio.joining.show_code() not in answer.text
    assert studio.joining.needs_admin()


def test_codes_are_not_tried_out(fresh: tuple[ScriptedStudio, TestClient]) -> None:
    studio, client = fresh
    answers = [start(client, f"WRONG-{number:05}").status_code for number in range(TRIES_OF_CODE)]
    assert answers == [403] * TRIES_OF_CODE
    late = start(client, studio.joining.show_code())
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert studio.joining.needs_admin()


def test_of_two_with_the_code_one_is_the_first(fresh: tuple[ScriptedStudio, TestClient]) -> None:
    studio, client = fresh
    code, answers = studio.joining.show_code(), []
    threads = [
        threading.Thread(target=lambda name=name: answers.append(start(client, code, name).status_code))
        for name in ("Ada", "Eve")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 403]
    assert [one.role for one in studio.people.list_all()] == ["admin"]


def test_another_page_cannot_send_the_form(fresh: tuple[ScriptedStudio, TestClient]) -> None:
    studio, client = fresh
    form = {"code": studio.joining.show_code(), "name": "Eve", "password": WORD}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post("/first-start", data=form, headers=headers).status_code == 403
    assert studio.joining.needs_admin()


def test_one_creator_and_a_space_have_no_first_admin(tmp_path: Path) -> None:
    for mode in ("single", "space"):
        with open_client(tmp_path / mode, mode=mode) as (studio, client):
            assert greet(studio, HOME) == f"Avatar Studio is ready: {HOME}"
            assert start(client, studio.joining.show_code()).status_code in (401, 403, 404)
            assert list(studio.people.list_all()) == []


def test_nobody_makes_an_account_unless_the_setting_says_so(tmp_path: Path) -> None:
    with open_client(tmp_path) as (studio, client):
        studio.people.create("Ada", WORD, "admin")
        assert client.get("/sign-up").status_code == 404
        assert client.post("/sign-up", data={"name": "Eve", "password": WORD}).status_code == 404
        assert "sign-up" not in client.get("/sign-in").text
        assert len(studio.people.list_all()) == 1


def test_people_make_accounts_of_the_role_that_is_set_and_not_too_many(tmp_path: Path) -> None:
    with open_client(tmp_path, sign_up="viewer") as (studio, client):
        studio.people.create("Ada", WORD, "admin")
        assert 'href="sign-up"' in client.get("/sign-in").text
        assert 'name="password"' in client.get("/sign-up").text
        form = {"name": "Eve", "password": WORD, "role": "admin"}
        answer = client.post("/sign-up", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert client.get(f"{API}/me").json()["role"] == "viewer"
        assert client.post("/sign-up", data=form | {"name": "EVE"}).status_code == 409
        assert client.post("/sign-up", data=form | {"name": "Fay", "password": "x"}).status_code == 422
        answers = [
            client.post("/sign-up", data=form | {"name": f"Eve {number}"}).status_code
            for number in range(SIGN_UPS_BY_ADDRESS - 2)
        ]
        assert answers == [303] * (SIGN_UPS_BY_ADDRESS - 3) + [429]
        assert {entry.actor for entry in studio.people.list_audit()} == {"command line", "sign-up"}
