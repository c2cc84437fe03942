"""Tiers: named sets of limits, of which a person's row names one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select, update

from store.database import Database, ReadTransaction, Transaction
from store.people_records import PersonRecord
from store.rows import columns_of, to_rows
from store.sharing_records import TierRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """What a person may do at once, in a day, and keep (None: no limit), how many turns they get, their allowance."""

    name: str
    running: int | None = None
    queued: int | None = None
    per_day: int | None = None
    storage_mb: int | None = None
    priority: int = 1
    monthly_credits: int = 0


class TierTable:
    """The rows of tiers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, transaction: Transaction, tier: TierRow) -> None:
        """Make a tier, or change the one of that name."""
        values = asdict(tier)
        transaction.insert_or_ignore(TierRecord, **values)
        transaction.connection.execute(update(TierRecord).where(TierRecord.name == tier.name).values(values))

    def list_all(self, *, transaction: ReadTransaction | None = None) -> Sequence[TierRow]:
        """All of them, by name."""
        wanted = select(*columns_of(TierRecord, TierRow)).order_by(TierRecord.name)
        with self._database.read(transaction) as look:
            return to_rows(TierRow, look.connection.execute(wanted))

    def find(self, owner: str, *, transaction: ReadTransaction | None = None) -> TierRow | None:
        """The tier of a person; None for who has none, or one that is not there."""
        mine = select(*columns_of(TierRecord, TierRow)).join(
            PersonRecord, PersonRecord.tier == TierRecord.name
        )
        with self._database.read(transaction) as look:
            found = to_rows(TierRow, look.connection.execute(mine.where(PersonRecord.id == owner)))
        return found[0] if found else None
