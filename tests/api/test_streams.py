"""Open streams end when whoever listens is let in no more: those of REST, and those of the window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.api.routes import events as routes
from studio.services.events import JobEvents
from tests.api.people import API, WORD, House, open_house
from tests.api.tiny_window import in_a_loop, mount_tiny_window
from tests.scripted_studio import open_scripted_studio

PATIENCE_S = 60
HEARTBEAT = "/gradio_api/heartbeat/somebodys"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_scripted_studio(tmp_path, mode="shared") as studio:
        app = in_a_loop(lambda: build_app(studio, mount_tiny_window))
        with TestClient(app, base_url="http://localhost:7860") as client:
            yield open_house(studio, client)


class Listener:
    """Somebody who listens on a thread of their own."""

    def __init__(self, house: House, token: str, path: str) -> None:
        self.took_s = -1.0
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._listen, args=(house, token, path), daemon=True)
        self._thread.start()

    def _listen(self, house: House, token: str, path: str) -> None:
        with TestClient.stream(
            house.client, "GET", path, headers={"authorization": f"Bearer {token}"}
        ) as answer:
            self.status, self.text = answer.status_code, answer.read().decode()
        self.took_s = time.monotonic() - self._begun

    def ends(self, within_s: float = PATIENCE_S) -> bool:
        """Whether it has ended, in order."""
        self._thread.join(within_s)
        return not self._thread.is_alive() and self.status == 200


def expire(house: House, table: str, row_id: str) -> None:
    store = house.studio.resources.store
    ended = (store.clock() - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with store.begin() as transaction:
        said = f"UPDATE {table} SET expires_at = ? WHERE id = ?"
        transaction.connection.exec_driver_sql(said, (ended, row_id))


def test_a_stream_ends_with_its_session_or_key_and_with_its_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "LONGEST_S", 1000.0)
    people, ada = house.studio.people, house.person("Ada")
    opened, look = threading.Semaphore(0), JobEvents.look

    def watched(*told: Any) -> Any:
        opened.release()
        return look(*told)

    monkeypatch.setattr(JobEvents, "look", watched)
    stays = house.sign_in("Ada")
    signs_out, expires = house.sign_in("Ben"), house.sign_in("Ben")
    for name in ("Cid", "Dan"):
        house.let_in(name, "creator")
    key, kept = house.mine("Eve").account.add_key("revoked", ["read"])
    ending, ended = house.mine("Eve").account.add_key("expires", ["read"])

    def person_of(token: str) -> Any:
        return people.find_person(token)

    acts: dict[str, Callable[[], object]] = {
        signs_out: lambda: people.sign_out(person_of(signs_out)),
        expires: lambda: expire(house, "sessions", person_of(expires).session_id),
        key: lambda: house.mine("Eve").account.revoke_key(kept.id),
        ending: lambda: expire(house, "api_keys", ended.id),
        house.tokens["Cid"]: lambda: people.update(house.ids["Cid"], by=ada, state="locked"),
        house.tokens["Dan"]: lambda: people.remove(house.ids["Dan"], by=ada),
    }
    listening = {token: Listener(house, token, f"{API}/events") for token in (stays, *acts)}
    beating = Listener(house, signs_out, HEARTBEAT)
    for _ in listening:
        assert opened.acquire(timeout=PATIENCE_S)
    for act in acts.values():
        act()
    for token in acts:
        assert listening[token].ends(), list(acts).index(token)
        assert "error" not in listening[token].text
    assert beating.ends()
    assert not listening[stays].ends(within_s=0.1)
    assert people.sign_in("Ada", WORD, address="", former=person_of(stays))
    assert listening[stays].ends()  # it was another session's now
