"""The collector: takes what nobody holds, row first and file later, and never what may still be on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import and_, delete, exists, or_, select

from store.database import Database, ReadTransaction
from store.erasures import finish_erasures
from store.faults import fault_point
from store.holders import is_unused
from store.objects_folder import TEMP_SUFFIX, FolderObjects
from store.records import BlobRecord, FileRecord

BATCH = 64  # files looked at in one transaction: the write lock is held for as long as they take to unlink


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How much was removed: file rows, files without a row, temporary files."""

    rows: int
    files: int
    temps: int


def collect_garbage(database: Database, objects: FolderObjects, older_than: datetime) -> Collected:
    """Remove unheld file rows, blobs without file rows, files without a blob, stale temporary files.

    Only what is older than `older_than` goes: a file is on the disk before its row is written.
    """
    finish_erasures(database, objects)
    rows = _remove_rows(database, older_than)
    before = older_than.timestamp()
    temps, strays = 0, []
    for path in objects.walk():
        if path.name.endswith(TEMP_SUFFIX):
            temps += _unlink_old(path, before)
        elif objects.is_object(path) and _is_old(path, before):
            strays.append(path)
    files = sum(
        _remove_strays(database, strays[at : at + BATCH], before) for at in range(0, len(strays), BATCH)
    )
    return Collected(rows=rows, files=files, temps=temps)


def _remove_rows(database: Database, older_than: datetime) -> int:
    is_old = and_(
        FileRecord.created_at < older_than,
        or_(FileRecord.deleted_at.is_(None), FileRecord.deleted_at < older_than),
    )
    unheld = ~exists().where(FileRecord.sha256 == BlobRecord.sha256)
    with database.begin() as transaction:
        gone = transaction.connection.scalars(
            delete(FileRecord).where(is_old, is_unused()).returning(FileRecord.id)
        ).all()
        transaction.connection.execute(delete(BlobRecord).where(unheld))
    return len(gone)


def _remove_strays(database: Database, paths: Sequence[Path], before: float) -> int:
    with database.read() as transaction:
        paths = _without_row(transaction, paths)
    if not paths:
        return 0
    removed = 0
    with database.begin() as transaction:  # nobody can register a file while this is open
        for path in _without_row(transaction, paths):
            fault_point("gc.before_unlink")
            removed += _unlink_old(path, before)
            fault_point("gc.after_unlink")
    return removed


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
