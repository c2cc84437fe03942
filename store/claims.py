"""How a worker takes a job, by one UPDATE that is made once for each lane, and what it hears back while it holds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, update
from sqlalchemy.sql.dml import ReturningUpdate

from store.queue import is_next
from store.records import JobRecord, UtcDateTime
from store.rows import JobRow, columns_of

UNSEEN: dict[str, Any] = {
    "stage": "",
    "step": 0,
    "total": 0,
    "ends_at": None,
    "preview": None,
    "error_code": "",
    "error": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What a worker hears back: whether the job is still its own, and whether it shall stop."""

    is_held: bool
    cancel_requested: bool


@cache
def make_claim(lane: str | None, *, by_id: bool) -> ReturningUpdate[Any]:
    """The statement, of `at`, `by` (a worker), `fence` (a token), `until` (the lease) and, `by_id`, the `wanted` job.

    Making it takes longer than running it.
    """
    at = bindparam("at", type_=UtcDateTime())
    values: dict[str, Any] = {
        "state": "running",
        "attempt": JobRecord.attempt + 1,
        "worker": bindparam("by"),
        "token": bindparam("fence"),
        "lease_until": bindparam("until"),
        "started_at": func.coalesce(JobRecord.started_at, at),
        "claimed_at": at,
        **UNSEEN,
    }
    is_it = is_next(at, lane, bindparam("wanted") if by_id else None)
    return update(JobRecord).where(is_it).values(values).returning(*columns_of(JobRecord, JobRow))
