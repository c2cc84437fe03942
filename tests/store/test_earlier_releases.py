"""Data folders that earlier releases wrote: each is opened and restored by this one, with all that was in it.

`tests/golden/releases/REVISION.json` was written by the code of that revision's last day: the database as SQL, and the
bytes of the files, which are texts: `python -m tests.store.release` writes the newest one's.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.backup import make_backup, restore_backup
from store.database import DATABASE_NAME
from store.fsck import find_problems
from store.migrations import REVISIONS
from store.store import Store, open_store

GOLDEN = Path(__file__).parent.parent / "golden" / "releases"

KEPT = sorted(path.stem for path in GOLDEN.glob("*.json"))


def test_every_earlier_revision_is_kept() -> None:
    assert set(REVISIONS[:-1]) <= set(KEPT)


def lay_down(folder: Path, database: Path, revision: str) -> list[dict[str, object]]:
    """Write the files of that release into `folder/objects`, and its database; what a backup's list says of them."""
    made = json.loads((GOLDEN / f"{revision}.json").read_text(encoding="utf-8"))
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("\n".join(made["sql"]))
    listed = []
    for text in made["objects"]:
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        path = folder / "objects" / sha256[:2] / sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        listed.append({"sha256": sha256, "size": len(text)})
    return listed


def check_all_there(store: Store) -> None:
    """What every one of these folders holds."""
    assert find_problems(store) == []
    [photo] = store.photos.list_recent("you")
    assert store.files.read("you", photo.file_id) == b"photo"
    [avatar] = store.avatars.list_recent("you")
    assert (avatar.name, avatar.photo_id) == ("Ada", photo.id)
    entries = store.generations.list_page("you").entries
    assert [(one.generation.state, len(one.pictures)) for one in entries] == [("queued", 0), ("succeeded", 2)]
    for position, picture in enumerate(entries[1].pictures):
        said = f"picture {position} of {entries[1].generation.job_id}"
        assert store.files.read("you", picture.file_id).decode() == said
    [theirs] = store.generations.list_page("somebody").entries
    assert len(theirs.pictures) == 1


@pytest.mark.parametrize("revision", KEPT)
def test_the_folder_of_an_earlier_release_is_opened_and_backed_up(tmp_path: Path, revision: str) -> None:
    lay_down(tmp_path / "data", tmp_path / "data" / DATABASE_NAME, revision)
    store = open_store(tmp_path / "data")
    check_all_there(store)
    make_backup(store, tmp_path / "backup")
    store.close()
    restore_backup(tmp_path / "backup", tmp_path / "new")
    restored = open_store(tmp_path / "new")
    check_all_there(restored)
    restored.close()


@pytest.mark.parametrize("revision", KEPT)
def test_the_backup_of_an_earlier_release_is_restored(tmp_path: Path, revision: str) -> None:
    snapshot = tmp_path / "backup" / "snapshots" / "20260101T000000000000"
    listed = lay_down(tmp_path / "backup", snapshot / DATABASE_NAME, revision)
    digest = hashlib.sha256((snapshot / DATABASE_NAME).read_bytes()).hexdigest()
    (snapshot / "files.json").write_text(json.dumps({"database": digest, "files": listed}))
    assert restore_backup(tmp_path / "backup", tmp_path / "new") == 12
    restored = open_store(tmp_path / "new")
    check_all_there(restored)
    restored.close()
