"""Generations: they follow their job, keep each picture once, and page without moving."""

from __future__ import annotations

import random
import sys
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path
from types import FrameType

import pytest
from sqlalchemy import event

from store.database import DATABASE_NAME
from store.errors import BadCursor, LostLease, RowMissing
from store.store import Store, open_store
from tests.benchmarks.history import fill

LEASE_S = 30.0


def state_of(store: Store, generation_id: str) -> str:
    return store.generations.get("you", generation_id).generation.state


def test_a_generation_follows_its_job(store: Store, things, clock) -> None:
    generation = things.generation()
    assert (generation.state, generation.started_at) == ("queued", None)
    clock.pass_seconds(5)
    job = things.claim(generation)
    assert state_of(store, generation.id) == "running"
    with store.begin() as transaction:
        store.jobs.retry_later(transaction, job.id, job.token or "", 10, "boom", "It broke.")
    row = store.generations.get("you", generation.id).generation
    assert (row.state, row.error_code, row.error) == ("queued", "boom", "It broke.")
    clock.pass_seconds(10)
    job = things.claim(generation)
    assert store.generations.get("you", generation.id).generation.error == ""
    clock.pass_seconds(3)
    with store.begin() as transaction:
        store.jobs.finish(transaction, job.id, job.token or "", {})
    row = store.generations.get("you", generation.id).generation
    assert row.state == "succeeded"
    assert row.started_at is not None
    assert row.finished_at is not None
    assert row.finished_at - row.started_at == timedelta(seconds=13)


def test_every_end_of_a_job_is_its_generations(store: Store, things, clock) -> None:
    cancelled, failed, silent = (things.generation() for _ in range(3))
    store.jobs.request_cancel("you", cancelled.job_id)
    job = things.claim(failed)
    with store.begin() as transaction:
        store.jobs.fail(transaction, job.id, job.token or "", "no-engine", "No engine.")
    for _ in range(3):
        things.claim(silent)
        clock.pass_seconds(LEASE_S + 1)
    store.jobs.reconcile()
    assert [state_of(store, row.id) for row in (cancelled, failed, silent)] == [
        "cancelled",
        "failed",
        "failed",
    ]
    assert store.generations.get("you", silent.id).generation.error_code == "attempts-exhausted"


def test_a_generation_outlives_its_jobs_row(store: Store, things, clock) -> None:
    generation = things.finished()
    clock.pass_seconds(48 * 3600)
    assert store.jobs.purge(finished_after=timedelta(hours=24), failed_after=timedelta(days=7)) == 1
    entry = store.generations.get("you", generation.id)
    assert (entry.generation.state, len(entry.pictures)) == ("succeeded", 2)
    assert store.generations.get_by_job("you", generation.job_id) == entry


def test_the_whole_order_is_kept(store: Store, things) -> None:
    generation = things.generation(pictures=3)
    assert (generation.order, generation.prompt) == ({"poses": ["stand"]}, "a person")
    assert store.generations.requests("you", generation.id) == [{"seed": 0}, {"seed": 1}, {"seed": 2}]


def test_a_second_attempt_keeps_the_pictures_of_the_first(store: Store, things, clock) -> None:
    generation = things.generation(pictures=2)
    job = things.claim(generation)
    first = things.picture(job, 0)
    assert [row.id for row in store.generations.get("you", generation.id).pictures] == [first.id]
    clock.pass_seconds(LEASE_S + 1)
    again = things.claim(generation)
    with pytest.raises(LostLease):
        things.picture(job, 1)
    assert things.picture(again, 0) == first
    assert things.picture(again, 0, b"other pixels") == first
    things.picture(again, 1)
    pictures = store.generations.get("you", generation.id).pictures
    assert [row.position for row in pictures] == [0, 1]
    assert store.files.count_uses("you", first.file_id) == 1


def test_a_late_failure_loses_no_picture(store: Store, things) -> None:
    generation = things.generation(pictures=2)
    job = things.claim(generation)
    things.picture(job, 0)
    with store.begin() as transaction:
        store.jobs.fail(transaction, job.id, job.token or "", "boom", "It broke.")
    assert len(store.generations.get("you", generation.id).pictures) == 1
    with pytest.raises(LostLease):
        things.picture(job, 1)


def test_pages_meet_without_a_gap_while_things_come_and_go(store: Store, things) -> None:
    ids = [things.generation(pictures=1).id for _ in range(9)][::-1]
    ids.sort(reverse=True)
    page = store.generations.list_page("you", limit=4)
    assert [entry.generation.id for entry in page.entries] == ids[:4]
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", ids[1])  # seen already
        store.generations.delete(transaction, "you", ids[3])  # the cursor itself
        store.generations.delete(transaction, "you", ids[5])  # yet to come
    things.generation()
    page = store.generations.list_page("you", page.next_cursor, limit=4)
    assert [entry.generation.id for entry in page.entries] == [ids[4], ids[6], ids[7], ids[8]]
    assert page.next_cursor is None


def test_the_last_page_may_be_full_or_empty(store: Store, things) -> None:
    assert store.generations.list_page("you").entries == ()
    for _ in range(4):
        things.generation()
    page = store.generations.list_page("you", limit=2)
    assert page.next_cursor is not None
    page = store.generations.list_page("you", page.next_cursor, limit=2)
    assert (len(page.entries), page.next_cursor) == (2, None)


@pytest.mark.parametrize("cursor", ["", "x", "0" * 27, "'; DROP TABLE jobs; --", "G" * 28, "0" * 28 + "\n"])
def test_a_strange_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        store.generations.list_page("you", cursor)


def test_a_page_takes_few_steps_for_each_of_its_rows(tmp_path: Path) -> None:
    """Calls, not milliseconds: they are the same on a machine that has other work."""
    with closing(open_store(tmp_path)) as store:
        fill(tmp_path / DATABASE_NAME, 120, random.Random(7))
        store.generations.list_page("you", limit=60)
        calls = 0

        def count(_: FrameType, event: str, __: object) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            page = store.generations.list_page("you", limit=60)
        finally:
            sys.setprofile(None)
    assert len(page.entries) == 60
    times = {entry.generation.created_at.tzinfo for entry in page.entries}
    assert times == {UTC}
    assert calls <= 22 * 60  # 27 for each were near twice the time


def test_a_page_is_two_queries_and_both_use_an_index(store: Store, things) -> None:
    for _ in range(5):
        things.finished()
    seen: list[tuple[str, tuple]] = []
    engine = store.database.reader
    listen = (engine, "before_cursor_execute", lambda c, k, sql, values, x, many: seen.append((sql, values)))
    event.listen(*listen)
    page = store.generations.list_page("you", "f" * 28, limit=4)
    event.remove(*listen)
    assert [len(entry.pictures) for entry in page.entries] == [2, 2, 2, 2]
    selects = [(sql, values) for sql, values in seen if sql.startswith("SELECT")]
    assert len(selects) == 2
    plans = []
    for sql, values in selects:
        with engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            plans.append(" ".join(str(step[-1]) for step in plan))
    assert "ix_generations_kept (owner=? AND id<?)" in plans[0]
    assert "(generation_id=?)" in plans[1]
    assert not any("TEMP B-TREE" in plan or "SCAN" in plan for plan in plans)


def test_delete_restore_and_delete_for_good(store: Store, things, clock) -> None:
    generation = things.finished()
    kept = things.finished()
    picture = store.generations.get("you", generation.id).pictures[0]
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", generation.id)
        with pytest.raises(RowMissing):
            store.generations.delete(transaction, "you", generation.id)
    with pytest.raises(RowMissing):
        store.generations.get("you", generation.id)
    with store.begin() as transaction:
        assert len(store.generations.restore(transaction, "you", generation.id).pictures) == 2
        store.generations.delete(transaction, "you", generation.id)
    clock.pass_seconds(29 * 86400)
    assert store.generations.purge(clock.now - timedelta(days=30)) == 0
    clock.pass_seconds(2 * 86400)
    assert store.generations.purge(clock.now - timedelta(days=30)) == 1
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.generations.restore(transaction, "you", generation.id)
    with pytest.raises(RowMissing):
        store.generations.get_picture("you", picture.id)
    with pytest.raises(RowMissing):
        store.files.get("you", picture.file_id, in_trash=True)
    assert len(list(store.objects.walk())) == 4, "the pictures and thumbnails of the other one"
    with pytest.raises(RowMissing):
        store.files.get("you", picture.file_id)
    assert store.files.read("you", store.generations.get("you", kept.id).pictures[0].file_id)


def test_what_is_in_work_is_not_purged(store: Store, things, clock) -> None:
    generation = things.generation()
    things.claim(generation)
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", generation.id)
    clock.pass_seconds(86400)
    assert store.generations.purge(clock.now) == 0


def test_light_views_of_several_jobs_come_in_one_query_without_what_is_large(store: Store, things) -> None:
    done, queued, deleted = things.finished(pictures=3), things.generation(), things.finished()
    theirs = things.finished(owner="somebody")
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", deleted.id)
    seen: list[str] = []
    listen = (
        store.database.reader,
        "before_cursor_execute",
        lambda c, k, sql, values, x, many: seen.append(sql),
    )
    event.listen(*listen)
    found = store.generations.get_light("you", [one.job_id for one in (done, queued, deleted, theirs)])
    event.remove(*listen)
    assert [sql.split()[0] for sql in seen] == ["BEGIN", "SELECT"]
    assert not any(large in seen[1] for large in ("requests", '"order"', "prompt"))
    assert set(found) == {done.job_id, queued.job_id}
    light, whole = found[done.job_id], store.generations.get("you", done.id)
    assert (light.id, light.title, light.state) == (done.id, done.title, "succeeded")
    ids = [(one.id, one.position, one.file_id, one.thumbnail_id, one.alt) for one in whole.pictures]
    assert [(one.id, one.position, one.file_id, one.thumbnail_id, one.alt) for one in light.pictures] == ids
    assert found[queued.job_id].pictures == ()
    assert store.generations.get_light("you", []) == {}
