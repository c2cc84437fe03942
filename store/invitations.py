"""Invitations, each good for one account; and the audit log of what was done about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from store.database import Database, Transaction
from store.errors import RowMissing
from store.ids import new_id
from store.people_records import AuditRecord, InvitationRecord
from store.rows import columns_of, to_row, to_rows
from store.sessions import digest_secret

MOST_ENTRIES = 500  # of the audit log, in one look


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """A link by which one person makes an account."""

    id: str
    role: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """Who did what; ids only."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class InvitationTable:
    """The rows of invitations."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, transaction: Transaction, *, code: str, role: str, expires_at: datetime) -> InvitationRow:
        """A new invitation."""
        values: dict[str, Any] = {"id": new_id(), "role": role, "created_at": self._clock()}
        values["expires_at"] = expires_at
        kept = {"code_sha256": digest_secret(code), "used_at": None}
        transaction.connection.execute(insert(InvitationRecord).values(values | kept))
        return InvitationRow(**values)

    def find(self, code: str) -> InvitationRow:
        """An invitation that can be taken now. Raises RowMissing."""
        with self._database.read() as look:
            found = look.connection.execute(select(*_INVITATION).where(*self._is_good(code))).first()
        if found is None:
            raise RowMissing
        return to_row(InvitationRow, found)

    def use(self, transaction: Transaction, code: str) -> InvitationRow:
        """Take it: nobody else can. Raises RowMissing."""
        taken = update(InvitationRecord).where(*self._is_good(code)).values(used_at=self._clock())
        found = transaction.connection.execute(taken.returning(*_INVITATION)).first()
        if found is None:
            raise RowMissing
        return to_row(InvitationRow, found)

    def purge(self) -> int:
        """Remove what nobody can take any more; how many."""
        with self._database.begin() as transaction:
            gone = delete(InvitationRecord).where(InvitationRecord.expires_at <= self._clock())
            return len(transaction.connection.scalars(gone.returning(InvitationRecord.id)).all())

    def _is_good(self, code: str) -> tuple[Any, ...]:
        return (
            InvitationRecord.code_sha256 == digest_secret(code),
            InvitationRecord.used_at.is_(None),
            InvitationRecord.expires_at > self._clock(),
        )


class AuditTable:
    """The rows of the audit log."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, transaction: Transaction, *, actor: str, action: str, subject: str, **detail: Any) -> None:
        """Write down what this transaction does."""
        values = {"id": new_id(), "at": self._clock(), "actor": actor, "action": action}
        values |= {"subject": subject, "detail": detail}
        transaction.connection.execute(insert(AuditRecord).values(values))

    def list_recent(self, limit: int = MOST_ENTRIES) -> Sequence[AuditRow]:
        """The newest first."""
        wanted = select(*_AUDIT).order_by(AuditRecord.id.desc()).limit(limit)
        with self._database.read() as look:
            return to_rows(AuditRow, look.connection.execute(wanted))

    def purge(self, before: datetime) -> int:
        """Remove what is older; how many."""
        with self._database.begin() as transaction:
            gone = delete(AuditRecord).where(AuditRecord.at < before).returning(AuditRecord.id)
            return len(transaction.connection.scalars(gone).all())


_INVITATION = columns_of(InvitationRecord, InvitationRow)
_AUDIT = columns_of(AuditRecord, AuditRow)
