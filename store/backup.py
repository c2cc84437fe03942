"""Backups: a copy of the database as of one moment, and of every file that it speaks of. Hot, incremental, verified.

In the backup's folder lie `objects/`, which all its snapshots share, and `snapshots/<time>/` with the database and a
list of the files. A snapshot gets its name when everything in it has been read back and compared: one without that
name is none.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.disk import CHUNK_BYTES, hash_file, names_full_disk, open_private, sync_file, sync_folder
from store.errors import BackupBent, BackupRefused
from store.migrate import back_up
from store.objects import Blob
from store.objects_folder import FOLDER_DIGITS
from store.store import DATABASE_NAME, OBJECTS_NAME, Store

SNAPSHOTS_NAME = "snapshots"
LIST_NAME = "files.json"
UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup did: the snapshot's folder, how many files it speaks of, how many of them were new to it."""

    snapshot: Path
    files: int
    copied: int


def make_backup(store: Store, folder: Path) -> BackedUp:
    """Copy everything that is kept now; only what is not there yet is copied. Verified before it says done.

    Raises BackupRefused for a folder inside the data folder, StorageFull, and BackupBent where a file of the studio
    itself is missing or damaged: what could be copied is in the folder then, without being a backup.
    """
    if folder.resolve().is_relative_to(store.folder.resolve()):
        raise BackupRefused
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    snapshot = folder / SNAPSHOTS_NAME / f"{name}{UNFINISHED}"
    with names_full_disk():
        snapshot.mkdir(mode=0o700, parents=True)
        back_up(store.folder / DATABASE_NAME, snapshot / DATABASE_NAME)
        blobs = _read_blobs(snapshot / DATABASE_NAME)
        copied = sum(
            _copy(store.objects.path(blob.sha256), _place(folder, blob.sha256), blob) for blob in blobs
        )
        content = {"database": hash_file(snapshot / DATABASE_NAME), "files": [asdict(blob) for blob in blobs]}
        with open(snapshot / LIST_NAME, "xb", opener=open_private) as file:
            file.write(json.dumps(content).encode())
            sync_file(file)
        sync_folder(snapshot)
        _verify(folder, snapshot)
        final = snapshot.with_name(name)
        snapshot.rename(final)
        sync_folder(final.parent)
    return BackedUp(snapshot=final, files=len(blobs), copied=copied)


def restore_backup(folder: Path, target: Path) -> int:
    """Make a data folder of a backup's newest snapshot, compared before it gets its name; how many files it has.

    Raises BackupRefused for a target that is not empty, BackupBent for a backup that is none or is damaged: nothing
    was changed then.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupRefused("The folder to restore into is not empty. Choose a new one.")
    snapshot = find_newest(folder)
    blobs = _verify(folder, snapshot)
    new = target.with_name(f"{target.name}{UNFINISHED}")
    with names_full_disk():
        shutil.rmtree(new, ignore_errors=True)
        (new / OBJECTS_NAME).mkdir(mode=0o700, parents=True)
        new.chmod(0o700)
        for blob in blobs:
            _copy(_place(folder, blob.sha256), _place(new, blob.sha256), blob)
        _copy_file(snapshot / DATABASE_NAME, new / DATABASE_NAME)
        for blob in blobs:
            if hash_file(_place(new, blob.sha256)) != blob.sha256:
                raise BackupBent
        if target.exists():
            target.rmdir()
        new.rename(target)
        sync_folder(target.parent)
    return len(blobs)


def find_newest(folder: Path) -> Path:
    """The newest snapshot that was finished. Raises BackupBent where there is none."""
    snapshots = folder / SNAPSHOTS_NAME
    found = sorted(path for path in snapshots.iterdir() if path.suffix == "") if snapshots.is_dir() else []
    if not found:
        raise BackupBent(
            "There is no finished backup in that folder. Choose the folder that backups were made into."
        )
    return found[-1]


def _verify(folder: Path, snapshot: Path) -> list[Blob]:
    """Read back and compare all that a snapshot speaks of. Raises BackupBent."""
    try:
        content = json.loads((snapshot / LIST_NAME).read_bytes())
        blobs = [Blob(**one) for one in content["files"]]
        whole = hash_file(snapshot / DATABASE_NAME) == content["database"] and _is_sound(
            snapshot / DATABASE_NAME
        )
        whole = whole and set(blobs) == set(_read_blobs(snapshot / DATABASE_NAME))
        for blob in blobs:
            whole = whole and hash_file(_place(folder, blob.sha256)) == blob.sha256
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error) as error:
        raise BackupBent from error
    if not whole:
        raise BackupBent
    return blobs


def _is_sound(database: Path) -> bool:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]


def _read_blobs(database: Path) -> list[Blob]:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        rows: Iterable[tuple[str, int]] = connection.execute("SELECT sha256, size FROM blobs ORDER BY sha256")
        return [Blob(sha256=sha256, size=size) for sha256, size in rows]


def _place(folder: Path, sha256: str) -> Path:
    return folder / OBJECTS_NAME / sha256[:FOLDER_DIGITS] / sha256


def _copy(source: Path, target: Path, blob: Blob) -> bool:
    """Copy a file unless it is there whole; whether it was copied. Raises BackupBent for one that is not its own."""
    if target.exists() and target.stat().st_size == blob.size and hash_file(target) == blob.sha256:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _copy_file(source, target)
    except FileNotFoundError as error:
        raise BackupBent(
            "A file of the studio is missing: run python app.py fsck, then back up again."
        ) from error
    if hash_file(target) != blob.sha256:
        target.unlink()
        raise BackupBent("A file of the studio is damaged: run python app.py fsck, then back up again.")
    return True


def _copy_file(source: Path, target: Path) -> None:
    new = target.with_name(f"{target.name}.part")
    with source.open("rb") as read, open(new, "wb", opener=open_private) as write:
        shutil.copyfileobj(read, write, CHUNK_BYTES)
        sync_file(write)
    new.replace(target)
    sync_folder(target.parent)
