"""How much one person may order: how many of their jobs may wait, and how many are taken in a minute and in a day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from store.database import Transaction
from store.errors import TooManyThisMinute, TooManyToday, TooManyWaiting
from store.records import LANES, JobRecord
from store.room import check_room

A_MINUTE = timedelta(minutes=1)
A_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds for one order. None: no limit."""

    waiting: int | None = None
    a_minute: int | None = None
    a_day: int | None = None


NO_LIMITS = Limits()


def check_limits(transaction: Transaction, owner: str, limits: Limits, now: datetime) -> None:
    """Refuse one job more, in the transaction that would submit it. Raises TooManyThisMinute, RoomTaken,
    TooManyWaiting, TooManyToday.

    Minutes and days are counted by the rows of jobs, which every process writes; they are kept for a day and longer.
    """
    if limits.a_minute is not None:
        wait_s = _seconds_until_one_more(transaction, owner, limits.a_minute, A_MINUTE, now)
        if wait_s:
            raise TooManyThisMinute(wait_s)
    check_room(transaction, owner)
    if limits.waiting is not None:
        waits = (JobRecord.state == "queued", JobRecord.lane.in_(LANES), JobRecord.owner == owner)
        if (transaction.connection.scalar(select(func.count()).where(*waits)) or 0) >= limits.waiting:
            raise TooManyWaiting(limits.waiting)
    if limits.a_day is not None:
        wait_s = _seconds_until_one_more(transaction, owner, limits.a_day, A_DAY, now)
        if wait_s:
            raise TooManyToday(limits.a_day, wait_s)


def _seconds_until_one_more(
    transaction: Transaction, owner: str, most: int, within: timedelta, now: datetime
) -> int:
    """The whole seconds until somebody who may order `most` jobs `within` some time may order one more; 0: now."""
    newest = select(JobRecord.created_at).where(JobRecord.owner == owner).order_by(JobRecord.id.desc())
    earlier = newest.offset(max(0, most - 1)).limit(1)  # one more is due so long after this one
    ordered = transaction.connection.scalar(earlier) if most else now
    if ordered is None or ordered <= now - within:
        return 0
    return max(1, math.ceil((ordered + within - now).total_seconds()))
