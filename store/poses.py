"""Poses of people's own: found by the slug, which one owner has once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from store.database import Database, ReadTransaction, Transaction
from store.errors import RowMissing
from store.files import FileTable
from store.ids import new_id
from store.manifests import POSE
from store.owned import change, fetch, fetch_newest, find_in_trash, put_in_trash, remove_row, take_from_trash
from store.records import PoseRecord
from store.rows import PoseRow, columns_of, to_row

MOST_POSES = 5000  # of one owner


class PoseTable:
    """The rows of poses; they hold no files."""

    def __init__(self, database: Database, files: FileTable, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    def add(
        self,
        transaction: Transaction,
        owner: str,
        *,
        slug: str,
        template: Mapping[str, Any],
        credit: Mapping[str, Any],
    ) -> PoseRow:
        """Keep a pose. The slug has to be free (see `is_free`)."""
        pose_id, now = new_id(), self._clock()
        values = {
            "id": pose_id,
            "owner": owner,
            "slug": slug,
            "template": dict(template),
            "credit": dict(credit),
        }
        row = insert(PoseRecord).values(values | {"created_at": now, "updated_at": now})
        transaction.connection.execute(row)
        self._files.describe(transaction, POSE, pose_id)
        return self.get(owner, slug, transaction=transaction)

    def get(self, owner: str, slug: str, *, transaction: ReadTransaction | None = None) -> PoseRow:
        """One pose. Raises RowMissing."""
        wanted = select(*columns_of(PoseRecord, PoseRow)).where(
            PoseRecord.owner == owner, PoseRecord.slug == slug, PoseRecord.deleted_at.is_(None)
        )
        with self._database.read(transaction) as look:
            found = look.connection.execute(wanted).first()
        if found is None:
            raise RowMissing
        return to_row(PoseRow, found)

    def is_free(self, transaction: ReadTransaction, owner: str, slug: str) -> bool:
        """Whether the owner has no pose of that slug."""
        taken = select(PoseRecord.id).where(
            PoseRecord.owner == owner, PoseRecord.slug == slug, PoseRecord.deleted_at.is_(None)
        )
        return transaction.connection.scalar(taken) is None

    def list_recent(self, owner: str, *, limit: int = MOST_POSES) -> Sequence[PoseRow]:
        """The newest poses first."""
        with self._database.read() as transaction:
            return fetch_newest(transaction, PoseRecord, PoseRow, owner, limit)

    def update(
        self, transaction: Transaction, owner: str, pose_id: str, *, slug: str, template: Mapping[str, Any]
    ) -> PoseRow:
        """Change a pose; its slug stays, or has to be free. Raises RowMissing."""
        values = {"slug": slug, "template": dict(template), "updated_at": self._clock()}
        change(transaction, PoseRecord, owner, pose_id, values)
        self._files.describe(transaction, POSE, pose_id)
        return fetch(transaction, PoseRecord, PoseRow, owner, pose_id)

    def find_deleted(self, transaction: ReadTransaction, owner: str, slug: str) -> PoseRow:
        """The pose of that slug that went into the trash last. Raises RowMissing."""
        wanted = select(*columns_of(PoseRecord, PoseRow)).where(
            PoseRecord.owner == owner, PoseRecord.slug == slug, PoseRecord.deleted_at.is_not(None)
        )
        found = transaction.connection.execute(wanted.order_by(PoseRecord.deleted_at.desc()).limit(1)).first()
        if found is None:
            raise RowMissing
        return to_row(PoseRow, found)

    def delete(self, transaction: Transaction, owner: str, pose_id: str) -> None:
        """Delete softly. Raises RowMissing."""
        put_in_trash(transaction, PoseRecord, owner, pose_id, self._clock())
        self._files.describe(transaction, POSE, pose_id)

    def restore(self, transaction: Transaction, owner: str, pose_id: str) -> PoseRow:
        """Undo a delete. The slug has to be free. Raises RowMissing."""
        take_from_trash(transaction, PoseRecord, owner, pose_id)
        self._files.describe(transaction, POSE, pose_id)
        return fetch(transaction, PoseRecord, PoseRow, owner, pose_id)

    def purge_now(self, transaction: Transaction, owner: str, pose_id: str) -> None:
        """Delete for good, from the trash too. Raises RowMissing."""
        remove_row(transaction, PoseRecord, owner, pose_id)
        self._files.erase(transaction, POSE, pose_id)

    def purge(self, deleted_before: datetime) -> int:
        """Delete for good what was deleted so long ago; how many."""
        with self._database.begin() as transaction:
            gone = find_in_trash(transaction, PoseRecord, deleted_before)
            for owner, pose_id in gone:
                self.purge_now(transaction, owner, pose_id)
        return len(gone)
