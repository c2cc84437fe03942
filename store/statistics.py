"""What an owner's rows, or those of all (no owner), add up to: counted, never kept beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select, true

from store.records import (
    AvatarRecord,
    BlobRecord,
    FileRecord,
    GenerationRecord,
    PhotoRecord,
    PictureRecord,
)

if TYPE_CHECKING:
    from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long one completed generation took, in seconds, and what drew it."""

    engine: str
    preset: str
    seconds: float


def count_states(store: Store, owner: str | None) -> dict[str, int]:
    """How many generations are in each state; the trash is left out."""
    kept = (_is_of(GenerationRecord, owner), GenerationRecord.deleted_at.is_(None))
    number = func.count().label("number")
    wanted = select(GenerationRecord.state, number).where(*kept).group_by(GenerationRecord.state)
    with store.read() as look:
        return {row.state: row.number for row in look.connection.execute(wanted)}


def count_things(store: Store, owner: str | None) -> dict[str, int]:
    """How many "pictures", "avatars" and "photos" are kept; the trash is left out."""
    pictures = select(func.count(PictureRecord.id)).join(
        GenerationRecord, GenerationRecord.id == PictureRecord.generation_id
    )
    of_owner = (_is_of(GenerationRecord, owner), GenerationRecord.deleted_at.is_(None))
    counts = {"pictures": pictures.where(*of_owner)}
    for name, record in (("avatars", AvatarRecord), ("photos", PhotoRecord)):
        counts[name] = select(func.count(record.id)).where(_is_of(record, owner), record.deleted_at.is_(None))
    with store.read() as look:
        return {name: look.connection.scalar(wanted) or 0 for name, wanted in counts.items()}


def list_durations(store: Store, owner: str | None, limit: int) -> list[Duration]:
    """The newest completed generations' times; the trash is left out."""
    order = GenerationRecord.order
    wanted = (
        select(
            order["engine"].as_string(),
            order["preset"].as_string(),
            GenerationRecord.started_at,
            GenerationRecord.finished_at,
        )
        .where(
            _is_of(GenerationRecord, owner),
            GenerationRecord.deleted_at.is_(None),
            GenerationRecord.state == "succeeded",
            GenerationRecord.started_at.is_not(None),
            GenerationRecord.finished_at.is_not(None),
        )
        .order_by(GenerationRecord.id.desc())
        .limit(limit)
    )
    with store.read() as look:
        found = look.connection.execute(wanted).all()
    return [
        Duration(engine=engine or "", preset=preset or "", seconds=(finished - started).total_seconds())
        for engine, preset, started, finished in found
    ]


def sum_bytes(store: Store, owner: str | None) -> int:
    """The bytes of all files of the owner, in the trash too; the same bytes count once."""
    wanted = select(func.sum(BlobRecord.size)).join(FileRecord, FileRecord.sha256 == BlobRecord.sha256)
    with store.read() as look:
        return look.connection.scalar(wanted.where(_is_of(FileRecord, owner))) or 0


def _is_of(record: Any, owner: str | None) -> ColumnElement[bool]:
    """Rows of one owner, or of all."""
    return true() if owner is None else record.owner == owner
