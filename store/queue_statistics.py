"""What a watcher asks of the queue and of the files, of all owners together: numbers only, nobody's data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from store.records import END_STATES, LANES, OPEN_STATES, BlobRecord, JobRecord

if TYPE_CHECKING:
    from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRow:
    """How many jobs of a lane are queued and running, and since when the oldest of the queued waits."""

    lane: str
    queued: int
    running: int
    oldest: datetime | None


def count_lanes(store: Store) -> list[LaneRow]:
    """Every lane, also an empty one."""
    wanted = (
        select(JobRecord.lane, JobRecord.state, func.count(), func.min(JobRecord.created_at))
        .where(JobRecord.state.in_(OPEN_STATES))
        .group_by(JobRecord.lane, JobRecord.state)
    )
    numbers: dict[tuple[str, str], int] = {}
    oldest: dict[str, datetime | None] = {}
    with store.read() as look:
        for lane, state, number, first in look.connection.execute(wanted):
            numbers[lane, state] = number
            if state == "queued":
                oldest[lane] = first
    return [
        LaneRow(
            lane=lane,
            queued=numbers.get((lane, "queued"), 0),
            running=numbers.get((lane, "running"), 0),
            oldest=oldest.get(lane),
        )
        for lane in LANES
    ]


def list_job_seconds(store: Store) -> dict[tuple[str, str], list[float]]:
    """By kind and end state, how long each job took that was started and whose row is still kept."""
    wanted = select(JobRecord.kind, JobRecord.state, JobRecord.started_at, JobRecord.finished_at).where(
        JobRecord.state.in_(END_STATES),
        JobRecord.started_at.is_not(None),
        JobRecord.finished_at.is_not(None),
    )
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    with store.read() as look:
        for kind, state, started, finished in look.connection.execute(wanted):
            if started and finished:  # the columns may hold nothing; these rows do
                seconds[kind, state].append((finished - started).total_seconds())
    return dict(seconds)


def sum_all_bytes(store: Store) -> int:
    """The bytes of all kept files, each once."""
    with store.read() as look:
        return look.connection.scalar(select(func.sum(BlobRecord.size))) or 0
