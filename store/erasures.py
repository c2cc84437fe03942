"""Deleting for good: the rows first, in one transaction, and after its commit the bytes that nobody else holds.

A crash between the two leaves a row in `erasures`; the next maintenance takes it up.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, select

from store.database import Database, Transaction
from store.faults import fault_point
from store.holders import is_unused
from store.manifests import manifest_name
from store.objects import ObjectStore
from store.records import BlobRecord, ErasureRecord, FileRecord, FileUseRecord

BATCH = 64  # files unlinked in one transaction: the write lock is held for as long as that takes

log = logging.getLogger(__name__)


def erase_files_of(transaction: Transaction, holder_kind: str, holder_id: str, now: datetime) -> None:
    """Remove the rows of the files that only this holder held, and note those bytes that no row speaks of then.

    Rows of the holder that refer to the files must be gone before.
    """
    held = (FileUseRecord.holder_kind == holder_kind, FileUseRecord.holder_id == holder_id)
    uses = delete(FileUseRecord).where(*held).returning(FileUseRecord.file_id)
    _erase(transaction, FileRecord.id.in_(transaction.connection.scalars(uses).all()), now)
    name = manifest_name(holder_kind, holder_id)
    transaction.insert_or_ignore(ErasureRecord, sha256=name, created_at=now)


def erase_unheld(transaction: Transaction, owner: str, file_ids: Sequence[str], now: datetime) -> None:
    """The same for those of an owner's files that nobody holds."""
    _erase(transaction, and_(FileRecord.owner == owner, FileRecord.id.in_(file_ids)), now)


def _erase(transaction: Transaction, which: ColumnElement[bool], now: datetime) -> None:
    connection = transaction.connection
    gone = delete(FileRecord).where(which, is_unused()).returning(FileRecord.sha256)
    names = connection.scalars(gone).all()
    unheld = ~exists().where(FileRecord.sha256 == BlobRecord.sha256)
    lost = delete(BlobRecord).where(BlobRecord.sha256.in_(names), unheld).returning(BlobRecord.sha256)
    for sha256 in connection.scalars(lost).all():
        transaction.insert_or_ignore(ErasureRecord, sha256=sha256, created_at=now)


def finish_erasures(database: Database, objects: ObjectStore) -> int:
    """Unlink what was deleted for good, unless it was given again meanwhile; how many. Raises StoreBusy."""
    with database.read() as look:
        names = look.connection.scalars(select(ErasureRecord.sha256)).all()
    if names:
        database.forget_deleted()  # before their rows go: a crash in between leaves them to the next maintenance
    removed = 0
    for at in range(0, len(names), BATCH):
        removed += _unlink(database, objects, names[at : at + BATCH])
    if names:
        database.forget_journal()
    return removed


def _unlink(database: Database, objects: ObjectStore, names: Sequence[str]) -> int:
    removed = []
    with database.begin() as transaction:  # nobody can register a file while this is open
        given_again = select(BlobRecord.sha256).where(BlobRecord.sha256.in_(names))
        kept = set(transaction.connection.scalars(given_again))
        for sha256 in names:
            if sha256 in kept:
                continue
            try:
                fault_point("gc.before_unlink")
                objects.delete(sha256)
                fault_point("gc.after_unlink")
            except OSError as error:  # Windows: somebody reads it just now
                log.warning("A deleted file is still in use and is removed later: %s", error)
            else:
                removed.append(sha256)
        done = ErasureRecord.sha256.in_([*kept, *removed])
        transaction.connection.execute(delete(ErasureRecord).where(done))
    return len(removed)
