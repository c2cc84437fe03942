"""What has to hold after any fault, and how the work that it interrupted is brought to its end."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.database import DATABASE_NAME
from store.errors import StoreError
from store.fsck import find_problems
from store.jobs import EXHAUSTED_CODE
from store.ledger import find_imbalances
from store.rows import JobRow
from store.store import Store, open_store
from studio.worker.jobs import run_job
from tests.faults.mutants import plant
from tests.faults.work import HANDLERS, count_open, make_picture, make_thumbnail, order_work, price_of, void

LATER = timedelta(days=2)  # every lease is over, every retry due, every file older than the grace
SETTLE_PATIENCE_S = 3.0
COUNTER = """
CREATE TABLE IF NOT EXISTS fault_ends (job_id TEXT, state TEXT);
CREATE TRIGGER IF NOT EXISTS fault_counts_ends AFTER UPDATE OF state ON jobs
WHEN NEW.state IN ('succeeded', 'failed', 'cancelled')
BEGIN INSERT INTO fault_ends VALUES (NEW.id, NEW.state); END;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """One thing that the world was told: "ordered", "cancelling" or "done", of a job."""

    what: str
    owner: str
    key: str
    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an examination found."""

    stalls: int
    acknowledged: int
    states: Counter[str]
    faults: Counter[str]


def examine(folder: Path, said: Path, mutant: str = "") -> Found:
    """Check what is left, bring it to its end, and check again. Plants the mutant in this process."""
    plant(mutant)
    told = read_acks(said)
    acks = [ack for ack in told if ack.what != "stalled"]
    faults, states = check_at_once(folder, acks), Counter[str]()
    try:
        faults += settle(folder)
        late_faults, states = check_in_the_end(folder)
        faults += late_faults
    except (StoreError, sqlite3.Error, OSError) as error:
        faults.append(f"the folder cannot be used: {type(error).__name__}")
    return Found(
        stalls=len(told) - len(acks),
        acknowledged=len({ack.job_id for ack in acks}),
        states=states,
        faults=Counter(faults),
    )


def examine_first_start(folder: Path) -> Counter[str]:
    """Whether a folder whose first start was cut can be started again, and works."""
    try:
        with closing(open_store(folder)) as store:
            install_counter(folder)
            order_work(store, "ann", "first", {"seeds": [1, 2], "avatar": True}, void)
        return Counter(settle(folder) + check_in_the_end(folder)[0])
    except (StoreError, sqlite3.Error, OSError) as error:
        return Counter([f"the folder cannot be started: {type(error).__name__}"])


def install_counter(folder: Path) -> None:
    """Have every end of a job counted inside the transaction that ends it."""
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        connection.executescript(COUNTER)


def read_acks(said: Path) -> list[Ack]:
    """What was told; a line that was cut off was not."""
    if not said.exists():
        return []
    lines = said.read_text(encoding="ascii").split("\n")[:-1]
    return [
        Ack(**dict(zip(("what", "owner", "key", "job_id"), line.split(" "), strict=True))) for line in lines
    ]


def check_at_once(folder: Path, acks: Iterable[Ack]) -> list[str]:
    """What has to hold right after the fault, before anything is mended."""
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        faults = [
            f"integrity: {row[0]}" for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"
        ]
        faults += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        states = dict(connection.execute("SELECT id, state FROM jobs"))
        rows = connection.execute("SELECT owner, idempotency_key, id FROM jobs")
        jobs = {(owner, key): job_id for owner, key, job_id in rows}
        blobs = dict(connection.execute("SELECT sha256, size FROM blobs"))
    for ack in acks:
        if jobs.get((ack.owner, ack.key)) != ack.job_id:
            faults.append("an acknowledged job is lost")
        elif ack.what == "done" and states[ack.job_id] not in ("succeeded", "failed", "cancelled"):
            faults.append("an answered end of a job was undone")
    return faults + _check_objects(folder, blobs)


def _check_objects(folder: Path, blobs: dict[str, int]) -> list[str]:
    faults = []
    for path in (folder / "objects").glob("*/*"):
        if (
            path.suffix not in (".part", ".json")
            and hashlib.sha256(path.read_bytes()).hexdigest() != path.name
        ):
            faults.append("an object's bytes are not those of its name")
    for sha256, size in blobs.items():
        path = folder / "objects" / sha256[:2] / sha256
        if not path.exists():
            faults.append("a row without its file")
        elif path.stat().st_size != size:
            faults.append("a row whose file has another size")
    return faults


def settle(folder: Path) -> list[str]:
    """Run what is left, as a worker would two days later, and collect the garbage; the jobs that cannot end."""
    later = LATER
    store = open_store(folder, clock=lambda: datetime.now(UTC) + later)
    try:
        patience = time.monotonic() + SETTLE_PATIENCE_S
        while time.monotonic() < patience:
            later += timedelta(hours=1)  # past the pause before a next attempt
            store.jobs.reconcile()
            job = store.jobs.claim(worker="settle", lease_seconds=60)
            if job is not None:
                run_job(store, job, HANDLERS)
                patience = time.monotonic() + SETTLE_PATIENCE_S
            elif not count_open(store):
                break
        stuck = count_open(store)
        store.files.collect_garbage(timedelta(seconds=1), however_many=True)
    finally:
        store.close()
    return ["a job does not end"] * stuck


def check_in_the_end(folder: Path) -> tuple[list[str], Counter[str]]:
    """What has to hold when all work is settled, and how the jobs ended."""
    store = open_store(folder)
    try:
        with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
            ids = connection.execute("SELECT id, owner FROM jobs").fetchall()
            ends = Counter(row[0] for row in connection.execute("SELECT job_id FROM fault_ends"))
            blobs = dict(connection.execute("SELECT sha256, size FROM blobs"))
            avatars = Counter(row[0] for row in connection.execute("SELECT name FROM avatars"))
        jobs = [store.jobs.get(owner, job_id) for job_id, owner in ids]
        faults = [fault for job in jobs for fault in _check_job(store, job, ends[job.id], avatars[job.id])]
        faults += _check_objects(folder, blobs)
        for path in (folder / "objects").glob("*/*"):
            if path.suffix != ".json" and path.name not in blobs:
                faults.append(
                    "a temporary file is left" if path.suffix == ".part" else "a file without its row"
                )
        faults += [f"fsck: {problem.kind}" for problem in find_problems(store)]
        faults += _check_credits(store, jobs)
        faults += ["an avatar of no job"] * len(set(avatars) - {job.id for job in jobs})
    finally:
        store.close()
    return faults, Counter(job.state for job in jobs)


def _check_credits(store: Store, jobs: Iterable[JobRow]) -> list[str]:
    """Each job that succeeded was charged its price once, every other one nothing."""
    with store.read() as look:
        faults = ["an account is not what its ledger adds up to"] * len(find_imbalances(look))
    used, moved = Counter[str](), Counter[tuple[str | None, str]]()
    for job in jobs:
        used[job.owner] += price_of(job.payload) if job.state == "succeeded" else 0
        moved[job.id, "capture" if job.state == "succeeded" else "release"] += 1
        moved[job.id, "reserve"] += 1
    for owner in used:
        moved.subtract((row.job_id, row.kind) for row in store.ledger.list_entries(owner) if row.job_id)
        account = store.ledger.look(owner)
        if (account.held, account.spent) != (0, used[owner]):
            faults.append("what was spent is not what the jobs cost that succeeded")
    return faults + [f"a job's {kind} is not there once" for (_, kind), number in moved.items() if number]


def _check_job(store: Store, job: JobRow, ends: int, avatars: int) -> list[str]:
    """One job: one end, and exactly the results that it declared."""
    if job.is_open:
        return []  # told of by `settle`
    faults = []
    if ends != 1:
        faults.append(f"a job ended {'twice' if ends > 1 else 'uncounted'}")
    entry = store.generations.get_by_job(job.owner, job.id)
    if entry.generation.state != job.state:
        faults.append("a generation's state is not its job's")
    seeds = job.payload["seeds"]
    positions = [picture.position for picture in entry.pictures]
    for picture in entry.pictures:
        seed = seeds[picture.position]
        if store.files.read(job.owner, picture.file_id) != make_picture(seed):
            faults.append("a picture is not the declared one")
        if store.files.read(job.owner, picture.thumbnail_id) != make_thumbnail(seed):
            faults.append("a thumbnail is not the declared one")
    if job.state == "succeeded":
        if positions != list(range(len(seeds))) or avatars != job.payload["avatar"]:
            faults.append("a succeeded job has not exactly its declared results")
        if job.result.get("pictures") != len(seeds) or ("avatar_id" in job.result) != job.payload["avatar"]:
            faults.append("a job's result does not tell what it made")
    elif avatars:
        faults.append("a job that did not succeed made an avatar")
    if job.state == "failed" and job.error_code != EXHAUSTED_CODE:
        faults.append(f"a job failed for another reason than its kills: {job.error_code}")
    return faults
