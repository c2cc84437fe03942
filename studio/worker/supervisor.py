"""The app's hold on its worker process: starts it, starts it again when it dies, ends it within ten seconds."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from studio.errors import DraftUnavailable
from studio.worker.channel import ChannelClient
from studio.worker.frames import ALIVE, Connection

log = logging.getLogger(__name__)

CHECKOUT = Path(__file__).resolve().parents[2]
LOG_NAME = "worker.log"
LOG_MAX_BYTES = 4_000_000  # checked at each start of the worker; one older file is kept
FIRST_PAUSE_S = 0.2  # before a dead worker is started again, doubled at each early death
LONGEST_PAUSE_S = 30.0  # for one that never came up; one that did is missed by whoever looks at the stage
LONGEST_AFTER_KILL_S = 2.0  # one that was killed while it came up did not fail: it is missed, too
ASK_EVERY_S = 3.0
ANSWER_WITHIN_S = 5.0
MOST_MISSED = 8  # answers, before a worker that has answered before is killed: loading torch may hold it up
MOST_MISSED_AT_START = 12
END_BY_ITSELF_S = 5.0  # after its input is closed; together these stay below ten seconds
TERMINATE_S = 2.0
KILL_S = 1.0

OWN_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows has it

WorkerState = Literal["running", "starting again", "not answering", "stopped"]


def worker_command(data: Path) -> list[str]:
    """The command that starts the worker of a data folder."""
    # -P: the folder that the person happens to stand in must not lend the worker its modules
    return [sys.executable, "-P", "-m", "studio.worker.process", "--data", str(data)]


def longest_pause_s(code: int) -> float:
    """The longest pause before a worker that never came up is started again, by its exit code."""
    return LONGEST_AFTER_KILL_S if code < 0 else LONGEST_PAUSE_S  # a signal (POSIX)


class WorkerSupervisor:
    """Keeps one worker running from `start` to `stop`, with the channel on its pipes."""

    def __init__(self, data: Path, *, command: Sequence[str] | None = None) -> None:
        """`data` is the data folder; `command` starts the worker (the studio's own unless given)."""
        self.channel = ChannelClient()
        self._data = data.resolve()
        self._command = list(command or worker_command(self._data))
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._has_answered = False  # the worker that runs now
        self._lock = threading.Lock()  # between starting a process and being told to stop
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The process id of the worker that runs now."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def state(self) -> WorkerState:
        """What the worker does, for the health report."""
        if self._thread is None or self._stopping.is_set():
            return "stopped"
        if self.pid is None:
            return "starting again"
        return "running" if self.channel.is_answering else "not answering"

    def start(self) -> None:
        """Start the worker and the thread that watches it."""
        self._spawn()
        self._thread = threading.Thread(target=self._watch, name="worker-supervisor", daemon=True)
        self._thread.start()
        threading.Thread(target=self._ask, name="worker-alive", daemon=True).start()

    def stop(self) -> None:
        """End the worker: first by closing its input, then by terminating, then by killing it. Within ten seconds.

        Safe to call twice, and where `start` was never called.
        """
        with self._lock:
            self._stopping.set()
        process = self._process
        if process is not None:
            _end(process)
        self.channel.detach()
        if self._thread is not None:
            self._thread.join(KILL_S)

    def _spawn(self) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            with _open_log(self._data / "logs") as worker_log:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=worker_log,
                    bufsize=0,
                    env={**os.environ, "PYTHONPATH": _python_path()},
                    # Ctrl-C in the terminal is for the app alone: it then ends the worker in its own order
                    start_new_session=sys.platform != "win32",
                    creationflags=OWN_GROUP,
                )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._has_answered = False
        self.channel.attach(Connection(self._process.stdout, self._process.stdin))
        log.info("worker started, process %d", self._process.pid)

    def _watch(self) -> None:
        """Start the worker again whenever it dies, for as long as nobody called `stop`."""
        pause_s = FIRST_PAUSE_S
        while True:
            process = self._process
            assert process is not None
            code = process.wait()
            self.channel.detach()
            if self._stopping.is_set():
                return
            pause_s = FIRST_PAUSE_S if self._has_answered else min(pause_s, longest_pause_s(code))
            self.restarts += 1
            log.error("the worker ended with code %d; it starts again in %.1f s", code, pause_s)
            if self._stopping.wait(pause_s):
                return
            pause_s *= 2
            _close_pipes(process)
            self._respawn()

    def _ask(self) -> None:
        """Ask the worker every few seconds whether it is alive; kill one that does not answer, however alive its
        process is: stopped by a signal, or in a loop that lets no other thread go on."""
        asked, missed = self._process, 0
        while not self._stopping.is_set():
            if self._process is not asked:
                asked, missed = self._process, 0
            try:
                self.channel.call(ALIVE, timeout=ANSWER_WITHIN_S)
            except DraftUnavailable:
                missed = missed + 1 if self.channel.is_attached else 0
            else:
                self._has_answered, missed = asked is self._process, 0
            if missed >= (MOST_MISSED if self._has_answered else MOST_MISSED_AT_START):
                self._kill_silent(asked)
                missed = 0
            if missed == 0 and self._stopping.wait(ASK_EVERY_S if self._has_answered else FIRST_PAUSE_S):
                return

    def _kill_silent(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None and process is self._process and process.poll() is None:
            log.error("the worker %d does not answer and is killed; its jobs are taken up again", process.pid)
            process.kill()

    def _respawn(self) -> None:
        try:
            self._spawn()
        except (
            OSError
        ):  # no memory or no processes left just now: the dead process is waited for again, and so on
            log.exception("the worker could not be started")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, then insist."""
    if process.stdin is not None:
        process.stdin.close()  # the one sign that every platform has
    for insist, wait_s in ((None, END_BY_ITSELF_S), (process.terminate, TERMINATE_S), (process.kill, KILL_S)):
        if insist is not None:
            log.warning("the worker has not ended yet: %s", insist.__name__)
            insist()
        try:
            process.wait(wait_s)
        except subprocess.TimeoutExpired:
            continue
        break
    _close_pipes(process)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _python_path() -> str:
    """The checkout first, so that the worker runs the same code as the app."""
    return os.pathsep.join(part for part in (str(CHECKOUT), os.environ.get("PYTHONPATH", "")) if part)


def _open_log(folder: Path) -> BinaryIO:
    """The worker's log, to be appended to; a long one is put aside first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    if path.exists() and path.stat().st_size > LOG_MAX_BYTES:
        with contextlib.suppress(OSError):  # Windows: a worker that is still ending has it open
            path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
