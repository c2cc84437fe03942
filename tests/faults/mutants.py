"""Mutants: the rules of jobs and files, each broken once. The harness has to notice, or it is too weak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, false

import store.files
import store.generations
import store.jobs
import store.migrate
import store.objects
import store.objects_folder
import store.queue
import store.sqlite
from store.faults import FAULT_POINTS, fault_point
from studio.worker.jobs import JobContext
from tests.faults import work

STALL_SHARE = 0.15  # of the random faults of a kill loop: a worker that the machine forgets for a while

Harness = Literal["kills", "power", "takeover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One broken rule: how it is planted, the harness that has to catch it, the fault points that provoke it."""

    name: str
    plant: Callable[[], None]
    harness: Harness
    points: tuple[str, ...] = FAULT_POINTS
    kills: int = 12  # in one round of the kill loop


def _row_before_file() -> None:
    """Pictures get their rows first and their bytes later."""
    real_put, keep = store.files.FileTable.put, JobContext.keep_picture
    store.objects_folder.FolderObjects.has_size = lambda *_: True  # type: ignore[method-assign]

    def hash_only(self: Any, data: bytes) -> store.objects.Blob:
        return store.objects.Blob(
            sha256=store.objects_folder.hashlib.sha256(data).hexdigest(), size=len(data)
        )

    def keep_row_first(self: JobContext, image: bytes, thumbnail: bytes, **rest: Any) -> Any:
        store.files.FileTable.put = hash_only  # type: ignore[method-assign]
        row = keep(self, image, thumbnail, **rest)
        for data in (image, thumbnail):
            real_put(self.store.files, data)
        return row

    JobContext.keep_picture = keep_row_first  # type: ignore[method-assign]


def _no_lease_rescue() -> None:
    """A job whose worker fell silent is nobody's business."""
    store.queue.is_rescuable = lambda _: false()


def _acknowledge_before_commit() -> None:
    """The answer leaves while the transaction is still open."""
    real_order = work.order_work

    def order_work(store_: Any, owner: str, key: str, payload: Any, acknowledge: work.Say) -> str:
        submit = store_.jobs.submit

        def submit_and_tell(transaction: Any, **order: Any) -> Any:
            job_id, is_new = submit(transaction, **order)
            acknowledge(f"ordered {owner} {key} {job_id}")
            return job_id, is_new

        store_.jobs.submit = submit_and_tell
        try:
            return real_order(store_, owner, key, payload, work.void)
        finally:
            store_.jobs.submit = submit

    work.order_work = order_work


def _write_in_place() -> None:
    """Objects grow under their final name."""

    def write(_: Any, data: bytes, target: Any) -> None:
        with target.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            fault_point("put.mid_write")
            file.write(data[len(data) // 2 :])
            fault_point("put.before_fsync")
            store.objects_folder.sync_file(file)
        store.objects_folder.sync_folder(target.parent)
        fault_point("put.after")

    store.objects_folder.FolderObjects._write = write  # type: ignore[method-assign]


def _no_fsync() -> None:
    """Files are written and trusted to arrive."""
    store.objects_folder.sync_file = lambda file: file.flush()


def _no_folder_fsync() -> None:
    """Names are written and trusted to arrive."""
    store.objects_folder.sync_folder = lambda _: None


def _synchronous_normal() -> None:
    """Commits are answered before they are on the disk.

    With WAL the log is not synced at a commit; with TRUNCATE the emptied journal is not, so that it can come
    back after the cut and roll an answered commit back.
    """
    store.sqlite.SYNCHRONOUS = "NORMAL"


def _no_fence() -> None:
    """Whoever once had a job may end it."""
    records = store.jobs.JobRecord
    store.jobs.is_held = lambda job_id, _: and_(records.id == job_id)


def _charge_after_commit() -> None:
    """What a job costs is charged, or given back, in a transaction of its own after the one that ends it."""
    table, update_rows, settle = store.jobs.JobTable, store.jobs.JobTable._update, store.jobs.settle
    store.jobs.settle = lambda *_: None

    def update(self: Any, transaction: Any, *given: Any, **rest: Any) -> Any:
        rows = update_rows(self, transaction, *given, **rest)

        def charge() -> None:
            with self._database.begin() as later:
                for row in rows:
                    settle(later, row)

        transaction.after_commit.append(charge)
        return rows

    table._update = update  # type: ignore[method-assign]


def _reserve_after_submit() -> None:
    """What a job costs is held in a transaction of its own, once the one that submits it is committed."""
    table, submit, reserve = store.jobs.JobTable, store.jobs.JobTable.submit, store.jobs.reserve

    def submit_then_reserve(self: Any, transaction: Any, *, price: int = 0, **order: Any) -> Any:
        job_id, is_new = submit(self, transaction, **order)

        def hold() -> None:
            with self._database.begin() as later:
                reserve(later, order["owner"], job_id, price, at=self._clock())

        if is_new and price:
            transaction.after_commit.append(hold)
        return job_id, is_new

    table.submit = submit_then_reserve  # type: ignore[method-assign]


PUTS = ("put.mid_write", "put.before_fsync", "put.before_rename", "put.before_folder_sync")
MUTANTS = (
    Mutant(name="row before file", plant=_row_before_file, harness="kills", points=PUTS),
    Mutant(
        name="no lease rescue", plant=_no_lease_rescue, harness="kills", points=("claim.after_commit", *PUTS)
    ),
    Mutant(
        name="acknowledge before commit",
        plant=_acknowledge_before_commit,
        harness="kills",
        points=("submit.mid", "submit.before_commit"),
    ),
    Mutant(name="no fence", plant=_no_fence, harness="takeover"),
    Mutant(name="write in place", plant=_write_in_place, harness="power"),
    Mutant(name="no fsync", plant=_no_fsync, harness="power"),
    Mutant(name="no folder fsync", plant=_no_folder_fsync, harness="power"),
    Mutant(name="synchronous=NORMAL", plant=_synchronous_normal, harness="power"),
)


CHARGES: dict[
    str, Callable[[], None]
] = {  # broken rules of credits, which `tests.faults.credits` has to notice
    "charge after commit": _charge_after_commit,
    "reserve after submit": _reserve_after_submit,
}


def _journal_wal() -> None:
    """No mutant: the journal that newer SQLite libraries get, tried on this one too."""
    store.sqlite.choose_journal_mode = store.migrate.choose_journal_mode = lambda _: "WAL"


WAL = "WAL"
PLANTS: dict[str, Callable[[], None]] = {mutant.name: mutant.plant for mutant in MUTANTS} | {
    WAL: _journal_wal
}
PLANTS |= CHARGES


def plant(name: str) -> None:
    """Break a rule in this process, or use the other journal; "" does nothing. Raises KeyError."""
    if name:
        PLANTS[name]()
