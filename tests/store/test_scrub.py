"""Files that are damaged or lost: found by reading them again, put aside, replaced from the backup, never taken out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from store.backup import make_backup
from store.errors import FileDamaged
from store.fsck import find_problems, repair
from store.generations import GenerationEntry
from store.notes import SCRUB_NOTE
from store.scrub import scrub, try_again
from store.store import Store
from tests.store.conftest import Things


@pytest.fixture
def made(store: Store, things: Things) -> GenerationEntry:
    return store.generations.get("you", things.finished().id)


def path_of(store: Store, file_id: str) -> Path:
    return store.objects.path(store.files.get("you", file_id).sha256)


def rot(path: Path) -> None:
    """Change one bit as a disk does: the time of the file does not tell."""
    seen = path.stat()
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def test_bits_that_rot_are_found_put_aside_and_said(store: Store, made: GenerationEntry) -> None:
    picture = made.pictures[0]
    path, whole = path_of(store, picture.file_id), store.files.read("you", picture.file_id)
    rot(path)
    assert store.files.read("you", picture.file_id) != whole, "it was read before, and nothing tells"
    done = scrub(store)
    assert (done.files, done.lost) == (4, 1)
    assert not path.exists()
    assert len(list(store.objects.quarantine.rglob(path.name))) == 1
    assert store.files.find_lost("you") == {picture.file_id}
    assert store.files.find_lost("somebody") == set()
    with pytest.raises(FileDamaged, match="Connect the drive"):
        store.files.read("you", picture.file_id)
    assert len(store.generations.get("you", made.generation.id).pictures) == 2, "nothing is taken out"


@pytest.mark.parametrize("accident", ["rotten", "gone"])
def test_what_a_backup_holds_comes_back_by_itself(
    store: Store, made: GenerationEntry, tmp_path: Path, accident: str
) -> None:
    file_id = made.pictures[0].file_id
    path, whole = path_of(store, file_id), store.files.read("you", file_id)
    make_backup(store, tmp_path / "backup")
    rot(path) if accident == "rotten" else path.unlink()
    assert scrub(store).lost == 1, "the drive is not here yet"
    store.mending.backup = tmp_path / "backup"
    assert try_again(store) == 1
    assert store.files.read("you", file_id) == whole
    assert store.files.find_lost("you") == set()
    path.write_bytes(b"damaged again")
    assert store.files.read("you", file_id) == whole, "and at once where it is read"
    path.write_bytes(b"damaged again")
    [done] = repair(store, find_problems(store))
    assert done.sentence == "It was replaced from the backup."
    assert find_problems(store) == []


def test_a_damaged_backup_replaces_nothing(store: Store, made: GenerationEntry, tmp_path: Path) -> None:
    path = path_of(store, made.pictures[0].file_id)
    make_backup(store, tmp_path / "backup")
    store.mending.backup = tmp_path / "backup"
    rot(tmp_path / "backup" / "objects" / path.parent.name / path.name)
    rot(path)
    assert scrub(store).lost == 1
    assert not path.exists()


def test_every_file_is_read_within_some_nights(
    store: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    import store.scrub as scrubbing

    for _ in range(7):
        things.finished()
    monkeypatch.setattr(scrubbing, "LEAST_BYTES", 1)
    monkeypatch.setattr(scrubbing, "BATCH", 4)
    rot(list(store.objects.walk())[-1])
    nights = []
    while not nights or store.notes.read(SCRUB_NOTE)["next"]:
        nights.append(scrub(store))
    assert len(nights) <= scrubbing.NIGHTS + 1
    assert sum(night.files for night in nights) == 28
    assert sum(night.lost for night in nights) == 1


def test_while_the_files_are_away_nothing_is_lost(store: Store, things: Things, tmp_path: Path) -> None:
    for _ in range(4):
        made = things.finished()
    folder = store.objects.folder
    folder.rename(tmp_path / "drive")
    folder.mkdir()
    scrub(store)
    assert store.mending.list_lost() == set()
    shutil.rmtree(folder)
    (tmp_path / "drive").rename(folder)
    assert scrub(store).lost == 0
    assert len(store.generations.get("you", made.id).pictures) == 2


def test_what_was_deleted_meanwhile_is_not_lost(store: Store, made: GenerationEntry) -> None:
    path_of(store, made.pictures[0].file_id).unlink()
    assert scrub(store).lost == 1
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", made.generation.id)
    assert try_again(store) == 0
    assert store.mending.list_lost() == set()


def test_a_damaged_file_is_not_handed_out_where_nothing_says_whose_it_is(
    store: Store, made: GenerationEntry
) -> None:
    path = path_of(store, made.pictures[0].file_id)
    path.write_bytes(b"damaged")
    (store.objects.folder / "studio.json").unlink()
    with pytest.raises(FileDamaged):
        store.files.read("you", made.pictures[0].file_id)
    assert path.exists(), "nothing is moved in a folder that may not be ours"
