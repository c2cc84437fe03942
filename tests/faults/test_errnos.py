"""The quick form of calls that fail: see `python -m tests.faults.errnos`."""

from __future__ import annotations

import errno
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from store.database import DATABASE_NAME
from store.errors import StorageFull, StorageReadOnly, StoreError
from store.soundness import find_damage
from store.store import open_store
from store.trouble import names_trouble
from tests.fake_pictures import draw_figure, encode
from tests.faults.errnos import make_used, run_errnos
from tests.faults.failing_calls import FailingCalls, find_sqlite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SQLite calls another system there")
TRIES = 16  # of both kinds together


def test_any_call_may_fail() -> None:
    seen = run_errnos(TRIES, seed=5)
    assert seen.faults == []
    assert seen.tries == TRIES + 2  # and one of each kind without a fault
    assert len(seen.codes) > 3  # faults were met, and said by name


@pytest.mark.skipif(find_sqlite() is None, reason="SQLite's library cannot be reached here")
@pytest.mark.parametrize("lasts", [True, False])
def test_a_database_that_cannot_be_read_just_now_is_not_called_damaged(tmp_path: Path, lasts: bool) -> None:
    folder = tmp_path / "data"
    make_used(folder)
    calls, names = FailingCalls(folder), set()
    with calls.watching():
        assert find_damage(folder / DATABASE_NAME) == ""
        for at in range(1, len(calls.calls) + 1, 3):
            calls.arm(at, errno.EMFILE, lasts=lasts)
            with suppress(StoreError, OSError):
                assert find_damage(folder / DATABASE_NAME) == "", calls.calls[at - 1]
                continue
            names.add(calls.calls[at - 1])
    assert any(name.startswith("sqlite.pread") for name in names)


@pytest.mark.skipif(find_sqlite() is None, reason="SQLite's library cannot be reached here")
def test_a_connection_that_could_only_be_opened_to_read_is_not_kept(tmp_path: Path) -> None:
    """SQLite opens what it cannot open to write to read, without a word: such a connection would stay in the pool."""
    store = open_store(tmp_path)
    store.database.close()  # its connections are opened anew
    calls = FailingCalls(tmp_path)
    with calls.watching():
        calls.arm(1, errno.EMFILE)
        with pytest.raises(StorageReadOnly), store.begin() as transaction:
            transaction.connection.exec_driver_sql("UPDATE studio SET id = id")
        assert calls.calls[0] == "sqlite.open"
        with store.begin() as transaction:  # nothing fails any more
            transaction.connection.exec_driver_sql("UPDATE studio SET id = id")
    store.close()


def test_the_calls_of_python_and_of_sqlite_fail_as_they_are_told(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    calls = FailingCalls(tmp_path)
    with calls.watching():
        store.files.put(encode(draw_figure(64, 96), "PNG"))
        wrote = calls.calls.index("write") + 1
        calls.arm(wrote, errno.ENOSPC)
        with pytest.raises(StorageFull), names_trouble():
            store.files.put(encode(draw_figure(96, 64), "PNG"))
        calls.arm(0, 0)
        with store.begin():
            pass
        if find_sqlite() is not None:
            calls.arm(1, errno.ENOSPC, lasts=True)
            with pytest.raises(StoreError), store.begin() as transaction:
                transaction.connection.exec_driver_sql("UPDATE studio SET id = id")
            assert calls.calls[0].startswith("sqlite.")
        calls.mend()
        with store.begin() as transaction:
            transaction.connection.exec_driver_sql("UPDATE studio SET id = id")
    assert not list((tmp_path / "objects").rglob("*.part"))
    store.close()


@pytest.mark.skipif(find_sqlite() is None, reason="SQLite's library cannot be reached here")
@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, "write"), (errno.EIO, "read")])
def test_a_disk_in_trouble_locks_out_nobody_once_it_is_well(tmp_path: Path, number: int, kind: str) -> None:
    """What could not even be undone kept its lock in the pool: the worker waited for the window's next write."""
    make_used(tmp_path)
    store = open_store(tmp_path)
    calls, refused = FailingCalls(tmp_path), 0

    def write() -> None:
        with store.begin() as transaction:  # through the search index, which has statements of its own
            run = transaction.connection.exec_driver_sql
            run("PRAGMA cache_size = 1")  # what was read before has to be read again, also between two writes
            run("UPDATE generations SET state = 'running', title = hex(randomblob(20))")
            run("UPDATE generations SET state = 'succeeded', title = hex(randomblob(20))")

    with calls.watching():
        write()
        for at in [at for at, name in enumerate(calls.calls, 1) if kind in name][::4]:
            calls.arm(at, number, lasts=True)
            try:
                write()
            except StoreError:
                refused += 1
            calls.mend()
            with closing(sqlite3.connect(tmp_path / DATABASE_NAME, timeout=0)) as somebody:
                somebody.execute("BEGIN IMMEDIATE")
    store.close()
    assert refused > 3
