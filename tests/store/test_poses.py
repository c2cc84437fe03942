"""Poses of people's own: kept by slug, in the trash and back, rebuilt from their manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.adopt import adopt_files
from store.errors import RowMissing
from store.rows import PoseRow
from store.store import Store, open_store
from store.trash import count_trash, empty_trash
from tests.store.conftest import Clock


def keep(store: Store, slug: str = "my-pose", owner: str = "you") -> PoseRow:
    with store.begin() as transaction:
        return store.poses.add(
            transaction, owner, slug=slug, template={"name": slug}, credit={"author": "Ada"}
        )


def test_a_pose_is_its_owners_alone(store: Store) -> None:
    keep(store)
    assert store.poses.get("you", "my-pose").template == {"name": "my-pose"}
    with pytest.raises(RowMissing):
        store.poses.get("other", "my-pose")
    with store.read() as look:
        assert not store.poses.is_free(look, "you", "my-pose")
        assert store.poses.is_free(look, "other", "my-pose")


def test_a_slug_is_free_again_when_its_pose_is_in_the_trash(store: Store) -> None:
    first = keep(store)
    with store.begin() as transaction:
        store.poses.delete(transaction, "you", first.id)
    with pytest.raises(RowMissing):
        store.poses.get("you", "my-pose")
    second = keep(store)
    assert [row.id for row in store.poses.list_recent("you")] == [second.id]
    with store.read() as look:
        assert store.poses.find_deleted(look, "you", "my-pose").id == first.id


def test_the_trash_counts_poses_and_is_emptied_of_them(store: Store, clock: Clock) -> None:
    row = keep(store)
    with store.begin() as transaction:
        store.poses.delete(transaction, "you", row.id)
    assert count_trash(store, "you")["pose"] == 1
    assert empty_trash(store, "you") == 1
    with store.read() as look, pytest.raises(RowMissing):
        store.poses.find_deleted(look, "you", "my-pose")


def test_poses_come_back_from_what_is_said_beside_the_files(store: Store, tmp_path: Path) -> None:
    row = keep(store)
    folder = store.folder
    store.close()
    for path in folder.glob("studio.sqlite3*"):
        path.unlink()
    (folder / "objects" / "studio.json").unlink(missing_ok=True)
    again = open_store(folder)
    adopt_files(again)
    assert again.poses.get("you", "my-pose") == row
    again.close()
