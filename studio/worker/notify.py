"""Huey as the jobs' doorbell: the only file that imports it.

The job row is the truth. A ring says "look at the jobs" and carries a job's id, no more: lost, doubled or forged,
it changes nothing. The queue's file is expendable too, so it is neither synced nor repaired but emptied.
Rings reach a sleeping worker by a datagram on the loopback address; where that fails, it looks once a second.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import select
import socket
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.consumer import BaseProcess, Consumer
from huey.registry import Message
from huey.storage import SqliteStorage

log = logging.getLogger(__name__)

QUEUE_NAME = "studio"
QUEUE_FILE = "doorbell.db"
PORT_FILE = "doorbell.port"
LOOPBACK = "127.0.0.1"
LOOK_EVERY_S = 1.0  # without a datagram: the fall-back, and how soon a stop is noticed at the latest
LOCK_WAIT_S = 5.0
DATAGRAMS_AT_ONCE = 100  # one look answers them all
JOB_ID = re.compile(rb"[A-Za-z0-9_-]{1,64}")
NOTIFY_TASK = "ring"


class JobIdSerializer:
    """Messages are the bare job id. Huey's own are pickles, which would run what a forger wrote."""

    def serialize(self, message: Message) -> bytes:
        return str(message.args[0]).encode("ascii")

    def deserialize(self, data: bytes) -> Message:
        job_id = bytes(data).decode("ascii") if JOB_ID.fullmatch(bytes(data)) else ""
        return Message(
            id=job_id, name=f"{__name__}.{NOTIFY_TASK}", retries=0, retry_delay=0, args=(job_id,), kwargs={}
        )


class NotifierStorage(SqliteStorage):
    """SQLite rows as Huey has them, woken by a datagram instead of sleeping through the first seconds of a job."""

    blocking = True  # `dequeue` waits by itself
    _conn: sqlite3.Connection | None

    def __init__(self, name: str, *, filename: str, port_file: Path) -> None:
        self._port_file = port_file
        self._listener: socket.socket | None = None
        self._sender: socket.socket | None = None
        # expendable: no sync, and no WAL, whose reset defect this file need not meet
        super().__init__(name, filename=filename, fsync=False, journal_mode="truncate", timeout=LOCK_WAIT_S)

    def initialize_schema(self) -> None:
        Path(self.filename).touch(mode=0o600)  # private before anything is in it (POSIX; Windows inherits)
        try:
            super().initialize_schema()
        except sqlite3.OperationalError:
            raise  # locked, or a full disk: not a damaged file
        except sqlite3.DatabaseError:
            self.empty()
            super().initialize_schema()

    def empty(self) -> None:
        """Start the file anew, in place: a new one beside it would part those who have this one open."""
        log.warning("the doorbell's file is damaged and is emptied; the jobs are not in it")
        with self.lock:
            if self._conn is not None:
                self._conn.close()
                self._conn = None
            Path(self.filename + "-journal").unlink(missing_ok=True)
            os.truncate(self.filename, 0)

    def sql(self, query: str, params: Any = None, commit: bool = False, results: bool = False) -> Any:
        """As Huey's, but a damaged or emptied file is made anew and tried once more."""
        try:
            return super().sql(query, params, commit, results)
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
        except sqlite3.DatabaseError:
            self.empty()
        super().initialize_schema()
        return super().sql(query, params, commit, results)

    def listen(self) -> None:
        """Be the one that datagrams wake. Called by the worker, before it looks for the first time."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.bind((LOOPBACK, 0))
        listener.setblocking(False)
        self._listener = listener
        new_file = self._port_file.with_suffix(f".{os.getpid()}")
        new_file.write_text(str(listener.getsockname()[1]), encoding="ascii")
        new_file.replace(self._port_file)

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        super().enqueue(data, priority)
        self.wake()

    def wake(self) -> None:
        """Wake the worker, wherever it is; a datagram that does not arrive costs up to LOOK_EVERY_S."""
        with contextlib.suppress(OSError, ValueError, OverflowError):  # no worker yet, or a torn port file
            port = int(self._port_file.read_text(encoding="ascii"))
            if self._sender is None:
                self._sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._sender.setblocking(False)
            self._sender.sendto(b"!", (LOOPBACK, port))

    def dequeue(self) -> bytes | None:
        message = super().dequeue()
        if message is not None or self._listener is None:
            return message
        select.select([self._listener], [], [], LOOK_EVERY_S)
        with contextlib.suppress(OSError):  # no datagram, or no more
            for _ in range(DATAGRAMS_AT_ONCE):
                self._listener.recv(16)
        return super().dequeue()

    def close_sockets(self) -> None:
        """Close what `listen` and `wake` opened."""
        for opened in (self._listener, self._sender):
            if opened is not None:
                opened.close()


class Doorbell(SqliteHuey):
    """Huey without what a doorbell does not need: results, revoking, schedules."""

    storage_class = NotifierStorage

    def is_revoked(self, *_args: Any, **_kwargs: Any) -> bool:
        return False  # cancelling is a flag in the job row

    def delete(self, _key: str) -> None:
        """Huey forgets a revocation after each task; there is none, and the write would cost a transaction."""


class HueyNotifier:
    """The app's side of the doorbell: a JobNotifier (see studio.worker.jobs)."""

    def __init__(self, folder: Path, answer: Callable[[str], None] | None = None) -> None:
        self._huey = Doorbell(
            QUEUE_NAME,
            results=False,
            serializer=JobIdSerializer(),
            filename=str(folder / QUEUE_FILE),
            port_file=folder / PORT_FILE,
        )

        def ring(job_id: str) -> None:
            if answer is not None:  # the app only rings
                answer(job_id)

        self._wake = self._huey.task(name=NOTIFY_TASK)(ring)

    def notify(self, job_id: str) -> None:
        """Ring for a committed job. A ring that fails is logged only: the reconciler rings again."""
        try:
            self._wake(job_id)
        except (sqlite3.Error, OSError):
            log.warning("could not ring for job %s; it will be found by the next look", job_id, exc_info=True)

    def close(self) -> None:
        """Close the queue's file and sockets."""
        self._huey.storage.close_sockets()
        self._huey.storage.close()


class NotificationListener(HueyNotifier):
    """The worker's side: calls `answer(job_id)` for each ring, one at a time, on a thread of its own."""

    def __init__(self, folder: Path, answer: Callable[[str], None]) -> None:
        super().__init__(folder, answer)
        self._consumer = _QuietConsumer(self._huey, workers=1, periodic=False, initial_delay=LOOK_EVERY_S)

    def start(self) -> None:
        """Start answering."""
        self._huey.storage.listen()
        self._consumer.start()

    def keep_alive(self) -> None:
        """Start the answering thread anew where it has died."""
        self._consumer.check_worker_health()

    def stop(self, wait_s: float) -> bool:
        """Take no further ring; whether the one being answered ended within `wait_s` seconds."""
        self._consumer.stop_flag.set()
        self._huey.storage.wake()
        thread: threading.Thread = self._consumer.worker_threads[0][1]
        if thread.is_alive():
            thread.join(wait_s)
        return not thread.is_alive()


class _NoSchedule(BaseProcess):
    """Huey's scheduler writes to the file every second; nothing is ever scheduled here."""

    process_name = "NoSchedule"

    def __init__(self, huey: Doorbell, stop_flag: threading.Event, interval: float, periodic: bool) -> None:
        super().__init__(huey, stop_flag)

    def loop(self, now: Any = None) -> None:
        self.stop_flag.wait()


class _QuietConsumer(Consumer):
    scheduler_class = _NoSchedule

    def _set_signal_handlers(self) -> None:
        """Huey's handlers would make the process deaf to Ctrl-C and SIGTERM: the worker has its own."""
