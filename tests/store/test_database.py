"""The database: no update is lost, commits are durable by setting, failures have names."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, StatementError

import store.sqlite as database
from store.database import DATABASE_NAME
from store.errors import StorageFull, StoreBusy
from store.ids import is_id, new_id
from store.sqlite import choose_journal_mode
from store.store import Store, open_store


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_wal_only_where_it_is_sound(version: tuple[int, int, int], mode: str) -> None:
    assert choose_journal_mode(version) == mode


def test_both_kinds_of_connection_are_set_as_they_should(store: Store) -> None:
    expected = {"synchronous": 2, "foreign_keys": 1, "busy_timeout": int(database.BUSY_TIMEOUT_S * 1000)}
    for unit_of, query_only in ((store.begin, 0), (store.read, 1)):
        with unit_of() as transaction:
            for name, value in {**expected, "query_only": query_only}.items():
                assert transaction.connection.scalar(text(f"PRAGMA {name}")) == value, name
            mode = transaction.connection.scalar(text("PRAGMA journal_mode"))
            assert mode.upper() == choose_journal_mode(sqlite3.sqlite_version_info)


def test_a_look_cannot_write(store: Store) -> None:
    with store.read() as transaction, pytest.raises(OperationalError, match="readonly"):
        transaction.connection.execute(text("DELETE FROM jobs"))


def test_a_unit_that_fails_leaves_nothing(store: Store) -> None:
    def submit_then_fail() -> None:
        with store.begin() as transaction:
            store.jobs.submit(transaction, owner="you", kind="body", title="", payload={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        submit_then_fail()
    assert store.jobs.list_recent("you") == []


def test_a_unit_inside_a_unit_is_a_mistake_that_is_named_at_once(store: Store) -> None:
    with store.begin(), pytest.raises(RuntimeError, match="open in this thread already"):
        store.jobs.get("you", "x")
    with store.read(), pytest.raises(RuntimeError, match="open in this thread already"), store.begin():
        pass
    with store.begin():
        pass


def add_one(store: Store, avatar_id: str) -> None:
    """A read-modify-write, slow between the two."""
    with store.begin() as transaction:
        number = store.avatars.get("you", avatar_id, transaction=transaction).persona["number"]
        time.sleep(0.0005)
        store.avatars.update(transaction, "you", avatar_id, persona={"number": number + 1})


def add_many(folder: Path, avatar_id: str, times: int) -> None:
    store = open_store(folder)
    for _ in range(times):
        add_one(store, avatar_id)
    store.close()


def test_no_update_is_lost_among_threads_and_processes(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.begin() as transaction:
        avatar_id = store.avatars.add(transaction, "you", name="", persona={"number": 0}).id
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=add_many, args=(tmp_path, avatar_id, 20)) for _ in range(2)]
    threads = [
        threading.Thread(target=lambda: [add_one(store, avatar_id) for _ in range(20)]) for _ in range(4)
    ]
    for runner in (*processes, *threads):
        runner.start()
    for runner in (*processes, *threads):
        runner.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert store.avatars.get("you", avatar_id).persona == {"number": 120}
    store.close()


def test_readers_see_the_state_before_or_after_never_between(store: Store, things) -> None:
    avatar = things.avatar()
    stop, torn = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            row = store.avatars.get("you", avatar.id)
            if row.name != "Ada" and row.persona != {"name": row.name}:
                torn.append(row)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(30):
        with store.begin() as transaction:
            store.avatars.update(transaction, "you", avatar.id, name=f"n{number}")
            store.avatars.update(transaction, "you", avatar.id, persona={"name": f"n{number}"})
    stop.set()
    for reader in readers:
        reader.join(timeout=30)
    assert torn == []


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    store = open_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy), store.begin():
            pass
    store.close()


def test_a_full_disk_is_named_and_the_unit_undone(store: Store) -> None:
    def submit_more_than_fits() -> None:
        with store.begin() as transaction:
            pages = transaction.connection.scalar(text("PRAGMA page_count"))
            transaction.connection.execute(text(f"PRAGMA max_page_count={pages + 1}"))
            payload = {"words": "x" * 100_000}
            store.jobs.submit(transaction, owner="you", kind="body", title="", payload=payload)

    with pytest.raises(StorageFull):
        submit_more_than_fits()
    assert store.jobs.list_recent("you") == []


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        store.generations.purge(datetime(2026, 1, 1))
    assert datetime(2026, 1, 1, tzinfo=UTC) == store.clock()


def die_in_the_middle_of_a_commit(folder: Path) -> None:
    store = open_store(folder)
    with store.begin() as transaction:
        transaction.connection.execute(text("PRAGMA cache_size=1"))  # spills to the file before the commit
        for number in range(200):
            payload = {"words": "x" * 2000}
            store.jobs.submit(transaction, owner="you", kind="body", title=f"{number}", payload=payload)
        os._exit(9)


def test_a_look_after_a_writers_death_sees_the_state_before(tmp_path: Path) -> None:
    """A connection that may only read undoes the dead writer's half transaction too."""
    store = open_store(tmp_path)
    with store.begin() as transaction:
        store.jobs.submit(transaction, owner="you", kind="body", title="before", payload={})
    process = multiprocessing.get_context("spawn").Process(
        target=die_in_the_middle_of_a_commit, args=(tmp_path,)
    )
    process.start()
    process.join(timeout=60)
    assert process.exitcode == 9
    assert [job.title for job in store.jobs.list_recent("you")] == ["before"]
    with store.read() as transaction:
        assert transaction.connection.scalar(text("PRAGMA integrity_check")) == "ok"
    store.close()


def test_ids_sort_by_their_time_and_do_not_repeat() -> None:
    ids = [new_id(at_ms) for at_ms in (0, 1, 1_700_000_000_000, 1_700_000_000_001, 16**12 - 1)]
    assert ids == sorted(ids)
    assert all(is_id(one) for one in ids)
    assert len({new_id() for _ in range(10_000)}) == 10_000
    before = time.time_ns() // 1_000_000
    assert before <= int(new_id()[:12], 16) <= time.time_ns() // 1_000_000
