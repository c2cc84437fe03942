"""Webhooks: the addresses that are told of ended jobs, and what was delivered to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from store.database import Database, Transaction
from store.deliveries import DELIVERED, GIVEN_UP, WAITING
from store.errors import RowMissing
from store.ids import new_id
from store.outgoing_records import DeliveryRecord, WebhookRecord
from store.rows import columns_of, to_row, to_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """An address that is told."""

    id: str
    owner: str
    url: str
    secret: str
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One message to one address."""

    id: str
    owner: str
    webhook_id: str
    job_id: str
    body: Mapping[str, Any]
    state: str
    attempts: int
    not_before: datetime
    status: int | None
    error: str
    created_at: datetime
    ended_at: datetime | None


class WebhookTable:
    """The rows of webhooks and of their deliveries."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, transaction: Transaction, owner: str, *, url: str, secret: str) -> WebhookRow:
        """Tell this address from now on."""
        values: dict[str, Any] = {"id": new_id(), "owner": owner, "url": url, "secret": secret}
        values |= {"created_at": self._clock(), "disabled_at": None}
        transaction.connection.execute(insert(WebhookRecord).values(values))
        return WebhookRow(**values)

    def get(self, owner: str, webhook_id: str) -> WebhookRow:
        """One address. Raises RowMissing."""
        wanted = select(*_WEBHOOK).where(WebhookRecord.id == webhook_id, WebhookRecord.owner == owner)
        with self._database.read() as look:
            found = look.connection.execute(wanted).first()
        if found is None:
            raise RowMissing
        return to_row(WebhookRow, found)

    def list_recent(self, owner: str) -> Sequence[WebhookRow]:
        """All, newest first."""
        wanted = select(*_WEBHOOK).where(WebhookRecord.owner == owner).order_by(WebhookRecord.id.desc())
        with self._database.read() as look:
            return to_rows(WebhookRow, look.connection.execute(wanted))

    def delete(self, transaction: Transaction, owner: str, webhook_id: str) -> None:
        """Tell this address nothing any more, not even what waits. Raises RowMissing."""
        mine = (WebhookRecord.id == webhook_id, WebhookRecord.owner == owner)
        gone = delete(WebhookRecord).where(*mine).returning(WebhookRecord.id)
        if transaction.connection.scalar(gone) is None:
            raise RowMissing

    def list_deliveries(self, owner: str, webhook_id: str, *, limit: int = 50) -> Sequence[DeliveryRow]:
        """What was delivered to an address, or is to be, newest first. Raises RowMissing."""
        self.get(owner, webhook_id)
        mine = (DeliveryRecord.webhook_id == webhook_id, DeliveryRecord.owner == owner)
        wanted = select(*_DELIVERY).where(*mine).order_by(DeliveryRecord.id.desc()).limit(limit)
        with self._database.read() as look:
            return to_rows(DeliveryRow, look.connection.execute(wanted))

    # --- the worker's side ---

    def list_due(self, limit: int) -> Sequence[tuple[DeliveryRow, WebhookRow]]:
        """What is to be delivered now, with where to, the one that has waited longest first."""
        wanted = (
            select(*_DELIVERY)
            .where(DeliveryRecord.state == WAITING, DeliveryRecord.not_before <= self._clock())
            .order_by(DeliveryRecord.not_before)
            .limit(limit)
        )
        with self._database.read() as look:
            due = to_rows(DeliveryRow, look.connection.execute(wanted))
            ids = {one.webhook_id for one in due}
            hooks = look.connection.execute(select(*_WEBHOOK).where(WebhookRecord.id.in_(ids)))
            by_id = {row.id: row for row in to_rows(WebhookRow, hooks)}
        return [(one, by_id[one.webhook_id]) for one in due if one.webhook_id in by_id]

    def settle(
        self, delivery_id: str, *, status: int | None, error: str, again_in_s: float | None, arrived: bool
    ) -> None:
        """Note an attempt: it arrived, or is tried again in so many seconds, or (None) never."""
        now = self._clock()
        values: dict[str, Any] = {"attempts": DeliveryRecord.attempts + 1, "status": status, "error": error}
        if arrived or again_in_s is None:
            values |= {"state": DELIVERED if arrived else GIVEN_UP, "ended_at": now}
        else:
            values |= {"not_before": now + timedelta(seconds=again_in_s)}
        waits = update(DeliveryRecord).where(
            DeliveryRecord.id == delivery_id, DeliveryRecord.state == WAITING
        )
        with self._database.begin() as transaction:
            transaction.connection.execute(waits.values(values))

    def disable(self, webhook_id: str) -> None:
        """The address said that it is gone: what waits for it is given up."""
        now = self._clock()
        waits = (DeliveryRecord.webhook_id == webhook_id, DeliveryRecord.state == WAITING)
        with self._database.begin() as transaction:
            gone = update(WebhookRecord).where(WebhookRecord.id == webhook_id)
            transaction.connection.execute(gone.values(disabled_at=now))
            given_up = update(DeliveryRecord).where(*waits)
            transaction.connection.execute(given_up.values(state=GIVEN_UP, ended_at=now))

    def count_all(self) -> int:
        """How many addresses there are, of everybody."""
        with self._database.read() as look:
            return look.connection.scalar(select(func.count()).select_from(WebhookRecord)) or 0

    def purge(self, ended_before: datetime) -> int:
        """Remove what is said of deliveries that ended so long ago; how many."""
        gone = delete(DeliveryRecord).where(DeliveryRecord.ended_at < ended_before)
        with self._database.begin() as transaction:
            return len(transaction.connection.scalars(gone.returning(DeliveryRecord.id)).all())


_WEBHOOK = columns_of(WebhookRecord, WebhookRow)
_DELIVERY = columns_of(DeliveryRecord, DeliveryRow)
