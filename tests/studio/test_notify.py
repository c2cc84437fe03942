"""The doorbell: rings carry an id and nothing else; lost, doubled, forged or damaged ones change nothing."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from studio.worker.notify import LOOK_EVERY_S, PORT_FILE, QUEUE_FILE, HueyNotifier, NotificationListener

PATIENCE_S = 10.0


class Bell:
    """A bell with both its ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.app = HueyNotifier(folder)
        self.worker = NotificationListener(folder, self.heard.put)

    def insert(self, message: bytes) -> None:
        with closing(sqlite3.connect(self.folder / QUEUE_FILE)) as connection, connection:
            connection.execute("INSERT INTO task (queue, data) VALUES ('studio', ?)", (message,))


@pytest.fixture
def bell(tmp_path: Path) -> Iterator[Bell]:
    made = Bell(tmp_path)
    yield made
    made.worker.stop(PATIENCE_S)
    made.app.close()
    made.worker.close()


def test_rings_are_heard_in_order_and_soon(bell: Bell) -> None:
    bell.worker.start()
    assert bell.heard.empty()
    time.sleep(0.2)  # it sleeps now
    started = time.perf_counter()
    bell.app.notify("job-1")
    assert bell.heard.get(timeout=PATIENCE_S) == "job-1"
    assert time.perf_counter() - started < LOOK_EVERY_S / 2  # woken, not found by the next look
    bell.app.notify("job-2")
    bell.app.notify("job-2")
    assert [bell.heard.get(timeout=PATIENCE_S) for _ in range(2)] == ["job-2", "job-2"]


def test_a_message_is_the_bare_id(bell: Bell) -> None:
    bell.app.notify("0123abc")
    with closing(sqlite3.connect(bell.folder / QUEUE_FILE)) as connection:
        assert connection.execute("SELECT data FROM task").fetchall() == [(b"0123abc",)]


def test_a_ring_without_a_worker_waits_for_one(bell: Bell) -> None:
    bell.app.notify("early")
    bell.worker.start()
    assert bell.heard.get(timeout=PATIENCE_S) == "early"


def test_a_connection_that_cannot_write_any_more_is_left(bell: Bell) -> None:
    """As SQLite leaves one, now and then, under which the file was damaged and made anew."""
    bell.worker._huey.storage.conn.execute("PRAGMA query_only = ON")
    bell.worker.start()
    bell.app.notify("job-1")
    assert bell.heard.get(timeout=PATIENCE_S) == "job-1"


@pytest.mark.parametrize("forged", [b"", b"\x80\x04cos\nsystem\n", b"x" * 1000, "böse".encode(), b"a b"])
def test_a_forged_ring_is_a_ring_for_nobody(bell: Bell, forged: bytes) -> None:
    bell.insert(forged)
    bell.app.notify("real")
    bell.worker.start()
    assert [bell.heard.get(timeout=PATIENCE_S) for _ in range(2)] == ["", "real"]


def test_a_worker_without_datagrams_looks_by_itself(bell: Bell) -> None:
    bell.worker.start()
    (bell.folder / PORT_FILE).write_text("not a port")
    bell.app.notify("job-1")
    assert bell.heard.get(timeout=PATIENCE_S) == "job-1"


def test_foreign_datagrams_do_no_harm(bell: Bell) -> None:
    bell.worker.start()
    port = int((bell.folder / PORT_FILE).read_text())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for size in (0, 1, 9000):
            sender.sendto(bytes(size), ("127.0.0.1", port))
    bell.app.notify("job-1")
    assert bell.heard.get(timeout=PATIENCE_S) == "job-1"


@pytest.mark.parametrize(
    "damage", [b"", b"SQLite format 3\x00 and then nothing of the kind" * 300, b"junk" * 4000]
)
def test_a_damaged_queue_is_made_anew(bell: Bell, damage: bytes) -> None:
    (bell.folder / QUEUE_FILE).write_bytes(damage)
    with closing(HueyNotifier(bell.folder)) as restarted:
        restarted.notify("job-1")
    bell.worker.start()
    assert bell.heard.get(timeout=PATIENCE_S) == "job-1"
    (bell.folder / QUEUE_FILE).write_bytes(damage)  # and while it is open
    for _ in range(100):  # some rings may be lost with the file
        bell.app.notify("job-2")
        with contextlib.suppress(queue.Empty):
            assert bell.heard.get(timeout=0.1) == "job-2"
            return
    pytest.fail("no ring is heard any more")


def test_a_ring_that_cannot_be_made_is_no_error(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(bell.app._huey.storage, "sql", fail)
    bell.app.notify("job-1")


def test_an_error_in_an_answer_does_not_end_the_worker(tmp_path: Path) -> None:
    heard: queue.SimpleQueue[str] = queue.SimpleQueue()

    def answer(job_id: str) -> None:
        heard.put(job_id)
        raise RuntimeError

    worker = NotificationListener(tmp_path, answer)
    worker.start()
    for job_id in ("job-1", "job-2"):
        worker.notify(job_id)
        assert heard.get(timeout=PATIENCE_S) == job_id
    assert worker.stop(PATIENCE_S)
    worker.close()


def test_signals_stay_the_process_s_own(bell: Bell) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    bell.worker.start()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_the_queue_is_a_private_file_of_its_own(bell: Bell) -> None:
    status = (bell.folder / QUEUE_FILE).stat()
    assert status.st_size > 0
    if os.name == "posix":  # Windows has no mode bits: the folder's access list is inherited
        assert status.st_mode & 0o077 == 0
