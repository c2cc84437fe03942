"""Where a person's waiting jobs stand, and when each is expected to begin."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from store.places import LaneTimes, find_places, read_times
from store.store import Store
from studio.settings import Settings
from studio.vocabulary.job import JobPlace
from studio.worker.lanes import count_jobs

SAID_TO_S = 5  # a start is said to so many seconds


def find_job_places(
    store: Store, settings: Settings, owner: str, job_ids: Collection[str]
) -> Mapping[str, JobPlace]:
    """The place and the expected start of each of these that waits."""
    if not job_ids:
        return {}
    rows, now = find_places(store, owner, job_ids), store.clock()
    times, at_once = read_times(store, {row.lane for row in rows.values()}), count_jobs(settings)
    return {
        job_id: JobPlace(
            place=row.place,
            waiting=row.waiting,
            expected_start=expect_start(row.place, times[row.lane], at_once[row.lane], now),
        )
        for job_id, row in rows.items()
    }


def expect_start(place: int, times: LaneTimes, at_once: int, now: datetime) -> datetime | None:
    """When the job at this place is expected to begin, if each before it takes as long as the newest of its lane did,
    or, before one has succeeded, as those that run are reckoned to take.

    None where nothing tells how long one takes.
    """
    reckoned = [(ends - taken).total_seconds() for taken, ends in times.running if ends]
    seconds = times.seconds or reckoned
    if not seconds:
        return None
    each = timedelta(seconds=sum(seconds) / len(seconds))
    frees = sorted(max(now, ends or taken + each) for taken, ends in times.running)
    frees = [now] * (at_once - len(frees)) + frees
    rounds, number = divmod(place - 1, len(frees))
    return _say_roundly(frees[number] + rounds * each)


def _say_roundly(at: datetime) -> datetime:
    """The next whole SAID_TO_S seconds: what hangs on the present moment would differ at every look."""
    return datetime.fromtimestamp(math.ceil(at.timestamp() / SAID_TO_S) * SAID_TO_S, UTC)
