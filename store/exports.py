"""What concerns exports in the database: which generations one may hold, how one is forgotten, whose file is whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from store.access import allowed
from store.database import ReadTransaction, Transaction
from store.errors import RowMissing
from store.records import OPEN_STATES, GenerationRecord, JobRecord

if TYPE_CHECKING:
    from store.files import FileTable

EXPORT = (
    "export"  # the kind of its job; the file that it made is held by nobody, and is collected after a day
)
IMPORT = "import"  # likewise; it takes the file that its job names, and lets go of it
BATCH = 500


def require_generations(look: ReadTransaction, owner: str, ids: Sequence[str]) -> None:
    """Raise RowMissing unless the owner may see all of these generations, none in the trash."""
    kept = (allowed(GenerationRecord, owner), GenerationRecord.deleted_at.is_(None))
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
    exports = (JobRecord.owner == owner, JobRecord.kind == EXPORT)
    held = select(JobRecord.id, JobRecord.result).where(*exports)
    if generation_id:
        held = held.where(_may_hold(generation_id))
    found = transaction.connection.execute(held).all()
    if not found:
        return
    file_ids = [str(row.result["file_id"]) for row in found if "file_id" in row.result]
    files.erase_unheld(transaction, owner, file_ids)
    gone = delete(JobRecord).where(JobRecord.id.in_([row.id for row in found]))
    transaction.connection.execute(gone)


def _may_hold(generation_id: str) -> ColumnElement[bool]:
    """An export that names it, or that was ordered by a search: that one may hold anything."""
    named = func.json_each(JobRecord.payload, "$.ids").table_valued("value", joins_implicitly=True)
    is_named = select(named.c.value).where(named.c.value == generation_id).exists()
    return or_(func.coalesce(func.json_type(JobRecord.payload, "$.ids"), "null") == "null", is_named)


def is_archive_wanted(look: ReadTransaction, owner: str, file_id: str, *, besides: str) -> bool:
    """Whether an export gave this file out, or an import waits for it, besides the job of that id: the same bytes are
    one file, however often they come."""
    given_out = and_(JobRecord.kind == EXPORT, JobRecord.result["file_id"].as_string() == file_id)
    waited_for = and_(
        JobRecord.kind == IMPORT,
        JobRecord.state.in_(OPEN_STATES),
        JobRecord.payload["file_id"].as_string() == file_id,
    )
    other = (JobRecord.owner == owner, JobRecord.id != besides, or_(given_out, waited_for))
    return look.connection.scalar(select(JobRecord.id).where(*other).limit(1)) is not None
