"""Credits: every movement is a row of the ledger that is never changed, and what it makes of an account beside it.

A movement takes from one part of a person's account and gives to another, under a key that is used once. An order's
price is reserved in the transaction that submits its job, and captured or released in the one that ends it: so a job
is charged once, and only where it succeeded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from store.database import Database, ReadTransaction, Transaction
from store.errors import BalanceTooLow, IdempotencyConflict
from store.faults import fault_point
from store.ids import new_id
from store.records import END_STATES
from store.rows import JobRow, columns_of, to_rows
from store.sharing_records import AccountRecord, LedgerRecord

PARTS = ("available", "held", "spent", "given")
# What each kind of movement takes from and gives to; an adjustment downwards goes the other way.
WAY = {
    "grant": ("given", "available"),
    "reserve": ("available", "held"),
    "capture": ("held", "spent"),
    "release": ("held", "available"),
    "adjust": ("given", "available"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """What a person can spend, what their open jobs hold, what they have spent, and (below zero) what they were
    given."""

    owner: str
    available: int = 0
    held: int = 0
    spent: int = 0
    given: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One movement."""

    id: str
    owner: str
    kind: str
    source: str
    target: str
    amount: int
    job_id: str | None
    cause: str
    key: str
    at: datetime

    @property
    def change(self) -> int:
        """What it made of what the person can spend: below zero where it was taken."""
        return {self.target: self.amount, self.source: -self.amount}.get("available", 0)


class Ledger:
    """The movements and accounts of everybody."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def grant(self, transaction: Transaction, owner: str, amount: int, *, cause: str, key: str) -> bool:
        """Give credits; False where that was done before under this key. Raises IdempotencyConflict."""
        return move(transaction, owner, "grant", amount, at=self._clock(), cause=cause, key=key)

    def adjust(self, transaction: Transaction, owner: str, amount: int, *, cause: str, key: str) -> bool:
        """Put right what was wrong, upwards or downwards; False where that was done before under this key.

        Raises BalanceTooLow where more would be taken than is there, IdempotencyConflict.
        """
        return move(transaction, owner, "adjust", amount, at=self._clock(), cause=cause, key=key)

    def look(self, owner: str, *, transaction: ReadTransaction | None = None) -> AccountRow:
        """A person's account; an empty one where nothing was ever moved."""
        wanted = select(*(getattr(AccountRecord, name) for name in PARTS)).where(AccountRecord.owner == owner)
        with self._database.read(transaction) as look:
            found = look.connection.execute(wanted).first()
        return AccountRow(owner=owner, **found._mapping) if found else AccountRow(owner=owner)

    def list_entries(
        self, owner: str, *, limit: int | None = None, before: str | None = None
    ) -> Sequence[LedgerRow]:
        """A person's movements, the newest first; those older than the one with the id `before`."""
        mine = select(*columns_of(LedgerRecord, LedgerRow)).where(LedgerRecord.owner == owner)
        if before is not None:
            mine = mine.where(LedgerRecord.id < before)
        with self._database.read() as look:
            found = look.connection.execute(mine.order_by(LedgerRecord.id.desc()).limit(limit))
            return to_rows(LedgerRow, found)

    def sum_spent(self, owner: str | None = None) -> int:
        """What was spent, of one person or of all."""
        wanted = select(func.coalesce(func.sum(AccountRecord.spent), 0))
        if owner is not None:
            wanted = wanted.where(AccountRecord.owner == owner)
        with self._database.read() as look:
            return look.connection.scalar(wanted) or 0

    def has_key(self, look: ReadTransaction, owner: str, key: str) -> bool:
        """Whether a movement was made under this key."""
        return _find(look, owner, key) is not None


def reserve(transaction: Transaction, owner: str, job_id: str, price: int, *, at: datetime) -> None:
    """Hold a job's price, in the transaction that submits it. Raises BalanceTooLow."""
    move(transaction, owner, "reserve", price, at=at, cause="order", key=f"reserve:{job_id}", job_id=job_id)
    fault_point("submit.reserved")


def settle(transaction: Transaction, job: JobRow) -> None:
    """Take or give back what a job that ends holds, in the transaction that ends it: nothing where nothing is held."""
    if job.state not in END_STATES:
        return
    held = _find(transaction, job.owner, f"reserve:{job.id}")
    if held is None:
        return
    kind = "capture" if job.state == "succeeded" else "release"
    at = job.finished_at or held.at
    # One key for both: what was captured is never released, and neither is done twice.
    move(
        transaction, job.owner, kind, held.amount, at=at, cause=job.state, key=f"end:{job.id}", job_id=job.id
    )
    fault_point("finish.settled")


def move(
    transaction: Transaction,
    owner: str,
    kind: str,
    amount: int,
    *,
    at: datetime,
    cause: str,
    key: str,
    job_id: str | None = None,
) -> bool:
    """Make one movement, once; False where the same was made before under this key.

    Raises BalanceTooLow, and IdempotencyConflict for a key of another movement.
    """
    source, target = WAY[kind] if amount > 0 else reversed(WAY[kind])
    said = {"kind": kind, "source": source, "target": target, "amount": abs(amount), "job_id": job_id}
    earlier = _find(transaction, owner, key)
    if earlier is not None:
        if said != {name: getattr(earlier, name) for name in said}:
            raise IdempotencyConflict
        return False
    transaction.insert_or_ignore(AccountRecord, owner=owner, **dict.fromkeys(PARTS, 0))
    taken, given = getattr(AccountRecord, source), getattr(AccountRecord, target)
    change = update(AccountRecord).where(AccountRecord.owner == owner)
    if source != "given":  # all else is never below zero: the look is part of the statement that writes
        change = change.where(taken >= abs(amount))
    values = {source: taken - abs(amount), target: given + abs(amount)}
    if transaction.connection.scalar(change.values(values).returning(AccountRecord.owner)) is None:
        available = select(AccountRecord.available).where(AccountRecord.owner == owner)
        raise BalanceTooLow(abs(amount), transaction.connection.scalar(available) or 0)
    row = said | {"id": new_id(), "owner": owner, "cause": cause, "key": key, "at": at}
    transaction.connection.execute(insert(LedgerRecord).values(row))
    return True


def find_imbalances(look: ReadTransaction) -> list[str]:
    """The owners whose account is not what their ledger adds up to; there are none."""
    sums: dict[str, dict[str, int]] = {}
    moves = select(
        LedgerRecord.owner, LedgerRecord.source, LedgerRecord.target, func.sum(LedgerRecord.amount)
    )
    by_way = moves.group_by(LedgerRecord.owner, LedgerRecord.source, LedgerRecord.target)
    for owner, source, target, amount in look.connection.execute(by_way):
        parts = sums.setdefault(owner, dict.fromkeys(PARTS, 0))
        parts[source] -= amount
        parts[target] += amount
    accounts = look.connection.execute(
        select(AccountRecord.owner, *(getattr(AccountRecord, name) for name in PARTS))
    )
    kept = {owner: dict(zip(PARTS, values, strict=True)) for owner, *values in accounts}
    nothing = dict.fromkeys(PARTS, 0)
    return sorted(
        one for one in sums.keys() | kept.keys() if sums.get(one, nothing) != kept.get(one, nothing)
    )


def _find(look: ReadTransaction, owner: str, key: str) -> LedgerRow | None:
    wanted = select(*columns_of(LedgerRecord, LedgerRow)).where(
        LedgerRecord.owner == owner, LedgerRecord.key == key
    )
    found = to_rows(LedgerRow, look.connection.execute(wanted))
    return found[0] if found else None
