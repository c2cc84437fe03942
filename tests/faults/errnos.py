"""A run whose Nth call to the system fails, for all N, with each error number: what has to hold then.

Each trouble is one of our errors with a sentence, what was acknowledged is there, and the same process goes on by
itself once the fault is mended. `python -m tests.faults.errnos` tries every call in each of the twelve ways (an hour of
one core); `--part K/5` a fifth of that, in which still every call fails, in two or three ways; `--tries N` a choice.
"""

from __future__ import annotations

import argparse
import errno
import functools
import logging
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from unittest import mock

from sqlalchemy import Engine

import store.sqlite
from pipelines.errors import PipelineError
from store.store import Store, open_store
from studio.data_folder import claim_data_folder, prepare_data_folder
from studio.errors import say_trouble
from studio.worker.jobs import run_job
from tests.faults import work
from tests.faults.children import scratch_folder
from tests.faults.failing_calls import FailingCalls
from tests.faults.invariants import examine, install_counter

NUMBERS = tuple(
    getattr(errno, name)
    for name in ("ENOSPC", "EIO", "EROFS", "EMFILE", "EACCES", "EDQUOT")
    if hasattr(errno, name)
)
PAYLOAD = {"seeds": [1, 2], "avatar": True}
UNNAMED = "Unexpected error"
UNCOUNTED = "a job ended uncounted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One run: which call fails, with what, for how long, and whether the folder is new."""

    at: int
    number: int
    lasts: bool
    fresh: bool

    def __str__(self) -> str:
        how = "from then on" if self.lasts else "once"
        where = "a first start" if self.fresh else "a run"
        return f"call {self.at} of {where} fails {how} with {errno.errorcode.get(self.number)}"


@dataclass(slots=True, kw_only=True)
class Seen:
    """What became of the runs."""

    tries: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Run:
    """Start, order, work, upload, read and clean up, each telling what a person would be told."""

    def __init__(self, folder: Path, said: Path, seen: Seen) -> None:
        self.folder, self.seen = folder, seen
        self.say = functools.partial(say_line, said)
        self.store: Store | None = None
        self.orders = 0

    def play(self) -> None:
        """All steps, whatever becomes of the one before."""
        self.step("start", self.start)
        for name in ("order", "work", "upload", "read", "clean"):
            if self.store is not None:
                self.step(name, getattr(self, name))

    def step(self, name: str, call: Callable[[], None]) -> bool:
        """One step; whether it succeeded. What fails must have a sentence."""
        try:
            call()
        except Exception as error:  # noqa: BLE001  whatever it is, it is looked at
            said = error if isinstance(error, PipelineError) else say_trouble(error)
            if said is None or not said.message:
                self.seen.faults.append(f"{name}: {type(error).__name__} without a sentence: {error}")
            else:
                self.seen.codes[said.code] += 1
            return False
        return True

    def start(self) -> None:
        """As app.py starts."""
        prepare_data_folder(self.folder)
        with claim_data_folder(self.folder, "http://localhost"):
            self.store = open_store(self.folder)

    def order(self) -> None:
        """An order, acknowledged once it is kept."""
        assert self.store is not None
        self.orders += 1
        work.order_work(self.store, "ann", f"order-{self.orders}", PAYLOAD, self.say)

    def work(self) -> None:
        """The next job to its end."""
        assert self.store is not None
        job = self.store.jobs.claim(worker="script", lease_seconds=60)
        if job is None:
            return
        run_job(self.store, job, work.HANDLERS)
        ended = self.store.jobs.get(job.owner, job.id)
        if ended.error.startswith(UNNAMED):
            self.seen.faults.append(f"a job: {ended.error}")
        if ended.state == "succeeded":
            self.say(f"done {job.owner} {job.idempotency_key} {job.id}")

    def upload(self) -> None:
        """A file that nothing holds."""
        assert self.store is not None
        work.leave_upload(self.store, "ann", random.Random(3))

    def read(self) -> None:
        """What was made before is served."""
        assert self.store is not None
        for entry in self.store.generations.list_page("ann").entries:
            for picture in entry.pictures:
                self.store.files.read("ann", picture.file_id)

    def clean(self) -> None:
        """The collector."""
        assert self.store is not None
        self.store.mark()
        self.store.files.collect_garbage(timedelta(days=1))


def say_line(said: Path, line: str) -> None:
    """Tell the world one line; nothing stays open, for there are many runs."""
    with said.open("a", encoding="utf-8") as told:
        told.write(f"{line}\n")


def try_once(trial: Try, place: Path, template: Path | None, seen: Seen) -> list[str]:
    """Play a run with that fault, mend it, and see that all is there and goes on; the calls that there were.

    `place` is a folder that is made, and removed in the end.
    """
    with made_folder(place):
        folder, said = place / "data", place / "said"
        if template is not None:
            shutil.copytree(template, folder)
        calls, run = FailingCalls(folder), Run(folder, said, seen)
        found = Seen()
        run.seen = found
        with calls.watching():
            calls.arm(trial.at, trial.number, lasts=trial.lasts)
            run.play()
            made = list(calls.calls)
            struck = calls.calls[trial.at - 1] if calls.struck else ""
            calls.mend()
            go_on(run)
        if run.store is not None:
            run.store.close()
        left = examine(folder, said).faults
        if trial.fresh:
            del left[UNCOUNTED]  # the counter came with the end of the fault
        found.faults += [f"{what} ({times})" for what, times in left.items()]
        seen.tries += 1
        seen.codes += found.codes
        seen.faults += [f"{trial} [{struck}]: {fault}" for fault in found.faults]
        return made


@contextmanager
def made_folder(place: Path) -> Iterator[None]:
    """A folder for as long as it is needed."""
    place.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(place)


@contextmanager
def statements_compiled_once() -> Iterator[Callable[[], None]]:
    """One engine for each path, so that SQLAlchemy keeps what it compiled over all runs at that path.

    What it gives closes their connections, which would be to files of the run before.
    """
    engines: list[Engine] = []

    @functools.cache
    def make_engine(path: Path, journal_mode: str, *, writes: bool) -> Engine:
        engines.append(plain(path, journal_mode, writes=writes))
        return engines[-1]

    def close_all() -> None:
        for engine in engines:
            engine.dispose()

    plain = store.sqlite.make_engine
    with mock.patch.object(store.sqlite, "make_engine", make_engine):
        yield close_all


def go_on(run: Run) -> None:
    """The same process, once the fault is mended: everything succeeds."""
    if run.store is None:
        run.step("start again", run.start)
    if run.store is None:
        run.seen.faults.append("it does not start again")
        return
    if not run.step("count ends", functools.partial(install_counter, run.folder)):
        run.seen.faults.append("the database can be written by nobody else")
        return
    before = dict(run.seen.codes)
    for name in ("order", "work", "work", "work", "upload", "read", "clean"):
        if not run.step(f"{name} again", getattr(run, name)):
            run.seen.faults.append(
                f"{name} does not go on by itself: {Counter(run.seen.codes) - Counter(before)}"
            )


def run_errnos(
    tries: int | None = None,
    *,
    part: tuple[int, int] = (1, 1),
    after: int = 0,
    only: str = "",
    seed: int = 1,
    tell: Callable[[str], None] = work.void,
) -> Seen:
    """Every call, each number, once and lasting, on a new folder and a used one; or so many of these by chance.

    `part` (k, n) is the kth of n parts of it, `after` how many of these are left out at the beginning; `only` takes the
    calls that have this in their name. `tell` hears of each fault as it is found, so that a long run that is cut short
    has said what it saw.
    """
    seen, chance = Seen(), random.Random(seed)
    logging.disable(logging.CRITICAL)
    try:
        with (
            scratch_folder() as scratch,
            statements_compiled_once() as close_all,
            mock.patch.object(work, "STEP_S", 0.0),
        ):
            place, used = scratch / "place", scratch / "used"
            make_used(used)
            templates = {True: None, False: used}
            nothing = {fresh: Try(at=0, number=0, lasts=False, fresh=fresh) for fresh in templates}
            calls = {
                fresh: try_once(nothing[fresh], place, template, seen)
                for fresh, template in templates.items()
            }
            for trial in _choose(list_trials(calls, only), tries, part, chance)[after:]:
                known = len(seen.faults)
                try_once(trial, place, templates[trial.fresh], seen)
                close_all()
                for fault in seen.faults[known:]:
                    tell(fault)
    finally:
        logging.disable(logging.NOTSET)
    return seen


def list_trials(calls: dict[bool, list[str]], only: str = "") -> list[Try]:
    """All there are, for these calls of a first start (True) and of a later run."""
    return [
        Try(at=at, number=number, lasts=lasts, fresh=fresh)
        for fresh, made in calls.items()
        for at, call in enumerate(made, start=1)
        if only in call
        for number in NUMBERS
        for lasts in (False, True)
    ]


def make_used(folder: Path) -> None:
    """A studio with one order done."""
    store = open_store(folder)
    install_counter(folder)
    work.order_work(store, "ann", "before", PAYLOAD, work.void)
    job = store.jobs.claim(worker="script", lease_seconds=60)
    assert job is not None
    run_job(store, job, work.HANDLERS)
    store.close()


def _choose(trials: list[Try], tries: int | None, part: tuple[int, int], chance: random.Random) -> list[Try]:
    if tries is not None:
        kinds = [[trial for trial in trials if trial.fresh is fresh] for fresh in (True, False)]
        return [trial for kind in kinds for trial in chance.sample(kind, min(tries // 2, len(kind)))]
    number, parts = part
    return trials[number - 1 :: parts]


def main() -> int:
    """0 where nothing was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.errnos", description=__doc__)
    parser.add_argument("--tries", type=int, help="by chance; left out: all")
    parser.add_argument("--part", metavar="K/N", default="1/1", help="the Kth of N parts of all")
    parser.add_argument("--after", type=int, default=0, help="leave out so many at the beginning")
    parser.add_argument("--only", default="", help="the calls that have this in their name")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    number, _, parts = asked.part.partition("/")
    seen = run_errnos(
        asked.tries,
        part=(int(number), int(parts)),
        after=asked.after,
        only=asked.only,
        seed=asked.seed,
        tell=lambda fault: print(fault, flush=True),
    )
    sys.stdout.write(
        f"{seen.tries} runs in {time.monotonic() - began:.0f} s, {len(seen.faults)} faults; {seen.codes}\n"
    )
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
