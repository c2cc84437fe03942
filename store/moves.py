"""Moves: whoever runs the studio puts a waiting job before everybody's turn, or behind its person's others."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, update

from store.database import Transaction
from store.errors import JobStarted, RowMissing
from store.queue import BEFORE_ALL
from store.records import JobRecord

Move = Literal["first", "last"]


def move_job(transaction: Transaction, owner: str, job_id: str, move: Move, now: datetime) -> None:
    """Put a job that waits before all of its lane, where the last moved is first of all; or behind its owner's others.

    Limits hold all the same: of who may have no more running it waits. Raises RowMissing, and JobStarted for one that
    does not wait any more.
    """
    connection = transaction.connection
    this = (JobRecord.id == job_id, JobRecord.owner == owner)
    lane = connection.scalar(select(JobRecord.lane).where(*this))
    if lane is None:
        raise RowMissing
    beside = (JobRecord.state == "queued", JobRecord.lane == lane, JobRecord.id != job_id)
    if move == "first":
        highest = connection.scalar(select(func.max(JobRecord.priority)).where(*beside)) or 0
        values: dict[str, Any] = {"priority": max(BEFORE_ALL, highest + 1)}
    else:
        own = (*beside, JobRecord.owner == owner)
        lowest = connection.scalar(select(func.min(JobRecord.priority)).where(*own)) or 0
        values = {"priority": min(0, lowest), "not_before": now}
    moved = update(JobRecord).where(*this, JobRecord.state == "queued").values(values)
    if connection.scalar(moved.returning(JobRecord.id)) is None:
        raise JobStarted
