"""People over REST and on the pages: sign-in, cookies, accounts by invitation, keys, what the admin does."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.api.callers import COOKIE
from studio.services.people import TRIES_BY_NAME
from tests.api.people import API, WORD, House, open_house
from tests.scripted_studio import ScriptedStudio, light_hasher, open_scripted_studio

HOME = "http://localhost:7860"
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path, mode="shared") as opened:
        yield opened


@pytest.fixture
def browser(studio: ScriptedStudio) -> Iterator[TestClient]:
    """A client that keeps cookies, and goes where it is sent."""
    with TestClient(build_app(studio), base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def house(studio: ScriptedStudio, browser: TestClient) -> House:
    return open_house(studio, browser)


def sign_in(client: TestClient, name: str = "Ben", password: str = WORD, **more: Any) -> Any:
    return client.post(f"{API}/sessions", json={"name": name, "password": password}, **more)


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(house: House) -> None:
    answer = sign_in(house.client)
    assert answer.status_code == 201
    assert set(answer.json()) == {"token", "expires_at", "person"}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # over http it would not come back
    me = house.client.get(f"{API}/me").json()
    assert (me["name"], me["role"], me["permissions"]) == (
        "Ben",
        "creator",
        ["account", "read", "send", "write"],
    )
    assert "password" not in str(me)
    assert house.client.delete(f"{API}/sessions").status_code == 204
    house.client.cookies.set(COOKIE, answer.json()["token"])
    assert house.client.get(f"{API}/me").status_code == 401


def test_a_read_waits_for_three_threads_and_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks, the answer, and its check by the framework: whatever else is asked of a request only computes. Each
    wait for a thread is a wait for the interpreter, too, while others are answered."""
    token, asked, run = sign_in(house.client).json()["token"], [], anyio.to_thread.run_sync

    async def note(function: Any, *values: Any, **options: Any) -> Any:
        asked.append(function)
        return await run(function, *values, **options)

    assert house.ask(token, "GET", f"{API}/jobs").status_code == 200
    monkeypatch.setattr(anyio.to_thread, "run_sync", note)
    assert house.ask(token, "GET", f"{API}/jobs").status_code == 200
    assert len(asked) == 3


def test_a_session_that_was_set_before_signing_in_is_not_taken_over(house: House) -> None:
    house.client.cookies.set(COOKIE, "chosen-by-somebody-else")
    token = sign_in(house.client).json()["token"]
    assert token != "chosen-by-somebody-else"
    house.client.cookies.clear()
    house.client.cookies.set(COOKIE, token)
    second = sign_in(house.client).json()["token"]
    assert house.ask(token, "GET", f"{API}/me").status_code == 401  # the one before has ended
    assert house.ask(second, "GET", f"{API}/me").status_code == 200
    assert house.ask("chosen-by-somebody-else", "GET", f"{API}/me").status_code == 401


def test_a_wrong_bearer_is_not_made_good_by_a_cookie(house: House) -> None:
    sign_in(house.client)
    headers = {"authorization": "Bearer nonsense"}
    assert house.client.get(f"{API}/me", headers=headers).status_code == 401
    assert house.client.get(f"{API}/me", headers={"authorization": "Basic QWRhOng="}).status_code == 401
    assert house.client.get(f"{API}/me").status_code == 200


def test_too_many_tries_are_told_to_wait(house: House) -> None:
    for _ in range(TRIES_BY_NAME):
        assert sign_in(house.client, password="something else").status_code == 401
    answer = sign_in(house.client)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too-many-tries")
    assert 0 < int(answer.headers["retry-after"]) <= 300


def test_nobodys_name_takes_as_long_as_somebodys(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.services.people.Throttle.take", lambda *_: 0)
    hashed = []
    real = light_hasher().verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            hashed.append(kept[:20])
            return real(kept, password)

        def hash(self, password: str) -> str:
            return light_hasher().hash(password)

    monkeypatch.setattr("studio.passwords._hasher", Counting)
    took: dict[str, list[float]] = {"Ben": [], "Nobody": []}
    for _ in range(15):
        for name, times in took.items():
            begun = time.perf_counter()
            answer = sign_in(house.client, name, "not the password")
            times.append(time.perf_counter() - begun)
            assert answer.status_code == 401
    assert len(hashed) == 30  # the same work for both
    assert len(set(hashed)) == 1
    ben, nobody = (statistics.median(times) for times in took.values())
    assert 0.3 < ben / nobody < 3


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_another_sites_page_cannot_use_the_cookie(house: House, headers: dict[str, str]) -> None:
    sign_in(house.client)
    for method, path in (("POST", f"{API}/projects"), ("DELETE", f"{API}/sessions"), ("POST", "/sign-out")):
        answer = house.client.request(method, path, headers=headers, json={"name": "x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign-origin")
    assert sign_in(house.client, headers=headers).status_code == 403  # nor sign somebody in as another
    assert house.client.get(f"{API}/me").status_code == 200


def test_an_invitation_makes_an_account_over_rest(house: House) -> None:
    made = house.ask_as("Ada", "POST", f"{API}/invitations", json={"role": "creator"}).json()
    assert made["url"] == f"{HOME}/invitations/{made['code']}"
    path = f"{API}/invitations/{made['code']}"
    account = {"name": "Cid", "password": WORD}
    assert house.ask("", "POST", path, json=account | {"name": "Ben"}).status_code == 409
    answer = house.ask("", "POST", path, json=account)
    assert answer.status_code == 201
    assert house.ask(answer.json()["token"], "GET", f"{API}/me").json()["role"] == "creator"
    assert house.ask("", "POST", path, json=account | {"name": "Dan"}).status_code == 404
    assert house.ask("", "POST", f"{API}/invitations/nonsense", json=account).status_code == 404


def test_a_key_is_shown_once_and_revoked_at_once(house: House) -> None:
    made = house.ask_as("Ben", "POST", f"{API}/keys", json={"name": "script", "scopes": ["read"]}).json()
    key = made["key"]
    assert house.ask(key, "GET", f"{API}/projects").status_code == 200
    assert house.ask(key, "POST", f"{API}/projects", json={"name": "x"}).status_code == 403
    assert key not in house.ask_as("Ben", "GET", f"{API}/keys").text
    assert (
        house.ask_as("Ben", "POST", f"{API}/keys", json={"name": "x", "scopes": ["people"]}).status_code
        == 403
    )
    assert house.ask_as("Eve", "DELETE", f"{API}/keys/{made['id']}").status_code == 404
    named, unnamed = f"{API}/keys?id={made['id']}", house.ask_as("Ben", "DELETE", f"{API}/keys")
    assert (unnamed.status_code, unnamed.json()["error"]["message"]) == (422, "“id” is missing.")
    assert house.ask_as("Eve", "DELETE", named).status_code == 404
    assert [house.ask_as("Ben", "DELETE", named).status_code for _ in range(2)] == [204, 404]
    assert house.ask(key, "GET", f"{API}/projects").status_code == 401


def test_each_list_of_people_has_pages(house: House) -> None:
    for name in ("one", "two", "three"):
        house.ask_as("Ada", "POST", f"{API}/keys", json={"name": name, "scopes": ["read"]})
    for name in ("keys", "people", "audit"):
        whole = house.ask_as("Ada", "GET", f"{API}/{name}").json()
        assert (len(whole["items"]) > 2, whole["next_cursor"]) == (True, None), name
        first = house.ask_as("Ada", "GET", f"{API}/{name}?limit=2").json()
        rest = house.ask_as("Ada", "GET", f"{API}/{name}?cursor={first['next_cursor']}").json()
        assert [*first["items"], *rest["items"]] == whole["items"], name


def test_you_change_your_profile_and_your_password(house: House) -> None:
    changed = house.ask_as("Ben", "PATCH", f"{API}/me", json={"units": "imperial", "about": EVIL}).json()
    assert changed["profile"] == {"units": "imperial", "about": EVIL}
    wrong = {"password": "no", "new_password": "another long one"}
    assert house.ask_as("Ben", "PATCH", f"{API}/me", json=wrong).status_code == 403
    right = wrong | {"password": WORD}
    assert house.ask_as("Ben", "PATCH", f"{API}/me", json=right).status_code == 200
    assert sign_in(house.client).status_code == 401
    assert sign_in(house.client, password="another long one").status_code == 201


def test_the_admin_changes_and_removes_people(house: House) -> None:
    path = f"{API}/people/{house.ids['Ben']}"
    assert len(house.ask_as("Ada", "GET", f"{API}/people").json()["items"]) == 4
    assert house.ask_as("Ada", "PATCH", path, json={"role": "viewer"}).json()["role"] == "viewer"
    assert house.ask_as("Ben", "POST", f"{API}/projects", json={"name": "x"}).status_code == 403
    assert house.ask_as("Ada", "PATCH", path, json={"role": "visitor"}).status_code == 422
    assert house.ask_as("Ada", "PATCH", path, json={"tier": "nobody's"}).status_code == 422
    assert house.ask_as("Ada", "PATCH", path, json={"tier": "not-there", "role": "admin"}).status_code == 404
    assert house.ask_as("Ada", "PATCH", path, json={"tier": "standard"}).json()["role"] == "viewer"
    house.ask_as("Ada", "PUT", f"{API}/tiers/guests", json={"per_day": 1})
    assert house.ask_as("Ada", "PATCH", path, json={"tier": "guests"}).json()["tier"] == "guests"
    assert house.ask_as("Ada", "DELETE", f"{API}/people/{house.ids['Ada']}").status_code == 409
    assert house.ask_as("Ada", "DELETE", path).status_code == 204
    assert house.ask_as("Ben", "GET", f"{API}/me").status_code == 401
    assert house.ask_as("Ada", "DELETE", path).status_code == 404
    actions = [entry["action"] for entry in house.ask_as("Ada", "GET", f"{API}/audit").json()["items"]]
    assert actions[:2] == ["person.remove", "person.change"]


def test_who_is_not_signed_in_hears_whether_it_works_and_no_more(house: House) -> None:
    assert house.ask("", "GET", f"{API}/health").json() == {"ok": True}
    assert house.ask("", "GET", "/health/ready").json()["parts"] == {}
    assert house.ask_as("Ben", "GET", f"{API}/health").json()["parts"]


class TestPages:
    def test_a_page_leads_to_the_sign_in_page_and_back(self, house: House) -> None:
        html = {"accept": "text/html"}
        sent = house.ask("", "GET", "/account?x=1", headers=html)
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Faccount%3Fx%3D1")
        assert house.ask("", "GET", "/gradio_api/info", headers=html).status_code == 401
        form = {"name": "Ben", "password": WORD, "next": "/account?x=1"}
        back = house.client.post("/sign-in", data=form, follow_redirects=False)
        assert (back.status_code, back.headers["location"]) == (303, "/account?x=1")
        assert "Ben" in house.client.get("/account").text
        assert house.client.post("/sign-out").url.path == "/sign-in"
        assert house.client.get(f"{API}/me").status_code == 401

    @pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example", "/x\r\ny"])
    def test_signing_in_leads_to_no_other_site(self, house: House, next: str) -> None:
        form = {"name": "Ben", "password": WORD, "next": next}
        answer = house.client.post("/sign-in", data=form, follow_redirects=False)
        assert answer.headers["location"] == "/"

    def test_a_wrong_password_is_said_on_the_page(self, house: House) -> None:
        answer = house.client.post("/sign-in", data={"name": EVIL, "password": "x", "next": EVIL})
        assert answer.status_code == 401
        assert "do not belong together" in answer.text
        assert EVIL not in answer.text

    def test_an_invitation_page_makes_the_account(self, house: House) -> None:
        code, _ = house.studio.people.invite("creator")
        assert "as a creator" in house.ask("", "GET", f"/invitations/{code}").text
        short = house.client.post(f"/invitations/{code}", data={"name": "Cid", "password": "short"})
        assert short.status_code == 422
        form = {"name": "Cid", "password": WORD}
        answer = house.client.post(f"/invitations/{code}", data=form, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert house.client.get(f"{API}/me").json()["name"] == "Cid"
        assert house.ask("", "GET", f"/invitations/{code}").status_code == 404

    def test_what_a_person_wrote_is_text_on_every_page(self, house: House) -> None:
        house.let_in(EVIL, "creator")
        house.mine(EVIL).account.add_key(EVIL)
        house.mine(EVIL).projects.add(EVIL)
        for name, path in ((EVIL, "/account"), ("Ada", "/people"), ("Ada", "/account")):
            page = house.ask_as(name, "GET", path)
            assert page.status_code == 200
            assert EVIL not in page.text
        assert "&lt;img src=x" in house.ask_as("Ada", "GET", "/people").text
        assert "script-src 'sha256-" in page.headers["content-security-policy"]

    def test_the_admin_page_invites_changes_and_removes(self, house: House) -> None:
        ben = house.ids["Ben"]

        def do(**form: str) -> str:
            return house.ask_as("Ada", "POST", "/people", data=form).text

        assert f"{HOME}/invitations/" in do(act="invite", role="viewer")
        assert "Ben is a viewer now" in do(act="role", id=ben, role="viewer")
        assert "Ben is locked out" in do(act="locked", id=ben)
        assert "let in again" in do(act="active", id=ben)
        assert "Nothing was removed" in do(act="remove", id=ben, name="Eve")
        assert "Ben is removed" in do(act="remove", id=ben, name="Ben")
        assert "last admin" in do(act="role", id=house.ids["Ada"], role="creator")
        assert "nothing here with that id" in do(act="role", id="0" * 28, role="creator")

    def test_the_account_page_makes_and_revokes_keys(self, house: House) -> None:
        made = house.ask_as("Ben", "POST", "/account", data={"act": "key", "name": "script", "scope": "read"})
        key = made.text.partition("ask_")[2].partition("<")[0]
        assert house.ask(f"ask_{key}", "GET", f"{API}/me").json()["permissions"] == ["read"]
        (kept,) = house.mine("Ben").account.list_keys()
        house.ask_as("Ben", "POST", "/account", data={"act": "revoke", "id": kept.id})
        assert house.ask(f"ask_{key}", "GET", f"{API}/me").status_code == 401


def test_one_creator_sees_no_trace_of_people(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path) as studio, TestClient(build_app(studio), base_url=HOME) as client:
        assert client.get(f"{API}/projects").status_code == 200
        described = client.get(f"{API}/openapi.json").json()["paths"]
        assert not [path for path in described if "people" in path or "sessions" in path or "keys" in path]
        for path in ("/sign-in", "/account", "/people", f"{API}/me"):
            assert client.get(path, headers={"accept": "text/html"}).status_code == 404
