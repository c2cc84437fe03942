"""The queue: which job may be claimed, which one is next, which one a token holds. Conditions on rows of jobs.

In a lane people take turns: next is whoever has waited longest, since their last turn or since they ordered. Of that
person's jobs the highest priority goes first, then the oldest. So somebody with 200 jobs holds nobody up, and nobody
waits for more than one round. What whoever runs the studio moved to the front goes before all turns (`store.moves`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from store.database import ReadTransaction
from store.people_records import PersonRecord
from store.records import LANES, JobRecord
from store.sharing_records import TierRecord

MAX_ATTEMPTS = 3
BEFORE_ALL = 1000  # a priority from here on goes before everybody's turn; orders have far lower ones
MOST_TURNS = 4  # of a tier, in one round
IN_QUEUE = (JobRecord.priority.desc(), JobRecord.not_before, JobRecord.id)


Moment = datetime | ColumnElement[datetime]  # or where it will stand in a statement


def is_due(at: Moment) -> ColumnElement[bool]:
    """Waits, and may begin."""
    return and_(JobRecord.state == "queued", JobRecord.not_before <= at)


def is_rescuable(at: Moment) -> ColumnElement[bool]:
    """Its worker fell silent, and it may be attempted again."""
    has_gone_silent = and_(JobRecord.state == "running", JobRecord.lease_until <= at)
    return and_(has_gone_silent, JobRecord.attempt < MAX_ATTEMPTS, JobRecord.cancel_requested.is_(False))


def is_held(job_id: str, token: str) -> ColumnElement[bool]:
    """Runs under this token."""
    return and_(JobRecord.id == job_id, JobRecord.token == token, JobRecord.state == "running")


def is_next(at: Moment, lane: str | None, job_id: str | ColumnElement[str] | None) -> ColumnElement[bool]:
    """The one job to be claimed: that of a worker which fell silent before any that waits in the queue."""
    if job_id is not None:
        return and_(JobRecord.id == job_id, or_(is_due(at), is_rescuable(at)))
    here = () if lane is None else (JobRecord.lane == lane,)
    silent = select(JobRecord.id).where(is_rescuable(at), *here).order_by(JobRecord.lease_until).limit(1)
    due = [_next_in(one, at) for one in (LANES if lane is None else (lane,))]
    chosen = JobRecord.id == func.coalesce(silent.scalar_subquery(), *due)
    return and_(chosen, or_(is_due(at), is_rescuable(at)))  # still: of two who choose at once, one has it


def find_due(transaction: ReadTransaction, at: datetime) -> list[tuple[str, str]]:
    """Id and lane of what could be claimed, silent ones first."""
    wanted = select(JobRecord.id, JobRecord.lane).where(or_(is_due(at), is_rescuable(at)))
    is_queued = JobRecord.state == "queued"
    found = transaction.connection.execute(wanted.order_by(is_queued, *IN_QUEUE))
    return [(row.id, row.lane) for row in found]


def list_waiting(lane: str) -> CTE:
    """Who has jobs in a lane's queue: a look-up in its index for each person, however many jobs they have."""
    in_lane = (JobRecord.state == "queued", JobRecord.lane == lane)
    first = select(func.min(JobRecord.owner).label("owner")).where(*in_lane)
    people = first.cte(f"waiting_{lane}", recursive=True)
    after = select(func.min(JobRecord.owner)).where(*in_lane, JobRecord.owner > people.c.owner)
    return people.union_all(select(after.scalar_subquery()).where(people.c.owner.is_not(None)))


def last_turn(owner: ColumnElement[Any], lane: str, at: Moment) -> ColumnElement[Any]:
    """When a person's wait began: at their last turn in the lane; at the one before for who has two in a round, and so
    on (`with_tier` says who). Null where there was none. What a wrong clock wrote into the future is none."""
    taken = select(JobRecord.claimed_at).where(
        JobRecord.lane == lane, JobRecord.owner == owner, JobRecord.claimed_at <= at
    )
    newest = taken.order_by(JobRecord.claimed_at.desc()).limit(1)
    further = [
        (TierRecord.priority == number, newest.offset(number - 1).scalar_subquery())
        for number in range(2, MOST_TURNS + 1)
    ]
    return case(*further, else_=newest.scalar_subquery())


def with_tier(people: CTE) -> Any:
    """Who waits, each with their tier; a single creator has none."""
    is_person, is_tier = PersonRecord.id == people.c.owner, TierRecord.name == PersonRecord.tier
    return people.outerjoin(PersonRecord, is_person).outerjoin(TierRecord, is_tier)


def _next_in(lane: str, at: Moment) -> ScalarSelect[Any]:
    """The next job of a lane: the best of whoever has waited longest, of those who may have one more running."""
    waiting = list_waiting(lane)
    owner = waiting.c.owner
    mine = (JobRecord.lane == lane, JobRecord.owner == owner)
    due = (is_due(at), *mine)
    # The index descends in nothing, so the highest priority is looked up first, then the oldest of it.
    same = aliased(JobRecord)  # beside the one whose priority it is
    of_same = (same.state == "queued", same.not_before <= at, same.lane == lane, same.owner == owner)
    highest = select(func.max(same.priority)).where(*of_same).correlate(waiting).scalar_subquery()
    best = (
        select(JobRecord.id)
        .where(*due, JobRecord.priority == highest)
        .order_by(JobRecord.not_before, JobRecord.id)
    )
    oldest = select(JobRecord.not_before).where(*due).order_by(JobRecord.priority, JobRecord.not_before)
    running = select(func.count()).where(JobRecord.state == "running", *mine).scalar_subquery()
    person = (
        select(
            best.limit(1).scalar_subquery().label("job_id"),
            case((highest >= BEFORE_ALL, highest), else_=0).label("moved"),
            oldest.limit(1).scalar_subquery().label("ordered"),
            last_turn(owner, lane, at).label("turn"),
        )
        .select_from(with_tier(waiting))
        .where(owner.is_not(None), or_(TierRecord.running.is_(None), running < TierRecord.running))
        .cte(f"people_{lane}")
        .prefix_with("MATERIALIZED")  # each is looked at once, and then they are sorted
    )
    since = case((person.c.turn > person.c.ordered, person.c.turn), else_=person.c.ordered)
    first = select(person.c.job_id).where(person.c.job_id.is_not(None))
    return (
        first.order_by(person.c.moved.desc(), since, person.c.turn.nulls_first(), person.c.job_id)
        .limit(1)
        .scalar_subquery()
    )
