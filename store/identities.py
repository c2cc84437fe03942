"""Identities: by which a person is known to a sign-in service of their house."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert, select

from store.database import Database, ReadTransaction, Transaction
from store.ids import new_id
from store.people_records import IdentityRecord


class IdentityTable:
    """The rows of identities."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, transaction: Transaction, owner: str, *, issuer: str, subject: str) -> None:
        """Know a person by it. That nobody is known by it yet is for the caller to see, in the same transaction."""
        values = {"id": new_id(), "owner": owner, "issuer": issuer, "subject": subject}
        transaction.connection.execute(insert(IdentityRecord).values(values | {"created_at": self._clock()}))

    def find_owner(
        self, issuer: str, subject: str, *, transaction: ReadTransaction | None = None
    ) -> str | None:
        """The id of the person; None where nobody is known by it."""
        mine = (IdentityRecord.issuer == issuer, IdentityRecord.subject == subject)
        with self._database.read(transaction) as look:
            return look.connection.scalar(select(IdentityRecord.owner).where(*mine))
