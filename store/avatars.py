"""Avatars: kept persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select

from store.access import allowed
from store.database import Database, ReadTransaction, Transaction
from store.exports import forget_exports
from store.files import FileTable
from store.holders import AVATAR, THUMBNAIL
from store.ids import new_id
from store.owned import (
    change,
    fetch,
    fetch_newest,
    fetch_page,
    find_in_trash,
    put_in_trash,
    remove_row,
    require,
    require_writable,
    take_from_trash,
)
from store.records import AvatarRecord, FileRecord, JobRecord, PhotoRecord, ProjectRecord
from store.rows import AvatarRow, columns_of, to_rows
from store.sharing_records import MemberRecord


class AvatarTable:
    """The rows of avatars; each holds its thumbnail, and the files that its body speaks of."""

    def __init__(self, database: Database, files: FileTable, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    def add(
        self,
        transaction: Transaction,
        owner: str,
        *,
        name: str,
        persona: Mapping[str, Any],
        body: Mapping[str, Any] | None = None,
        photo_id: str | None = None,
        thumbnail_id: str | None = None,
        project_id: str | None = None,
        origin: Mapping[str, Any] | None = None,
        files: Mapping[str, str] | None = None,
        own_id: str | None = None,
    ) -> AvatarRow:
        """Keep a person. `origin` is where it came from; `files` are further files to hold, role → file id, such as
        the body's meshes; `own_id` is the id that it had elsewhere.

        Raises RowMissing for a photo, a project or files that are not the owner's.
        """
        if photo_id is not None:
            require(transaction, PhotoRecord, owner, photo_id)
        if project_id is not None:
            require_writable(transaction, ProjectRecord, owner, project_id)
        avatar_id, now = own_id or new_id(), self._clock()
        self._hold(transaction, owner, avatar_id, thumbnail_id, files)
        values: dict[str, Any] = {"id": avatar_id, "owner": owner, "name": name, "persona": dict(persona)}
        values |= {
            "body": None if body is None else dict(body),
            "photo_id": photo_id,
            "project_id": project_id,
            "origin": dict(origin or {}),
            "versions": [],
        }
        values |= {"thumbnail_id": thumbnail_id, "created_at": now, "updated_at": now}
        transaction.connection.execute(insert(AvatarRecord).values(values))
        self._files.describe(transaction, AVATAR, avatar_id)
        return self.get(owner, avatar_id, transaction=transaction)

    def get(self, owner: str, avatar_id: str, *, transaction: ReadTransaction | None = None) -> AvatarRow:
        """One avatar. Raises RowMissing."""
        with self._database.read(transaction) as look:
            return fetch(look, AvatarRecord, AvatarRow, owner, avatar_id)

    def versions(
        self, owner: str, avatar_id: str, *, transaction: ReadTransaction | None = None
    ) -> list[dict[str, Any]]:
        """What persona and body were before, oldest first. Raises RowMissing."""
        with self._database.read(transaction) as look:
            self.get(owner, avatar_id, transaction=look)
            wanted = select(AvatarRecord.versions).where(AvatarRecord.id == avatar_id)
            return list(look.connection.scalars(wanted).one())

    def list_recent(self, owner: str, *, limit: int = 200) -> Sequence[AvatarRow]:
        """The newest avatars first."""
        with self._database.read() as transaction:
            return fetch_newest(transaction, AvatarRecord, AvatarRow, owner, limit)

    def list_page(
        self, owner: str, cursor: str | None = None, limit: int = 60, *, project_id: str = ""
    ) -> tuple[list[AvatarRow], str | None]:
        """The next `limit` avatars after the cursor, newest first, and the next cursor; of one project where it is
        named. Raises BadCursor."""
        whose, of_project = AvatarRecord.owner == owner, []
        if project_id:  # what others put into it too
            whose, of_project = allowed(AvatarRecord, owner), [AvatarRecord.project_id == project_id]
        with self._database.read() as look:
            return fetch_page(look, AvatarRecord, AvatarRow, whose, cursor, limit, *of_project)

    def update(
        self,
        transaction: Transaction,
        owner: str,
        avatar_id: str,
        *,
        name: str | None = None,
        persona: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        thumbnail_id: str | None = None,
        origin: Mapping[str, Any] | None = None,
        versions: Sequence[Mapping[str, Any]] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> AvatarRow:
        """Change what is given; None leaves a value as it is. A role in `files` lets go of the file it had.

        Also of an avatar that is shared with the owner for writing: its files are its own owner's, then as before.
        Raises RowMissing, NotOwner.
        """
        given: dict[str, Any] = {"name": name, "persona": persona, "body": body, "thumbnail_id": thumbnail_id}
        given |= {"origin": origin, "versions": None if versions is None else list(versions)}
        values = {key: value for key, value in given.items() if value is not None}
        values["updated_at"] = self._clock()
        whose = change(transaction, AvatarRecord, owner, avatar_id, values)
        self._hold(transaction, whose, avatar_id, thumbnail_id, files)
        self._files.describe(transaction, AVATAR, avatar_id)
        return self.get(owner, avatar_id, transaction=transaction)

    def list_shared(self, owner: str, *, limit: int = 200) -> Sequence[AvatarRow]:
        """The newest avatars of others that the owner may change and order from."""
        theirs = select(MemberRecord.project_id).where(MemberRecord.person_id == owner)
        mine = select(ProjectRecord.id).where(ProjectRecord.owner == owner)
        shared = or_(AvatarRecord.project_id.in_(theirs), AvatarRecord.project_id.in_(mine))
        whose = and_(shared, AvatarRecord.owner != owner, allowed(AvatarRecord, owner, write=True))
        with self._database.read() as look:
            return fetch_page(look, AvatarRecord, AvatarRow, whose, None, limit)[0]

    def find_faceless(self, limit: int) -> list[AvatarRow]:
        """Avatars of everybody that have no small picture yet, the newest first."""
        wanted = select(*columns_of(AvatarRecord, AvatarRow)).where(
            AvatarRecord.thumbnail_id.is_(None), AvatarRecord.deleted_at.is_(None)
        )
        with self._database.read() as look:
            found = look.connection.execute(wanted.order_by(AvatarRecord.id.desc()).limit(limit))
            return to_rows(AvatarRow, found)

    def move(self, transaction: Transaction, owner: str, avatar_id: str, project_id: str | None) -> AvatarRow:
        """Put an avatar into a project, or into none. Raises RowMissing, NotOwner."""
        require(transaction, AvatarRecord, owner, avatar_id)
        if project_id is not None:
            require_writable(transaction, ProjectRecord, owner, project_id)
        change(transaction, AvatarRecord, owner, avatar_id, {"project_id": project_id})
        self._files.describe(transaction, AVATAR, avatar_id)
        return self.get(owner, avatar_id, transaction=transaction)

    def delete(self, transaction: Transaction, owner: str, avatar_id: str) -> None:
        """Delete softly; its files stay until it is purged. Raises RowMissing."""
        put_in_trash(transaction, AvatarRecord, owner, avatar_id, self._clock())
        self._files.describe(transaction, AVATAR, avatar_id)

    def restore(self, transaction: Transaction, owner: str, avatar_id: str) -> AvatarRow:
        """Undo a delete. Raises RowMissing."""
        take_from_trash(transaction, AvatarRecord, owner, avatar_id)
        self._files.describe(transaction, AVATAR, avatar_id)
        return self.get(owner, avatar_id, transaction=transaction)

    def purge_now(self, transaction: Transaction, owner: str, avatar_id: str) -> None:
        """Delete for good, from the trash too, with its files and the job that made it. Raises RowMissing."""
        remove_row(transaction, AvatarRecord, owner, avatar_id)
        self._files.erase(transaction, AVATAR, avatar_id)
        forget_exports(transaction, self._files, owner, avatar_id=avatar_id)  # any may hold who it is
        made = JobRecord.result["avatar_id"].as_string() == avatar_id
        transaction.connection.execute(delete(JobRecord).where(JobRecord.owner == owner, made))

    def purge(self, deleted_before: datetime) -> int:
        """Delete for good what was deleted so long ago; how many."""
        with self._database.begin() as transaction:
            gone = find_in_trash(transaction, AvatarRecord, deleted_before)
            for owner, avatar_id in gone:
                self.purge_now(transaction, owner, avatar_id)
        return len(gone)

    def _hold(
        self,
        transaction: Transaction,
        owner: str,
        avatar_id: str,
        thumbnail_id: str | None,
        files: Mapping[str, str] | None,
    ) -> None:
        roles = dict(files or {})
        if thumbnail_id is not None:
            roles[THUMBNAIL] = thumbnail_id
        for file_id in roles.values():
            require(transaction, FileRecord, owner, file_id)
        for role in roles:
            self._files.unuse(transaction, AVATAR, avatar_id, role)
        self._files.use(transaction, owner, AVATAR, avatar_id, roles)
