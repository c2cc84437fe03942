"""Generations: what was ordered, what became of it, and its pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, delete, insert, select, update

from store.access import allowed, refuse
from store.database import Database, ReadTransaction, Transaction
from store.entries import GenerationEntry, LightGeneration, LightPicture, NewPicture, RecordPage
from store.errors import BadCursor, RowMissing
from store.exports import forget_exports
from store.files import FileTable
from store.holders import PICTURE
from store.ids import is_id, new_id
from store.jobs import JobTable, mirror_job
from store.manifests import GENERATION
from store.owned import (
    change,
    fetch,
    find_in_trash,
    put_in_trash,
    remove_row,
    require,
    require_writable,
    take_from_trash,
)
from store.records import (
    OPEN_STATES,
    AvatarRecord,
    GenerationRecord,
    JobRecord,
    PictureRecord,
    ProjectRecord,
)
from store.rows import GenerationRow, PictureRow, columns_of, to_row, to_rows
from store.search import Counts, Search
from store.shares import revoke_shares

CHANGEABLE = frozenset(("title", "tags", "favourite", "rating", "notes", "project_id"))
AFTER_ALL_IDS = "g"  # sorts after every hexadecimal digit


class GenerationTable:
    """The rows of generations and of their pictures. State, error and times follow the job's."""

    def __init__(
        self, database: Database, files: FileTable, jobs: JobTable, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._files = files
        self._jobs = jobs
        self._clock = clock
        self._search = database.dialect.search

    def add(
        self,
        transaction: Transaction,
        owner: str,
        *,
        job_id: str,
        title: str,
        order: Mapping[str, Any],
        requests: Sequence[Mapping[str, Any]],
        prompt: str,
        negative_prompt: str,
        avatar_id: str | None = None,
        project_id: str | None = None,
    ) -> GenerationRow:
        """Keep an order, in the transaction that submits its job; in its avatar's project, unless another is named.

        Raises RowMissing, and NotOwner for an avatar that the owner only sees.
        """
        job = self._jobs.get(owner, job_id, transaction=transaction)
        if avatar_id is not None:
            require_writable(transaction, AvatarRecord, owner, avatar_id)
            of_avatar = select(AvatarRecord.project_id).where(AvatarRecord.id == avatar_id).scalar_subquery()
            its = (ProjectRecord.id == of_avatar, allowed(ProjectRecord, owner, write=True))
            project_id = project_id or transaction.connection.scalar(select(ProjectRecord.id).where(*its))
        generation_id = new_id()
        values: dict[str, Any] = {
            "id": generation_id,
            "owner": owner,
            "job_id": job_id,
            "avatar_id": avatar_id,
            "project_id": project_id,
            "title": title,
            "favourite": False,
            "notes": "",
            "tags": [],
            "order": dict(order),
            "requests": [dict(request) for request in requests],
            "prompt": prompt,
            "negative_prompt": negative_prompt,
            "created_at": self._clock(),
            "state": job.state,
            "error_code": job.error_code,
            "error": job.error,
        }
        transaction.connection.execute(insert(GenerationRecord).values(values))
        mirror_job(transaction, job)
        self._files.describe(transaction, GENERATION, generation_id)
        return fetch(transaction, GenerationRecord, GenerationRow, owner, generation_id)

    def add_picture(
        self, transaction: Transaction, job_id: str, token: str, picture: NewPicture
    ) -> PictureRow:
        """Keep a finished picture at once, for as long as the job is under this token.

        A position that has its picture already, from an earlier attempt, keeps that one, and it is the answer.
        Raises LostLease, and RowMissing where the job has no generation or the files are not its owner's.
        """
        job = self._jobs.require_lease(transaction, job_id, token)
        generation_id = transaction.connection.scalar(
            select(GenerationRecord.id).where(GenerationRecord.job_id == job_id)
        )
        if generation_id is None:
            raise RowMissing
        there = select(*_PICTURE).where(
            PictureRecord.generation_id == generation_id, PictureRecord.position == picture.position
        )
        found = transaction.connection.execute(there).first()
        if found is None:
            roles = {"image": picture.file_id, "thumbnail": picture.thumbnail_id}
            picture_id = new_id()
            self._files.use(transaction, job.owner, PICTURE, picture_id, roles)
            values = {"id": picture_id, "owner": job.owner, "generation_id": generation_id, **asdict(picture)}
            transaction.connection.execute(insert(PictureRecord).values(values))
            self._files.describe(transaction, PICTURE, picture_id)
            found = transaction.connection.execute(there).one()
        return to_row(PictureRow, found)

    def set_requests(
        self, transaction: Transaction, job_id: str, token: str, requests: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep the exact requests that the worker made of an order, for as long as the job is under this token.

        Raises LostLease, and RowMissing where the job has no generation.
        """
        self._jobs.require_lease(transaction, job_id, token)
        change = update(GenerationRecord).where(GenerationRecord.job_id == job_id)
        values = {"requests": [dict(request) for request in requests]}
        if transaction.connection.execute(change.values(values)).rowcount == 0:
            raise RowMissing

    def get(
        self, owner: str, generation_id: str, *, transaction: ReadTransaction | None = None
    ) -> GenerationEntry:
        """One generation with its pictures. Raises RowMissing."""
        with self._database.read(transaction) as look:
            mine = (GenerationRecord.id == generation_id, allowed(GenerationRecord, owner))
            return self._find(look, *mine, GenerationRecord.deleted_at.is_(None))

    def get_by_job(
        self, owner: str, job_id: str, *, transaction: ReadTransaction | None = None
    ) -> GenerationEntry:
        """The generation of a job; also one that was deleted meanwhile. Raises RowMissing."""
        with self._database.read(transaction) as look:
            return self._find(look, GenerationRecord.job_id == job_id, GenerationRecord.owner == owner)

    def get_light(self, owner: str, job_ids: Collection[str]) -> dict[str, LightGeneration]:
        """The generations of several jobs, job id → generation, in one query; what is deleted is left out."""
        with self._database.read() as transaction:
            found = transaction.connection.execute(_LIGHT, {"owner": owner, "job_ids": list(job_ids)}).all()
        pictures: dict[str, list[LightPicture]] = {}
        for row in found:
            of_job = pictures.setdefault(row.job_id, [])
            if row.file_id is not None:
                values = (row.picture_id, row.position, row.file_id, row.thumbnail_id, row.alt)
                of_job.append(to_row(LightPicture, values))
        return {
            row.job_id: LightGeneration(
                id=row.id,
                job_id=row.job_id,
                title=row.title,
                state=row.state,
                pictures=tuple(pictures[row.job_id]),
            )
            for row in found
        }

    def get_picture(self, owner: str, picture_id: str) -> PictureRow:
        """One picture. Raises RowMissing."""
        with self._database.read() as transaction:
            wanted = select(*_PICTURE).where(PictureRecord.id == picture_id, PictureRecord.owner == owner)
            found = transaction.connection.execute(wanted).first()
        if found is None:
            raise RowMissing
        return to_row(PictureRow, found)

    def requests(
        self, owner: str, generation_id: str, *, transaction: ReadTransaction | None = None
    ) -> list[dict[str, Any]]:
        """Every request as JSON, in the order of the pictures; also of a deleted generation. Raises RowMissing."""
        mine = (GenerationRecord.id == generation_id, allowed(GenerationRecord, owner))
        with self._database.read(transaction) as look:
            found = look.connection.execute(select(GenerationRecord.requests).where(*mine)).first()
        if found is None:
            raise RowMissing
        return found[0]

    def list_page(self, owner: str, cursor: str | None = None, limit: int = 60) -> RecordPage:
        """The next `limit` generations after the cursor, newest first, with their pictures: two queries.

        What is deleted or added meanwhile moves nothing on later pages. Raises BadCursor.
        """
        if cursor is not None and not is_id(cursor):
            raise BadCursor
        values = {"owner": owner, "before": cursor or AFTER_ALL_IDS, "limit": limit}
        with self._database.read() as transaction:
            found = transaction.connection.execute(_PAGE, {**values, "limit": limit + 1}).all()
            pictures = transaction.connection.execute(_PICTURES_OF_PAGE, values).all()
        rows = to_rows(GenerationRow, found)
        entries = tuple(_join(rows[:limit], pictures))
        return RecordPage(entries=entries, next_cursor=rows[limit - 1].id if len(rows) > limit else None)

    def search_page(
        self, owner: str, search: Search, cursor: str | None = None, limit: int = 60
    ) -> RecordPage:
        """The next `limit` generations after the cursor of what fits a search, in its order. Raises BadCursor."""
        if cursor is not None and not is_id(cursor):
            raise BadCursor
        with self._database.read() as look:
            found = self._search.find(look.connection, owner, search, cursor, limit + 1)
            ids = list(found[:limit])
            rows = look.connection.execute(select(*_GENERATION).where(GenerationRecord.id.in_(ids))).all()
            in_page = PictureRecord.generation_id.in_(ids)
            pictures = look.connection.execute(select(*_PICTURE).where(in_page).order_by(*_BY_POSITION)).all()
        entries = {entry.generation.id: entry for entry in _join(to_rows(GenerationRow, rows), pictures)}
        return RecordPage(
            entries=tuple(entries[one] for one in ids), next_cursor=ids[-1] if len(found) > limit else None
        )

    def count(self, owner: str, search: Search, *, most: int | None = None) -> Counts:
        """How many fit a search, in all and of each fact; where more than `most` fit, of the newest of them."""
        with self._database.read() as look:
            return self._search.count(look.connection, owner, search, most)

    def update(
        self, transaction: Transaction, owner: str, generation_id: str, values: Mapping[str, Any]
    ) -> None:
        """Change some of CHANGEABLE. Raises RowMissing, also for a project, NotOwner, and ValueError for another
        column."""
        if not set(values) <= CHANGEABLE:
            raise ValueError(f"Of a generation these can be changed: {', '.join(sorted(CHANGEABLE))}.")
        if "project_id" in values:  # where it lies is its owner's to say
            require(transaction, GenerationRecord, owner, generation_id)
        if values.get("project_id") is not None:
            require_writable(transaction, ProjectRecord, owner, values["project_id"])
        change(transaction, GenerationRecord, owner, generation_id, dict(values))
        self._files.describe(transaction, GENERATION, generation_id)

    def delete(self, transaction: Transaction, owner: str, generation_id: str) -> None:
        """Delete softly; its pictures stay until it is purged, its share links go. Raises RowMissing."""
        put_in_trash(transaction, GenerationRecord, owner, generation_id, self._clock())
        revoke_shares(transaction, owner, generation_id)
        self._files.describe(transaction, GENERATION, generation_id)

    def restore(self, transaction: Transaction, owner: str, generation_id: str) -> GenerationEntry:
        """Undo a delete. Raises RowMissing."""
        take_from_trash(transaction, GenerationRecord, owner, generation_id)
        self._files.describe(transaction, GENERATION, generation_id)
        return self.get(owner, generation_id, transaction=transaction)

    def purge_now(self, transaction: Transaction, owner: str, generation_id: str) -> None:
        """Delete for good, from the trash too: its pictures with their files, and its job, which a worker that has it
        notices. Raises RowMissing."""
        of_it = PictureRecord.generation_id == generation_id
        mine = (GenerationRecord.id == generation_id, GenerationRecord.owner == owner)
        job_id = transaction.connection.scalar(select(GenerationRecord.job_id).where(*mine))
        if job_id is None:
            raise refuse(transaction, GenerationRecord, owner, generation_id)
        gone = delete(PictureRecord).where(of_it).returning(PictureRecord.id)
        pictures = transaction.connection.scalars(gone).all()
        remove_row(transaction, GenerationRecord, owner, generation_id)
        for picture_id in pictures:
            self._files.erase(transaction, PICTURE, picture_id)
        self._files.erase(transaction, GENERATION, generation_id)
        transaction.connection.execute(delete(JobRecord).where(JobRecord.id == job_id))
        forget_exports(transaction, self._files, owner, generation_id=generation_id)

    def purge(self, deleted_before: datetime) -> int:
        """Delete for good what was deleted so long ago and is not in work; how many."""
        is_open = select(GenerationRecord.id).where(GenerationRecord.state.in_(OPEN_STATES))
        with self._database.begin() as transaction:
            open_ids = set(transaction.connection.scalars(is_open))
            old = find_in_trash(transaction, GenerationRecord, deleted_before)
            gone = [(owner, one) for owner, one in old if one not in open_ids]
            for owner, generation_id in gone:
                self.purge_now(transaction, owner, generation_id)
        return len(gone)

    def _find(self, transaction: ReadTransaction, *which: ColumnElement[bool]) -> GenerationEntry:
        found = transaction.connection.execute(select(*_GENERATION).where(*which)).first()
        if found is None:
            raise RowMissing
        row = to_row(GenerationRow, found)
        return _join([row], transaction.connection.execute(_PICTURES, {"id": row.id}).all())[0]


def _join(rows: Sequence[GenerationRow], found: Sequence[Sequence[Any]]) -> list[GenerationEntry]:
    pictures: dict[str, list[PictureRow]] = {row.id: [] for row in rows}
    for picture in to_rows(PictureRow, found):
        pictures[picture.generation_id].append(picture)
    return [GenerationEntry(generation=row, pictures=tuple(pictures[row.id])) for row in rows]


_GENERATION = columns_of(GenerationRecord, GenerationRow)
_PICTURE = columns_of(PictureRecord, PictureRow)

# The page is asked for most: its statements are built once.
_KEPT_BEFORE = (
    GenerationRecord.owner == bindparam("owner"),
    GenerationRecord.deleted_at.is_(None),
    GenerationRecord.id < bindparam("before"),
)
_NEWEST = GenerationRecord.id.desc()
_LIMIT = bindparam("limit", type_=Integer)
_PAGE = select(*_GENERATION).where(*_KEPT_BEFORE).order_by(_NEWEST).limit(_LIMIT)
# The ids are found again: sixty of them bound one by one cost more than the look-up.
_IDS_OF_PAGE = select(GenerationRecord.id).where(*_KEPT_BEFORE).order_by(_NEWEST).limit(_LIMIT)
_BY_POSITION = (PictureRecord.generation_id, PictureRecord.position)
_PICTURES = select(*_PICTURE).where(PictureRecord.generation_id == bindparam("id")).order_by(*_BY_POSITION)
_PICTURES_OF_PAGE = (
    select(*_PICTURE).where(PictureRecord.generation_id.in_(_IDS_OF_PAGE)).order_by(*_BY_POSITION)
)
_LIGHT = (
    select(
        GenerationRecord.id,
        GenerationRecord.job_id,
        GenerationRecord.title,
        GenerationRecord.state,
        PictureRecord.id.label("picture_id"),
        PictureRecord.position,
        PictureRecord.file_id,
        PictureRecord.thumbnail_id,
        PictureRecord.alt,
    )
    .outerjoin(PictureRecord, PictureRecord.generation_id == GenerationRecord.id)
    .where(
        GenerationRecord.job_id.in_(bindparam("job_ids", expanding=True)),
        GenerationRecord.owner == bindparam("owner"),
        GenerationRecord.deleted_at.is_(None),
    )
    .order_by(GenerationRecord.id.desc(), PictureRecord.position)
)
