"""How much one person may order: how many of their jobs may wait, and how many they may order in a day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from store.database import Transaction
from store.errors import TooManyToday, TooManyWaiting
from store.records import LANES, JobRecord

A_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds for one order. None: no limit."""

    waiting: int | None = None
    a_day: int | None = None


NO_LIMITS = Limits()


def check_limits(transaction: Transaction, owner: str, limits: Limits, now: datetime) -> None:
    """Refuse one job more, in the transaction that would submit it. Raises TooManyWaiting, TooManyToday.

    Days are counted by the rows of jobs, which are kept for a day and longer.
    """
    if limits.waiting is not None:
        waits = (JobRecord.state == "queued", JobRecord.lane.in_(LANES), JobRecord.owner == owner)
        if (transaction.connection.scalar(select(func.count()).where(*waits)) or 0) >= limits.waiting:
            raise TooManyWaiting(limits.waiting)
    if limits.a_day is not None:
        newest = select(JobRecord.created_at).where(JobRecord.owner == owner).order_by(JobRecord.id.desc())
        earlier = newest.offset(max(0, limits.a_day - 1)).limit(1)  # one more is due a day after this one
        ordered = transaction.connection.scalar(earlier) if limits.a_day else now
        if ordered is not None and ordered > now - A_DAY:
            raise TooManyToday(limits.a_day, max(1, math.ceil((ordered + A_DAY - now).total_seconds())))
