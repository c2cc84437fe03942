"""run_job: what becomes of a job for each way that its handler can end."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import EngineUnavailable, PersonaRefused
from pipelines.progress import Progress
from store.database import DATABASE_NAME
from store.errors import LostLease, StorageFull
from store.rows import JobRow
from store.store import Store, open_store
from studio.errors import translate_errors
from studio.worker.jobs import RETRY_DELAYS_S, STUCK_CODE, Handler, JobContext, StuckRule, run_job

LEASE_S = 30.0
PICTURE = {"view": "front", "pose": "relaxed-stand", "seed": 1, "width": 8, "height": 8, "alt": ""}
MEDIA_TYPES = ("image/png", "image/webp")


class BusyEngine(EngineUnavailable):
    """The engine is busy. Try again."""

    passing = True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def order(store: Store, **payload: Any) -> str:
    """Submit a job with its generation."""
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(transaction, owner="you", kind="tiny", title="Tiny", payload=payload)
        store.generations.add(
            transaction, "you", job_id=job_id, title="", order={}, requests=[], prompt="", negative_prompt=""
        )
    return job_id


def claim(store: Store, *, lease_s: float = LEASE_S, after_s: float = 0.0) -> JobRow:
    """Claim the next job, as at a later time."""
    now = datetime.now(UTC) + timedelta(seconds=after_s)
    job = store.jobs.claim(worker="test", lease_seconds=lease_s, now=now)
    assert job is not None
    return job


def run(store: Store, handler: Handler, *, after_s: float = 0.0, **rules: Any) -> JobRow:
    """Claim and run the next job; the row as it is then."""
    job = claim(store, after_s=after_s)
    run_job(store, job, {"tiny": handler}, **rules)
    return store.jobs.get("you", job.id)


def test_a_result_is_kept_with_what_belongs_to_the_end(store: Store) -> None:
    order(store, size=3)

    def work(context: JobContext) -> Mapping[str, Any]:
        context.at_finish(
            lambda transaction: {
                "avatar_id": store.avatars.add(transaction, context.owner, name="A", persona={}).id
            }
        )
        return {"size": context.payload["size"]}

    job = run(store, work)
    assert job.state == "succeeded"
    assert job.result["size"] == 3
    assert store.avatars.get("you", job.result["avatar_id"]).name == "A"


def test_what_belongs_to_the_end_is_undone_with_it(store: Store) -> None:
    order(store)

    def work(context: JobContext) -> Mapping[str, Any]:
        context.at_finish(
            lambda transaction: {
                "avatar_id": store.avatars.add(transaction, context.owner, name="A", persona={}).id
            }
        )
        context.at_finish(lambda _: _raise(PersonaRefused()))
        return {}

    job = run(store, work)
    assert (job.state, job.error_code) == ("failed", "adults-only")
    assert list(store.avatars.list_recent("you")) == []


def _raise(error: Exception) -> Any:
    raise error


def test_a_refusal_fails_at_once_with_its_code_and_sentence(store: Store) -> None:
    order(store)
    job = run(store, lambda _: _raise(PersonaRefused()))
    assert (job.state, job.attempt, job.error_code) == ("failed", 1, "adults-only")
    assert job.error == "This studio makes adults only. Choose an age of 18 or more."


def test_work_of_an_unknown_kind_fails_with_a_sentence(store: Store) -> None:
    order(store)
    job = claim(store)
    run_job(store, job, {})
    ended = store.jobs.get("you", job.id)
    assert (ended.state, ended.error_code) == ("failed", "unknown-name")
    assert "tiny" in ended.error


@translate_errors
def ask_a_service(error: Exception) -> Any:
    """Fail as a service does that work calls: the store's trouble in the studio's words."""
    raise error


@pytest.mark.parametrize("fail", [_raise, ask_a_service])
@pytest.mark.parametrize("error", [BusyEngine(), StorageFull()])
def test_a_passing_trouble_is_tried_again_later(
    store: Store, error: Exception, fail: Callable[[Exception], Any]
) -> None:
    order(store)
    job = run(store, lambda _: fail(error))
    assert job.state == "queued"
    assert job.error == str(error)
    assert store.jobs.claim(worker="test", lease_seconds=LEASE_S) is None  # not yet due
    wait_s = (job.not_before - datetime.now(UTC)).total_seconds()
    assert RETRY_DELAYS_S[0] - 5 < wait_s <= RETRY_DELAYS_S[0]


def test_the_unexpected_is_tried_three_times_and_never_quoted(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    order(store)
    caplog.set_level(logging.ERROR)
    for attempt, later_s in enumerate((0, 20, 200), start=1):
        job = run(store, lambda _: _raise(ZeroDivisionError("secret detail")), after_s=later_s)
        assert job.attempt == attempt
    assert (job.state, job.error_code) == ("failed", "unexpected")
    assert job.error == f"Unexpected error in job {job.id}; see the log."
    tracebacks = [record for record in caplog.records if record.exc_info]
    assert len(tracebacks) == 3
    assert job.id in tracebacks[0].getMessage()


def test_cancel_stops_within_half_a_second_and_keeps_what_was_done(store: Store) -> None:
    job_id = order(store)
    stopped_after: list[float] = []

    def work(context: JobContext) -> Mapping[str, Any]:
        context.keep_picture(b"first", b"t", media_types=MEDIA_TYPES, position=0, **PICTURE)
        store.jobs.request_cancel("you", job_id)
        asked = time.perf_counter()
        try:
            for step in range(1000):
                time.sleep(0.01)
                context.on_progress(Progress(stage="drawing", step=step, total=1000))
        finally:
            stopped_after.append(time.perf_counter() - asked)
        return {}

    job = run(store, work)
    assert job.state == "cancelled"
    assert stopped_after[0] < 0.5 + 0.5  # the second half for a busy machine
    assert [picture.position for picture in store.generations.get_by_job("you", job_id).pictures] == [0]


def test_progress_is_written_at_most_four_times_a_second(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = order(store)
    written: list[int] = []
    write = store.jobs.set_progress

    def count(job: str, token: str, stage: str, step: int, *rest: Any, **named: Any) -> Any:
        written.append(step)
        return write(job, token, stage, step, *rest, **named)

    monkeypatch.setattr(store.jobs, "set_progress", count)
    seen: list[int] = []

    def work(context: JobContext) -> Mapping[str, Any]:
        for step in range(120):
            context.on_progress(Progress(stage="drawing", step=step, total=120, preview=b"small"))
            time.sleep(0.01)
        seen.append(store.jobs.get("you", job_id).step)
        return {}

    started = time.perf_counter()
    run(store, work)
    seconds = time.perf_counter() - started
    assert 2 <= len(written) <= 4 * seconds + 1
    assert seen[0] > 0


def test_a_long_job_keeps_its_lease(store: Store) -> None:
    job_id = order(store)

    def work(context: JobContext) -> Mapping[str, Any]:
        for _ in range(12):
            time.sleep(0.1)
            assert store.jobs.claim(worker="other", lease_seconds=1) is None
            context.on_progress(Progress(stage="drawing"))
        return {}

    job = claim(store, lease_s=0.8)
    run_job(store, job, {"tiny": work}, lease_s=0.8)
    ended = store.jobs.get("you", job_id)
    assert (ended.state, ended.attempt) == ("succeeded", 1)


def test_a_worker_that_lost_its_job_keeps_nothing(store: Store) -> None:
    job_id = order(store)
    first = claim(store, lease_s=0.0)
    second = claim(store)
    assert (first.id, second.id) == (job_id, job_id)

    def work(context: JobContext) -> Mapping[str, Any]:
        with pytest.raises(LostLease):
            context.keep_picture(b"late", b"t", media_types=MEDIA_TYPES, position=0, **PICTURE)
        context.at_finish(
            lambda writing: {"avatar_id": store.avatars.add(writing, "you", name="A", persona={}).id}
        )
        return {}

    run_job(store, first, {"tiny": work})
    row = store.jobs.get("you", job_id)
    assert (row.state, row.token) == ("running", second.token)
    assert store.generations.get_by_job("you", job_id).pictures == ()
    assert list(store.avatars.list_recent("you")) == []
    with closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (0,)


def test_a_loser_is_told_at_its_next_step(store: Store) -> None:
    order(store)
    first = claim(store, lease_s=0.0)
    claim(store)

    def work(context: JobContext) -> Mapping[str, Any]:
        for _ in range(500):
            context.on_progress(Progress(stage="drawing"))
            time.sleep(0.01)
        pytest.fail("nobody told it")

    run_job(store, first, {"tiny": work})


def test_a_stop_puts_the_job_back_without_its_attempt(store: Store) -> None:
    job_id = order(store)
    stop = threading.Event()
    back_after: list[float] = []

    def work(context: JobContext) -> Mapping[str, Any]:
        stop.set()
        told = time.perf_counter()
        while store.jobs.get("you", job_id).state == "running":
            time.sleep(0.01)
        back_after.append(time.perf_counter() - told)
        context.on_progress(Progress(stage="drawing"))
        pytest.fail("it goes on")

    job = run(store, work, stop=stop)
    assert (job.state, job.attempt, job.token) == ("queued", 0, None)
    assert back_after[0] < 1.0
    assert run(store, lambda _: {}).state == "succeeded"


def test_a_stop_ends_a_job_that_was_to_be_cancelled(store: Store) -> None:
    job_id = order(store)
    job = claim(store)
    store.jobs.request_cancel("you", job_id)
    assert job.token is not None
    assert store.jobs.requeue(job_id, job.token)
    assert store.jobs.get("you", job_id).state == "cancelled"
    assert not store.jobs.requeue(job_id, job.token)


def test_a_second_attempt_makes_only_what_is_missing(store: Store) -> None:
    job_id = order(store)
    made: list[int] = []

    def work(fails_at: int) -> Callable[[JobContext], Mapping[str, Any]]:
        def draw(context: JobContext) -> Mapping[str, Any]:
            for position in sorted({0, 1, 2} - context.kept_positions()):
                if position == fails_at:
                    raise RuntimeError("a fault of the engine")
                made.append(position)
                context.keep_picture(
                    b"%d" % position, b"t", media_types=MEDIA_TYPES, position=position, **PICTURE
                )
            return {"pictures": 3}

        return draw

    assert run(store, work(2)).state == "queued"
    assert run(store, work(9), after_s=20).state == "succeeded"
    assert made == [0, 1, 2]
    assert [picture.position for picture in store.generations.get_by_job("you", job_id).pictures] == [0, 1, 2]


def run_stuck(
    store: Store, rule_s: float, silent_s: float, *, after_s: float = 0.0
) -> tuple[JobRow, list[str]]:
    """The next job, whose handler reports nothing for `silent_s` seconds; its row, and whom the worker ended for."""
    given_up: list[str] = []

    def work(context: JobContext) -> Mapping[str, Any]:
        time.sleep(silent_s)
        context.keep_picture(b"late", b"t", media_types=MEDIA_TYPES, position=0, **PICTURE)
        return {}

    row = run(store, work, after_s=after_s, stuck=StuckRule(after_s=rule_s, on_stuck=given_up.append))
    return row, given_up


def test_a_job_without_a_step_is_given_up_and_its_attempt_counts(store: Store) -> None:
    job_id = order(store)
    for attempt, later_s in enumerate((0, 20, 200), start=1):
        job, given_up = run_stuck(store, 0.3, 1.5, after_s=later_s)
        assert (job.attempt, job.error_code, given_up) == (attempt, STUCK_CODE, [job_id])
        assert "no progress" in job.error
    assert job.state == "failed"
    assert store.generations.get_by_job("you", job_id).pictures == ()  # what came after was too late


def test_a_slow_job_with_steps_is_left_alone(store: Store) -> None:
    order(store)
    given_up: list[str] = []

    def work(context: JobContext) -> Mapping[str, Any]:
        for step in range(6):
            time.sleep(0.15)
            context.on_progress(Progress(stage="drawing", step=step, total=6))
        return {}

    assert run(store, work, stuck=StuckRule(after_s=0.6, on_stuck=given_up.append)).state == "succeeded"
    assert given_up == []


def test_a_cancelled_job_that_hangs_is_cancelled_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.worker.jobs.CANCEL_PATIENCE_S", 0.3)
    job_id = order(store)
    threading.Timer(0.1, store.jobs.request_cancel, args=("you", job_id)).start()
    job, given_up = run_stuck(store, 100, 2.5)
    assert (job.state, given_up) == ("cancelled", [job_id])
