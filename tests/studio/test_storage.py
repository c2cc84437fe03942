"""Space and backups as use cases and commands: what is said, the trash, the night's backup and the button's."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from store.snapshots import list_snapshots
from store.store import Store, open_store
from studio import cli
from studio.errors import BackupRunning, NoBackupFolder, StorageTrouble
from studio.settings import Settings, read_settings
from studio.studio import Studio, open_studio
from studio.ui.storage import storage_html
from studio.vocabulary.person import YOU
from studio.worker.backups import LOCK_NAME, back_up_nightly, is_due
from studio.worker.upkeep import clean_up
from tests.store.conftest import Things

TEN = datetime(2026, 5, 4, 10).astimezone()
HOUR = timedelta(hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "disk").mkdir()
    return read_settings({"data": str(tmp_path / "data"), "backup_folder": str(tmp_path / "disk")}, {})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings.data)
    Things(opened).finished()
    yield opened
    opened.close()


@pytest.fixture
def studio(settings: Settings, store: Store) -> Iterator[Studio]:
    opened = open_studio(settings, inline=True)
    yield opened
    opened.close()


def put_in_trash(store: Store) -> None:
    generation = Things(store).finished(pictures=1)
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", generation.id)


def test_what_takes_how_much_is_said_and_the_trash_is_emptied(studio: Studio, store: Store) -> None:
    put_in_trash(store)
    (studio.settings.data / "models").mkdir()
    (studio.settings.data / "models" / "weights").write_bytes(b"w" * 5000)
    mine = studio.for_person(YOU).storage
    shares = {share.name: share for share in mine.look().shares}
    assert (shares["pictures"].files, shares["trash"].files, shares["models"].bytes) == (4, 2, 5000)
    assert shares["database"].bytes > 0
    assert (mine.look().in_trash, mine.empty_trash(), mine.look().in_trash) == (1, 1, 0)
    assert mine.look().free_bytes > 0


def test_the_nights_backup_is_made_once_and_said(studio: Studio, store: Store, settings: Settings) -> None:
    assert studio.backups.state().at is None
    assert is_due(store, settings, TEN)
    back_up_nightly(store, settings)
    state = studio.backups.state()
    assert (state.ok, state.says) == (True, "4 files, 4 of them new, compared.")
    now = datetime.now().astimezone()
    assert not is_due(store, settings, now)
    assert is_due(store, settings, now + 25 * HOUR)
    assert not is_due(store, read_settings({"data": str(settings.data)}, {}), TEN), "none is chosen"
    other = {"data": str(settings.data), "backup_folder": str(settings.data.parent / "other")}
    assert is_due(store, read_settings(other, {}), now), "another folder has none yet"
    assert not is_due(store, read_settings({**other, "backup_every_night": "false"}, {}), now)


def test_on_the_place_of_an_absent_drive_nothing_is_made(
    studio: Studio, store: Store, settings: Settings
) -> None:
    disk = Path(settings.backup_folder)
    disk.rmdir()
    with pytest.raises(StorageTrouble, match="connect its drive"):
        back_up_nightly(store, settings)
    assert not disk.exists()
    assert "connect its drive" in studio.backups.state().says


def test_a_backup_that_is_running_is_said_and_none_is_begun_beside_it(
    studio: Studio, store: Store, settings: Settings
) -> None:
    with FileLock(store.folder / LOCK_NAME):
        assert studio.backups.state().is_running
        with pytest.raises(BackupRunning):
            studio.backups.start()
        with pytest.raises(BackupRunning):
            back_up_nightly(store, settings)
    studio.backups.start()
    [thread] = [one for one in threading.enumerate() if one.name == "backup"]
    thread.join(30)
    assert studio.backups.state().ok
    assert len(list_snapshots(Path(settings.backup_folder))) == 1


def test_without_a_folder_the_button_says_how_to_choose_one(store: Store) -> None:
    opened = open_studio(read_settings({"data": str(store.folder)}, {}), inline=True)
    with pytest.raises(NoBackupFolder, match="backup_folder"):
        opened.backups.start()
    opened.close()


def test_maintenance_makes_the_nights_backup_and_says_what_it_left(
    studio: Studio, store: Store, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(8):
        path = store.objects.path(store.files.put(f"stray {number}".encode()).sha256)
        os.utime(path, (0, 0))
    clean_up(store, settings)
    report = studio.for_person(YOU).storage.look()
    assert report.unknown_files == 8
    assert "8 files are unknown to the database" in storage_html(report, 30)
    assert cli.main(["storage", "--data", str(settings.data)], serve=lambda _: 0) == 0
    assert "8 files are unknown" in capsys.readouterr().out
    studio.maintenance.fsck(repair=True)
    assert studio.for_person(YOU).storage.look().unknown_files == 0
    for thread in [one for one in threading.enumerate() if one.name == "night"]:
        thread.join(30)
    assert len(list_snapshots(Path(settings.backup_folder))) == 1


def test_the_commands(store: Store, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    put_in_trash(store)

    def run(*words: str) -> str:
        assert cli.main([*words, "--data", str(settings.data)], serve=lambda _: 0) == 0
        return capsys.readouterr().out

    assert "pictures" in run("storage")
    assert json.loads(run("storage", "--json"))["in_trash"] == 1
    assert "1 things in the trash" in run("empty-trash")
    assert "Deleted for good: 1" in run("empty-trash", "--yes")
    assert "0 things in the trash" in run("empty-trash")
    file = settings.data.parent / "mine.zip"
    assert "compared" in run("backup", str(file))
    assert "compared" in json.loads(run("storage", "--json"))["backup"]["says"]
