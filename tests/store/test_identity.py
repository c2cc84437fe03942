"""Accidents of a data folder: what does not belong together is refused, and nothing is ever cleaned away for it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from store.database import DATABASE_NAME
from store.errors import DatabaseGone, DatabaseOlder, FilesGone, OtherStudio, StartRefused
from store.store import Store, open_again, open_store
from tests.store.conftest import Clock, Things

DAY_S = 86_400


def files_of(folder: Path) -> set[str]:
    """The content of every object, wherever it lies."""
    parts = [folder / "objects", *folder.glob("set-aside-*"), folder / "quarantine"]
    return {path.name[:64] for part in parts for path in part.rglob("*") if len(path.name) >= 64}


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The folder of a studio with four orders, which is not running. Its files are a day old."""
    folder = tmp_path / "data"
    store = open_store(folder)
    things = Things(store)
    for _ in range(4):
        things.finished()
    age_files(store)
    store.close()
    return folder


def age_files(store: Store) -> None:
    for path in store.objects.walk():
        old = path.stat().st_mtime - 2 * DAY_S
        os.utime(path, (old, old))


def lose_database(folder: Path) -> None:
    (folder / DATABASE_NAME).rename(folder.parent / "lost.sqlite3")


def empty_database(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"")


def lose_files(folder: Path) -> None:
    (folder / "objects").rename(folder.parent / "drive")


def empty_files(folder: Path) -> None:
    lose_files(folder)
    (folder / "objects").mkdir()


def lose_pictures_only(folder: Path) -> None:
    for path in (folder / "objects").glob("??/*"):
        path.rename(folder.parent / path.name)


def take_another_database(folder: Path) -> None:
    other = open_store(folder.parent / "other")
    Things(other).finished()
    other.close()
    shutil.copy(folder.parent / "other" / DATABASE_NAME, folder / DATABASE_NAME)
    for path in (folder.parent / "other" / "objects").glob("??/*"):
        shutil.copy(path, folder / "objects" / path.parent.name / path.name)


def take_an_older_database(folder: Path) -> None:
    shutil.copy(folder / DATABASE_NAME, folder.parent / "older")
    store = open_store(folder)
    Things(store).finished(pictures=3)
    store.close()
    shutil.copy(folder.parent / "older", folder / DATABASE_NAME)


def take_a_database_that_lacks_an_order(folder: Path) -> None:
    """An order that needs no new bytes: it waits, or draws what was drawn before."""
    shutil.copy(folder / DATABASE_NAME, folder.parent / "older")
    store = open_store(folder)
    Things(store).generation()
    store.close()
    shutil.copy(folder.parent / "older", folder / DATABASE_NAME)


@pytest.mark.parametrize(
    ("accident", "refusal"),
    [
        (lose_database, DatabaseGone),
        (empty_database, DatabaseGone),
        (lose_files, FilesGone),
        (empty_files, FilesGone),
        (lose_pictures_only, FilesGone),
        (take_another_database, OtherStudio),
        (take_an_older_database, DatabaseOlder),
        (take_a_database_that_lacks_an_order, DatabaseOlder),
    ],
)
def test_what_does_not_belong_together_is_refused_and_left_alone(
    stopped: Path, accident: Callable[[Path], None], refusal: type[StartRefused]
) -> None:
    accident(stopped)
    before = {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()}
    with pytest.raises(refusal, match="--begin-anew") as refused:
        open_store(stopped)
    assert "--adopt" in str(refused.value)
    assert {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "accident", [lose_database, lose_files, take_another_database, take_an_older_database]
)
def test_a_new_studio_begins_beside_the_old_one(stopped: Path, accident: Callable[[Path], None]) -> None:
    accident(stopped)
    kept = files_of(stopped)
    store = open_again(stopped, adopt=False)
    assert store.generations.list_page("you").entries == ()
    store.files.collect_garbage(timedelta(0))
    store.close()
    assert files_of(stopped) == kept
    open_store(stopped).close()


def test_a_studio_is_opened_again_and_again_and_after_a_first_start_without_a_mark(stopped: Path) -> None:
    (stopped / "objects" / "studio.json").unlink()
    for _ in range(2):
        store = open_store(stopped)
        assert len(store.generations.list_page("you").entries) == 4
        store.close()
    (stopped / "objects" / "studio.json").write_bytes(b"torn")
    open_store(stopped).close()


def test_deleting_the_newest_does_not_make_the_database_an_older_one(stopped: Path) -> None:
    store = open_store(stopped)
    newest = store.generations.list_page("you").entries[0].generation
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", newest.id)
    store.close()
    open_store(stopped).close()


def test_what_no_row_knows_goes_into_quarantine_for_a_month(store: Store, clock: Clock) -> None:
    blob = store.files.put(b"a stray")
    clock.now = clock.now.replace(year=2030)  # long after the file was written
    assert store.files.collect_garbage(timedelta(hours=24)).files == 1
    [aside] = (store.folder / "quarantine").rglob(blob.sha256)
    assert aside.read_bytes() == b"a stray"
    clock.pass_seconds(29 * DAY_S)
    store.files.collect_garbage(timedelta(hours=24))
    assert aside.exists()
    clock.pass_seconds(3 * DAY_S)
    store.files.collect_garbage(timedelta(hours=24))
    assert not aside.exists()


def test_many_strays_at_once_are_left_alone_and_said(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(12):
        store.files.put(f"picture {number}".encode())
    clock.now = clock.now.replace(year=2030)
    collected = store.files.collect_garbage(timedelta(hours=24))
    assert (collected.files, collected.left) == (0, 12)
    assert "12 of 12 files are unknown" in caplog.text
    assert store.files.collect_garbage(timedelta(hours=24), however_many=True).files == 12


def test_rows_that_are_lost_from_the_database_cost_no_picture(stopped: Path) -> None:
    kept = files_of(stopped)
    with closing(sqlite3.connect(stopped / DATABASE_NAME)) as connection, connection:
        for table in ("file_uses", "pictures", "files", "blobs"):
            connection.execute(f"DELETE FROM {table}")
    store = open_store(stopped, clock=lambda: Clock().now.replace(year=2030))
    for _ in range(2):
        store.files.collect_garbage(timedelta(hours=24))
    store.close()
    assert files_of(stopped) == kept


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a profile's folders private by itself")
def test_nobody_else_can_read_a_data_folder_an_older_one_neither(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    old_umask = os.umask(0o022)
    try:
        store = open_store(folder)
        Things(store).finished()
        paths = [folder, *folder.rglob("*")]
        assert [path for path in paths if readable(path)] == []
        store.close()
        (folder / "logs").mkdir()
        (folder / "logs" / "studio.log").write_text("a line")
        folder.chmod(0o755)
        (folder / DATABASE_NAME).chmod(0o644)
        open_store(folder).close()
        assert not any(
            readable(path) for path in (folder, folder / DATABASE_NAME, folder / "logs" / "studio.log")
        )
    finally:
        os.umask(old_umask)


def readable(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
