"""Everything of one owner, for good: rows, files, jobs, the trash, and what was put aside in the folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, select

from store.database import Transaction
from store.exports import forget_exports
from store.objects_folder import QUARANTINE_NAME
from store.owned import Trashable
from store.people_records import PersonRecord
from store.records import (
    OPEN_STATES,
    BlobRecord,
    ErasureRecord,
    FileRecord,
    FileUseRecord,
    JobRecord,
    Record,
)
from store.trash import BATCH, TRASHABLE

if TYPE_CHECKING:
    from store.store import Store

ON_THEIR_WAY = timedelta(hours=1)  # what others put may be so old before its row is written
ASIDE = (QUARANTINE_NAME, "*.bak", "before-repair-*", "set-aside-*")  # what repairs and updates kept


def list_open_jobs(store: Store, owner: str) -> list[str]:
    """The ids of the owner's jobs that wait or run."""
    wanted = select(JobRecord.id).where(JobRecord.owner == owner, JobRecord.state.in_(OPEN_STATES))
    with store.read() as look:
        return list(look.connection.scalars(wanted))


def erase_everything(store: Store, owner: str) -> dict[str, int]:
    """Delete for good all that the owner has; how many of each kind. Stopping jobs before is the caller's.

    In small transactions, in the space kept for it: broken off, it goes on when it is asked again. What repairs and
    updates put aside in the folder goes too, whoever it is of. Raises StoreError.
    """
    purges: dict[str, Callable[[Transaction, str, str], None]] = {
        "generation": store.generations.purge_now,
        "avatar": store.avatars.purge_now,
        "photo": store.photos.purge_now,
        "pose": store.poses.purge_now,
        "project": store.projects.purge_now,
        "document": store.documents.purge_now,
    }
    erased = {kind: _purge_all(store, owner, TRASHABLE[kind], purge) for kind, purge in purges.items()}
    erased["job"] = store.reserve.spend_on(lambda: _remove_rest(store, owner))
    store.files.finish_erasures()
    _collect_strays(store, owner)
    _remove_aside(store.folder)
    store.database.forget_journal()
    return erased


def _purge_all(
    store: Store, owner: str, record: Trashable, purge: Callable[[Transaction, str, str], None]
) -> int:
    mine = select(record.id).where(record.owner == owner).limit(BATCH)

    def purge_batch() -> int:
        with store.begin() as transaction:
            ids = list(transaction.connection.scalars(mine))
            for row_id in ids:
                purge(transaction, owner, row_id)
        return len(ids)

    erased = 0
    while gone := store.reserve.spend_on(purge_batch):
        erased += gone
    return erased


def _remove_rest(store: Store, owner: str) -> int:
    """Whatever table still holds a row of the owner, those that refer to others first; how many jobs."""
    with store.begin() as transaction:
        connection = transaction.connection
        jobs = connection.scalar(select(func.count()).where(JobRecord.owner == owner)) or 0
        forget_exports(transaction, store.files, owner)
        connection.execute(delete(FileUseRecord).where(FileUseRecord.owner == owner))
        for table in reversed(Record.metadata.sorted_tables):
            if "owner" in table.c:
                connection.execute(delete(table).where(table.c.owner == owner))
        unheld = ~exists().where(FileRecord.sha256 == BlobRecord.sha256)
        gone = connection.scalars(delete(BlobRecord).where(unheld).returning(BlobRecord.sha256)).all()
        for sha256 in gone:
            transaction.insert_or_ignore(ErasureRecord, sha256=sha256, created_at=store.clock())
    return jobs


def _collect_strays(store: Store, owner: str) -> None:
    """Bytes that no row speaks of. Where there are others, young ones may be theirs, on the way to their rows; and what
    others have that nobody holds, as an export, stays theirs."""
    with store.read() as look:
        others = select(PersonRecord.id).where(PersonRecord.id != owner).limit(1)
        is_alone = look.connection.scalar(others) is None
    grace = timedelta(0) if is_alone else ON_THEIR_WAY
    store.files.collect_garbage(grace, however_many=True, keep_rows=not is_alone)


def _remove_aside(folder: Path) -> None:
    for path in (path for pattern in ASIDE for path in folder.glob(pattern)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
