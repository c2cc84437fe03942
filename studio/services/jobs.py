"""Jobs as a person sees them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import cast

from pipelines.image.presets import PresetShelf
from pipelines.types import KnownMeasures
from store.queue import MAX_ATTEMPTS
from store.rows import JobRow
from store.store import Store
from studio.errors import JobStillOpen
from studio.services.bodies import order_body
from studio.services.generations import make_again
from studio.services.models import order_download
from studio.settings import Settings
from studio.vocabulary.codec import from_json
from studio.vocabulary.views import JobKind, JobState, JobView
from studio.worker.jobs import JobNotifier

SHOWN_AFTER_END = timedelta(days=1)
SAID_IN_MINUTES_S = 120


def view_job(row: JobRow) -> JobView:
    """What is shown of a job. One that waits is at no step, whatever an attempt before has reached; one that has
    succeeded is at its last."""
    now, waits = datetime.now(UTC), row.state == "queued"
    step = row.total if row.state == "succeeded" else row.step
    return JobView(
        id=row.id,
        kind=cast(JobKind, row.kind),
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
        result=row.result,
        seconds_left=guess_seconds_left(row, now),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
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


def list_jobs(store: Store, owner: str, limit: int) -> list[JobView]:
    """Open jobs and those that ended in the last day, newest first."""
    ended_after = datetime.now(UTC) - SHOWN_AFTER_END
    return [view_job(row) for row in store.jobs.list_recent(owner, limit=limit, ended_after=ended_after)]


def retry_job(
    store: Store, notifier: JobNotifier, settings: Settings, presets: PresetShelf, owner: str, job_id: str
) -> str:
    """Order a failed or cancelled job's work anew; the new job's id. Pressed twice it is ordered once."""
    job = store.jobs.get(owner, job_id)
    if job.is_open:
        raise JobStillOpen
    key = f"retry:{job_id}"
    if job.kind == "generation":
        generation_id = store.generations.get_by_job(owner, job_id).generation.id
        return make_again(store, notifier, settings, presets, owner, generation_id, idempotency_key=key)
    payload = job.payload
    if job.kind == "download":
        return order_download(
            store, notifier, settings, presets, owner, payload["preset"], idempotency_key=key
        )
    return order_body(
        store,
        notifier,
        owner,
        payload["photo_id"],
        from_json(KnownMeasures, payload["known"]),
        name=payload["name"],
        extractor=payload["extractor"],
        idempotency_key=key,
    )
