"""Room: how much of the disk one person may take, by their tier."""

from __future__ import annotations

from sqlalchemy import func, select

from store.database import ReadTransaction
from store.errors import RoomTaken
from store.people_records import PersonRecord
from store.records import BlobRecord, FileRecord
from store.sharing_records import TierRecord

MEGA = 1_000_000


def check_room(look: ReadTransaction, owner: str) -> None:
    """Raise RoomTaken for who keeps as much as their tier allows, the trash included. Nothing is counted without a
    limit. What is let in then may be more by its own size."""
    of_tier = select(TierRecord.storage_mb).join(PersonRecord, PersonRecord.tier == TierRecord.name)
    most_mb = look.connection.scalar(of_tier.where(PersonRecord.id == owner))
    if most_mb is None:
        return
    held = select(func.sum(BlobRecord.size)).join(FileRecord, FileRecord.sha256 == BlobRecord.sha256)
    if (look.connection.scalar(held.where(FileRecord.owner == owner)) or 0) >= most_mb * MEGA:
        raise RoomTaken(most_mb)
