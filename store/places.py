"""Where in its lane a job waits, as the people of the lane take turns, and what the lane's times have been lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, func, select

from store.database import ReadTransaction
from store.queue import BEFORE_ALL, IN_QUEUE, last_turn, list_waiting, with_tier
from store.records import JobRecord
from store.sharing_records import TierRecord

if TYPE_CHECKING:
    from store.store import Store

NEWEST_TIMES = 20  # of a lane, whose mean says how long a job takes


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """How many jobs a person has in a lane's queue, since when that person waits for a turn, and how many turns they
    get in each round."""

    waiting: int
    since: datetime
    turns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """The place of a job that waits, 1 being the next, and how many wait in its lane in all."""

    lane: str
    place: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTimes:
    """Of a lane: when each running job was taken and will end, as far as that is known, and the seconds that the
    newest which succeeded took."""

    running: Sequence[tuple[datetime, datetime | None]]
    seconds: Sequence[float]


def find_places(store: Store, owner: str, job_ids: Collection[str]) -> dict[str, PlaceRow]:
    """The places of those of these jobs that are the owner's and wait."""
    wanted, now = set(job_ids), store.clock()
    places: dict[str, PlaceRow] = {}
    with store.read() as look:
        for lane, waiting in _list_own(look, owner).items():
            if wanted.isdisjoint(waiting):
                continue
            lines, moved = _find_lines(look, lane, now), _list_moved(look, lane)
            total = sum(line.waiting for line in lines.values())
            places |= {
                job_id: PlaceRow(lane=lane, place=number, waiting=total)
                for number, (_, job_id) in enumerate(moved, start=1)
                if job_id in wanted and job_id in waiting
            }
            for number, (whose, _) in enumerate(moved):  # they wait for no turn, but each is one
                since = now + timedelta(microseconds=number)
                lines[whose] = replace(lines[whose], waiting=lines[whose].waiting - 1, since=since)
            mine = lines.pop(owner)
            in_turn = [job_id for job_id in waiting if (owner, job_id) not in moved]
            for number, job_id in enumerate(in_turn):
                if job_id in wanted:
                    place = len(moved) + count_before(number, mine, lines.values()) + 1
                    places[job_id] = PlaceRow(lane=lane, place=place, waiting=total)
    return places


def count_before(number: int, mine: PersonLine, others: Iterable[PersonLine]) -> int:
    """How many jobs of a lane go before that of a person's own with this number (0 is their first)."""
    rounds = number // mine.turns
    return number + sum(
        min(line.waiting, line.turns * (rounds + (line.since < mine.since))) for line in others
    )


def read_times(store: Store, lanes: Collection[str]) -> dict[str, LaneTimes]:
    """What runs in each of these lanes, and how long its newest jobs took from when a worker took them."""
    with store.read() as look:
        return {lane: _read_times(look, lane) for lane in lanes}


def _list_moved(look: ReadTransaction, lane: str) -> list[tuple[str, str]]:
    """Whose they are and the ids of what goes before all turns in a lane, the next first."""
    return [(row.owner, row.id) for row in look.connection.execute(_MOVED, {"lane": lane})]


def _list_own(look: ReadTransaction, owner: str) -> Mapping[str, Sequence[str]]:
    """A person's waiting jobs by lane, the next first."""
    found: dict[str, list[str]] = {}
    for lane, job_id in look.connection.execute(_OWN, {"owner": owner}):
        found.setdefault(lane, []).append(job_id)
    return found


def _find_lines(look: ReadTransaction, lane: str, now: datetime) -> dict[str, PersonLine]:
    """Who waits in a lane."""
    numbers = {row.owner: row.number for row in look.connection.execute(_COUNTS, {"lane": lane})}
    return {
        row.owner: PersonLine(
            waiting=numbers[row.owner],
            since=max(row.ordered, row.turn) if row.turn else row.ordered,
            turns=row.turns or 1,
        )
        for row in look.connection.execute(_people_of(lane), {"now": now})
    }


@cache
def _people_of(lane: str) -> Select[Any]:
    """Who waits in a lane at the moment `now`: since when, their last turn, and their turns in each round."""
    people = list_waiting(lane)
    mine = (JobRecord.state == "queued", JobRecord.lane == lane, JobRecord.owner == people.c.owner)
    oldest = (
        select(JobRecord.not_before).where(*mine).order_by(JobRecord.priority, JobRecord.not_before).limit(1)
    )
    now = bindparam("now", type_=JobRecord.claimed_at.type)
    wanted = select(
        people.c.owner,
        oldest.scalar_subquery().label("ordered"),
        last_turn(people.c.owner, lane, now).label("turn"),
        TierRecord.priority.label("turns"),
    )
    return wanted.select_from(with_tier(people)).where(people.c.owner.is_not(None))


def _read_times(look: ReadTransaction, lane: str) -> LaneTimes:
    running = look.connection.execute(_RUNNING, {"lane": lane})
    return LaneTimes(
        running=[(taken, ends) for taken, ends in running if taken],
        seconds=[
            (finished - taken).total_seconds()
            for taken, finished in look.connection.execute(_NEWEST, {"lane": lane})
            if taken and finished
        ],
    )


# Whoever waits asks again and again: the statements are built once.
_QUEUED, _IN_LANE = JobRecord.state == "queued", JobRecord.lane == bindparam("lane")
_MOVED = select(JobRecord.owner, JobRecord.id).where(_QUEUED, _IN_LANE, JobRecord.priority >= BEFORE_ALL)
_MOVED = _MOVED.order_by(*IN_QUEUE)
_OWN = select(JobRecord.lane, JobRecord.id).where(_QUEUED, JobRecord.owner == bindparam("owner"))
_OWN = _OWN.order_by(JobRecord.lane, *IN_QUEUE)
_COUNTS = select(JobRecord.owner, func.count().label("number")).where(_QUEUED, _IN_LANE)
_COUNTS = _COUNTS.group_by(JobRecord.owner)
_RUNNING = select(JobRecord.claimed_at, JobRecord.ends_at).where(
    JobRecord.state == "running", _IN_LANE, JobRecord.claimed_at.is_not(None)
)
_NEWEST = select(JobRecord.claimed_at, JobRecord.finished_at).where(
    JobRecord.state == "succeeded", _IN_LANE, JobRecord.finished_at.is_not(None)
)
_NEWEST = _NEWEST.order_by(JobRecord.finished_at.desc()).limit(NEWEST_TIMES)
