"""Pages of the lists that are read whole."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.paging import page_of
from studio.errors import CursorRefused
from tests.api.test_routes import API


def read_pages(found: list[str], limit: int) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        page = page_of(found, str, cursor, limit)
        pages.append(list(page.items))
        if page.next_cursor is None:
            return pages
        cursor = page.next_cursor


def test_pages_hold_each_item_once() -> None:
    assert read_pages([*"abcde"], 2) == [["a", "b"], ["c", "d"], ["e"]]
    assert read_pages([*"abcd"], 2) == [["a", "b"], ["c", "d"]]
    assert page_of([*"abc"], str, "", None).items == [*"abc"]
    assert (page_of([], str, "", 5).items, page_of([], str, "", 5).next_cursor) == ([], None)


def test_a_list_that_changed_between_two_pages() -> None:
    cursor = page_of([*"abcde"], str, "", 2).next_cursor or ""
    assert page_of([*"xabcde"], str, cursor, 2).items == [*"cd"], "a new one before them"
    assert page_of([*"acde"], str, cursor, 2).items == [*"cd"], "the last one that was given is gone"
    assert page_of([*"a"], str, cursor, 2).items == []
    for broken in ("b", "1", "1.b", "-1.0000000000000000", "1" * 7 + ".0000000000000000"):
        with pytest.raises(CursorRefused):
            page_of([*"abc"], str, broken, 2)


def test_each_list_has_pages(client: TestClient) -> None:
    for number in range(3):
        client.post(f"{API}/projects", json={"name": f"P{number}"})
        client.post(f"{API}/personas", json={"name": f"A{number}", "persona": {}})
        client.post(f"{API}/templates", json={"name": f"T{number}", "order": {}})
        client.post(f"{API}/webhooks", json={"url": f"https://example.com/{number}"})
    made = client.post(f"{API}/generations", json={"width": 64, "height": 64}).json()["generation_id"]
    client.patch(f"{API}/generations/{made}", json={"tags": ["red", "blue", "größer"]})
    avatar = client.post(f"{API}/avatars", json={"name": "Ada", "persona": {}}).json()["id"]
    for age in (41, 42, 43):
        client.patch(f"{API}/avatars/{avatar}", json={"persona": {"age": age}})
    for path in ("projects", "personas", "templates", "tags", "webhooks", f"avatars/{avatar}/versions"):
        check_pages(client, f"{API}/{path}", 3)
    check_pages(client, f"{API}/poses?q=arms", None)


def check_pages(client: TestClient, address: str, number: int | None) -> None:
    """All of a list at once, as before; and the same in two pages."""

    def ask(said: str = "") -> Any:
        return client.get(f"{address}{'&' if '?' in address else '?'}{said}".rstrip("?&"))

    whole, first = ask().json(), ask("limit=2").json()
    assert whole["next_cursor"] is None, address
    assert len(whole["items"]) == number or number is None
    assert first["items"] == whole["items"][:2], address
    rest = ask(f"cursor={first['next_cursor']}").json()
    assert (rest["items"], rest["next_cursor"]) == (whole["items"][2:], None), address
    refused = ask("cursor=nonsense")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "cursor-refused")
