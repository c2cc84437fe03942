"""Photos: pictures that people gave, and what was found in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, select

from store.database import Database, ReadTransaction, Transaction
from store.files import FileTable
from store.holders import PHOTO
from store.ids import new_id
from store.owned import (
    change,
    fetch,
    fetch_newest,
    fetch_page,
    find_in_trash,
    put_in_trash,
    remove_row,
    take_from_trash,
)
from store.records import (
    NAMES_PHOTO,
    AvatarRecord,
    DocumentRecord,
    GenerationRecord,
    JobRecord,
    PhotoRecord,
)
from store.rows import PhotoRow, columns_of, to_row


class PhotoTable:
    """The rows of photos; each holds its picture and its thumbnail."""

    def __init__(self, database: Database, files: FileTable, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    def add(
        self,
        transaction: Transaction,
        owner: str,
        *,
        file_id: str,
        thumbnail_id: str,
        sha256: str,
        width: int,
        height: int,
        look: Mapping[str, Any],
    ) -> PhotoRow:
        """Keep a photo: `sha256` by which it is found again, size in pixels, `look` what was found in it.

        Raises RowMissing for files that are not the owner's.
        """
        photo_id = new_id()
        self._files.use(transaction, owner, PHOTO, photo_id, {"image": file_id, "thumbnail": thumbnail_id})
        values: dict[str, Any] = {
            "id": photo_id,
            "owner": owner,
            "file_id": file_id,
            "thumbnail_id": thumbnail_id,
        }
        values |= {"sha256": sha256, "width": width, "height": height}
        row = insert(PhotoRecord).values({**values, "look": dict(look), "created_at": self._clock()})
        transaction.connection.execute(row)
        self._files.describe(transaction, PHOTO, photo_id)
        return self.get(owner, photo_id, transaction=transaction)

    def get(self, owner: str, photo_id: str, *, transaction: ReadTransaction | None = None) -> PhotoRow:
        """One photo. Raises RowMissing."""
        with self._database.read(transaction) as look:
            return fetch(look, PhotoRecord, PhotoRow, owner, photo_id)

    def find(self, owner: str, sha256: str, *, transaction: ReadTransaction | None = None) -> PhotoRow | None:
        """The owner's photo with this hash, where they have one."""
        wanted = select(*columns_of(PhotoRecord, PhotoRow)).where(
            PhotoRecord.owner == owner, PhotoRecord.sha256 == sha256, PhotoRecord.deleted_at.is_(None)
        )
        with self._database.read(transaction) as look:
            found = look.connection.execute(wanted.order_by(PhotoRecord.id.desc()).limit(1)).first()
        return None if found is None else to_row(PhotoRow, found)

    def list_recent(self, owner: str, *, limit: int = 100) -> Sequence[PhotoRow]:
        """The newest photos first."""
        with self._database.read() as transaction:
            return fetch_newest(transaction, PhotoRecord, PhotoRow, owner, limit)

    def list_page(
        self, owner: str, cursor: str | None = None, limit: int = 60, *, role: str = "", tag: str = ""
    ) -> tuple[list[PhotoRow], str | None]:
        """The next `limit` photos after the cursor, newest first, and the next cursor; of those with this role and
        this tag where they are named. Raises BadCursor."""
        with self._database.read() as look:
            return fetch_page(
                look, PhotoRecord, PhotoRow, PhotoRecord.owner == owner, cursor, limit, *_fits(role, tag)
            )

    def count_tags(self, owner: str, *, role: str = "") -> dict[str, int]:
        """How many of the owner's photos each tag is on; of those with this role where it is named."""
        tags = func.json_each(PhotoRecord.look, "$.tags").table_valued("value", joins_implicitly=True)
        return self._count(owner, tags.c.value, *_fits(role))

    def count_roles(self, owner: str, *, tag: str = "") -> dict[str, int]:
        """How many of the owner's photos each role has; of those with this tag where it is named."""
        return self._count(owner, _role(), *_fits(tag=tag))

    def _count(self, owner: str, value: ColumnElement[Any], *filters: ColumnElement[bool]) -> dict[str, int]:
        mine = (PhotoRecord.owner == owner, PhotoRecord.deleted_at.is_(None), *filters)
        with self._database.read() as look:
            found = look.connection.execute(select(value, func.count()).where(*mine).group_by(value))
            return {str(one): int(number) for one, number in found}

    def find_files(self, owner: str, photo_ids: Collection[str]) -> dict[str, str]:
        """The file of each of these photos that is not in the trash, by the photo's id."""
        wanted = select(PhotoRecord.id, PhotoRecord.file_id).where(
            PhotoRecord.owner == owner, PhotoRecord.deleted_at.is_(None), PhotoRecord.id.in_(photo_ids)
        )
        if not photo_ids:
            return {}
        with self._database.read() as look:
            return {row.id: row.file_id for row in look.connection.execute(wanted)}

    def update(
        self, transaction: Transaction, owner: str, photo_id: str, *, look: Mapping[str, Any]
    ) -> PhotoRow:
        """Keep what was found in it now. Raises RowMissing."""
        change(transaction, PhotoRecord, owner, photo_id, {"look": dict(look)})
        self._files.describe(transaction, PHOTO, photo_id)
        return self.get(owner, photo_id, transaction=transaction)

    def note(self, transaction: Transaction, owner: str, photo_id: str, said: Mapping[str, Any]) -> PhotoRow:
        """Keep these values beside what was found in it. Raises RowMissing."""
        look = self.get(owner, photo_id, transaction=transaction).look
        return self.update(transaction, owner, photo_id, look={**look, **said})

    def find_idle(self, before: datetime, limit: int) -> list[tuple[str, str]]:
        """Owner and id of photos that were given before then and that neither an avatar nor an order nor a template
        knows, in the trash or not; the oldest first."""
        order = GenerationRecord.order
        in_orders = _list_named(
            GenerationRecord, case((func.json_valid(order) == 1, order), else_="{}"), "$.references"
        )
        in_templates = _list_named(DocumentRecord, DocumentRecord.content, "$.order.references")
        in_avatars = select(AvatarRecord.photo_id).where(AvatarRecord.photo_id.is_not(None))
        wanted = select(PhotoRecord.owner, PhotoRecord.id).where(
            PhotoRecord.deleted_at.is_(None),
            PhotoRecord.created_at < before,
            func.coalesce(PhotoRecord.look["seen_at"].as_string(), "") < before.isoformat(),
            func.coalesce(PhotoRecord.look["posed_at"].as_string(), "") < before.isoformat(),
            PhotoRecord.id.not_in(in_avatars),
            PhotoRecord.id.not_in(in_orders.where(NAMES_PHOTO)),
            PhotoRecord.id.not_in(in_templates.where(DocumentRecord.kind == "template")),
        )
        with self._database.read() as look:
            found = look.connection.execute(wanted.order_by(PhotoRecord.id).limit(limit))
            return [(row.owner, row.id) for row in found]

    def delete(self, transaction: Transaction, owner: str, photo_id: str) -> None:
        """Delete softly; its files stay until it is purged. Raises RowMissing."""
        put_in_trash(transaction, PhotoRecord, owner, photo_id, self._clock())
        self._files.describe(transaction, PHOTO, photo_id)

    def restore(self, transaction: Transaction, owner: str, photo_id: str) -> PhotoRow:
        """Undo a delete. Raises RowMissing."""
        take_from_trash(transaction, PhotoRecord, owner, photo_id)
        self._files.describe(transaction, PHOTO, photo_id)
        return self.get(owner, photo_id, transaction=transaction)

    def purge_now(self, transaction: Transaction, owner: str, photo_id: str) -> None:
        """Delete for good, from the trash too, with its files and the jobs that measured it; an avatar made of it
        keeps its body. Raises RowMissing."""
        remove_row(transaction, PhotoRecord, owner, photo_id)
        self._files.erase(transaction, PHOTO, photo_id)
        measured = JobRecord.payload["photo_id"].as_string() == photo_id
        transaction.connection.execute(delete(JobRecord).where(JobRecord.owner == owner, measured))

    def purge(self, deleted_before: datetime) -> int:
        """Delete for good what was deleted so long ago; how many."""
        with self._database.begin() as transaction:
            gone = find_in_trash(transaction, PhotoRecord, deleted_before)
            for owner, photo_id in gone:
                self.purge_now(transaction, owner, photo_id)
        return len(gone)


def _role() -> ColumnElement[str]:
    return func.coalesce(
        PhotoRecord.look["role"].as_string(), "person"
    )  # what was kept before roles were is of one


def _fits(role: str = "", tag: str = "") -> list[ColumnElement[bool]]:
    """That a photo has this role and this tag, where they are named."""
    filters: list[ColumnElement[bool]] = [_role() == role] if role else []
    if tag:
        tags = func.json_each(PhotoRecord.look, "$.tags").table_valued("value")
        filters.append(select(tags.c.value).where(tags.c.value == tag).exists())
    return filters


def _list_named(record: type[Any], content: Any, path: str) -> Select[tuple[str]]:
    """The photos that the references at `path` of that JSON name."""
    references = func.json_each(content, path).table_valued("value", joins_implicitly=True)
    photo_id = func.json_extract(references.c.value, "$.photo_id")
    return select(photo_id).select_from(record, references).where(photo_id.is_not(None))
