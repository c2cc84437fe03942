"""People: who has an account, with which role; and everything of one person given to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from store.database import Database, ReadTransaction, Transaction
from store.errors import RowMissing
from store.ids import new_id
from store.people_records import PersonRecord
from store.rows import columns_of, to_row, to_rows

ACTIVE, LOCKED = "active", "locked"
FIRST_TIER = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody who has an account."""

    id: str
    name: str
    password_hash: str
    role: str
    tier: str
    state: str
    profile: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class PeopleTable:
    """The rows of people."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, transaction: Transaction, *, name: str, name_key: str, password_hash: str, role: str
    ) -> PersonRow:
        """A new account. That nobody has the name is for the caller to see, in the same transaction."""
        now = self._clock()
        values: dict[str, Any] = {"id": new_id(), "name": name, "name_key": name_key, "role": role}
        values |= {"password_hash": password_hash, "tier": FIRST_TIER, "state": ACTIVE, "profile": {}}
        values |= {"created_at": now, "updated_at": now}
        transaction.connection.execute(insert(PersonRecord).values(values))
        return self.get(values["id"], transaction=transaction)

    def get(self, person_id: str, *, transaction: ReadTransaction | None = None) -> PersonRow:
        """One person. Raises RowMissing."""
        found = self._find(PersonRecord.id == person_id, transaction)
        if found is None:
            raise RowMissing
        return found

    def find(self, name_key: str, *, transaction: ReadTransaction | None = None) -> PersonRow | None:
        """Who has that name; None where nobody has."""
        return self._find(PersonRecord.name_key == name_key, transaction)

    def _find(self, where: Any, transaction: ReadTransaction | None) -> PersonRow | None:
        with self._database.read(transaction) as look:
            found = look.connection.execute(select(*_COLUMNS).where(where)).first()
        return None if found is None else to_row(PersonRow, found)

    def list_all(self) -> Sequence[PersonRow]:
        """Everybody, the first who came first."""
        with self._database.read() as look:
            return to_rows(PersonRow, look.connection.execute(select(*_COLUMNS).order_by(PersonRecord.id)))

    def count(self, role: str, *, transaction: ReadTransaction | None = None) -> int:
        """How many active people have a role."""
        wanted = select(func.count()).where(PersonRecord.role == role, PersonRecord.state == ACTIVE)
        with self._database.read(transaction) as look:
            return look.connection.scalar(wanted) or 0

    def change(self, transaction: Transaction, person_id: str, **values: Any) -> PersonRow:
        """Change what is given. Raises RowMissing."""
        mine = update(PersonRecord).where(PersonRecord.id == person_id)
        transaction.connection.execute(mine.values(**values, updated_at=self._clock()))
        return self.get(person_id, transaction=transaction)

    def remove(self, transaction: Transaction, person_id: str) -> None:
        """The account alone; what the person has is erased before: `store.erase`. Raises RowMissing."""
        gone = delete(PersonRecord).where(PersonRecord.id == person_id).returning(PersonRecord.id)
        if transaction.connection.scalar(gone) is None:
            raise RowMissing


_COLUMNS = columns_of(PersonRecord, PersonRow)
