"""Owners side by side, for whoever runs the studio: how much each has, and whose a job is. Nothing of what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from store.errors import RowMissing
from store.records import OPEN_STATES, BlobRecord, FileRecord, JobRecord
from store.rows import JobRow, columns_of, to_rows
from store.sharing_records import AccountRecord

if TYPE_CHECKING:
    from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSums:
    """What one owner has: bytes of files, jobs that wait or run, credits to spend (None: no account yet)."""

    bytes: int = 0
    open_jobs: int = 0
    credits: int | None = None


def sum_by_owner(store: Store) -> dict[str, OwnerSums]:
    """The sums of everybody who has anything."""
    sizes = (
        select(FileRecord.owner, func.sum(BlobRecord.size))
        .join(BlobRecord, FileRecord.sha256 == BlobRecord.sha256)
        .group_by(FileRecord.owner)
    )
    is_open = case((JobRecord.state.in_(OPEN_STATES), 1), else_=0)
    jobs = select(JobRecord.owner, func.sum(is_open)).group_by(JobRecord.owner)
    credits = select(AccountRecord.owner, AccountRecord.available)
    with store.read() as look:
        held, waiting, have = (
            {owner: int(number) for owner, number in look.connection.execute(wanted)}
            for wanted in (sizes, jobs, credits)
        )
    return {
        owner: OwnerSums(bytes=held.get(owner, 0), open_jobs=waiting.get(owner, 0), credits=have.get(owner))
        for owner in {*held, *waiting, *have}
    }


def find_owner_of_job(store: Store, job_id: str) -> str:
    """Whose a job is. Raises RowMissing."""
    with store.read() as look:
        owner = look.connection.scalar(select(JobRecord.owner).where(JobRecord.id == job_id))
    if owner is None:
        raise RowMissing
    return owner


def list_oldest_open(store: Store, limit: int) -> Sequence[JobRow]:
    """The oldest jobs of everybody that wait or run."""
    wanted = select(*columns_of(JobRecord, JobRow)).where(JobRecord.state.in_(OPEN_STATES))
    with store.read() as look:
        return to_rows(JobRow, look.connection.execute(wanted.order_by(JobRecord.id).limit(limit)))
