"""Jobs: the row is the truth. Whoever holds a row's token may write to it; nobody else may.

Each job waits in a lane, by what it needs; in a lane people take turns (`store.queue`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from store.claims import UNSEEN, Heartbeat, make_claim
from store.database import Database, ReadTransaction, Transaction
from store.deliveries import note_end
from store.errors import IdempotencyConflict, JobEnded, LostLease, RowMissing
from store.faults import fault_point
from store.ids import new_id
from store.ledger import reserve, settle
from store.limits import NO_LIMITS, Limits, check_limits
from store.queue import MAX_ATTEMPTS, find_due, is_held
from store.records import LANES, OPEN_STATES, GenerationRecord, JobRecord
from store.rows import JobRow, columns_of, to_row, to_rows

EXHAUSTED_CODE = "attempts-exhausted"
EXHAUSTED = "The work stopped three times without an answer. Try again; if it stops again, see the log."
TOKEN_BYTES = 16

_FRESH: dict[str, Any] = {"state": "queued", "cancel_requested": False, "attempt": 0, "result": {}, **UNSEEN}
_NO_LEASE: dict[str, Any] = {"token": None, "lease_until": None, "worker": None}


class JobTable:
    """The rows of jobs. Times are aware; `now` may be given, else the store's clock is asked."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def submit(
        self,
        transaction: Transaction,
        *,
        owner: str,
        kind: str,
        title: str,
        payload: Mapping[str, Any],
        lane: str = "cpu",
        priority: int = 0,
        idempotency_key: str | None = None,
        limits: Limits = NO_LIMITS,
        price: int = 0,
    ) -> tuple[str, bool]:
        """Order work: the job's id, and whether it is new (False: that key was used for the same order before).

        `lane` is one of LANES (ValueError for another); in it, of one owner's jobs the higher `priority` goes first.
        The payload must be the same when the same order is sent again: no fresh ids in it. `price` credits are held
        until the job ends. Raises IdempotencyConflict for a key used for another order; for a new one what check_limits
        raises, and BalanceTooLow.
        """
        if lane not in LANES:
            raise ValueError(f"There is no lane called {lane!r}.")
        payload = json.loads(json.dumps(payload))
        if idempotency_key is not None:
            same_key = (JobRecord.owner == owner, JobRecord.idempotency_key == idempotency_key)
            columns = select(JobRecord.id, JobRecord.kind, JobRecord.payload)
            earlier = transaction.connection.execute(columns.where(*same_key)).first()
            if earlier is not None:
                if (earlier.kind, earlier.payload) != (kind, payload):
                    raise IdempotencyConflict
                return earlier.id, False
        job_id, now = new_id(), self._clock()
        check_limits(transaction, owner, limits, now)
        order: dict[str, Any] = {"id": job_id, "owner": owner, "kind": kind, "title": title}
        order |= {
            "lane": lane,
            "priority": priority,
            "payload": payload,
            "idempotency_key": idempotency_key,
            "created_at": now,
            "not_before": now,
        }
        transaction.connection.execute(insert(JobRecord).values(order | _FRESH))
        if price:
            reserve(transaction, owner, job_id, price, at=now)
        fault_point("submit.mid")
        transaction.commits.append("submit")
        return job_id, True

    # --- the worker's side ---

    def claim(
        self,
        *,
        worker: str,
        lease_seconds: float,
        lane: str | None = None,
        now: datetime | None = None,
        job_id: str | None = None,
    ) -> JobRow | None:
        """Take the next job that is due, or whose worker went silent; of one lane, or only `job_id`, where given.

        One UPDATE: {running, attempt + 1, lease, new token}. None when there is nothing to do.
        """
        at = now or self._clock()
        values: dict[str, Any] = {
            "at": at,
            "by": worker,
            "fence": secrets.token_hex(TOKEN_BYTES),
            "until": at + timedelta(seconds=lease_seconds),
        }
        if job_id is not None:
            values["wanted"] = job_id
        with self._database.begin() as transaction:
            rows = self._change(transaction, make_claim(lane, by_id=job_id is not None), values)
            if not rows:
                return None
            transaction.commits.append("claim")
        return rows[0]

    def heartbeat(
        self, job_id: str, token: str, lease_seconds: float, *, now: datetime | None = None
    ) -> Heartbeat:
        """Renew the lease."""
        until = (now or self._clock()) + timedelta(seconds=lease_seconds)
        return self._touch(job_id, token, {"lease_until": until})

    def set_progress(
        self,
        job_id: str,
        token: str,
        stage: str,
        step: int,
        total: int,
        preview: bytes | None = None,
        *,
        seconds_left: float | None = None,
    ) -> Heartbeat:
        """Say where the run is. No preview leaves the one before in its place."""
        ends_at = None if seconds_left is None else self._clock() + timedelta(seconds=seconds_left)
        values: dict[str, Any] = {"stage": stage, "step": step, "total": total, "ends_at": ends_at}
        if preview is not None:
            values["preview"] = preview
        return self._touch(job_id, token, values)

    def is_cancel_requested(self, job_id: str, token: str) -> bool:
        """Whether the worker that holds this token shall stop."""
        with self._database.read() as transaction:
            wanted = select(JobRecord.cancel_requested).where(is_held(job_id, token))
            return bool(transaction.connection.scalar(wanted))

    def require_lease(self, transaction: Transaction, job_id: str, token: str) -> JobRow:
        """The job, which cannot be taken away before this transaction ends. Raises LostLease.

        The check is a write, so that it locks the row also where several transactions write at once.
        """
        lock = update(JobRecord).where(is_held(job_id, token)).values(token=token).returning(*_COLUMNS)
        found = transaction.connection.execute(lock).first()
        if found is None:
            raise LostLease
        return to_row(JobRow, found)

    def finish(self, transaction: Transaction, job_id: str, token: str, result: Mapping[str, Any]) -> JobRow:
        """Succeeded, with this result. Raises LostLease unless the job runs under this token."""
        fault_point("finish.begin")
        return self._end(transaction, job_id, token, {"state": "succeeded", "result": dict(result)})

    def fail(self, transaction: Transaction, job_id: str, token: str, code: str, message: str) -> JobRow:
        """Failed, for good. Raises LostLease."""
        return self._end(
            transaction, job_id, token, {"state": "failed", "error_code": code, "error": message}
        )

    def cancelled(self, transaction: Transaction, job_id: str, token: str) -> JobRow:
        """Stopped because a person asked for it. Raises LostLease."""
        return self._end(transaction, job_id, token, {"state": "cancelled"})

    def retry_later(
        self, transaction: Transaction, job_id: str, token: str, delay_s: float, code: str, message: str
    ) -> JobRow:
        """Back to the queue, due in `delay_s` seconds; failed after the last attempt, cancelled where a person
        asked for that meanwhile. Raises LostLease."""
        job = self.require_lease(transaction, job_id, token)
        if job.cancel_requested:
            return self.cancelled(transaction, job_id, token)
        if job.attempt >= MAX_ATTEMPTS:
            return self.fail(transaction, job_id, token, code, message)
        values = {"state": "queued", "not_before": self._clock() + timedelta(seconds=delay_s), **_NO_LEASE}
        values |= {"error_code": code, "error": message, "preview": None}
        return self._update(transaction, is_held(job_id, token), values)[0]

    def requeue(self, job_id: str, token: str) -> bool:
        """Back to the queue at once, the attempt not counted: its worker has to end. Cancelled where a person asked
        for that. Whether the job was still the worker's."""
        with self._database.begin() as transaction:
            values: dict[str, Any] = {
                "state": "queued",
                "attempt": JobRecord.attempt - 1,
                "preview": None,
                **_NO_LEASE,
            }
            ended = {"state": "cancelled", "finished_at": self._clock(), "preview": None, **_NO_LEASE}
            held = is_held(job_id, token)
            stopped = self._update(transaction, and_(held, JobRecord.cancel_requested), ended)
            return bool(stopped or self._update(transaction, held, values))

    # --- the person's side ---

    def request_cancel(self, owner: str, job_id: str) -> JobRow:
        """Ask a job to stop: a queued one is cancelled at once, a running one is told. Raises RowMissing, JobEnded."""
        with self._database.begin() as transaction:
            job = self.get(owner, job_id, transaction=transaction)
            if not job.is_open:
                raise JobEnded
            values: dict[str, Any] = {"cancel_requested": True}
            if job.state == "queued":
                values |= {"state": "cancelled", "finished_at": self._clock(), **_NO_LEASE}
            return self._update(transaction, JobRecord.id == job_id, values)[0]

    def get(self, owner: str, job_id: str, *, transaction: ReadTransaction | None = None) -> JobRow:
        """One job. Raises RowMissing."""
        with self._database.read(transaction) as look:
            found = look.connection.execute(_ONE, {"id": job_id, "owner": owner}).first()
        if found is None:
            raise RowMissing
        return to_row(JobRow, found)

    def preview(self, owner: str, job_id: str) -> bytes | None:
        """The picture in the making, where there is one. Raises RowMissing."""
        with self._database.read() as transaction:
            wanted = select(JobRecord.preview).where(JobRecord.id == job_id, JobRecord.owner == owner)
            found = transaction.connection.execute(wanted).first()
        if found is None:
            raise RowMissing
        return found[0]

    def list_recent(
        self, owner: str, *, limit: int = 20, ended_after: datetime | None = None
    ) -> Sequence[JobRow]:
        """The newest jobs first; those that ended before `ended_after` are left out."""
        wanted = select(*_COLUMNS).where(JobRecord.owner == owner).order_by(JobRecord.id.desc()).limit(limit)
        if ended_after is not None:
            wanted = wanted.where(or_(JobRecord.state.in_(OPEN_STATES), JobRecord.finished_at >= ended_after))
        with self._database.read() as transaction:
            return to_rows(JobRow, transaction.connection.execute(wanted))

    # --- maintenance ---

    def list_newest(self, limit: int) -> Sequence[JobRow]:
        """The newest jobs of everybody."""
        wanted = select(*_COLUMNS).order_by(JobRecord.id.desc()).limit(limit)
        with self._database.read() as transaction:
            return to_rows(JobRow, transaction.connection.execute(wanted))

    def reconcile(self, now: datetime | None = None) -> list[str]:
        """End what cannot go on, and answer with the ids to notify a worker of: queued and due, or their worker
        went silent."""
        at = now or self._clock()
        is_silent = and_(JobRecord.state == "running", JobRecord.lease_until <= at)
        ended = {"finished_at": at, "preview": None, **_NO_LEASE}
        failed = {"state": "failed", "error_code": EXHAUSTED_CODE, "error": EXHAUSTED, **ended}
        with self._database.begin() as transaction:
            self._update(
                transaction, and_(is_silent, JobRecord.cancel_requested), {"state": "cancelled", **ended}
            )
            self._update(transaction, and_(is_silent, JobRecord.attempt >= MAX_ATTEMPTS), failed)
            return [job_id for job_id, _ in find_due(transaction, at)]

    def list_due(self, now: datetime | None = None) -> dict[str, list[str]]:
        """For every lane the ids of what could be claimed from it now, in that order."""
        due: dict[str, list[str]] = {lane: [] for lane in LANES}
        with self._database.read() as transaction:
            for job_id, lane in find_due(transaction, now or self._clock()):
                due[lane].append(job_id)
        return due

    def purge(
        self, now: datetime | None = None, *, finished_after: timedelta, failed_after: timedelta
    ) -> int:
        """Remove the rows of jobs that ended so long ago; how many. What they made stays."""
        at = now or self._clock()
        finished = and_(
            JobRecord.state.in_(("succeeded", "cancelled")), JobRecord.finished_at < at - finished_after
        )
        failed = and_(JobRecord.state == "failed", JobRecord.finished_at < at - failed_after)
        with self._database.begin() as transaction:
            gone = transaction.connection.scalars(
                delete(JobRecord).where(or_(finished, failed)).returning(JobRecord.id)
            )
            return len(gone.all())

    # --- inside ---

    def _touch(self, job_id: str, token: str, values: Mapping[str, Any]) -> Heartbeat:
        change = update(JobRecord).where(is_held(job_id, token)).values(values)
        with self._database.begin() as transaction:
            flag = transaction.connection.scalar(change.returning(JobRecord.cancel_requested))
        return Heartbeat(is_held=flag is not None, cancel_requested=bool(flag))

    def _end(self, transaction: Transaction, job_id: str, token: str, values: Mapping[str, Any]) -> JobRow:
        ended = {"finished_at": self._clock(), "preview": None, **_NO_LEASE, **values}
        rows = self._update(transaction, is_held(job_id, token), ended, fault="finish.mid")
        if not rows:
            raise LostLease
        transaction.commits.append("finish")
        return rows[0]

    def _update(
        self,
        transaction: Transaction,
        where: ColumnElement[bool],
        values: Mapping[str, Any],
        *,
        fault: str = "",
    ) -> list[JobRow]:
        """Change the rows that match, and the generations that mirror them; the rows as they are now."""
        change = update(JobRecord).where(where).values(values).returning(*_COLUMNS)
        return self._change(transaction, change, {}, fault=fault)

    @staticmethod
    def _change(
        transaction: Transaction, change: ReturningUpdate[Any], values: Mapping[str, Any], *, fault: str = ""
    ) -> list[JobRow]:
        """Run a change of jobs, with what hangs on it; the rows as they are now."""
        rows = to_rows(JobRow, transaction.connection.execute(change, values).all())
        if fault:
            fault_point(fault)
        for row in rows:
            mirror_job(transaction, row)
            settle(transaction, row)
            note_end(transaction, row)
        return rows


def mirror_job(transaction: Transaction, job: JobRow) -> None:
    """Give a job's generation its state, error and times, in the same transaction."""
    names = ("state", "error_code", "error", "started_at", "finished_at")
    change = update(GenerationRecord).where(GenerationRecord.job_id == job.id)
    values = {name: getattr(job, name) for name in names}
    transaction.connection.execute(change.values(values))


_COLUMNS = columns_of(JobRecord, JobRow)
_ONE = select(*_COLUMNS).where(JobRecord.id == bindparam("id"), JobRecord.owner == bindparam("owner"))
