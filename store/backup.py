"""Backups: a copy of the database as of one moment, and of every file that it speaks of. Hot, incremental, verified.

In the backup's folder lie `objects/`, which all its snapshots share, and `snapshots/<time>/` with the database and a
list of the files. A snapshot gets its name when everything in it has been read back and compared: one without that
name is none. A backup can also be a single file, which is a ZIP of the same.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from store.backup_file import (
    copy_database_beside,
    describe,
    is_backup_file,
    unpack_file,
    write_backup_file,
)
from store.database import DATABASE_NAME
from store.disk import CHUNK_BYTES, hash_file, names_full_disk, open_private, sync_file, sync_folder
from store.errors import BackupBent, BackupRefused, BytesMissing
from store.migrate import back_up
from store.objects import Blob
from store.objects_folder import MARKER_NAME, OBJECTS_NAME, FolderObjects
from store.own_files import OWN_NAME, OwnFiles, check_own, hash_own, read_own, write_own
from store.records import BlobRecord
from store.snapshots import (
    LIST_NAME,
    SNAPSHOTS_NAME,
    UNFINISHED,
    find_newest,
    find_snapshot,
    name_snapshot,
)
from store.store import Store

__all__ = ["BackedUp", "find_newest", "make_backup", "restore_backup"]


MOST_TRIES = 10  # of a backup beside somebody who deletes for good all the time


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup did: the snapshot's folder or the file, how many files it holds, how many were new to it."""

    snapshot: Path
    files: int
    copied: int


def make_backup(store: Store, target: Path) -> BackedUp:
    """Copy everything that is kept now into a folder, where only what is new is copied, or into one new .zip file.

    Verified before it says done. Raises BackupRefused for a place inside a data folder and for a file that is
    there, StorageFull, and BackupBent where a file of the studio itself is missing or damaged: then there is none.
    """
    check_place(store.folder, target)
    make = _make_file if is_backup_file(target) else _make_snapshot
    for _ in range(MOST_TRIES - 1):
        try:
            return make(store, target)
        except BytesMissing as error:
            if _is_known(store, error.sha256):
                raise
        # it was deleted for good since the database was copied: from the beginning, with the database as it is now
    return make(store, target)


def check_place(data: Path, target: Path) -> None:
    """Raise BackupRefused for a place of backups that lies in the data folder, or is that of another studio: files that
    no backup needs any more are removed from it."""
    if target.resolve().is_relative_to(data.resolve()):
        raise BackupRefused
    if (target / DATABASE_NAME).exists() or (target / OBJECTS_NAME / MARKER_NAME).exists():
        raise BackupRefused("That is the data folder of a studio. Choose a folder of its own for backups.")


def _is_known(store: Store, sha256: str) -> bool:
    with store.read() as look:
        return (
            look.connection.scalar(select(BlobRecord.sha256).where(BlobRecord.sha256 == sha256)) is not None
        )


def restore_backup(source: Path, target: Path) -> int:
    """Make a data folder of a backup file, of a folder's newest snapshot or of the snapshot that is named, compared
    before it gets its name; how many files it has.

    Raises BackupRefused for a target that is not empty, BackupBent for a backup that is none or is damaged: nothing
    was changed then.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupRefused("The folder to restore into is not empty. Choose a new one.")
    with names_full_disk():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(UNFINISHED, f"{target.name}.", target.parent))
        try:
            (new / OBJECTS_NAME).mkdir(mode=0o700)
            blobs = _fill(source, new)
            if not _is_whole(new, blobs):
                raise BackupBent
            if target.exists():
                target.rmdir()
            new.rename(target)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        sync_folder(target.parent)
    return len(blobs)


def _make_file(store: Store, file: Path) -> BackedUp:
    if file.exists():
        raise BackupRefused("There is a file of that name already. Choose another name.")
    with names_full_disk():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = copy_database_beside(store.folder / DATABASE_NAME, file)
        try:
            blobs = _read_blobs(database)
            if not _is_sound(database):
                raise BackupBent("The database of the studio is damaged: run python app.py fsck.")
            own = read_own(store.folder)
            content = describe(database, blobs) | {OWN_NAME: hash_own(own)}
            write_backup_file(database, store.objects, blobs, file, content, own)
        finally:
            database.unlink(missing_ok=True)
    return BackedUp(snapshot=file, files=len(blobs), copied=len(blobs))


def _make_snapshot(store: Store, folder: Path) -> BackedUp:
    name = name_snapshot(datetime.now(UTC))
    snapshot = folder / SNAPSHOTS_NAME / f"{name}{UNFINISHED}"
    with names_full_disk():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (folder / OBJECTS_NAME, folder / SNAPSHOTS_NAME):
            part.mkdir(mode=0o700, exist_ok=True)
        snapshot.mkdir(mode=0o700)
        try:
            back_up(store.folder / DATABASE_NAME, snapshot / DATABASE_NAME)
            blobs = _read_blobs(snapshot / DATABASE_NAME)
            copied = sum(
                _copy(store.objects.path(blob.sha256), _place(folder, blob.sha256), blob) for blob in blobs
            )
            own = read_own(store.folder)
            (snapshot / OWN_NAME).mkdir(mode=0o700)
            write_own(snapshot / OWN_NAME, own)
            content = describe(snapshot / DATABASE_NAME, blobs) | {OWN_NAME: hash_own(own)}
            with open(snapshot / LIST_NAME, "xb", opener=open_private) as file:
                file.write(json.dumps(content).encode())
                sync_file(file)
            sync_folder(snapshot)
            _verify(folder, snapshot)
            final = snapshot.with_name(name)
            snapshot.rename(final)
        finally:
            shutil.rmtree(snapshot, ignore_errors=True)
        sync_folder(final.parent)
    return BackedUp(snapshot=final, files=len(blobs), copied=copied)


def _fill(source: Path, new: Path) -> list[Blob]:
    """Copy a backup into a folder that is laid out as a data folder. Raises BackupBent."""
    if source.is_file():
        return unpack_file(source, new)
    folder, snapshot = find_snapshot(source)
    blobs = _verify(folder, snapshot)
    for blob in blobs:
        _copy(_place(folder, blob.sha256), _place(new, blob.sha256), blob)
    _copy_file(snapshot / DATABASE_NAME, new / DATABASE_NAME)
    write_own(new, _read_own(snapshot))
    return blobs


def _verify(folder: Path, snapshot: Path) -> list[Blob]:
    """Read back and compare all that a snapshot speaks of. Raises BackupBent."""
    try:
        content = json.loads((snapshot / LIST_NAME).read_bytes())
        blobs = [Blob(**one) for one in content["files"]]
        whole = hash_file(snapshot / DATABASE_NAME) == content["database"]
        whole = whole and _is_sound(snapshot / DATABASE_NAME)
        whole = whole and set(blobs) == set(_read_blobs(snapshot / DATABASE_NAME))
        _read_own(snapshot)
        for blob in blobs:
            whole = whole and hash_file(_place(folder, blob.sha256)) == blob.sha256
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error) as error:
        raise BackupBent from error
    if not whole:
        raise BackupBent
    return blobs


def _read_own(snapshot: Path) -> OwnFiles:
    """What a person wrote by hand, compared; nothing in a backup of before it was carried along. Raises BackupBent."""
    said = json.loads((snapshot / LIST_NAME).read_bytes()).get(OWN_NAME, {})
    return check_own(said, lambda name: (snapshot / OWN_NAME / name).read_bytes())


def _is_whole(new: Path, blobs: list[Blob]) -> bool:
    """Whether a folder holds what its database speaks of, and just as the backup said."""
    try:
        return (
            _is_sound(new / DATABASE_NAME)
            and set(blobs) == set(_read_blobs(new / DATABASE_NAME))
            and all(hash_file(_place(new, blob.sha256)) == blob.sha256 for blob in blobs)
        )
    except sqlite3.Error:
        return False


def _is_sound(database: Path) -> bool:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]


def _read_blobs(database: Path) -> list[Blob]:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        rows: Iterable[tuple[str, int]] = connection.execute("SELECT sha256, size FROM blobs ORDER BY sha256")
        return [Blob(sha256=sha256, size=size) for sha256, size in rows]


def _place(folder: Path, sha256: str) -> Path:
    return FolderObjects(folder / OBJECTS_NAME).path(sha256)


def _copy(source: Path, target: Path, blob: Blob) -> bool:
    """Copy a file unless it is there whole; whether it was copied. Raises BackupBent for one that is not its own."""
    if target.exists() and target.stat().st_size == blob.size and hash_file(target) == blob.sha256:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _copy_file(source, target)
    except FileNotFoundError as error:
        raise BytesMissing(blob.sha256) from error
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
