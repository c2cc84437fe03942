"""A shared studio for tests of REST: its people, and clients that speak as one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from studio.vocabulary.permission import Role
from studio.vocabulary.person import Person
from tests.scripted_studio import ScriptedStudio

API = "/api/v1"
WORD = "correct horse battery"


@dataclass
class House:
    """Ada runs the studio, Ben and Eve make things, Vic looks on; `tokens` are of their sessions."""

    studio: ScriptedStudio
    client: TestClient
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def let_in(self, name: str, role: Role) -> None:
        self.ids[name] = self.studio.people.create(name, WORD, role).id
        self.sign_in(name)

    def sign_in(self, name: str) -> str:
        self.tokens[name] = self.studio.people.sign_in(name, WORD, address="").token
        return self.tokens[name]

    def person(self, name: str) -> Person:
        found = self.studio.people.find_person(self.tokens[name])
        assert found is not None
        return found

    def mine(self, name: str) -> Any:
        return self.studio.for_person(self.person(name))

    def ask(self, token: str, method: str, path: str, **given: Any) -> Any:
        headers = given.pop("headers", {}) | ({"authorization": f"Bearer {token}"} if token else {})
        self.client.cookies.clear()
        return self.client.request(method, path, headers=headers, follow_redirects=False, **given)

    def ask_as(self, name: str, method: str, path: str, **given: Any) -> Any:
        return self.ask(self.tokens[name], method, path, **given)

    def lapsed(self) -> dict[str, str]:
        """Tokens and keys of an admin that open nothing any more."""
        account = self.mine("Ada").account
        revoked_session = self.studio.people.sign_in("Ada", WORD, address="").token
        person = self.studio.people.find_person(revoked_session)
        assert person is not None
        self.studio.people.sign_out(person)
        revoked_key, shown = account.add_key("revoked", ["read", "write", "people"])
        account.revoke_key(shown.id)
        expired_key, kept = account.add_key("expired", ["read", "write", "people"], 1)
        expired_session = self.studio.people.sign_in("Ada", WORD, address="").token
        over = self.studio.people.find_person(expired_session)
        assert over is not None
        store = self.studio.resources.store
        with store.begin() as transaction:
            for table, row_id in (("api_keys", kept.id), ("sessions", over.session_id)):
                transaction.connection.exec_driver_sql(
                    f"UPDATE {table} SET expires_at = ? WHERE id = ?",
                    ((store.clock() - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.%f"), row_id),
                )
        return {
            "revoked session": revoked_session,
            "expired session": expired_session,
            "revoked key": revoked_key,
            "expired key": expired_key,
        }


def open_house(studio: ScriptedStudio, client: TestClient) -> House:
    """Everybody is signed in."""
    house = House(studio, client)
    for name, role in (("Ada", "admin"), ("Ben", "creator"), ("Eve", "creator"), ("Vic", "viewer")):
        house.let_in(name, role)  # type: ignore[arg-type]
    return house
