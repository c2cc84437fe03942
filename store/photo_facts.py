"""What is said of a photo beside its row: its kept file, and where it was used. Looked up when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from store.database import ReadTransaction
from store.records import NAMES_PHOTO, AvatarRecord, BlobRecord, FileRecord, GenerationRecord
from store.rows import PhotoRow

if TYPE_CHECKING:
    from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """The kept file's type and bytes; how many avatars and generations outside the trash were made with the photo,
    when the last of them was ordered, and the ids and names of those avatars, newest first."""

    media_type: str = ""
    size: int = 0
    uses: int = 0
    last_used_at: datetime | None = None
    holders: tuple[tuple[str, str], ...] = ()


def find_photo_facts(store: Store, owner: str, rows: Sequence[PhotoRow]) -> dict[str, PhotoFacts]:
    """By the photo's id. Of the orders those are read that name a photo and are younger than the oldest of these."""
    if not rows:
        return {}
    with store.read() as look:
        files = _find_files(look, owner, rows)
        used: dict[str, list[tuple[int, datetime]]] = {row.id: [] for row in rows}
        holders: dict[str, list[tuple[str, str]]] = {row.id: [] for row in rows}
        for photo_id, number, last in (*_find_poses(rows), *_find_orders(look, owner, rows)):
            used[photo_id].append((number, last))
        for photo_id, avatar_id, name, made in _find_avatars(look, owner, rows):
            used[photo_id].append((1, made))
            holders[photo_id].append((avatar_id, name))
    nothing = ("", 0)
    return {
        row.id: PhotoFacts(
            media_type=files.get(row.file_id, nothing)[0],
            size=files.get(row.file_id, nothing)[1],
            uses=sum(number for number, _ in used[row.id]),
            last_used_at=max((last for _, last in used[row.id]), default=None),
            holders=tuple(holders[row.id]),
        )
        for row in rows
    }


def _find_poses(rows: Sequence[PhotoRow]) -> list[tuple[str, int, datetime]]:
    """How often a pose was taken of a photo for an order: the order itself holds the pose, not the photo."""
    return [
        (row.id, row.look["poses"], datetime.fromisoformat(row.look["posed_at"]))
        for row in rows
        if "posed_at" in row.look
    ]


def _find_files(look: ReadTransaction, owner: str, rows: Sequence[PhotoRow]) -> dict[str, tuple[str, int]]:
    wanted = (
        select(FileRecord.id, FileRecord.media_type, BlobRecord.size)
        .join(BlobRecord, BlobRecord.sha256 == FileRecord.sha256)
        .where(FileRecord.owner == owner, FileRecord.id.in_([row.file_id for row in rows]))
    )
    return {file_id: (kind, size) for file_id, kind, size in look.connection.execute(wanted)}


def _find_avatars(
    look: ReadTransaction, owner: str, rows: Sequence[PhotoRow]
) -> list[tuple[str, str, str, datetime]]:
    """Photo, avatar, its name, when it was made; newest first."""
    wanted = (
        select(AvatarRecord.photo_id, AvatarRecord.id, AvatarRecord.name, AvatarRecord.created_at)
        .where(
            AvatarRecord.owner == owner,
            AvatarRecord.deleted_at.is_(None),
            AvatarRecord.photo_id.in_([row.id for row in rows]),
        )
        .order_by(AvatarRecord.id.desc())
    )
    return [(photo_id or "", *rest) for photo_id, *rest in look.connection.execute(wanted)]  # type: ignore[misc]


def _find_orders(
    look: ReadTransaction, owner: str, rows: Sequence[PhotoRow]
) -> list[tuple[str, int, datetime]]:
    order = case((func.json_valid(GenerationRecord.order) == 1, GenerationRecord.order), else_="{}")
    references = func.json_each(order, "$.references").table_valued("value", joins_implicitly=True)
    photo_id = func.json_extract(references.c.value, "$.photo_id")
    wanted = (
        select(photo_id, func.count(GenerationRecord.id.distinct()), func.max(GenerationRecord.created_at))
        .where(
            NAMES_PHOTO,
            GenerationRecord.owner == owner,
            GenerationRecord.deleted_at.is_(None),
            GenerationRecord.id > min(row.id for row in rows),  # ids sort by time
            photo_id.in_([row.id for row in rows]),
        )
        .group_by(photo_id)
    )
    return [(found, number, last) for found, number, last in look.connection.execute(wanted)]
