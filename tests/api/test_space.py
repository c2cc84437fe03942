"""A Space: visitors without accounts, each with a studio of their own that is erased; framed by the hub's page only."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio import people_upkeep
from studio.api.app import build_app
from studio.api.callers import COOKIE
from studio.people_upkeep import bring_model, erase_expired_visitors
from studio.settings import read_settings
from studio.ui.frame import foot_of, header_of
from studio.vocabulary.person import Person
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

API = "/api/v1"
NAME = "somebody-avatar-studio.hf.space"
HOME = f"https://{NAME}"
FROM_HUB = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
CANARY = "Zwitscherbrot"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path, mode="space", allowed_hosts=NAME) as opened:
        yield opened


@pytest.fixture
def client(studio: ScriptedStudio) -> Iterator[TestClient]:
    with TestClient(build_app(studio), base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


def come_in(client: TestClient, **headers: str) -> dict[str, str]:
    """The cookie of a new visitor, as the header of their requests."""
    client.cookies.clear()
    said = client.get("/", headers=headers).headers["set-cookie"]
    client.cookies.clear()
    return {"cookie": said.partition(";")[0]}


def test_what_a_space_sets_makes_a_demo_that_others_reach() -> None:
    settings = read_settings({}, {"SPACE_HOST": NAME, "SPACE_ID": "somebody/avatar-studio"})
    assert (settings.mode, settings.host, settings.allowed_hosts) == ("space", "0.0.0.0", (NAME,))
    assert settings.data.name == "avatar-studio"
    assert read_settings({}, {"STUDIO_MODE": "space"}).host == "0.0.0.0"
    named = read_settings({}, {"SPACE_HOST": NAME, "STUDIO_ALLOWED_HOSTS": "own.example"})
    assert named.allowed_hosts == ("own.example", NAME)
    assert read_settings({}, {"SPACE_HOST": NAME, "STUDIO_MODE": "shared"}).mode == "shared"
    assert read_settings({}, {}).mode == "single"


def test_a_visitor_has_a_cookie_that_works_in_the_hubs_frame(client: TestClient) -> None:
    answer = client.get("/", headers=FROM_HUB)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for word in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=3600", "Path=/"):
        assert word in cookie
    assert "frame-ancestors 'self' https://huggingface.co" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


def test_only_a_page_is_framed_and_nothing_is_done_from_elsewhere(client: TestClient) -> None:
    me = come_in(client)
    assert client.get(f"{API}/me", headers=me | FROM_HUB | {"sec-fetch-mode": "cors"}).status_code == 403
    elsewhere = me | {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert client.post(f"{API}/projects", json={"name": "x"}, headers=elsewhere).status_code == 403
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403


def test_two_visitors_see_their_own_things_and_nothing_of_the_house(client: TestClient) -> None:
    ada, ben = come_in(client), come_in(client, accept="text/html")
    assert client.get(f"{API}/me").status_code == 401  # a program comes in by the page as everybody does
    assert client.get(f"{API}/me", headers=ada).json()["role"] == "visitor"
    project = client.post(f"{API}/projects", json={"name": CANARY}, headers=ada).json()["id"]
    assert client.get(f"{API}/projects/{project}", headers=ada).status_code == 200
    assert client.get(f"{API}/projects/{project}", headers=ben).status_code == 404
    for method, path in (
        ("POST", "/models/klein-4b/download"),
        ("POST", "/backups"),
        ("POST", "/local-models"),
        ("POST", "/webhooks"),
        ("GET", "/keys"),
        ("POST", "/keys"),
        ("GET", "/people"),
        ("POST", "/invitations"),
    ):
        answer = client.request(method, API + path, headers=ada)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-allowed"), path


def test_one_address_does_not_take_the_places_of_all(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path, mode="space", allowed_hosts=NAME, visitors_by_address=2) as studio:
        app = build_app(studio)
        one, other = (TestClient(app, base_url=HOME, client=(peer, 1)) for peer in ("192.0.2.1", "192.0.2.2"))
        first = come_in(one)
        come_in(one)
        one.cookies.clear()
        late = one.get("/")
        assert (late.status_code, late.json()["error"]["code"]) == (429, "too-many-visits")
        assert 0 < int(late.headers["retry-after"]) <= 3600
        assert "set-cookie" not in late.headers
        assert one.get(f"{API}/me", headers=first).status_code == 200
        assert come_in(other)
        assert len(studio.people.list_all()) == 3


def left_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def make_something(client: TestClient, studio: ScriptedStudio, who: dict[str, str]) -> None:
    assert client.post(f"{API}/projects", json={"name": CANARY}, headers=who).status_code == 201
    files = {"file": ("a.png", studio.poses.example_photo(), "image/png")}
    assert client.post(f"{API}/photos", files=files, headers=who).status_code == 201


def test_a_visitor_who_leaves_is_erased_at_once(client: TestClient, studio: ScriptedStudio) -> None:
    ada, ben = come_in(client), come_in(client)
    make_something(client, studio, ada)
    make_something(client, studio, ben)
    gone = client.delete(f"{API}/sessions", headers=ada)
    assert gone.status_code == 204
    for word in ("Max-Age=0", "Secure", "SameSite=None", "Partitioned"):  # else a frame's browser keeps it
        assert word in gone.headers["set-cookie"]
    assert client.get(f"{API}/me", headers=ada).status_code == 401
    assert len(client.get(f"{API}/photos", headers=ben).json()["items"]) == 1
    left = client.post("/sign-out", headers=ben, follow_redirects=False)
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert left.headers["set-cookie"] == gone.headers["set-cookie"]
    assert left_of(studio.folder) == []
    assert list(studio.people.list_all()) == []


def test_a_visitor_whose_time_is_up_is_erased(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = come_in(client)
    make_something(client, studio, ada)
    erase_expired_visitors(studio)
    assert client.get(f"{API}/me", headers=ada).status_code == 200
    store: Any = studio.resources.store
    later = store.clock() + timedelta(seconds=3600)
    monkeypatch.setattr(store.sessions, "_clock", lambda: later)
    assert client.get(f"{API}/me", headers=ada).status_code == 401
    erase_expired_visitors(studio)
    assert left_of(studio.folder) == []
    assert list(studio.people.list_all()) == []


def test_one_visitor_who_cannot_be_erased_keeps_neither_the_others_nor_the_next_round(
    client: TestClient,
    studio: ScriptedStudio,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(3):
        come_in(client)
    store: Any = studio.resources.store
    later = store.clock() + timedelta(seconds=3600)
    monkeypatch.setattr(store.sessions, "_clock", lambda: later)
    first, second, _ = studio.people.list_expired_visitors()
    troubles: dict[str, Exception] = {first: KeyError("nobody foresaw this"), second: OSError(28, "full")}
    erase, rounds = studio.people.erase, []

    def erase_or_fail(person: Person) -> None:
        if person.id in troubles:
            raise troubles[person.id]
        erase(person)

    def pause(seconds: float) -> None:
        rounds.append([one.id for one in studio.people.list_all()])
        troubles.clear()
        if len(rounds) == 2:
            raise InterruptedError

    monkeypatch.setattr(studio.people, "erase", erase_or_fail)
    monkeypatch.setattr(people_upkeep, "time", SimpleNamespace(sleep=pause, monotonic=time.monotonic))
    with pytest.raises(InterruptedError):
        people_upkeep._keep(studio)
    assert [sorted(one) for one in rounds] == [sorted([first, second]), []]
    assert [(one.levelname, bool(one.exc_info)) for one in caplog.records] == [
        ("ERROR", True),
        ("WARNING", False),
    ]


def test_the_window_says_that_it_is_a_demo(studio: ScriptedStudio) -> None:
    for seconds, said in ((3600, "an hour"), (1800, "30 minutes"), (60, "a minute"), (5, "a minute")):
        settings = replace(studio.settings, visitor_kept_seconds=seconds)
        assert f"erased within {said}." in header_of(settings)
    assert "Storage" not in foot_of(studio.settings)
    single = read_settings({}, {})
    assert "demo" not in header_of(single)
    assert "Storage" in foot_of(single)


def test_a_visitor_keeps_so_much_and_no_more(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.services.tiers.VISITORS_STORAGE_MB", 1)
    ada = come_in(client)
    store = studio.resources.store
    blob, visitor = store.files.put(bytes(1_000_000)), studio.people.list_all()[0].id
    with store.begin() as transaction:
        store.files.register(transaction, visitor, blob, "image/png")
    photo = {"file": ("a.png", studio.poses.example_photo(), "image/png")}
    refused = client.post(f"{API}/photos", files=photo, headers=ada)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "storage-spent")


@pytest.mark.parametrize(("has_card", "brought"), [(True, ["klein-4b"]), (False, [])])
def test_a_demo_with_a_card_brings_what_it_draws_with(
    client: TestClient,
    studio: ScriptedStudio,
    monkeypatch: pytest.MonkeyPatch,
    has_card: bool,
    brought: list[str],
) -> None:
    """No visitor may: the weights are the house's, and come by themselves; without a card there is the draft."""
    monkeypatch.setattr(people_upkeep, "may_have_gpu", lambda: has_card)
    studio.is_away = True
    for _ in range(2):  # one start after the other
        bring_model(studio)
    with studio.resources.store.read() as look:
        asked = look.connection.exec_driver_sql("SELECT kind, payload ->> 'preset' FROM jobs").all()
    assert asked == [("download", name) for name in brought]
    assert client.get(f"{API}/jobs", headers=come_in(client)).json()["items"] == []


def test_what_a_space_reads_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["gpu"]]  # where the Space has a card
    wanted = {re.match(r"[A-Za-z0-9_-]+", one)[0].lower() for one in asked}  # type: ignore[index]
    pinned = {line for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    assert {line.split("==")[0].lower() for line in pinned} == wanted
    assert pinned <= set((ROOT / "constraints.txt").read_text().splitlines())
    front = (ROOT / "README.md").read_text().split("---\n")[1]
    gradio = next(line for line in pinned if line.startswith("gradio==")).split("==")[1]
    assert f"sdk_version: {gradio}\n" in front
    assert "sdk: gradio\n" in front
    assert "app_file: app.py\n" in front
