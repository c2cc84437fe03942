"""Backup and restore: hot, only what is new, verified; what is bent or in the way is refused with nothing changed."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.backup import find_newest, make_backup, restore_backup
from store.database import DATABASE_NAME, Transaction
from store.errors import BackupBent, BackupRefused, RowMissing
from store.fsck import find_problems
from store.objects_folder import FolderObjects
from store.snapshots import list_snapshots, name_snapshot, prune
from store.store import Store, open_store


def look(store: Store) -> list[tuple[str, list[bytes]]]:
    """Everything that a person sees: generations, and the bytes of their pictures."""
    return [
        (entry.generation.id, [store.files.read("you", picture.file_id) for picture in entry.pictures])
        for entry in store.generations.list_page("you").entries
    ]


def test_what_was_backed_up_comes_back_and_only_what_is_new_is_copied(
    store: Store, things, tmp_path: Path
) -> None:
    things.finished()
    things.avatar(photo_id=things.photo().id)
    first = make_backup(store, tmp_path / "backup")
    assert (first.files, first.copied) == (8, 8)
    things.finished()
    second = make_backup(store, tmp_path / "backup")
    assert (second.files, second.copied) == (12, 4)
    seen = look(store)
    things.finished()  # after the backup
    assert restore_backup(tmp_path / "backup", tmp_path / "new") == 12
    restored = open_store(tmp_path / "new")
    assert look(restored) == seen
    assert [row.name for row in restored.avatars.list_recent("you")] == ["Ada"]
    assert find_problems(restored) == []
    restored.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_a_restored_folder_is_its_owners_alone(store: Store, things, tmp_path: Path) -> None:
    things.finished()
    make_backup(store, tmp_path / "backup")
    restore_backup(tmp_path / "backup", tmp_path / "new")
    for folder in (tmp_path / "backup", tmp_path / "new"):
        paths = [folder, *folder.rglob("*")]
        modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in paths}
        assert modes == {(True, 0o700), (False, 0o600)}


def test_a_folder_that_is_not_empty_is_left_alone(store: Store, things, tmp_path: Path) -> None:
    make_backup(store, tmp_path / "backup")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").write_text("mine")
    with pytest.raises(BackupRefused, match="not empty"):
        restore_backup(tmp_path / "backup", tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["notes.txt"]


def test_a_folder_beside_the_new_one_is_left_alone(store: Store, things, tmp_path: Path) -> None:
    make_backup(store, tmp_path / "backup")
    mine = tmp_path / "new.unfinished" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    restore_backup(tmp_path / "backup", tmp_path / "new")
    assert mine.read_text() == "mine"


def test_an_older_snapshot_comes_back_when_it_is_named(store: Store, things, tmp_path: Path) -> None:
    things.finished()
    seen, first = look(store), make_backup(store, tmp_path / "backup").snapshot
    things.finished()
    make_backup(store, tmp_path / "backup")
    (tmp_path / "backup" / "snapshots" / "zzz mine").mkdir()  # no name of ours: left alone
    assert restore_backup(tmp_path / "backup", tmp_path / "newest") == 8
    assert restore_backup(first, tmp_path / "new") == 4
    restored = open_store(tmp_path / "new")
    assert look(restored) == seen
    restored.close()


def test_a_studio_is_no_place_for_backups_of_another(store: Store, things, tmp_path: Path) -> None:
    other = open_store(tmp_path / "other")
    other.close()
    with pytest.raises(BackupRefused, match="data folder of a studio"):
        make_backup(store, tmp_path / "other")
    assert not (tmp_path / "other" / "snapshots").exists()


def test_backups_of_one_studio_do_not_push_out_those_of_another(store: Store, things, tmp_path: Path) -> None:
    """Begun anew, and every night goes on: what the old studio's backups hold stays."""
    things.finished()
    folder = tmp_path / "backup"
    old = make_backup(store, folder).snapshot
    anew = open_store(tmp_path / "anew")
    first = make_backup(anew, folder).snapshot
    anew.close()
    now = datetime.now(UTC)
    for day in range(1, 60):
        shutil.copytree(first, first.with_name(name_snapshot(now + timedelta(days=day))))
    assert prune(folder, now + timedelta(days=60)) > 40
    assert restore_backup(old, tmp_path / "new") == 4


@pytest.mark.parametrize("target", ["backup", "mine.zip"])
def test_presets_that_a_person_wrote_come_back_too(
    store: Store, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    presets = store.folder / "presets"
    presets.mkdir()
    (presets / "mine.toml").write_text("steps = 4")
    (presets / ".hidden.toml").write_text("?")
    made = make_backup(store, tmp_path / target).snapshot
    restore_backup(made, tmp_path / "new")
    [back] = (tmp_path / "new" / "presets").iterdir()
    assert (back.name, back.read_text()) == ("mine.toml", "steps = 4")
    for elsewhere in ("presets/../../mine.toml", "presets/mine.toml:beside.toml"):
        monkeypatch.setattr("store.backup.hash_own", lambda own, name=elsewhere: {name: "0"})
        with pytest.raises(BackupBent):
            make_backup(store, tmp_path / f"other {target}")
    assert not list(tmp_path.rglob("*.unfinished"))


@pytest.mark.parametrize("damage", ["picture", "lost picture", "database", "list", "preset", "no snapshot"])
def test_a_bent_backup_is_refused_and_nothing_is_made(
    store: Store, things, tmp_path: Path, damage: str
) -> None:
    things.finished()
    (store.folder / "presets").mkdir()
    (store.folder / "presets" / "mine.toml").write_text("steps = 4")
    backup = tmp_path / "backup"
    snapshot = make_backup(store, backup).snapshot
    picture = next(path for path in (backup / "objects").glob("*/*"))
    if damage == "picture":
        picture.write_bytes(b"!" + picture.read_bytes()[1:])
    elif damage == "lost picture":
        picture.unlink()
    elif damage == "database":
        data = bytearray((snapshot / DATABASE_NAME).read_bytes())
        data[5000] ^= 255
        (snapshot / DATABASE_NAME).write_bytes(bytes(data))
    elif damage == "preset":
        (snapshot / "own" / "presets" / "mine.toml").write_text("steps = 5")
    elif damage == "list":
        (snapshot / "files.json").write_text("{")
    else:
        snapshot.rename(snapshot.with_name("x.unfinished"))
    with pytest.raises(BackupBent):
        restore_backup(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_as_one_file_comes_back(store: Store, things, tmp_path: Path) -> None:
    things.finished()
    things.avatar(photo_id=things.photo().id)
    file = tmp_path / "mine.zip"
    assert make_backup(store, file).files == 8
    seen = look(store)
    things.finished()
    assert restore_backup(file, tmp_path / "new") == 8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mine.zip", "new"]
    restored = open_store(tmp_path / "new")
    assert look(restored) == seen
    assert find_problems(restored) == []
    restored.close()
    if os.name == "posix":
        paths = [file, *(path for path in (tmp_path / "new").rglob("*") if path.is_file())]
        assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    with pytest.raises(BackupRefused, match="already"):
        make_backup(store, file)
    with pytest.raises(BackupRefused, match="inside the data folder"):
        make_backup(store, store.folder / "mine.zip")


@pytest.mark.parametrize("part", range(12))
def test_a_bent_backup_file_is_refused_and_nothing_is_made(
    store: Store, things, tmp_path: Path, part: int
) -> None:
    """One byte anywhere, or an end that is missing: refused, or, in what a ZIP does not need, restored whole."""
    things.finished()
    file = tmp_path / "mine.zip"
    make_backup(store, file)
    whole = file.read_bytes()
    at = len(whole) * part // 12
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :] if part % 2 else whole[:at])
    try:
        restore_backup(file, tmp_path / "new")
    except BackupBent:
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mine.zip"]
    else:
        restored = open_store(tmp_path / "new")
        assert part % 2
        assert look(restored) == look(store)
        restored.close()


def test_a_file_of_the_studio_that_is_damaged_makes_no_backup_file(
    store: Store, things, tmp_path: Path
) -> None:
    things.finished()
    next(store.objects.walk()).write_bytes(b"damaged")
    with pytest.raises(BackupBent, match="damaged"):
        make_backup(store, tmp_path / "mine.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_seven_days_and_four_weeks_are_kept(store: Store, things, tmp_path: Path) -> None:
    folder, generation = tmp_path / "backup", things.finished()
    first = make_backup(store, folder).snapshot
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", generation.id)
    things.finished()
    last = make_backup(store, folder).snapshot
    begin = datetime(2026, 3, 1, 3, tzinfo=UTC)
    first.rename(first.with_name(name_snapshot(begin)))
    for day in range(1, 60):
        shutil.copytree(last, last.with_name(name_snapshot(begin + timedelta(days=day))))
    shutil.rmtree(last)
    assert prune(folder, begin + timedelta(days=60)) == 60 - len(list_snapshots(folder))
    kept = [path.name[:8] for path in list_snapshots(folder)]
    assert kept == ["20260412", "20260419", *(f"202604{day}" for day in range(23, 30))]
    assert len(list(FolderObjects(folder / "objects").list())) == 4, "those of the first are gone"
    assert restore_backup(folder, tmp_path / "new") == 4


def test_nothing_is_pruned_while_another_backup_is_made(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    snapshot = make_backup(store, folder).snapshot
    now = datetime.now(UTC)
    for days in range(20):
        shutil.copytree(snapshot, snapshot.with_name(name_snapshot(now - timedelta(days=days + 1))))
    unfinished = snapshot.with_name(f"{name_snapshot(now)}.unfinished")
    unfinished.mkdir()
    assert prune(folder, now) == 0
    assert prune(folder, now + timedelta(days=2)) > 0
    assert not unfinished.exists()


@pytest.mark.parametrize("target", ["backup", "mine.zip"])
def test_what_is_deleted_for_good_meanwhile_does_not_spoil_a_backup(
    store: Store, things, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import store.backup as backing
    import store.backup_file as backing_file

    doomed, kept = things.finished(), things.finished()
    copy_database = backing.back_up

    def copy_then_delete(source: Path, copy: Path) -> None:
        copy_database(source, copy)
        with contextlib.suppress(RowMissing), store.begin() as transaction:
            store.generations.purge_now(transaction, "you", doomed.id)

    monkeypatch.setattr(backing, "back_up", copy_then_delete)
    monkeypatch.setattr(backing_file, "back_up", copy_then_delete)
    assert make_backup(store, tmp_path / target).files == 4
    assert restore_backup(tmp_path / target, tmp_path / "new") == 4
    assert not list(tmp_path.rglob("*.unfinished"))
    restored = open_store(tmp_path / "new")
    assert [entry.generation.id for entry in restored.generations.list_page("you").entries] == [kept.id]
    restored.close()


def test_a_studio_with_a_damaged_file_gets_no_backup_that_says_done(
    store: Store, things, tmp_path: Path
) -> None:
    generation = things.finished()
    picture = store.generations.get("you", generation.id).pictures[0]
    path = store.files.path(store.files.get("you", picture.file_id))
    path.write_bytes(b"damaged")
    with pytest.raises(BackupBent, match="damaged"):
        make_backup(store, tmp_path / "backup")
    with pytest.raises(BackupBent, match="no finished backup"):
        find_newest(tmp_path / "backup")


def test_a_backup_inside_the_data_folder_is_none(store: Store) -> None:
    with pytest.raises(BackupRefused, match="inside the data folder"):
        make_backup(store, store.folder / "backup")
    assert not (store.folder / "backup").exists()


def test_a_backup_that_is_taken_while_pictures_are_made_is_whole(
    store: Store, things, tmp_path: Path
) -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            things.finished(pictures=1)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(3):
            make_backup(store, tmp_path / "backup")
            restore_backup(tmp_path / "backup", tmp_path / f"new{number}")
    finally:
        stop.set()
        worker.join()
    for number in range(3):
        restored = open_store(tmp_path / f"new{number}")
        assert {problem.kind for problem in find_problems(restored)} == set()
        restored.close()


def test_what_was_purged_since_is_not_needed_for_an_older_snapshot(
    store: Store, things, tmp_path: Path
) -> None:
    generation = things.finished()
    make_backup(store, tmp_path / "backup")

    def purge(transaction: Transaction) -> None:
        store.generations.purge_now(transaction, "you", generation.id)

    with store.begin() as transaction:
        purge(transaction)
    assert restore_backup(tmp_path / "backup", tmp_path / "new") == 4
