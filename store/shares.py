"""Share links: which generation each shows, until when, and how often its pictures were fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from store.database import Database, ReadTransaction, Transaction
from store.errors import RowMissing
from store.ids import new_id
from store.outgoing_records import ShareRecord
from store.owned import require
from store.records import GenerationRecord
from store.rows import columns_of, to_row, to_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """A share link."""

    id: str
    owner: str
    generation_id: str
    downloads: int
    created_at: datetime
    expires_at: datetime


class ShareTable:
    """The rows of share links."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, transaction: Transaction, owner: str, generation_id: str, *, expires_at: datetime
    ) -> ShareRow:
        """Let a generation be seen until then. Raises RowMissing."""
        require(transaction, GenerationRecord, owner, generation_id)
        values: dict[str, Any] = {
            "id": new_id(),
            "owner": owner,
            "generation_id": generation_id,
            "downloads": 0,
        }
        values |= {"created_at": self._clock(), "expires_at": expires_at}
        transaction.connection.execute(insert(ShareRecord).values(values))
        return ShareRow(**values)

    def list_valid(self, owner: str, generation_id: str) -> Sequence[ShareRow]:
        """The links of a generation that still show it, newest first. Raises RowMissing."""
        mine = (ShareRecord.generation_id == generation_id, ShareRecord.owner == owner)
        wanted = select(*_COLUMNS).where(*mine, ShareRecord.expires_at > self._clock())
        with self._database.read() as look:
            require(look, GenerationRecord, owner, generation_id)
            return to_rows(ShareRow, look.connection.execute(wanted.order_by(ShareRecord.id.desc())))

    def find_shown(self, share_id: str) -> ShareRow:
        """A link that shows something now, whoever asks: its id was in a signed address. Raises RowMissing."""
        shown = (
            select(*_COLUMNS)
            .join(GenerationRecord, GenerationRecord.id == ShareRecord.generation_id)
            .where(ShareRecord.id == share_id, ShareRecord.expires_at > self._clock())
            .where(GenerationRecord.deleted_at.is_(None), GenerationRecord.owner == ShareRecord.owner)
        )
        with self._database.read() as look:
            found = look.connection.execute(shown).first()
        if found is None:
            raise RowMissing
        return to_row(ShareRow, found)

    def count_download(self, share_id: str) -> None:
        """One more picture was fetched."""
        more = update(ShareRecord).where(ShareRecord.id == share_id)
        with self._database.begin() as transaction:
            transaction.connection.execute(more.values(downloads=ShareRecord.downloads + 1))

    def revoke(self, transaction: Transaction, owner: str, generation_id: str) -> int:
        """Let none of a generation's links show it any more; how many there were. Raises RowMissing."""
        require(transaction, GenerationRecord, owner, generation_id)
        return revoke_shares(transaction, owner, generation_id)

    def purge(self) -> int:
        """Remove what has expired; how many."""
        with self._database.begin() as transaction:
            gone = delete(ShareRecord).where(ShareRecord.expires_at <= self._clock())
            return len(transaction.connection.scalars(gone.returning(ShareRecord.id)).all())


def revoke_shares(transaction: ReadTransaction, owner: str, generation_id: str) -> int:
    """Remove the links of a generation, in the transaction that puts it into the trash; how many."""
    mine = (ShareRecord.generation_id == generation_id, ShareRecord.owner == owner)
    gone = delete(ShareRecord).where(*mine).returning(ShareRecord.id)
    return len(transaction.connection.scalars(gone).all())


_COLUMNS = columns_of(ShareRecord, ShareRow)
