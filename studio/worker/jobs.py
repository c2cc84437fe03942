"""Jobs as the studio runs them: what a handler is given, and `run_job`, the one place where a job's fate is decided."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.errors import Cancelled, PipelineError, UnknownName
from store.entries import NewPicture
from store.errors import DatabaseDamaged, FileVanished, LostLease, StorageError, StoreBusy, StoreError
from store.trouble import name_trouble
from studio.errors import StorageTrouble

if TYPE_CHECKING:  # numpy and Pillow would double the worker's start
    from pipelines.progress import Progress
    from store.database import Transaction
    from store.rows import JobRow, PictureRow
    from store.store import Store

log = logging.getLogger(__name__)

LEASE_S = 15.0  # how long a silent worker keeps its job
HEARTBEAT_EVERY_S = 3.0
LOOK_EVERY_S = 0.25  # progress is written, and the cancel flag read, at most so often
RETRY_DELAYS_S = (
    10.0,
    100.0,
    1000.0,
)  # after the first, the second, … attempt; the store counts the attempts
CANCEL_PATIENCE_S = 120.0  # how long a handler may go without a step after it was asked to stop
STUCK_CODE = "no-progress"
STUCK = "The work made no progress for {minutes:.0f} minutes and was stopped. Try again, or choose a smaller picture."
UNEXPECTED_CODE = "unexpected"
STORE_CODE = "store"
# Their docstrings are for a person. A read that fails once may look like damage to the database: it is tried again.
PASSING_STORE_ERRORS = (StoreBusy, StorageError, FileVanished, DatabaseDamaged)

AtFinish = Callable[["Transaction"], Mapping[str, Any]]


class JobNotifier(Protocol):
    """Tells workers of submitted jobs. The row is the truth: a notification may be lost, doubled or forged."""

    def notify(self, job_id: str) -> None:
        """Wake a worker for a job whose row is committed. Never raises for a queue that cannot be reached."""

    def close(self) -> None:
        """Let go of what it holds."""


class JobContext:
    """What a handler is given: the job, a way to report and to be stopped, and a way to keep results.

    Everything a handler keeps goes through `begin` or `at_finish`: under the job's token, so that a worker which
    lost its job (it slept, it hung, it was told to end) keeps nothing.
    """

    def __init__(self, store: Store, job: JobRow) -> None:
        assert job.token is not None
        self.store = store
        self.job = job
        self.token: str = job.token
        self._news: Progress | None = None
        self._stop: Exception | None = None
        self._at_finish: list[AtFinish] = []
        self._last_step = time.monotonic()

    @property
    def job_id(self) -> str:
        return self.job.id

    @property
    def owner(self) -> str:
        return self.job.owner

    @property
    def payload(self) -> Mapping[str, Any]:
        return self.job.payload

    def on_progress(self, progress: Progress) -> None:
        """Report where the run is; cheap, to be called at every step.

        Raises Cancelled within half a second after a person asked to stop, and LostLease where the job is no
        longer this worker's. A handler lets both pass.
        """
        self._last_step = time.monotonic()
        if self._stop is not None:
            raise self._stop
        self._news = progress

    @property
    def silent_s(self) -> float:
        """For how many seconds the handler has reported and kept nothing."""
        return time.monotonic() - self._last_step

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A write transaction that commits only while the job is this worker's. Raises LostLease."""
        self._last_step = time.monotonic()
        with self.store.begin() as transaction:
            self.store.jobs.require_lease(transaction, self.job_id, self.token)
            yield transaction

    def kept_positions(self) -> frozenset[int]:
        """Which pictures of the job's generation are kept already: an earlier attempt's need not be made again."""
        entry = self.store.generations.get_by_job(self.owner, self.job_id)
        return frozenset(picture.position for picture in entry.pictures)

    def keep_picture(
        self, image: bytes, thumbnail: bytes, *, media_types: tuple[str, str], **details: Any
    ) -> PictureRow:
        """Keep a finished picture and its thumbnail at once, so that a later failure does not lose it.

        `details` are the fields of store.generations.NewPicture without the file ids: position, view, pose, seed,
        width, height, alt. A position that has its picture already keeps that one. Raises LostLease.
        """
        blobs = self.store.files.put(image), self.store.files.put(thumbnail)
        with self.begin() as transaction:
            files = [
                self.store.files.register(transaction, self.owner, blob, media_type)[0]
                for blob, media_type in zip(blobs, media_types, strict=True)
            ]
            picture = NewPicture(file_id=files[0].id, thumbnail_id=files[1].id, **details)
            return self.store.generations.add_picture(transaction, self.job_id, self.token, picture)

    def at_finish(self, write: AtFinish) -> None:
        """Have `write` called within the transaction that finishes the job: it happens once, or not at all.

        What it returns is added to the job's result.
        """
        self._at_finish.append(write)

    def finish(self, result: Mapping[str, Any]) -> None:
        """End the job as succeeded, with what was left for `at_finish`. Raises LostLease. Called by `run_job`."""
        with self.begin() as transaction:
            for write in self._at_finish:
                result = {**result, **write(transaction)}
            self.store.jobs.finish(transaction, self.job_id, self.token, result)


Handler = Callable[[JobContext], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckRule:
    """When a job that goes on and on without a step is given up, and what is to happen then.

    `on_stuck` has to end this process: nothing else stops a thread that hangs inside an engine.
    """

    after_s: float
    on_stuck: Callable[[str], None]


def run_job(
    store: Store,
    job: JobRow,
    handlers: Mapping[str, Handler],
    *,
    stop: threading.Event | None = None,
    lease_s: float = LEASE_S,
    stuck: StuckRule | None = None,
) -> None:
    """Run a claimed job to its end and decide its fate. Never raises an Exception.

    `stop` set from outside means that this worker is to end: the job goes back to the queue at once, its attempt
    not counted, and its handler is stopped at its next step. `stuck` None lets a job take as long as it likes.
    """
    context = JobContext(store, job)
    jobs, job_id, token = store.jobs, job.id, context.token
    delay_s = _retry_delay_s(job)
    try:
        with _Heartbeat(context, lease_s, stop or threading.Event(), stuck):
            result = _find_handler(handlers, job.kind)(context)
        context.finish(result)
        log.info("job %s succeeded", job_id)
    except LostLease:
        log.info("job %s is no longer this worker's; what it did is dropped", job_id)
    except Cancelled:
        log.info("job %s was cancelled", job_id)
        _settle(store, job_id, lambda transaction: jobs.cancelled(transaction, job_id, token))
    except PipelineError as error:
        log.info("job %s was refused: %s", job_id, error.code)
        code, message = error.code, error.message
        if _is_passing(error):
            _settle(
                store,
                job_id,
                lambda transaction: jobs.retry_later(transaction, job_id, token, delay_s, code, message),
            )
        else:
            _settle(store, job_id, lambda transaction: jobs.fail(transaction, job_id, token, code, message))
    except Exception as error:  # the one catcher for work (the window's is shows_errors)
        named = name_trouble(error)
        if isinstance(named, PASSING_STORE_ERRORS):
            log.warning("job %s met the store's trouble: %s", job_id, error, exc_info=True)
            reason, said = STORE_CODE, str(named)
        else:
            log.exception("unexpected error in job %s, attempt %d", job_id, job.attempt)
            reason, said = UNEXPECTED_CODE, f"Unexpected error in job {job_id}; see the log."
        _settle(
            store,
            job_id,
            lambda transaction: jobs.retry_later(transaction, job_id, token, delay_s, reason, said),
        )


def _is_passing(error: PipelineError) -> bool:
    """Whether another try may succeed: the error says so, or is the store's passing trouble in the studio's words."""
    if isinstance(error, StorageTrouble) and error.__cause__ is not None:
        return isinstance(name_trouble(error.__cause__), PASSING_STORE_ERRORS)
    return bool(getattr(error, "passing", False))


def _retry_delay_s(job: JobRow) -> float:
    return RETRY_DELAYS_S[min(job.attempt, len(RETRY_DELAYS_S)) - 1]


def _find_handler(handlers: Mapping[str, Handler], kind: str) -> Handler:
    if kind not in handlers:
        raise UnknownName(f"There is no work called “{kind}” in this version of the studio.")
    return handlers[kind]


def _settle(store: Store, job_id: str, write: Callable[[Transaction], object]) -> None:
    """One transaction that ends the attempt."""
    try:
        with store.begin() as transaction:
            write(transaction)
    except LostLease:
        log.info("job %s was no longer this worker's", job_id)
    except StoreError:
        log.exception(
            "the end of job %s could not be written; its lease will run out and it is run again", job_id
        )


class _Heartbeat:
    """The thread beside a running job: renews the lease, writes progress, hears the cancel flag and the stop, and
    gives up a job that makes no progress."""

    def __init__(
        self, context: JobContext, lease_s: float, stop: threading.Event, stuck: StuckRule | None
    ) -> None:
        self._context = context
        self._stuck = stuck
        self._lease_s = lease_s
        self._beat_every_s = min(HEARTBEAT_EVERY_S, lease_s / 4)
        self._look_every_s = min(LOOK_EVERY_S, lease_s / 4)
        self._stop = stop
        self._over = threading.Event()
        self._last_beat = time.monotonic()
        run = contextvars.copy_context().run  # what it logs is about the same job
        name = f"heartbeat-{context.job_id}"
        self._thread = threading.Thread(target=run, args=(self._run,), name=name, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._look_every_s):
            try:
                if not self._look():
                    return
            except StoreError as error:  # a busy moment; the lease lasts for several
                log.warning("job %s could not be looked at: %s", self._context.job_id, error)

    def _look(self) -> bool:
        """One look; whether there shall be another."""
        context, jobs = self._context, self._context.store.jobs
        if self._stop.is_set():
            context._stop = LostLease()
            jobs.requeue(context.job_id, context.token)
            return False
        if self._stuck is not None and self._is_stuck(self._stuck):
            self._give_up(self._stuck)
            return False
        news, context._news = context._news, None
        beat = None
        if news is not None:
            beat = jobs.set_progress(
                context.job_id,
                context.token,
                news.stage,
                news.step,
                news.total,
                news.preview,
                seconds_left=news.seconds_left,
            )
        if time.monotonic() - self._last_beat >= self._beat_every_s:
            self._last_beat = time.monotonic()
            beat = jobs.heartbeat(context.job_id, context.token, self._lease_s)
        if beat is not None and not beat.is_held:
            context._stop = LostLease()
            return False
        if beat.cancel_requested if beat else jobs.is_cancel_requested(context.job_id, context.token):
            context._stop = Cancelled()  # the lease is renewed on, until the handler has let go
        return True

    def _is_stuck(self, rule: StuckRule) -> bool:
        is_cancelled = isinstance(self._context._stop, Cancelled)
        return self._context.silent_s > (
            min(rule.after_s, CANCEL_PATIENCE_S) if is_cancelled else rule.after_s
        )

    def _give_up(self, rule: StuckRule) -> None:
        """End the attempt, which counts, in place of the handler that does not."""
        context = self._context
        job = context.job
        log.error("job %s made no progress for %.0f s: this worker ends", job.id, context.silent_s)
        said = STUCK.format(minutes=max(1.0, context.silent_s / 60))
        delay_s = _retry_delay_s(job)
        _settle(
            context.store,
            job.id,
            lambda writing: context.store.jobs.retry_later(
                writing, job.id, context.token, delay_s, STUCK_CODE, said
            ),
        )
        context._stop = LostLease()
        rule.on_stuck(job.id)
