"""The trash of one owner: what lies in it, and emptying it for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from store.database import ReadTransaction, Transaction
from store.owned import Trashable, find_in_trash
from store.records import (
    OPEN_STATES,
    AvatarRecord,
    DocumentRecord,
    GenerationRecord,
    PhotoRecord,
    PoseRecord,
    ProjectRecord,
)

if TYPE_CHECKING:
    from store.store import Store

BATCH = 32  # things deleted in one transaction: it has to fit into the reserve

TRASHABLE: dict[str, Trashable] = {
    "generation": GenerationRecord,
    "avatar": AvatarRecord,
    "photo": PhotoRecord,
    "pose": PoseRecord,
    "project": ProjectRecord,
    "document": DocumentRecord,
}


def count_trash(store: Store, owner: str) -> dict[str, int]:
    """How many of each kind lie in the owner's trash."""
    with store.read() as look:
        return {
            kind: look.connection.scalars(
                select(func.count(record.id)).where(record.owner == owner, record.deleted_at.is_not(None))
            ).one()
            for kind, record in TRASHABLE.items()
        }


def empty_trash(store: Store, owner: str) -> int:
    """Delete for good what lies in the owner's trash and is not in work, in small transactions; how many things.

    On a full disk the reserve is given up for it. Raises StorageFull where that is not enough: what was deleted until
    then is gone.
    """
    purges: dict[str, Callable[[Transaction, str, str], None]] = {
        "generation": store.generations.purge_now,
        "avatar": store.avatars.purge_now,
        "photo": store.photos.purge_now,
        "pose": store.poses.purge_now,
        "project": store.projects.purge_now,
        "document": store.documents.purge_now,
    }
    return sum(_empty(store, owner, kind, purge) for kind, purge in purges.items())


def _empty(store: Store, owner: str, kind: str, purge: Callable[[Transaction, str, str], None]) -> int:
    def purge_batch() -> int:
        with store.begin() as transaction:
            ids = _find(store, transaction, owner, kind)[:BATCH]
            for row_id in ids:
                purge(transaction, owner, row_id)
        return len(ids)

    emptied = 0
    while gone := store.reserve.spend_on(purge_batch):
        emptied += gone
    return emptied


def _find(store: Store, look: ReadTransaction, owner: str, kind: str) -> list[str]:
    until = store.clock() + timedelta(days=1)  # what was deleted just now, by a clock that was put back too
    ids = [row_id for whose, row_id in find_in_trash(look, TRASHABLE[kind], until) if whose == owner]
    if kind == "generation":
        is_open = select(GenerationRecord.id).where(GenerationRecord.state.in_(OPEN_STATES))
        open_ids = set(look.connection.scalars(is_open))
        return [one for one in ids if one not in open_ids]
    return ids
