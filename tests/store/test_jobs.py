"""Jobs: idempotency, exclusive claims, leases and their fence, ends, the reconciler, the purge."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from store.errors import IdempotencyConflict, JobEnded, LostLease, RowMissing
from store.jobs import EXHAUSTED_CODE
from store.queue import MAX_ATTEMPTS
from store.rows import JobRow
from store.store import Store, open_store

LEASE_S = 30.0


def submit(store: Store, key: str | None = None, owner: str = "you", **payload: object) -> str:
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction, owner=owner, kind="body", title="A body", payload=payload, idempotency_key=key
        )
    return job_id


def claim(store: Store, job_id: str | None = None) -> JobRow:
    job = store.jobs.claim(worker="w1", lease_seconds=LEASE_S, job_id=job_id)
    assert job is not None
    assert job.token is not None
    return job


def finish(store: Store, job: JobRow) -> JobRow:
    with store.begin() as transaction:
        return store.jobs.finish(transaction, job.id, job.token or "", {"avatar_id": "a"})


def test_the_same_key_is_the_same_job(store: Store) -> None:
    first = submit(store, "k", photo="p", sizes=(1, 2))
    assert submit(store, "k", photo="p", sizes=(1, 2)) == first
    assert submit(store, "k", owner="somebody", photo="p", sizes=(1, 2)) != first
    assert submit(store, photo="p") != submit(store, photo="p")
    with pytest.raises(IdempotencyConflict):
        submit(store, "k", photo="another")


def test_jobs_are_claimed_in_their_order_and_only_once(store: Store, clock) -> None:
    ids = []
    for _ in range(3):
        ids.append(submit(store))
        clock.pass_seconds(1)
    assert [claim(store).id for _ in ids] == ids
    assert store.jobs.claim(worker="w2", lease_seconds=LEASE_S) is None
    assert store.jobs.claim(worker="w2", lease_seconds=LEASE_S, job_id=ids[0]) is None


def test_a_claim_says_who_when_and_how_often(store: Store, clock) -> None:
    job = claim(store, submit(store))
    assert (job.state, job.attempt, job.worker) == ("running", 1, "w1")
    assert job.lease_until == clock.now + timedelta(seconds=LEASE_S)
    assert job.started_at == clock.now


def test_a_silent_workers_job_is_rescued_and_the_old_token_is_worth_nothing(store: Store, clock) -> None:
    old = claim(store, submit(store))
    clock.pass_seconds(LEASE_S - 1)
    assert store.jobs.heartbeat(old.id, old.token or "", LEASE_S).is_held
    clock.pass_seconds(LEASE_S - 1)
    assert store.jobs.reconcile() == []
    clock.pass_seconds(2)
    assert store.jobs.reconcile() == [old.id]
    new = claim(store)
    assert (new.id, new.attempt) == (old.id, 2)
    assert not store.jobs.heartbeat(old.id, old.token or "", LEASE_S).is_held
    assert not store.jobs.set_progress(old.id, old.token or "", "drawing", 1, 2).is_held
    with pytest.raises(LostLease):
        finish(store, old)
    with store.begin() as transaction, pytest.raises(LostLease):
        store.jobs.fail(transaction, old.id, old.token or "", "code", "message")
    with store.begin() as transaction, pytest.raises(LostLease):
        store.jobs.retry_later(transaction, old.id, old.token or "", 1, "code", "message")
    with store.begin() as transaction, pytest.raises(LostLease):
        store.jobs.require_lease(transaction, old.id, old.token or "")
    assert finish(store, new).state == "succeeded"
    with pytest.raises(LostLease):
        finish(store, new)


def test_the_third_silence_is_the_last(store: Store, clock) -> None:
    job_id = submit(store)
    for attempt in range(MAX_ATTEMPTS):
        assert claim(store).attempt == attempt + 1
        clock.pass_seconds(LEASE_S + 1)
    assert store.jobs.claim(worker="w", lease_seconds=LEASE_S) is None
    assert store.jobs.claim(worker="w", lease_seconds=LEASE_S, job_id=job_id) is None
    assert store.jobs.reconcile() == []
    job = store.jobs.get("you", job_id)
    assert (job.state, job.error_code, job.finished_at) == ("failed", EXHAUSTED_CODE, clock.now)
    assert "three times" in job.error


def test_a_failed_attempt_waits_then_the_third_fails(store: Store, clock) -> None:
    job_id = submit(store)
    for delay in (10.0, 100.0):
        job = claim(store)
        with store.begin() as transaction:
            assert (
                store.jobs.retry_later(transaction, job.id, job.token or "", delay, "boom", "It broke.").state
                == "queued"
            )
        clock.pass_seconds(delay - 1)
        assert store.jobs.claim(worker="w", lease_seconds=LEASE_S) is None
        assert store.jobs.reconcile() == []
        clock.pass_seconds(1)
        assert store.jobs.reconcile() == [job_id]
    job = claim(store)
    with store.begin() as transaction:
        ended = store.jobs.retry_later(transaction, job.id, job.token or "", 1000, "boom", "It broke.")
    assert (ended.state, ended.error_code, ended.error, ended.attempt) == ("failed", "boom", "It broke.", 3)


def test_progress_preview_and_the_wish_to_stop(store: Store, clock) -> None:
    job = claim(store, submit(store))
    token = job.token or ""
    assert not store.jobs.set_progress(job.id, token, "drawing", 3, 8, b"picture").cancel_requested
    assert store.jobs.set_progress(job.id, token, "drawing", 4, 8).is_held
    seen = store.jobs.get("you", job.id)
    assert (seen.stage, seen.step, seen.total, seen.ends_at) == ("drawing", 4, 8, None)
    store.jobs.set_progress(job.id, token, "drawing", 5, 8, seconds_left=27.0)
    assert store.jobs.get("you", job.id).ends_at == clock.now + timedelta(seconds=27)
    assert store.jobs.preview("you", job.id) == b"picture"
    assert store.jobs.request_cancel("you", job.id).state == "running"
    assert store.jobs.is_cancel_requested(job.id, token)
    assert store.jobs.heartbeat(job.id, token, LEASE_S).cancel_requested
    with store.begin() as transaction:
        assert store.jobs.cancelled(transaction, job.id, token).state == "cancelled"
    assert store.jobs.preview("you", job.id) is None
    with pytest.raises(JobEnded):
        store.jobs.request_cancel("you", job.id)


def test_cancelling_a_queued_job_ends_it(store: Store, clock) -> None:
    job = store.jobs.request_cancel("you", submit(store))
    assert (job.state, job.finished_at) == ("cancelled", clock.now)
    assert store.jobs.claim(worker="w", lease_seconds=LEASE_S) is None


def test_a_wish_to_stop_survives_the_workers_death_and_its_failure(store: Store, clock) -> None:
    dead, failing = claim(store, submit(store)), claim(store, submit(store))
    for job in (dead, failing):
        store.jobs.request_cancel("you", job.id)
    with store.begin() as transaction:
        ended = store.jobs.retry_later(transaction, failing.id, failing.token or "", 5, "boom", "It broke.")
    assert ended.state == "cancelled"
    clock.pass_seconds(LEASE_S + 1)
    assert store.jobs.claim(worker="w", lease_seconds=LEASE_S) is None
    assert store.jobs.reconcile() == []
    assert store.jobs.get("you", dead.id).state == "cancelled"


def test_the_list_is_newest_first_and_can_leave_out_what_is_over(store: Store, clock) -> None:
    done = finish(store, claim(store, submit(store)))
    clock.pass_seconds(3600)
    queued = submit(store)
    assert [job.id for job in store.jobs.list_recent("you")] == [queued, done.id]
    assert [job.id for job in store.jobs.list_recent("you", limit=1)] == [queued]
    recent = store.jobs.list_recent("you", ended_after=clock.now - timedelta(minutes=1))
    assert [job.id for job in recent] == [queued]
    assert store.jobs.list_recent("somebody") == []


def test_the_purge_takes_old_ended_rows_only(store: Store, clock) -> None:
    finished, failed, running = (claim(store, submit(store)) for _ in range(3))
    finish(store, finished)
    with store.begin() as transaction:
        store.jobs.fail(transaction, failed.id, failed.token or "", "boom", "It broke.")
    periods = {"finished_after": timedelta(hours=24), "failed_after": timedelta(days=7)}
    clock.pass_seconds(23 * 3600)
    assert store.jobs.purge(**periods) == 0
    clock.pass_seconds(2 * 3600)
    assert store.jobs.purge(**periods) == 1
    clock.pass_seconds(7 * 24 * 3600)
    assert store.jobs.purge(**periods) == 1
    assert [job.id for job in store.jobs.list_recent("you")] == [running.id]


def test_a_foreign_job_is_a_missing_job(store: Store) -> None:
    job_id = submit(store)
    for owner, wanted in (("somebody", job_id), ("you", "0" * 28)):
        with pytest.raises(RowMissing):
            store.jobs.get(owner, wanted)
        with pytest.raises(RowMissing):
            store.jobs.preview(owner, wanted)
        with pytest.raises(RowMissing):
            store.jobs.request_cancel(owner, wanted)


def claim_until_empty(folder: Path, name: str, claimed: multiprocessing.Queue) -> None:
    store = open_store(folder)
    while (job := store.jobs.claim(worker=name, lease_seconds=60)) is not None:
        claimed.put(job.id)
    store.close()


def test_four_processes_never_claim_the_same_job(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    ids = [submit(store) for _ in range(60)]
    store.close()
    context = multiprocessing.get_context("spawn")
    claimed: multiprocessing.Queue = context.Queue()
    workers = [
        context.Process(target=claim_until_empty, args=(tmp_path, f"w{number}", claimed))
        for number in range(4)
    ]
    for worker in workers:
        worker.start()
    seen = [claimed.get(timeout=60) for _ in ids]
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    assert claimed.empty()
    assert sorted(seen) == sorted(ids)


def test_a_worker_that_ends_puts_its_job_back_and_the_attempt_does_not_count(store: Store) -> None:
    job, unwanted = claim(store, submit(store)), claim(store, submit(store))
    store.jobs.request_cancel("you", unwanted.id)
    assert store.jobs.requeue(job.id, job.token or "")
    assert store.jobs.requeue(unwanted.id, unwanted.token or "")
    assert not store.jobs.requeue(job.id, job.token or "")
    assert store.jobs.get("you", unwanted.id).state == "cancelled"
    again = claim(store)
    assert (again.id, again.attempt) == (job.id, 1)


def submit_to(store: Store, lane: str, priority: int = 0) -> str:
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction, owner="you", kind="any", title="", payload={}, lane=lane, priority=priority
        )
    return job_id


def claim_from(store: Store, lane: str) -> str | None:
    job = store.jobs.claim(worker="w", lease_seconds=LEASE_S, lane=lane)
    return None if job is None else job.id


def test_a_lane_holds_up_no_other(store: Store, clock) -> None:
    download, picture, body = (submit_to(store, lane) for lane in ("download", "gpu", "cpu"))
    assert store.jobs.list_due() == {"gpu": [picture], "cpu": [body], "download": [download]}
    assert [claim_from(store, lane) for lane in ("cpu", "gpu", "cpu", "gpu", "download")] == [
        body,
        picture,
        None,
        None,
        download,
    ]
    assert store.jobs.get("you", download).lane == "download"


def test_within_a_lane_priority_goes_before_age(store: Store, clock) -> None:
    ids = {}
    for name, priority in (("old", 0), ("late", -1), ("urgent", 5), ("new", 0)):
        ids[name] = submit_to(store, "gpu", priority)
        clock.pass_seconds(1)
    other_lane = submit_to(store, "cpu", 9)
    order = [ids[name] for name in ("urgent", "old", "new", "late")]
    assert store.jobs.list_due() == {"gpu": order, "cpu": [other_lane], "download": []}
    assert [claim_from(store, "gpu") for _ in range(5)] == [*order, None]
    clock.pass_seconds(LEASE_S + 1)
    assert claim_from(store, "cpu") == other_lane, "the silent ones are of another lane"
    assert claim_from(store, "gpu") in order


def test_an_urgent_job_that_is_not_due_yet_holds_up_nothing(store: Store, clock) -> None:
    urgent, plain = submit_to(store, "gpu", 5), submit_to(store, "gpu")
    job = store.jobs.claim(worker="w", lease_seconds=LEASE_S, lane="gpu")
    assert job is not None
    assert job.id == urgent
    with store.begin() as transaction:
        store.jobs.retry_later(transaction, job.id, job.token or "", 10, "boom", "It broke.")
    assert claim_from(store, "gpu") == plain
    assert claim_from(store, "gpu") is None
    clock.pass_seconds(10)
    assert claim_from(store, "gpu") == urgent


def test_a_lane_that_is_not_there_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="no lane called 'fast'"):
        submit_to(store, "fast")


def test_a_claim_is_a_look_up_in_the_indexes(store: Store) -> None:
    seen: list[tuple[str, tuple]] = []

    def note(_connection, _cursor, sql, values, *_) -> None:
        seen.append((sql, values))

    event.listen(store.database.writer, "before_cursor_execute", note)
    claim_from(store, "gpu")
    sql, values = next(one for one in seen if "UPDATE jobs" in one[0])
    with store.read() as transaction:
        plan = transaction.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    said = [row[-1] for row in plan]
    queue = "SEARCH jobs USING COVERING INDEX ix_jobs_queue"
    assert f"{queue} (state=? AND lane=? AND owner=? AND priority=? AND not_before<?)" in said
    assert f"{queue} (state=? AND lane=? AND owner>?)" in said  # from one person to the next
    assert any("ix_jobs_lease (state=? AND lease_until<?)" in line for line in said)
    assert not any("SCAN jobs" in line for line in said)
