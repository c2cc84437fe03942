"""Jobs as a person sees them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from pipelines.types import KnownMeasures
from store.exports import OTHERS
from store.queue import MAX_ATTEMPTS
from store.rows import JobRow
from store.watched_jobs import count_open, list_ended, list_jobs_page, list_open
from studio.errors import JobStillOpen
from studio.services.bodies import Bodies
from studio.services.generations import Generations
from studio.services.models import Models
from studio.services.queue_places import find_job_places
from studio.services.service import PersonalService
from studio.vocabulary.codec import from_json
from studio.vocabulary.job import Job, JobKind, JobLane, JobPage, JobPlace, JobsNow, JobState
from studio.worker.channel import describe_trouble

SHOWN_AFTER_END = timedelta(days=1)
SAID_IN_MINUTES_S = 120
MOST_OPEN_SHOWN = 12
MOST_PER_PAGE = 200


class Jobs(PersonalService):
    """The jobs of one person."""

    def list_recent(self, *, limit: int = 20) -> Sequence[Job]:
        """Open jobs and those that ended in the last day, newest first."""
        ended_after = datetime.now(UTC) - SHOWN_AFTER_END
        rows = self._store.jobs.list_recent(self._owner, limit=limit, ended_after=ended_after)
        places = self._find_places(rows)
        return [view_job(row, places.get(row.id)) for row in rows]

    def list_page(
        self, *, state: str = "", kind: str = "", cursor: str | None = None, limit: int = 60
    ) -> JobPage:
        """One page, newest first; of those in a state and of a kind where they are named. Raises CursorRefused."""
        limit = min(limit, MOST_PER_PAGE)
        rows, next_cursor = list_jobs_page(self._store, self._owner, cursor, limit, state=state, kind=kind)
        places = self._find_places(rows)
        items = tuple(view_job(row, places.get(row.id)) for row in rows)
        return JobPage(items=items, next_cursor=next_cursor)

    def look(self) -> JobsNow:
        """What runs, what waits and in which place, and what ended in the last day."""
        rows = list_open(self._store, self._owner, limit=MOST_OPEN_SHOWN)
        ended = list_ended(self._store, self._owner, after=datetime.now(UTC) - SHOWN_AFTER_END)
        places = self._find_places(rows)
        jobs = [view_job(row, places.get(row.id)) for row in (*rows, *ended)]
        is_all = len(rows) < MOST_OPEN_SHOWN
        return JobsNow(
            jobs=tuple(jobs),
            open=len(rows) if is_all else count_open(self._store, self._owner),
            places=places,
            trouble=describe_trouble(self._channel) if self._channel is not None and rows else "",
        )

    def get(self, job_id: str) -> Job:
        """One job. Raises NotFound."""
        row = self._store.jobs.get(self._owner, job_id)
        return view_job(row, self._find_places([row]).get(job_id))

    def preview(self, job_id: str) -> bytes | None:
        """The picture in the making, WEBP, where there is one. Raises NotFound."""
        return self._store.jobs.preview(self._owner, job_id)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop. A queued one is cancelled at once. Raises JobNotOpen when it has ended."""
        return view_job(self._store.jobs.request_cancel(self._owner, job_id))

    def retry(self, job_id: str) -> str:
        """Order a failed or cancelled job's work anew; the new job's id. Pressed twice it is ordered once."""
        job = self._store.jobs.get(self._owner, job_id)
        if job.is_open:
            raise JobStillOpen
        key, payload = f"retry:{job_id}", job.payload
        if job.kind == "generation":
            generation_id = self._store.generations.get_by_job(self._owner, job_id).generation.id
            again = Generations(self._resources, self._person).again
            return again(generation_id, idempotency_key=key).job_id
        if job.kind == "download":
            download = Models(self._resources, self._person).download
            return download(payload["preset"], idempotency_key=key)
        if job.kind != "body":  # all that it needs is in its payload
            return self._submit_again(job, key)
        return Bodies(self._resources, self._person).order(
            payload["photo_id"],
            from_json(KnownMeasures, payload["known"]),
            name=payload["name"],
            extractor=payload["extractor"],
            person=payload.get("person"),
            side_photo_id=payload.get("side_photo_id"),
            back_photo_id=payload.get("back_photo_id"),
            idempotency_key=key,
        )

    def _find_places(self, rows: Sequence[JobRow]) -> Mapping[str, JobPlace]:
        waiting = [row.id for row in rows if row.state == "queued"]
        return find_job_places(self._store, self._settings, self._owner, waiting)

    def _submit_again(self, job: JobRow, key: str) -> str:
        with self._store.begin() as transaction:
            job_id, _ = self._submit_job(
                transaction,
                kind=job.kind,
                title=job.title,
                payload=job.payload,
                lane=job.lane,
                idempotency_key=key,
            )
        self._notifier.notify(job_id)
        return job_id


def view_job(row: JobRow, place: JobPlace | None = None) -> Job:
    """What is shown of a job, and where it waits. One that waits is at no step, whatever an attempt before has reached;
    one that has succeeded is at its last."""
    now, waits = datetime.now(UTC), row.state == "queued"
    step = row.total if row.state == "succeeded" else row.step
    return Job(
        id=row.id,
        kind=cast(JobKind, row.kind),
        lane=cast(JobLane, row.lane),
        title=row.title,
        state=cast(JobState, row.state),
        stage=say_next_attempt(row, now) if waits else row.stage,
        step=0 if waits else step,
        total=0 if waits else row.total,
        attempt=row.attempt,
        cancel_requested=row.cancel_requested,
        error_code=row.error_code,
        error=row.error,
        preset=str(row.payload.get("preset", "")),
        result={name: value for name, value in row.result.items() if name != OTHERS},
        seconds_left=guess_seconds_left(row, now),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        place=place.place if place else None,
        expected_start=place.expected_start if place else None,
    )


def say_next_attempt(row: JobRow, now: datetime) -> str:
    """When what did not work is tried again: "Attempt 2 of 3 in 8 s"; "" for what was not tried yet."""
    if not row.error:
        return ""
    number = f"Attempt {row.attempt + 1} of {MAX_ATTEMPTS}"
    seconds = math.ceil((row.not_before - now).total_seconds())
    if seconds <= 0:
        return f"{number}: waiting its turn"
    return (
        f"{number} in {seconds} s"
        if seconds < SAID_IN_MINUTES_S
        else f"{number} in {round(seconds / 60)} min"
    )


def guess_seconds_left(row: JobRow, now: datetime) -> float | None:
    """Of pictures as their worker reckons it; else from the steps that are done. None before there are any."""
    if row.state != "running":
        return None
    if row.kind == "generation":  # of its time a part may be the opening of weights, or an attempt before
        return None if row.ends_at is None else max(0.0, (row.ends_at - now).total_seconds())
    if row.started_at is None or not 0 < row.step <= row.total:
        return None
    passed = (now - row.started_at).total_seconds()
    return max(0.0, passed * (row.total - row.step) / row.step)
