"""Share links: off unless switched on, signed, ending; pictures with their mark and nothing else."""

from __future__ import annotations

import io
import re
import stat
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from pipelines.image.provenance import find_mark
from studio.api.app import build_app
from studio.vocabulary.person import Person
from tests.api.conftest import HOME
from tests.api.test_exports import SECRET
from tests.api.test_library import GENERATIONS, order
from tests.scripted_studio import ScriptedStudio, open_scripted_studio


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[ScriptedStudio]:
    """A studio with share links."""
    with open_scripted_studio(tmp_path, share_links=True) as opened:
        yield opened


@pytest.fixture
def sharer(sharing: ScriptedStudio) -> TestClient:
    return TestClient(build_app(sharing), base_url=HOME, raise_server_exceptions=False)


def share(client: TestClient, made: str, **asked: Any) -> dict[str, Any]:
    answer = client.post(f"{GENERATIONS}/{made}/share", json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_it_is_off_until_it_is_switched_on(client: TestClient) -> None:
    made = order(client)
    refused = client.post(f"{GENERATIONS}/{made}/share", json={"expires_in_s": 60})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "share-links-off")
    assert client.get(f"{GENERATIONS}/{made}/share").json() == {"items": []}


def test_a_link_shows_marked_pictures_and_nothing_else(sharer: TestClient, sharing: ScriptedStudio) -> None:
    made = order(sharer, "Ada Lovelace", prompt=SECRET, recipe=True, views=["front", "back"])
    sharer.patch(f"{GENERATIONS}/{made}", json={"title": "A private title"})
    link = share(sharer, made, expires_in_s=3600)
    assert link["url"].startswith(f"{HOME}/share/")
    page = sharer.get(link["url"])
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "Made by a machine" in page.text
    assert "noindex" in page.headers["x-robots-tag"]
    pictures = re.findall(r'src="([^"]+)"', page.text)
    assert len(pictures) == 2
    for address in pictures:
        picture = sharer.get(urljoin(link["url"], address))
        assert picture.headers["content-type"] == "image/png"
        assert find_mark(picture.content) == "algorithmicMedia"
        with Image.open(io.BytesIO(picture.content)) as image:
            assert image.size == (64, 64)
        for secret in (SECRET, "Lovelace", "private"):
            assert secret.encode() not in picture.content
            assert secret not in page.text
    assert made not in page.text
    assert sharer.get(f"{GENERATIONS}/{made}/share").json()["items"][0]["downloads"] == 2
    assert sharer.get(link["url"] + "/3").status_code == 404
    if sys.platform != "win32":
        assert stat.S_IMODE((sharing.folder / "share.key").stat().st_mode) == 0o600


def test_a_link_that_was_touched_shows_nothing(sharer: TestClient, sharing: ScriptedStudio) -> None:
    first, second = order(sharer), order(sharer, "Ben")
    one, two = (share(sharer, made)["url"].rpartition("/")[2] for made in (first, second))
    (id_one, until, signature), (id_two, _, other) = one.split("."), two.split(".")
    touched = (
        f"{id_two}.{until}.{signature}",
        f"{id_one}.{int(until) + 1}.{signature}",
        f"{id_one}.{until}.{other}",
        f"{id_one}.{until}.{'A' * 22}",
        f"{id_one}.{until}",
        id_one,
        "x" * 199,
    )
    for token in touched:
        for address in (f"/share/{token}", f"/share/{token}/1"):
            assert sharer.get(address).status_code == 404, address
    (sharing.folder / "share.key").unlink()
    assert sharer.get(f"/share/{one}").status_code == 404


def test_a_link_ends(sharer: TestClient, sharing: ScriptedStudio) -> None:
    made = order(sharer)
    link = share(sharer, made, expires_in_s=60)
    store = sharing.resources.store
    now = store.clock()
    store.clock = store.shares._clock = lambda: now + timedelta(seconds=61)
    assert sharer.get(link["url"]).status_code == 404
    assert sharer.get(f"{GENERATIONS}/{made}/share").json() == {"items": []}
    assert store.shares.purge() == 1


def test_the_trash_and_a_word_revoke_it(sharer: TestClient) -> None:
    made = order(sharer)
    link = share(sharer, made)
    sharer.delete(f"{GENERATIONS}/{made}")
    assert sharer.get(link["url"]).status_code == 404
    sharer.post(f"{GENERATIONS}/{made}/restore")
    assert sharer.get(link["url"]).status_code == 404
    again = share(sharer, made)
    assert sharer.get(again["url"]).status_code == 200
    assert sharer.delete(f"{GENERATIONS}/{made}/share").status_code == 204
    assert sharer.get(again["url"] + "/1").status_code == 404
    third = share(sharer, made)
    assert sharer.delete(f"{GENERATIONS}/{made}", params={"purge": True}).status_code == 204
    assert sharer.get(third["url"]).status_code == 404


@pytest.mark.parametrize("seconds", [0, 59, 10**9, "60", 1.5, None])
def test_how_long_has_bounds(sharer: TestClient, seconds: Any) -> None:
    made = order(sharer)
    assert sharer.post(f"{GENERATIONS}/{made}/share", json={"expires_in_s": seconds}).status_code == 422


def test_nobody_shares_what_is_somebody_elses(sharer: TestClient, sharing: ScriptedStudio) -> None:
    from studio.errors import NotFound

    made = order(sharer)
    stranger = sharing.for_person(Person(id="somebody")).sharing
    for ask in (
        lambda: stranger.share(made, 60),
        lambda: stranger.list_valid(made),
        lambda: stranger.revoke(made),
    ):
        with pytest.raises(NotFound):
            ask()
    assert sharer.post(f"{GENERATIONS}/{'0' * 28}/share", json={}).status_code == 404
