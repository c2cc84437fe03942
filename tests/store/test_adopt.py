"""A library comes back from its files alone, by what is said beside them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from store.adopt import adopt_files
from store.database import DATABASE_NAME
from store.errors import DatabaseGone, RowMissing
from store.fsck import find_problems
from store.store import Store, open_again, open_store
from tests.store.conftest import Things


@pytest.fixture
def lost(tmp_path: Path) -> tuple[Path, dict[str, object]]:
    """A folder whose database is gone, and what it held."""
    store = open_store(tmp_path / "data")
    things = Things(store)
    photo = things.photo()
    avatar = things.avatar(photo_id=photo.id)
    finished = [things.finished(avatar_id=avatar.id) for _ in range(4)]
    things.finished(owner="somebody")
    things.generation()
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", finished[0].id)
    purged = things.finished()
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", purged.id)
    seen = look(store)
    store.close()
    (tmp_path / "data" / DATABASE_NAME).unlink()
    return tmp_path / "data", seen


def look(store: Store) -> dict[str, object]:
    """What two people see of their things."""
    seen: dict[str, object] = {}
    for owner in ("you", "somebody"):
        seen[f"photos of {owner}"] = store.photos.list_recent(owner)
        seen[f"avatars of {owner}"] = store.avatars.list_recent(owner)
        for entry in store.generations.list_page(owner).entries:
            pictures = [(one, store.files.read(owner, one.file_id)) for one in entry.pictures]
            row = entry.generation
            seen[row.id] = (row.title, row.order, row.prompt, row.avatar_id, row.created_at, pictures)
    return seen


def test_everything_comes_back_from_the_files_alone(lost: tuple[Path, dict[str, object]]) -> None:
    folder, seen = lost
    with pytest.raises(DatabaseGone):
        open_store(folder)
    store = open_again(folder, adopt=True)
    adopted = adopt_files(store)
    assert dict(adopted) == {"photo": 1, "avatar": 1, "generation": 6, "picture": 10}
    assert look(store) == seen
    states = [entry.generation.state for entry in store.generations.list_page("you").entries]
    assert sorted(states) == ["failed", "succeeded", "succeeded", "succeeded"]
    assert find_problems(store) == []
    assert adopt_files(store).total() == 0, "once is enough"
    store.close()
    open_store(folder).close()


def test_what_is_damaged_is_left_out_and_the_rest_comes_back(lost: tuple[Path, dict[str, object]]) -> None:
    folder, _ = lost
    manifests = sorted((folder / "objects").glob("*/picture-*.json"))
    said = json.loads(manifests[0].read_bytes())
    sha256 = next(file["sha256"] for file in said["files"] if file["role"] == "image")
    (folder / "objects" / sha256[:2] / sha256).write_bytes(b"damaged")
    manifests[1].write_bytes(b"{")
    store = open_again(folder, adopt=True)
    adopted = adopt_files(store)
    assert (adopted["picture"], adopted["unreadable"]) == (8, 2)
    store.close()


def test_an_older_database_takes_in_what_was_made_since(tmp_path: Path) -> None:
    store = open_store(tmp_path / "data")
    things = Things(store)
    things.finished()
    store.close()
    shutil.copy(tmp_path / "data" / DATABASE_NAME, tmp_path / "older")
    store = open_store(tmp_path / "data")
    Things(store).finished(pictures=3)
    seen = look(store)
    store.close()
    shutil.copy(tmp_path / "older", tmp_path / "data" / DATABASE_NAME)
    store = open_again(tmp_path / "data", adopt=True)
    assert dict(adopt_files(store)) == {"generation": 1, "picture": 3}
    assert look(store) == seen
    store.close()


def test_what_is_not_said_yet_is_written_by_maintenance(store: Store, things) -> None:
    things.avatar()
    things.finished()
    for path in list(store.objects.manifests()):
        path.unlink()
    assert store.keep_manifests() == 4
    assert store.keep_manifests() == 0


def test_what_is_said_goes_with_the_thing(store: Store, things) -> None:
    photo = things.photo()
    [said] = store.objects.manifests()
    with store.begin() as transaction:
        store.photos.purge_now(transaction, "you", photo.id)
    assert not said.exists()
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.photos.delete(transaction, "you", photo.id)
