"""The collector: takes what nobody holds, row first and file later, and never what may still be on its way in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, delete, exists, or_, select

from store.database import Database, ReadTransaction
from store.erasures import finish_erasures
from store.faults import fault_point
from store.holders import is_unused
from store.objects_folder import TEMP_SUFFIX, FolderObjects
from store.records import BlobRecord, FileRecord

QUARANTINED = timedelta(days=30)
SHARE_AT_ONCE, FEW, MOST_AT_ONCE = 0.05, 5, 50
BATCH = 64  # files looked at in one transaction: the write lock is held for as long as they take to unlink

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How much was removed: file rows, files without a row (into quarantine), temporary files.

    `left` files without a row stayed where they are, because they were too many at once to be an accident of ours.
    """

    rows: int
    files: int
    temps: int
    left: int = 0


def collect_garbage(
    database: Database,
    objects: FolderObjects,
    now: datetime,
    grace: timedelta,
    *,
    however_many: bool = False,
    keep_rows: bool = False,
) -> Collected:
    """Remove unheld file rows, blobs without file rows and stale temporary files; put files that no row knows into
    quarantine, and empty it of what lay there for a month.

    Only what is older than the grace goes: a file is on the disk before its row is written. Many strays at once are
    left alone and said (`however_many` takes them all the same): the database may be the wrong one. With `keep_rows`
    only what no row speaks of goes.
    """
    older_than = now - grace
    finish_erasures(database, objects)
    rows, names = (0, set[str]()) if keep_rows else _remove_rows(database, older_than)
    before = older_than.timestamp()
    temps, whole, strays = 0, 0, []
    for path in objects.walk():
        if path.name.endswith(TEMP_SUFFIX):
            temps += _unlink_old(path, before)
        elif objects.is_object(path):
            whole += 1
            if _is_old(path, before):
                strays.append(path)
    strays = _find_strays(database, strays)
    ours = [path for path in strays if path.name in names]
    unknown = [path for path in strays if path.name not in names]
    if len(unknown) > most_at_once(whole) and not however_many:
        log.error(
            "%d of %d files are unknown to the database: nothing of them was cleaned. See: python app.py fsck",
            len(unknown),
            whole,
        )
        left, unknown = len(unknown), []
    else:
        left = 0
    files = _in_batches(database, ours, lambda path: _unlink_old(path, before))
    files += _in_batches(database, unknown, lambda path: _put_aside_old(objects, path, before, now))
    objects.empty_quarantine(now - QUARANTINED)
    return Collected(rows=rows, files=files, temps=temps, left=left)


def most_at_once(files: int) -> int:
    """How many files of so many may go at once before it looks like a fault: 5 %, but 5 to 50."""
    return min(MOST_AT_ONCE, max(FEW, int(files * SHARE_AT_ONCE)))


def _find_strays(database: Database, paths: Sequence[Path]) -> list[Path]:
    strays: list[Path] = []
    for at in range(0, len(paths), BATCH):
        with database.read() as transaction:
            strays += _without_row(transaction, paths[at : at + BATCH])
    return strays


def _remove_rows(database: Database, older_than: datetime) -> tuple[int, set[str]]:
    """Remove file rows that nobody holds: how many, and the names of the bytes that no row speaks of since."""
    is_old = and_(
        FileRecord.created_at < older_than,
        or_(FileRecord.deleted_at.is_(None), FileRecord.deleted_at < older_than),
    )
    unheld = ~exists().where(FileRecord.sha256 == BlobRecord.sha256)
    with database.begin() as transaction:
        gone = transaction.connection.scalars(
            delete(FileRecord).where(is_old, is_unused()).returning(FileRecord.id)
        ).all()
        names = delete(BlobRecord).where(unheld).returning(BlobRecord.sha256)
        return len(gone), set(transaction.connection.scalars(names))


def _in_batches(database: Database, paths: Sequence[Path], take: Callable[[Path], bool]) -> int:
    """Take the files that no row knows, under the write lock; how many."""
    taken = 0
    for at in range(0, len(paths), BATCH):
        with database.begin() as transaction:  # nobody can register a file while this is open
            for path in _without_row(transaction, paths[at : at + BATCH]):
                fault_point("gc.before_unlink")
                taken += take(path)
                fault_point("gc.after_unlink")
    return taken


def _without_row(transaction: ReadTransaction, paths: Sequence[Path]) -> list[Path]:
    known = select(BlobRecord.sha256).where(BlobRecord.sha256.in_([path.name for path in paths]))
    kept = set(transaction.connection.scalars(known))
    return [path for path in paths if path.name not in kept]


def _is_old(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _unlink_old(path: Path, before: float) -> bool:
    if not _is_old(path, before):  # put again meanwhile
        return False
    path.unlink(missing_ok=True)
    return True


def _put_aside_old(objects: FolderObjects, path: Path, before: float, now: datetime) -> bool:
    if not _is_old(path, before):
        return False
    objects.put_aside(path, now)
    return True
