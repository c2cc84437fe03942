"""An owner's jobs as they are looked at: what runs, what waits, what has ended lately, and all of them in pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from store.errors import BadCursor
from store.ids import is_id
from store.records import END_STATES, OPEN_STATES, JobRecord
from store.rows import JobRow, columns_of, to_rows

if TYPE_CHECKING:
    from store.store import Store

_COLUMNS = columns_of(JobRecord, JobRow)


def list_open(store: Store, owner: str, *, limit: int) -> Sequence[JobRow]:
    """What runs, then what waits, the newest of each first."""
    mine = select(*_COLUMNS).where(JobRecord.owner == owner, JobRecord.state.in_(OPEN_STATES))
    first = (JobRecord.state != "running", JobRecord.id.desc())
    with store.read() as look:
        return to_rows(JobRow, look.connection.execute(mine.order_by(*first).limit(limit)))


def list_ended(store: Store, owner: str, *, after: datetime, limit: int = 20) -> Sequence[JobRow]:
    """What has ended since then, the last to end first."""
    mine = select(*_COLUMNS).where(JobRecord.owner == owner, JobRecord.state.in_(END_STATES))
    since = mine.where(JobRecord.finished_at >= after)
    last = (JobRecord.finished_at.desc(), JobRecord.id.desc())
    with store.read() as look:
        return to_rows(JobRow, look.connection.execute(since.order_by(*last).limit(limit)))


def count_open(store: Store, owner: str) -> int:
    """How many of an owner's jobs run or wait."""
    mine = (JobRecord.owner == owner, JobRecord.state.in_(OPEN_STATES))
    with store.read() as look:
        return look.connection.scalar(select(func.count()).where(*mine)) or 0


def list_jobs_page(
    store: Store, owner: str, cursor: str | None, limit: int, *, state: str = "", kind: str = ""
) -> tuple[list[JobRow], str | None]:
    """The next `limit` of an owner's jobs after the cursor, newest first, and the next cursor; of those in this state
    and of this kind where they are named. Raises BadCursor."""
    if cursor is not None and not is_id(cursor):
        raise BadCursor
    wanted = select(*_COLUMNS).where(JobRecord.owner == owner)
    if cursor is not None:
        wanted = wanted.where(JobRecord.id < cursor)
    if state:
        wanted = wanted.where(JobRecord.state == state)
    if kind:
        wanted = wanted.where(JobRecord.kind == kind)
    with store.read() as look:
        found = look.connection.execute(wanted.order_by(JobRecord.id.desc()).limit(limit + 1)).all()
    return to_rows(JobRow, found[:limit]), found[limit - 1].id if len(found) > limit else None
