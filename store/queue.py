"""The queue: which job may be claimed, which one is next, which one a token holds. Conditions on rows of jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from store.database import ReadTransaction
from store.records import JobRecord

MAX_ATTEMPTS = 3
IN_QUEUE = (JobRecord.priority.desc(), JobRecord.not_before, JobRecord.id)


def is_due(at: datetime) -> ColumnElement[bool]:
    """Waits, and may begin."""
    return and_(JobRecord.state == "queued", JobRecord.not_before <= at)


def is_rescuable(at: datetime) -> ColumnElement[bool]:
    """Its worker fell silent, and it may be attempted again."""
    has_gone_silent = and_(JobRecord.state == "running", JobRecord.lease_until <= at)
    return and_(has_gone_silent, JobRecord.attempt < MAX_ATTEMPTS, JobRecord.cancel_requested.is_(False))


def is_held(job_id: str, token: str) -> ColumnElement[bool]:
    """Runs under this token."""
    return and_(JobRecord.id == job_id, JobRecord.token == token, JobRecord.state == "running")


def is_next(at: datetime, lane: str | None, job_id: str | None) -> ColumnElement[bool]:
    """The one job to be claimed: that of a worker which fell silent before any that waits in the queue."""
    if job_id is not None:
        return and_(JobRecord.id == job_id, or_(is_due(at), is_rescuable(at)))
    here = () if lane is None else (JobRecord.lane == lane,)
    silent = select(JobRecord.id).where(is_rescuable(at), *here).order_by(JobRecord.lease_until).limit(1)
    waits_here = (is_due(at), *here)
    # The highest priority first, then the oldest of it: two look-ups in the queue's index, which descends in nothing.
    highest = select(func.max(JobRecord.priority)).where(*waits_here).scalar_subquery()
    oldest = select(JobRecord.id).where(*waits_here, JobRecord.priority == highest)
    # SQLite leaves the lock out, because it has one writer; others skip what another one is just claiming.
    due = oldest.order_by(JobRecord.not_before, JobRecord.id).limit(1).with_for_update(skip_locked=True)
    return JobRecord.id == func.coalesce(silent.scalar_subquery(), due.scalar_subquery())


def find_due(transaction: ReadTransaction, at: datetime) -> list[tuple[str, str]]:
    """Id and lane of what could be claimed, silent ones first."""
    wanted = select(JobRecord.id, JobRecord.lane).where(or_(is_due(at), is_rescuable(at)))
    is_queued = JobRecord.state == "queued"
    found = transaction.connection.execute(wanted.order_by(is_queued, *IN_QUEUE))
    return [(row.id, row.lane) for row in found]
