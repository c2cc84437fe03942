"""Notifications by Huey: the app tells a sleeping worker that there is a job. The only file that imports Huey.

The job row is the truth. A notification carries a job's id and nothing else: lost, doubled or forged, it changes
nothing. So the queue's file is expendable: it is not synced, and where it is damaged it is emptied.
Huey looks for messages by itself at growing intervals; a datagram on the loopback address wakes it at once, and
where that fails it looks once a second.
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

from huey import Huey
from huey.consumer import Consumer
from huey.registry import Message
from huey.storage import SqliteStorage

log = logging.getLogger(__name__)

QUEUE_NAME = "studio"
QUEUE_FILE = "doorbell.db"
PORT_FILE = "doorbell.port"
LOOPBACK = "127.0.0.1"
LOOK_EVERY_S = 1.0  # without a datagram: the fall-back, and how soon a stop is noticed at the latest
LOCK_WAIT_S = 5.0
SCHEDULE_EVERY_S = 60  # nothing is ever scheduled: as seldom as Huey allows
DATAGRAMS_AT_ONCE = 100  # one look answers them all
JOB_ID = re.compile(rb"[A-Za-z0-9_-]{1,64}")
NOTIFY_TASK = "notify"


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
        log.warning("the notifications' file is damaged and is emptied; the jobs are not in it")
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
        message = self._look()
        if message is not None or self._listener is None:
            return message
        select.select([self._listener], [], [], LOOK_EVERY_S)
        with contextlib.suppress(OSError):  # no datagram, or no more
            for _ in range(DATAGRAMS_AT_ONCE):
                self._listener.recv(16)
        return self._look()

    def _look(self) -> bytes | None:
        """As Huey's. A connection that failed is not kept: under one that stayed open while its file was damaged and
        made anew, SQLite may go on to call it read-only."""
        try:
            return super().dequeue()
        except sqlite3.Error:
            self.close()
            raise

    def close_sockets(self) -> None:
        """Close what `listen` and `wake` opened."""
        for opened in (self._listener, self._sender):
            if opened is not None:
                opened.close()


class HueyNotifier:
    """The app's side: a JobNotifier (see studio.worker.jobs)."""

    def __init__(self, folder: Path, answer: Callable[[str], None] | None = None) -> None:
        self._huey = Huey(
            QUEUE_NAME,
            storage_class=NotifierStorage,
            results=False,
            serializer=JobIdSerializer(),
            filename=str(folder / QUEUE_FILE),
            port_file=folder / PORT_FILE,
        )

        def notify(job_id: str) -> None:
            if answer is not None:  # the app only sends
                answer(job_id)

        self._send = self._huey.task(name=NOTIFY_TASK)(notify)

    def notify(self, job_id: str) -> None:
        """Tell of a committed job. A failure is logged only: the worker looks again every few seconds."""
        try:
            self._send(job_id)
        except (sqlite3.Error, OSError):
            log.warning("could not notify a worker of job %s; its next look finds it", job_id, exc_info=True)

    def close(self) -> None:
        """Close the queue's file and sockets."""
        self._huey.storage.close_sockets()
        self._huey.storage.close()


class NotificationListener(HueyNotifier):
    """The worker's side: calls `answer(job_id)` for each notification, one at a time, on a thread of its own."""

    def __init__(self, folder: Path, answer: Callable[[str], None]) -> None:
        super().__init__(folder, answer)
        self._consumer = _QuietConsumer(
            self._huey,
            workers=1,
            periodic=False,
            initial_delay=LOOK_EVERY_S,
            scheduler_interval=SCHEDULE_EVERY_S,
        )

    def start(self) -> None:
        """Start answering."""
        self._huey.storage.listen()
        self._consumer.start()

    def keep_alive(self) -> None:
        """Start the answering thread anew where it has died."""
        self._consumer.check_worker_health()

    def stop(self, wait_s: float) -> bool:
        """Take no further notification; whether the one being answered ended within `wait_s` seconds."""
        self._consumer.stop_flag.set()
        self._huey.storage.wake()
        thread: threading.Thread = self._consumer.worker_threads[0][1]
        if thread.is_alive():
            thread.join(wait_s)
        return not thread.is_alive()


class _QuietConsumer(Consumer):
    def _set_signal_handlers(self) -> None:
        """Huey's handlers would make the process deaf to Ctrl-C and SIGTERM: the worker has its own."""
