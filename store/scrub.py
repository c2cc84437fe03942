"""The scrub: every night a slice of all files is read and compared with its hashes, so that within days all are."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from store.garbage import most_at_once
from store.notes import SCRUB_NOTE
from store.records import BlobRecord

if TYPE_CHECKING:
    from store.store import Store

NIGHTS = 7  # in which all files are read once
LEAST_BYTES = 1_000_000_000  # of a slice: about a second of hashing
BATCH = 64

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """How many files were read, how many of them are lost: damaged or missing, and in no backup."""

    files: int
    lost: int


def scrub(store: Store) -> Scrubbed:
    """Read the next slice. What is damaged is put aside and replaced from the backup where one holds it.

    Stops where many files are missing at once: they lie somewhere else.
    """
    with store.read() as look:
        total = look.connection.scalar(select(func.sum(BlobRecord.size))) or 0
    budget, cursor = max(LEAST_BYTES, total // NIGHTS), str(store.notes.read(SCRUB_NOTE).get("next", ""))
    most_missing = most_at_once(store.count_blobs())
    files = lost = missing = 0
    while budget > 0:
        batch = _next(store, cursor)
        for sha256, size in batch:
            missing += not store.objects.path(sha256).is_file()
            if missing > most_missing:
                log.error("Many files are missing at once: connect the drive they lie on")
                return Scrubbed(files=files, lost=lost)
            if not store.mending.mend(sha256, store.clock(), anew=True) and _is_needed(store, sha256):
                lost += 1
            files, budget, cursor = files + 1, budget - size, sha256
        if len(batch) < BATCH:
            cursor = ""  # all are read: from the beginning the next night
            break
    store.notes.write(
        SCRUB_NOTE, {"at": store.clock().isoformat(), "next": cursor, "files": files, "lost": lost}
    )
    return Scrubbed(files=files, lost=lost)


def try_again(store: Store) -> int:
    """Look whether what is lost can be had back, from a backup that is here now; how many were."""
    names = store.mending.list_lost()
    return sum(
        1 for name in names if _is_needed(store, name) and store.mending.mend(name, store.clock(), anew=True)
    )


def is_due(store: Store, night: datetime) -> bool:
    """Whether the slice of the night that began then is still to be read."""
    try:
        return datetime.fromisoformat(str(store.notes.read(SCRUB_NOTE).get("at"))) < night
    except ValueError:
        return True


def _next(store: Store, cursor: str) -> list[tuple[str, int]]:
    wanted = select(BlobRecord.sha256, BlobRecord.size).where(BlobRecord.sha256 > cursor)
    with store.read() as look:
        return [
            (row.sha256, row.size)
            for row in look.connection.execute(wanted.order_by(BlobRecord.sha256).limit(BATCH))
        ]


def _is_needed(store: Store, sha256: str) -> bool:
    """Whether a row still speaks of it; what was deleted meanwhile is not lost."""
    with store.read() as look:
        known = look.connection.scalar(select(BlobRecord.sha256).where(BlobRecord.sha256 == sha256))
    if known is None:
        store.mending.forget(sha256)
    return known is not None
