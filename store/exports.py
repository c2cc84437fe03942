"""What concerns exports in the database: which generations one may hold, how one is forgotten, whose file is whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, union

from store.access import allowed
from store.database import ReadTransaction, Transaction
from store.errors import RowMissing
from store.people_records import PersonRecord
from store.records import OPEN_STATES, GenerationRecord, JobRecord, ProjectRecord
from store.sharing_records import MemberRecord

if TYPE_CHECKING:
    from store.files import FileTable

EXPORT = (
    "export"  # the kind of its job; the file that it made is held by nobody, and is collected after a day
)
OTHERS = "others"  # in its result: the owners of what is in it, besides its own
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


def forget_exports(
    transaction: Transaction, files: FileTable, owner: str, *, generation_id: str = "", avatar_id: str = ""
) -> None:
    """Remove the exports that hold, or may hold, a generation of the owner's, or else anything of theirs, for good and
    with their files: the owner's own, and those that others made of what the owner shares or put into their project.

    One that is being made is given up: its worker notices.
    """
    is_export, own = JobRecord.kind == EXPORT, JobRecord.owner == owner
    held = [and_(own, _may_hold(generation_id)) if generation_id else own]
    other = JobRecord.owner.in_(select(PersonRecord.id).where(PersonRecord.id != owner))
    held.append(and_(other, _holds_of(owner, generation_id)))
    held.append(and_(other, JobRecord.state.in_(OPEN_STATES), _may_find(owner, generation_id, avatar_id)))
    for which in held:
        gone = delete(JobRecord).where(is_export, which).returning(JobRecord.owner, JobRecord.result)
        for whose, result in transaction.connection.execute(gone).all():
            files.erase_unheld(transaction, whose, [result["file_id"]] if "file_id" in result else [])


def _may_hold(generation_id: str) -> ColumnElement[bool]:
    """An export that names it, or that was ordered by a search: that one may hold anything."""
    return or_(
        func.coalesce(func.json_type(JobRecord.payload, "$.ids"), "null") == "null", _names(generation_id)
    )


def _names(generation_id: str) -> ColumnElement[bool]:
    named = func.json_each(JobRecord.payload, "$.ids").table_valued("value", joins_implicitly=True)
    return select(named.c.value).where(named.c.value == generation_id).exists()


def _holds_of(owner: str, generation_id: str) -> ColumnElement[bool]:
    """A finished export of somebody else that has something of the owner in it; of one generation, where it may be
    that."""
    whose = func.json_each(JobRecord.result, f"$.{OTHERS}").table_valued("value", joins_implicitly=True)
    holds = select(whose.c.value).where(whose.c.value == owner).exists()
    return and_(holds, _may_hold(generation_id)) if generation_id else holds


def _may_find(owner: str, generation_id: str, avatar_id: str) -> ColumnElement[bool]:
    """An export at work of somebody else that may come upon it: it names it, or looks through a project of the owner's,
    or that is shared with them."""
    together = union(
        select(ProjectRecord.id).where(ProjectRecord.owner == owner),
        select(MemberRecord.project_id).where(MemberRecord.person_id == owner),
    )
    searched = JobRecord.payload["search"]["facets"]["project"].as_string()
    sent_out = JobRecord.payload["avatar_file"]["avatar_id"].as_string()
    return or_(searched.in_(together), sent_out == avatar_id, _names(generation_id))


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
