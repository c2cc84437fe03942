"""Take in what the files tell of and the database does not know: a library rebuilt from its manifests."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, select, update

from store.database import DATABASE_NAME, Transaction
from store.disk import hash_file
from store.holders import AVATAR, PHOTO, PICTURE, THUMBNAIL
from store.manifests import ADDED, DOCUMENT, GENERATION, POSE, PROJECT, RECORDS, manifest_name
from store.objects_folder import OBJECTS_NAME, FolderObjects
from store.records import (
    AvatarRecord,
    BlobRecord,
    FileRecord,
    FileUseRecord,
    GenerationRecord,
    PhotoRecord,
    PictureRecord,
    ProjectRecord,
)
from store.repair import JOB_LOST, JOB_LOST_CODE
from store.soundness import find_damage
from store.store import Store

IN_ORDER = (PROJECT, PHOTO, AVATAR, POSE, DOCUMENT, GENERATION, PICTURE)  # each may refer to those before it
UNREADABLE = "unreadable"

log = logging.getLogger(__name__)


class CannotAdopt(Exception):
    """What a manifest tells of is not whole."""


def adopt_files(store: Store) -> Counter[str]:
    """Add the rows that manifests tell of and that are not there; how many of each kind, and how many cannot be.

    Bytes are compared with their hash before a row speaks of them. What is there already is left as it is.
    """
    adopted: Counter[str] = Counter()
    generations = []
    for kind in IN_ORDER:
        for path in find_unknown(store, kind):
            try:
                with store.begin() as transaction:
                    row = _adopt(store, transaction, kind, path)
            except (OSError, ValueError, KeyError, TypeError, AttributeError, CannotAdopt) as error:
                log.warning("%s cannot be taken in: %s", path.name, error)
                adopted[UNREADABLE] += 1
            else:
                adopted[kind] += 1
                if kind == GENERATION:
                    generations.append(row["id"])
    for generation_id in generations:
        _end_generation(store, generation_id)
    if generations:
        store.rebuild_search()  # puts them where they belong by their time
    store.mark()
    return adopted


def find_unknown(store: Store, kind: str) -> list[Path]:
    """The manifests of this kind whose rows are not there, oldest first."""
    record = RECORDS[kind]
    with store.read() as look:
        known = set(look.connection.scalars(select(record.id)))
    found = [path for path in store.objects.manifests() if path.name.startswith(f"{kind}-")]
    return sorted(path for path in found if path.stem.removeprefix(f"{kind}-") not in known)


def count_unknown(folder: Path) -> Counter[str]:
    """How many of each kind `adopt_files` would take in, as far as the names tell. Changes nothing.

    A database that is gone or damaged knows nothing: everything would be.
    """
    database, objects = folder / DATABASE_NAME, FolderObjects(folder / OBJECTS_NAME)
    known: set[str] = set()
    if database.exists() and not find_damage(database):
        with closing(sqlite3.connect(database)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            for kind, record in RECORDS.items():
                table = record.__tablename__
                if table in tables:
                    rows = connection.execute(f"SELECT id FROM {table}")
                    known.update(manifest_name(kind, row[0]) for row in rows)
    names = [path.name for path in objects.manifests()]
    return Counter(name.partition("-")[0] for name in names if name not in known)


def _adopt(store: Store, transaction: Transaction, kind: str, path: Path) -> dict[str, Any]:
    manifest = json.loads(path.read_bytes())
    table, said = RECORDS[kind].__table__, ADDED | manifest["row"]
    row = {
        column.name: _from_json(column.type, said[column.name])
        for column in table.columns
        if column.name != "requests"
    }
    files = {file["role"]: _adopt_file(store, transaction, row["owner"], file) for file in manifest["files"]}
    _refer(transaction, kind, row, files)
    if kind == GENERATION:
        row |= {"requests": [], "state": "failed", "error_code": JOB_LOST_CODE, "error": JOB_LOST}
    transaction.connection.execute(table.insert().values(row))
    for role, file_id in files.items():
        if file_id is not None:
            use = {"file_id": file_id, "holder_kind": kind, "holder_id": row["id"], "role": role}
            transaction.insert_or_ignore(FileUseRecord, **use, owner=row["owner"])
    return row


def _adopt_file(store: Store, transaction: Transaction, owner: str, file: dict[str, Any]) -> str | None:
    """The file's id, where its bytes are there and whole."""
    path = store.objects.path(str(file["sha256"]))
    if not store.objects.is_object(path) or not path.is_file() or hash_file(path) != file["sha256"]:
        return None
    now = store.clock()
    transaction.insert_or_ignore(BlobRecord, sha256=file["sha256"], size=path.stat().st_size, created_at=now)
    row = {"id": file["id"], "owner": owner, "sha256": file["sha256"], "media_type": file["media_type"]}
    transaction.insert_or_ignore(FileRecord, **row, created_at=now)
    same = (FileRecord.owner == owner, FileRecord.sha256 == file["sha256"])
    return transaction.connection.scalar(select(FileRecord.id).where(*same))


def _refer(transaction: Transaction, kind: str, row: dict[str, Any], files: dict[str, str | None]) -> None:
    """Let the row refer to what is there. Raises CannotAdopt where it is nothing without what is lost."""
    if kind in (PHOTO, PICTURE):
        if files.get("image") is None:
            raise CannotAdopt("its bytes are missing or damaged")
        files[THUMBNAIL] = files.get(THUMBNAIL) or files["image"]
        row |= {"file_id": files["image"], "thumbnail_id": files[THUMBNAIL]}
    if kind in (AVATAR, GENERATION):
        row["project_id"] = _known(transaction, ProjectRecord, row["project_id"])
    if kind == AVATAR:
        row["thumbnail_id"] = files.get(THUMBNAIL)
        row["photo_id"] = _known(transaction, PhotoRecord, row["photo_id"])
    if kind == GENERATION:
        row["avatar_id"] = _known(transaction, AvatarRecord, row["avatar_id"])
    if kind == PICTURE and _known(transaction, GenerationRecord, row["generation_id"]) is None:
        raise CannotAdopt("its order is lost")


def _known(transaction: Transaction, record: Any, row_id: str | None) -> str | None:
    found: str | None = transaction.connection.scalar(select(record.id).where(record.id == row_id))
    return found


def _end_generation(store: Store, generation_id: str) -> None:
    """An order whose pictures came back has succeeded; its work itself is over in any case."""
    has_picture = select(PictureRecord.id).where(PictureRecord.generation_id == generation_id).exists()
    change = update(GenerationRecord).where(GenerationRecord.id == generation_id, has_picture)
    with store.begin() as transaction:
        transaction.connection.execute(change.values(state="succeeded", error_code="", error=""))


def _from_json(kind: Any, value: Any) -> Any:
    is_time = isinstance(getattr(kind, "impl", kind), DateTime)
    return datetime.fromisoformat(value) if is_time and value is not None else value
