"""A backup as one file: a ZIP with the database, the list and the files, made at once, read back, and then named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import IO

from store.database import DATABASE_NAME
from store.disk import CHUNK_BYTES, hash_file, names_full_disk, open_private, sync_file, sync_folder
from store.errors import BackupBent, BackupRefused, BytesMissing
from store.migrate import back_up
from store.objects import Blob
from store.objects_folder import OBJECTS_NAME, FolderObjects
from store.own_files import LARGEST, OWN_NAME, OwnFiles, check_own, write_own
from store.snapshots import LIST_NAME

FILE_SUFFIX = ".zip"
LONGEST_LIST = 500_000_000  # bytes


def is_backup_file(path: Path) -> bool:
    """Whether a backup of that name is one file."""
    return path.suffix.lower() == FILE_SUFFIX and not path.is_dir()


def write_backup_file(
    database: Path,
    objects: FolderObjects,
    blobs: list[Blob],
    file: Path,
    content: dict[str, object],
    own: OwnFiles,
) -> None:
    """Write a ZIP of what `content` lists. Raises BackupBent where a file of the studio is missing or damaged."""
    new = file.with_name(f"{file.name}.part")
    try:
        with names_full_disk(), open(new, "xb", opener=open_private) as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                archive.write(database, DATABASE_NAME)
                archive.writestr(LIST_NAME, json.dumps(content))
                for name, data in own.items():
                    archive.writestr(f"{OWN_NAME}/{name}", data)
                for blob in blobs:
                    _write_blob(archive, objects.path(blob.sha256), blob)
            sync_file(raw)
        with zipfile.ZipFile(new) as archive:
            verify_file(archive)
        if file.exists():
            raise BackupRefused("There is a file of that name already. Choose another name.")
        new.rename(file)
        sync_folder(file.parent)
    finally:
        new.unlink(missing_ok=True)


def _write_blob(archive: zipfile.ZipFile, path: Path, blob: Blob) -> None:
    try:
        if hash_file(path) != blob.sha256:
            raise BackupBent("A file of the studio is damaged: run python app.py fsck, then back up again.")
        archive.write(path, _member(blob.sha256))
    except FileNotFoundError as error:
        raise BytesMissing(blob.sha256) from error


def read_list(archive: zipfile.ZipFile) -> tuple[str, list[Blob], OwnFiles]:
    """The database's hash, the files that the backup speaks of, and what a person wrote by hand. Raises BackupBent,
    ValueError, KeyError, TypeError."""
    if archive.getinfo(LIST_NAME).file_size > LONGEST_LIST:
        raise BackupBent
    content = json.loads(archive.read(LIST_NAME))
    blobs = [Blob(sha256=str(one["sha256"]), size=int(one["size"])) for one in content["files"]]
    own = check_own(content.get(OWN_NAME, {}), lambda name: _read_small(archive, f"{OWN_NAME}/{name}"))
    return str(content["database"]), blobs, own


def _read_small(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST:
        raise BackupBent
    return archive.read(name)


def verify_file(archive: zipfile.ZipFile) -> tuple[list[Blob], OwnFiles]:
    """Read back every byte and compare. Raises BackupBent."""
    try:
        database, blobs, own = read_list(archive)
        whole = _hash_member(archive, DATABASE_NAME) == database
        whole = whole and all(_hash_member(archive, _member(blob.sha256)) == blob.sha256 for blob in blobs)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise BackupBent from error
    if not whole:
        raise BackupBent
    return blobs, own


def unpack_file(file: Path, new: Path) -> list[Blob]:
    """Write what a backup file holds into a folder laid out as a data folder's. Only what was compared before is
    written, and only under names that we make. Raises BackupBent."""
    try:
        with zipfile.ZipFile(file) as archive:
            blobs, own = verify_file(archive)
            write_own(new, own)
            _copy_member(archive, DATABASE_NAME, new / DATABASE_NAME)
            for blob in blobs:
                _copy_member(
                    archive, _member(blob.sha256), FolderObjects(new / OBJECTS_NAME).path(blob.sha256)
                )
    except zipfile.BadZipFile as error:
        raise BackupBent from error
    return blobs


def describe(database: Path, blobs: list[Blob]) -> dict[str, object]:
    """What a backup's list says."""
    return {"database": hash_file(database), "files": [asdict(blob) for blob in blobs]}


def copy_database_beside(database: Path, file: Path) -> Path:
    """The database as of now, beside the file that is to hold it."""
    copy = file.with_name(f"{file.name}.database.part")
    copy.unlink(missing_ok=True)
    back_up(database, copy)
    return copy


def _member(sha256: str) -> str:
    return f"{OBJECTS_NAME}/{sha256[:2]}/{sha256}"


def _hash_member(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as member:
        while chunk := member.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _copy_member(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with archive.open(name) as member, open(target, "xb", opener=open_private) as file:
        _copy_stream(member, file)


def _copy_stream(source: IO[bytes], target: IO[bytes]) -> None:
    shutil.copyfileobj(source, target, CHUNK_BYTES)
    target.flush()
    os.fsync(target.fileno())
