"""The description of REST shows an example of every body, and every example is as described."""

from __future__ import annotations

import html
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from studio.api.examples import each_body

API = "/api/v1"


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    return client.get(f"{API}/openapi.json").json()


def is_file(kind: str, media: dict[str, Any]) -> bool:
    """Bytes: nothing that a description could show."""
    schema = media.get("schema", {"format": "binary"})
    return kind not in ("application/json", "text/event-stream") or (
        schema.get("format") == "binary" and kind != "text/event-stream"
    )


def test_the_page_of_the_description_shows_what_to_send(client: TestClient) -> None:
    page = html.unescape(client.get(f"{API}/docs").text)
    assert 'Example: <code>{"ids": ["01a2' in page
    assert '"pose": "hand-on-hip"' in page


def test_every_body_has_an_example_that_fits(described: dict[str, Any]) -> None:
    wrong, seen = [], 0
    for status, kind, media in each_body(described):
        if is_file(kind, media):
            continue
        seen += 1
        assert "example" in media, (status, kind, media)
        if "schema" in media:
            schema = {**media["schema"], "components": described["components"]}
            found = jsonschema.Draft202012Validator(schema).iter_errors(media["example"])
            wrong += [f"{media['schema']}: {one.json_path}: {one.message[:200]}" for one in found]
    assert seen > 300
    assert not wrong, "\n".join(sorted(set(wrong)))
