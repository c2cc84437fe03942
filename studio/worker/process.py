"""The worker process: runs jobs, answers calls. Started by the app, with the channel on its input and output.

It imports neither the window nor, before there is work for them, torch and its kin, so that it is there in half
a second. It ends when it is told to (Ctrl-C, SIGTERM) and when its input is closed, which is the sign that every
platform has and the only one that a killed app leaves behind; a running job goes back to the queue at once.
"""

from __future__ import annotations

import argparse
import logging
import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import FileIO
from pathlib import Path
from typing import NoReturn

from store.errors import StoreError
from store.store import Store, open_store
from studio.logs import about_job, log_worker
from studio.settings import Settings, read_settings
from studio.worker.channel_server import Call, ChannelServer
from studio.worker.frames import ALIVE, Connection, Reply
from studio.worker.jobs import LEASE_S, Handler, StuckRule, run_job
from studio.worker.lanes import Lanes, count_jobs
from studio.worker.notify import NotificationListener

log = logging.getLogger("studio.worker.process")

RECONCILE_EVERY_S = 3.0
FIRST_CLEANING_S = 60.0  # after the start, which has better things to do
CLEAN_EVERY_S = 3600.0
MARK_EVERY_S = 15.0  # of work that a database of before, put back after a kill, could lack unnoticed
LET_GO_S = 4.0  # how long a running handler may take to notice that it is to end
LOOK_AROUND_S = 1.0  # Windows wakes the main thread for Ctrl-C no sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker does, loaded when there is something to do. `clean_up` runs every hour; `deliver` runs beside the
    jobs until its event is set."""

    load_handlers: Callable[[Settings], Mapping[str, Handler]]
    load_calls: Callable[[], Mapping[str, Call]]
    clean_up: Callable[[Store, Settings], None] = lambda _store, _settings: None
    deliver: Callable[[Store, Settings, threading.Event], object] = lambda _store, _settings, stop: (
        stop.wait()
    )


def _load_handlers(settings: Settings) -> Mapping[str, Handler]:
    from studio.presets import open_presets
    from studio.worker.handlers import job_handlers

    return job_handlers(settings, open_presets(settings))


def _load_calls() -> Mapping[str, Call]:
    from studio.worker.handlers import CALLS

    return CALLS


def _clean_up(store: Store, settings: Settings) -> None:
    from studio.worker.upkeep import clean_up

    clean_up(store, settings)


def _deliver(store: Store, settings: Settings, stop: threading.Event) -> None:
    from studio.worker.webhooks import deliver_until

    deliver_until(store, settings, stop)


STUDIO_WORK = Work(
    load_handlers=_load_handlers,
    load_calls=_load_calls,
    clean_up=_clean_up,
    deliver=_deliver,
)


class Worker:
    """One worker on one data folder: jobs by lane, and a thread that mends what others left."""

    def __init__(
        self,
        store: Store,
        work: Work,
        settings: Settings,
        *,
        lease_s: float = LEASE_S,
        stuck: StuckRule | None = None,
    ) -> None:
        self._store = store
        self._stuck = stuck
        self._handlers = _LoadedHandlers(lambda: work.load_handlers(settings))
        self._settings = settings
        self._lease_s = lease_s
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()
        self._clean_up = work.clean_up
        self._lanes = Lanes(count_jobs(settings), self._run_next, self._stop)
        self._listener = NotificationListener(store.folder, self._answer)
        self._maintenance = self._new_maintenance()
        self._deliver = work.deliver
        self._delivering = self._new_delivering()

    def start(self) -> None:
        """Start running jobs, listening for notifications and looking after the jobs."""
        self._lanes.start()
        self._listener.start()
        self._maintenance.start()
        self._delivering.start()

    def keep_alive(self) -> None:
        """Start anew what an error has ended (it is in the log). Called every now and then."""
        self._listener.keep_alive()
        if not self._maintenance.is_alive():
            self._maintenance = self._new_maintenance()
            self._maintenance.start()

        if not self._delivering.is_alive():
            self._delivering = self._new_delivering()
            self._delivering.start()

    def stop(self) -> None:
        """Put the running jobs back and take no more; their handlers get LET_GO_S seconds to notice."""
        self._stop.set()
        if not self._lanes.join(LET_GO_S):
            log.warning("a running job's handler did not let go; it ends with the process")
        if self._listener.stop(LOOK_AROUND_S):
            self._listener.close()
        self._delivering.join(LOOK_AROUND_S)

    def _answer(self, job_id: str) -> None:
        """A notification: the lanes that have something due look for work, whichever job it was about."""
        log.debug("notified of job %s", job_id)
        self._wake_due()

    def _run_next(self, lane: str) -> bool:
        """Run the lane's next job to its end; False where there is none."""
        job = self._store.jobs.claim(worker=self._name, lease_seconds=self._lease_s, lane=lane)
        if job is None:
            return False
        with about_job(job.id):
            log.info("job %s, attempt %d, begins in the lane %s", job.id, job.attempt, lane)
            run_job(
                self._store, job, self._handlers, stop=self._stop, lease_s=self._lease_s, stuck=self._stuck
            )
        return True

    def _new_maintenance(self) -> threading.Thread:
        return threading.Thread(target=self._maintain, name="maintenance", daemon=True)

    def _new_delivering(self) -> threading.Thread:
        arguments = (self._store, self._settings, self._stop)
        return threading.Thread(target=self._deliver, args=arguments, name="delivering", daemon=True)

    def _maintain(self) -> None:
        """Look again for what no notification told of, rescue what fell silent; mark how far the studio got; every
        hour, put away what is old."""
        last_look, next_cleaning = time.time(), time.monotonic() + FIRST_CLEANING_S
        next_mark = time.monotonic() + MARK_EVERY_S
        while True:
            passed_s, last_look = time.time() - last_look, time.time()
            has_slept = (
                passed_s > RECONCILE_EVERY_S + self._lease_s
            )  # the machine: a running job renews its lease first
            try:
                if not has_slept:
                    self._look_again()
                if time.monotonic() >= next_mark:
                    next_mark = time.monotonic() + MARK_EVERY_S
                    self._store.mark()
                if time.monotonic() >= next_cleaning:
                    next_cleaning = time.monotonic() + CLEAN_EVERY_S
                    self._clean()
            except (StoreError, OSError) as error:
                log.warning("could not look after the jobs just now: %s", error)
            if self._stop.wait(RECONCILE_EVERY_S):
                return

    def _look_again(self) -> None:
        if self._store.jobs.reconcile():
            self._wake_due()

    def _wake_due(self) -> None:
        """Wake the lanes that have something to do: one that has not would only hold up another's claim."""
        for lane, due in self._store.jobs.list_due().items():
            if due:
                self._lanes.wake(lane)

    def _clean(self) -> None:
        settings = self._settings
        self._store.jobs.purge(
            finished_after=timedelta(hours=settings.finished_jobs_kept_hours),
            failed_after=timedelta(days=settings.failed_jobs_kept_days),
        )
        self._clean_up(self._store, settings)


class _LoadedHandlers(Mapping[str, Handler]):
    """The handlers, imported when the first job asks for one: then a failing import is that job's failure."""

    def __init__(self, load: Callable[[], Mapping[str, Handler]]) -> None:
        self._load = load
        self._lock = threading.Lock()  # two lanes may ask first, and there shall be one engine pool
        self._handlers: Mapping[str, Handler] | None = None

    @property
    def _loaded(self) -> Mapping[str, Handler]:
        with self._lock:
            if self._handlers is None:
                self._handlers = self._load()
            return self._handlers

    def __getitem__(self, kind: str) -> Handler:
        return self._loaded[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)


def run_worker(
    settings: Settings, work: Work, *, lease_s: float = LEASE_S, stuck_after_s: float | None = None
) -> int:
    """Work until a signal, the end of the input or a job that is stuck; the exit status.

    `stuck_after_s` is as the settings say unless given.
    """
    ends: queue.SimpleQueue[str] = queue.SimpleQueue()  # its `put` may be called from a signal handler
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last one is Windows' Ctrl-Break
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: ends.put(signal.Signals(number).name))
    connection = _take_pipes()
    store = open_store(settings.data)
    if settings.backup_folder:
        store.mending.backup = Path(settings.backup_folder).expanduser()
    stuck = StuckRule(
        after_s=stuck_after_s or 60.0 * settings.stuck_after_minutes,
        on_stuck=lambda job_id: ends.put(f"job {job_id} is stuck"),
    )
    worker = Worker(store, work, settings, lease_s=lease_s, stuck=stuck)
    worker.start()
    ChannelServer(
        connection,
        own_calls={ALIVE: lambda _arguments, _body: Reply()},
        load_calls=work.load_calls,
        on_end=lambda: ends.put("end of input"),
    ).start()
    log.info("worker %d is ready", os.getpid())
    reason = None
    while reason is None:
        try:
            reason = ends.get(timeout=LOOK_AROUND_S)
        except queue.Empty:
            worker.keep_alive()
    log.info("worker %d ends: %s", os.getpid(), reason)
    worker.stop()
    store.close()
    return 0


def _take_pipes() -> Connection:
    """The channel's input and output, out of everybody else's reach: whatever prints from now on prints to the log."""
    channel_in, channel_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Connection(FileIO(channel_in, "rb"), FileIO(channel_out, "wb"))


def main(work: Work = STUDIO_WORK, *, lease_s: float = LEASE_S, stuck_after_s: float | None = None) -> int:
    """Start the worker of the data folder that the command line names; the exit status."""
    parser = argparse.ArgumentParser(
        prog="studio.worker.process", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    settings = read_settings({"data": parser.parse_args().data})
    log_worker(settings)
    return run_worker(settings, work, lease_s=lease_s, stuck_after_s=stuck_after_s)


def run_and_leave(
    work: Work = STUDIO_WORK, *, lease_s: float = LEASE_S, stuck_after_s: float | None = None
) -> NoReturn:
    """`main` as a process's whole life. Leaves at once: a thread inside an engine would make a tidy exit hang."""
    status = main(work, lease_s=lease_s, stuck_after_s=stuck_after_s)
    logging.shutdown()
    os._exit(status)


if __name__ == "__main__":
    run_and_leave()
