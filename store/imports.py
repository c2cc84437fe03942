"""Rows from another studio, under their own ids where those are free, so that what comes twice is not double."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from store.database import ReadTransaction, Transaction
from store.entries import NewPicture
from store.holders import PICTURE
from store.ids import TIME_DIGITS, is_id, new_id
from store.manifests import GENERATION
from store.owned import Trashable
from store.records import GenerationRecord, PictureRecord

if TYPE_CHECKING:
    from store.store import Store

RANDOM_DIGITS = 16
CLOCKS_DIFFER = timedelta(days=1)


def find_known(
    look: ReadTransaction, record: Trashable, owner: str, ids: Sequence[str]
) -> tuple[str, bool] | None:
    """The owner's row under one of these ids, and whether it is in the trash."""
    wanted = select(record.id, record.deleted_at).where(record.id.in_(ids), record.owner == owner)
    found = look.connection.execute(wanted).first()
    return None if found is None else (found.id, found.deleted_at is not None)


def list_ids(owner: str, said_id: str, at: datetime | None, now: datetime) -> tuple[str, ...]:
    """The ids under which a row that calls itself `said_id` may be kept: its own, where that is one, and one that is
    made of it, for where its own is somebody else's. Both sort by the time that it was made, which is not to come."""
    latest_ms = int((now + CLOCKS_DIFFER).timestamp() * 1000)
    own_ms = int(said_id[:TIME_DIGITS], 16) if is_id(said_id) else -1
    at_ms = own_ms if at is None else int(at.timestamp() * 1000)
    digest = hashlib.sha256(f"{owner}\n{said_id}".encode()).hexdigest()
    made = f"{at_ms if 0 <= at_ms <= latest_ms else 0:0{TIME_DIGITS}x}{digest[:RANDOM_DIGITS]}"
    return (said_id, made) if 0 <= own_ms <= latest_ms else (made,)


def choose_id(look: ReadTransaction, record: Trashable, ids: Sequence[str]) -> str:
    """The first of these ids that nobody has."""
    taken = set(look.connection.scalars(select(record.id).where(record.id.in_(ids))))
    return next(one for one in (*ids, new_id()) if one not in taken)


def add_generation(
    store: Store,
    transaction: Transaction,
    owner: str,
    generation_id: str,
    values: Mapping[str, Any],
    pictures: Sequence[NewPicture],
) -> None:
    """Keep a generation that ended elsewhere, with its pictures, whose files are registered. It has no job here."""
    row = {"id": generation_id, "owner": owner, "job_id": new_id(), "deleted_at": None, **values}
    transaction.connection.execute(insert(GenerationRecord).values(row))
    store.files.describe(transaction, GENERATION, generation_id)
    for picture in pictures:
        picture_id = new_id()
        roles = {"image": picture.file_id, "thumbnail": picture.thumbnail_id}
        store.files.use(transaction, owner, PICTURE, picture_id, roles)
        of_it = {"id": picture_id, "owner": owner, "generation_id": generation_id, **asdict(picture)}
        transaction.connection.execute(insert(PictureRecord).values(of_it))
        store.files.describe(transaction, PICTURE, picture_id)


def find_newest(store: Store) -> str:
    """The greatest id of all generations; "" where there is none."""
    with store.read() as look:
        return look.connection.scalar(select(func.max(GenerationRecord.id))) or ""
