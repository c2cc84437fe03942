"""The one way to a row of a person's data: by owner and id. A foreign id and a missing one are the same RowMissing.

What is shared with the owner is found and changed by the same ways (`store.access`), and nothing else of others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, select, update

from store.access import allowed, refuse
from store.database import ReadTransaction, Transaction
from store.errors import BadCursor, RowMissing
from store.ids import is_id
from store.records import (
    AvatarRecord,
    DocumentRecord,
    FileRecord,
    GenerationRecord,
    PhotoRecord,
    PoseRecord,
    ProjectRecord,
)
from store.rows import columns_of, to_row, to_rows

RowType = TypeVar("RowType")
Trashable = (
    type[PhotoRecord]
    | type[AvatarRecord]
    | type[GenerationRecord]
    | type[PoseRecord]
    | type[ProjectRecord]
    | type[DocumentRecord]
)


def require(
    transaction: ReadTransaction, record: Trashable | type[FileRecord], owner: str, row_id: str
) -> None:
    """Raise RowMissing unless the owner has that row, not deleted; NotOwner where they only see it."""
    wanted = select(record.id).where(record.id == row_id, record.owner == owner, record.deleted_at.is_(None))
    if transaction.connection.scalar(wanted) is None:
        raise refuse(transaction, record, owner, row_id)


def require_writable(transaction: ReadTransaction, record: Trashable, owner: str, row_id: str) -> None:
    """Raise RowMissing unless the owner may put something into that project, or order from that avatar;
    NotOwner where they only see it."""
    wanted = select(record.id).where(record.id == row_id, record.deleted_at.is_(None))
    if transaction.connection.scalar(wanted.where(allowed(record, owner, write=True))) is None:
        raise refuse(transaction, record, owner, row_id)


def fetch(
    transaction: ReadTransaction, record: Trashable, row_type: type[RowType], owner: str, row_id: str
) -> RowType:
    """One row that is not deleted: the owner's, or one that is shared with them. Raises RowMissing."""
    wanted = select(*columns_of(record, row_type)).where(record.id == row_id, allowed(record, owner))
    found = transaction.connection.execute(wanted.where(record.deleted_at.is_(None))).first()
    if found is None:
        raise RowMissing
    return to_row(row_type, found)


def fetch_newest(
    transaction: ReadTransaction, record: Trashable, row_type: type[RowType], owner: str, limit: int
) -> list[RowType]:
    """The newest rows that are not deleted, newest first."""
    wanted = select(*columns_of(record, row_type)).where(record.owner == owner, record.deleted_at.is_(None))
    return to_rows(row_type, transaction.connection.execute(wanted.order_by(record.id.desc()).limit(limit)))


def fetch_page(
    look: ReadTransaction,
    record: Trashable,
    row_type: type[RowType],
    whose: ColumnElement[bool],
    cursor: str | None,
    limit: int,
    *filters: ColumnElement[bool],
) -> tuple[list[RowType], str | None]:
    """The next `limit` rows after the cursor that are not deleted, newest first, and the next cursor. `whose` names
    an owner, or what such a one may see.

    Raises BadCursor.
    """
    if cursor is not None and not is_id(cursor):
        raise BadCursor
    wanted = select(*columns_of(record, row_type)).where(whose, record.deleted_at.is_(None), *filters)
    if cursor is not None:
        wanted = wanted.where(record.id < cursor)
    found = look.connection.execute(wanted.order_by(record.id.desc()).limit(limit + 1)).all()
    rows = to_rows(row_type, found[:limit])
    return rows, found[limit - 1].id if len(found) > limit else None


def change(
    transaction: Transaction, record: Trashable, owner: str, row_id: str, values: dict[str, Any]
) -> str:
    """Change one row that is not deleted: the owner's, or one that is shared with them for writing. Whose it is.

    Raises RowMissing, and NotOwner where they only see it.
    """
    mine = update(record).where(record.id == row_id, record.deleted_at.is_(None))
    changed = mine.where(allowed(record, owner, write=True)).values(values).returning(record.owner)
    return _expect_one(transaction, changed, record, owner, row_id)


def put_in_trash(transaction: Transaction, record: Trashable, owner: str, row_id: str, at: datetime) -> None:
    """Delete softly. Raises RowMissing, and NotOwner for what is shared with the owner."""
    mine = update(record).where(record.id == row_id, record.owner == owner, record.deleted_at.is_(None))
    deleted = mine.values(deleted_at=at).returning(record.owner)
    _expect_one(transaction, deleted, record, owner, row_id)


def take_from_trash(transaction: Transaction, record: Trashable, owner: str, row_id: str) -> None:
    """Undo a soft delete; nothing happens to a row that is not deleted. Raises RowMissing, NotOwner."""
    mine = update(record).where(record.id == row_id, record.owner == owner)
    restored = mine.values(deleted_at=None).returning(record.owner)
    _expect_one(transaction, restored, record, owner, row_id)


def find_in_trash(
    transaction: ReadTransaction, record: Trashable, deleted_before: datetime
) -> list[tuple[str, str]]:
    """Owner and id of what was deleted softly so long ago."""
    old = select(record.owner, record.id).where(record.deleted_at < deleted_before)
    return [(row.owner, row.id) for row in transaction.connection.execute(old)]


def remove_row(transaction: Transaction, record: Trashable, owner: str, row_id: str) -> None:
    """Delete one row for good, from the trash too. Raises RowMissing, and NotOwner for what is shared."""
    mine = delete(record).where(record.id == row_id, record.owner == owner)
    _expect_one(transaction, mine.returning(record.owner), record, owner, row_id)


def _expect_one(transaction: Transaction, statement: Any, record: Trashable, owner: str, row_id: str) -> str:
    """The answer of a statement that has to find one row."""
    found: str | None = transaction.connection.scalar(statement)
    if found is None:
        raise refuse(transaction, record, owner, row_id)
    return found
