"""Everything of one owner given to another, in one transaction: rows, files, jobs, the trash, manifests, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, cast, delete, func, select, type_coerce, update

from store.database import Transaction
from store.manifests import RECORDS, write_manifest
from store.people_records import ApiKeyRecord, IdentityRecord, SessionRecord
from store.records import AvatarRecord, FileRecord, JobRecord, PoseRecord, Record

if TYPE_CHECKING:
    from store.store import Store

# These are the person, not what the person made.
OWN = (SessionRecord.__table__, ApiKeyRecord.__table__, IdentityRecord.__table__)


def give_everything(store: Store, giver: str, taker: str) -> int:
    """Make `taker` the owner of all that `giver` has; how many rows. Nothing is lost where both have the same file,
    the same pose's name or the same idempotency key. That `giver` has no open jobs is for the caller to see."""
    with store.begin() as transaction:
        _merge_files(transaction, giver, taker)
        _keep_names_apart(transaction, giver, taker)
        given = 0
        for table in Record.metadata.sorted_tables:
            if "owner" in table.c and table not in OWN:
                moved = update(table).where(table.c.owner == giver).values(owner=taker)
                given += transaction.connection.execute(moved).rowcount
        for kind, record in RECORDS.items():
            for row_id in transaction.connection.scalars(
                select(record.id).where(record.owner == taker)
            ).all():
                write_manifest(transaction, store.objects, kind, row_id)
    store.rebuild_search()
    return given


def _merge_files(transaction: Transaction, giver: str, taker: str) -> None:
    """Files that both have: whatever refers to the giver's row refers to the taker's then."""
    theirs = select(FileRecord.id, FileRecord.sha256).where(FileRecord.owner == taker).subquery()
    both = select(FileRecord.id, theirs.c.id).join(theirs, theirs.c.sha256 == FileRecord.sha256)
    for old, new in transaction.connection.execute(both.where(FileRecord.owner == giver)).all():
        for table in Record.metadata.sorted_tables:
            for column in table.c:
                if any(key.column is FileRecord.__table__.c.id for key in column.foreign_keys):
                    moved = update(table).where(column == old).values({column.name: new})
                    transaction.connection.execute(moved)
        for told in (AvatarRecord.origin, AvatarRecord.versions):  # JSON that may name a file
            renamed = type_coerce(func.replace(cast(told, String), old, new), told.type)
            mine = update(AvatarRecord).where(AvatarRecord.owner == giver, cast(told, String).contains(old))
            transaction.connection.execute(mine.values({told.key: renamed}))
        transaction.connection.execute(update(FileRecord).where(FileRecord.id == new).values(deleted_at=None))
        transaction.connection.execute(delete(FileRecord).where(FileRecord.id == old))


def _keep_names_apart(transaction: Transaction, giver: str, taker: str) -> None:
    """Poses of the same name get a number; an idempotency key that both used is forgotten: it was answered long ago."""
    slugs = select(PoseRecord.slug).where(PoseRecord.owner == taker, PoseRecord.deleted_at.is_(None))
    taken = set(transaction.connection.scalars(slugs))
    mine = select(PoseRecord.id, PoseRecord.slug).where(PoseRecord.owner == giver)
    for pose_id, slug in transaction.connection.execute(mine.where(PoseRecord.deleted_at.is_(None))).all():
        number, free = 2, slug
        while free in taken:
            number, free = number + 1, f"{slug}-{number}"
        taken.add(free)
        if free != slug:
            renamed = update(PoseRecord).where(PoseRecord.id == pose_id).values(slug=free)
            transaction.connection.execute(renamed)
    keys = select(JobRecord.idempotency_key).where(JobRecord.owner == taker)
    same = update(JobRecord).where(JobRecord.owner == giver, JobRecord.idempotency_key.in_(keys))
    transaction.connection.execute(same.values(idempotency_key=None))
