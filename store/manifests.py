"""Manifests: beside the files, for every photo, avatar, order and picture, a small file that says what it is.

They hold what the database holds of it (but the exact requests, which are made of the order again), so that a library
can be rebuilt from the files alone: `store.adopt`. Each is written before its row is committed. They are not synced
one by one: after a power cut the database is there, and what is missing is written again by maintenance.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from store.database import ReadTransaction
from store.holders import HOLDERS
from store.objects_folder import FolderObjects
from store.records import (
    BlobRecord,
    DocumentRecord,
    FileRecord,
    FileUseRecord,
    GenerationRecord,
    PoseRecord,
    ProjectRecord,
)

GENERATION, POSE, PROJECT, DOCUMENT = "generation", "pose", "project", "document"
RECORDS: dict[str, Any] = {
    **HOLDERS,
    GENERATION: GenerationRecord,
    POSE: PoseRecord,
    PROJECT: ProjectRecord,
    DOCUMENT: DocumentRecord,
}
VERSION = 1
# What manifests of before 0007, and of before 0009, do not say.
ADDED: dict[str, Any] = {"project_id": None, "favourite": False, "rating": None, "notes": "", "tags": []}
ADDED |= {"origin": {}, "versions": []}
LEFT_OUT = "requests"


def manifest_name(kind: str, row_id: str) -> str:
    """The name of the file."""
    return f"{kind}-{row_id}.json"


def write_manifest(transaction: ReadTransaction, objects: FolderObjects, kind: str, row_id: str) -> None:
    """Say what a row is, as this transaction sees it. The row must be there."""
    table = RECORDS[kind].__table__
    row = transaction.connection.execute(select(table).where(table.c.id == row_id)).mappings().one()
    said = {name: _as_json(value) for name, value in row.items() if name != LEFT_OUT}
    held = (
        select(FileUseRecord.role, FileRecord.id, FileRecord.sha256, FileRecord.media_type, BlobRecord.size)
        .join(FileRecord, FileRecord.id == FileUseRecord.file_id)
        .join(BlobRecord, BlobRecord.sha256 == FileRecord.sha256)
        .where(FileUseRecord.holder_kind == kind, FileUseRecord.holder_id == row_id)
    )
    files = [dict(one) for one in transaction.connection.execute(held).mappings()]
    manifest = {"version": VERSION, "kind": kind, "row": said, "files": files}
    objects.put_manifest(manifest_name(kind, row_id), json.dumps(manifest).encode())


def write_missing(transaction: ReadTransaction, objects: FolderObjects) -> int:
    """Write the manifests that are not there, such as those of before there were any; how many."""
    there = {path.name for path in objects.manifests()}
    written = 0
    for kind, record in RECORDS.items():
        for row_id in transaction.connection.scalars(select(record.id)).all():
            if manifest_name(kind, row_id) not in there:
                write_manifest(transaction, objects, kind, row_id)
                written += 1
    return written


def _as_json(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
