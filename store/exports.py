"""What concerns exports in the database: which generations one may hold, and how one is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from store.database import ReadTransaction, Transaction
from store.errors import RowMissing
from store.records import GenerationRecord, JobRecord

if TYPE_CHECKING:
    from store.files import FileTable

EXPORT = (
    "export"  # the kind of its job; the file that it made is held by nobody, and is collected after a day
)
BATCH = 500


def require_generations(look: ReadTransaction, owner: str, ids: Sequence[str]) -> None:
    """Raise RowMissing unless the owner has all of these generations, none in the trash."""
    kept = (GenerationRecord.owner == owner, GenerationRecord.deleted_at.is_(None))
    found = 0
    for at in range(0, len(ids), BATCH):
        wanted = select(GenerationRecord.id).where(GenerationRecord.id.in_(ids[at : at + BATCH]), *kept)
        found += len(look.connection.scalars(wanted).all())
    if found < len(set(ids)):
        raise RowMissing


def forget_exports(transaction: Transaction, files: FileTable, owner: str, generation_id: str = "") -> None:
    """Remove the owner's exports that hold, or may hold, a generation, for good, with their files; without one, all.

    One that is being made is given up: its worker notices.
    """
    wanted = select(JobRecord.id, JobRecord.payload, JobRecord.result).where(
        JobRecord.owner == owner, JobRecord.kind == EXPORT
    )
    held = [
        row
        for row in transaction.connection.execute(wanted)
        if not generation_id or row.payload.get("ids") is None or generation_id in row.payload["ids"]
    ]
    if not held:
        return
    file_ids = [str(row.result["file_id"]) for row in held if "file_id" in row.result]
    files.erase_unheld(transaction, owner, file_ids)
    gone = delete(JobRecord).where(JobRecord.id.in_([row.id for row in held]))
    transaction.connection.execute(gone)
