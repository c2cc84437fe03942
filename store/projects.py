"""Projects: shelves of avatars and generations that belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import insert, select

from store.avatars import AvatarTable
from store.database import Database, ReadTransaction, Transaction
from store.files import FileTable
from store.generations import GenerationTable
from store.ids import new_id
from store.manifests import PROJECT
from store.owned import (
    change,
    fetch,
    fetch_newest,
    find_in_trash,
    put_in_trash,
    remove_row,
    require,
    take_from_trash,
)
from store.records import OPEN_STATES, AvatarRecord, GenerationRecord, ProjectRecord
from store.rows import ProjectRow

MOST_PROJECTS = 1000  # of one owner


class ProjectTable:
    """The rows of projects. What is in one goes into the trash with it, and comes back with it."""

    def __init__(
        self,
        database: Database,
        files: FileTable,
        avatars: AvatarTable,
        generations: GenerationTable,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._files = files
        self._avatars = avatars
        self._generations = generations
        self._clock = clock

    def add(
        self, transaction: Transaction, owner: str, *, name: str, own_id: str | None = None
    ) -> ProjectRow:
        """Begin a project; under an id that it had elsewhere, where one is given."""
        project_id, now = own_id or new_id(), self._clock()
        values = {"id": project_id, "owner": owner, "name": name, "created_at": now, "updated_at": now}
        transaction.connection.execute(insert(ProjectRecord).values(values))
        self._files.describe(transaction, PROJECT, project_id)
        return self.get(owner, project_id, transaction=transaction)

    def get(self, owner: str, project_id: str, *, transaction: ReadTransaction | None = None) -> ProjectRow:
        """One project. Raises RowMissing."""
        with self._database.read(transaction) as look:
            return fetch(look, ProjectRecord, ProjectRow, owner, project_id)

    def list_recent(self, owner: str, *, limit: int = MOST_PROJECTS) -> Sequence[ProjectRow]:
        """The newest projects first, archived ones too."""
        with self._database.read() as transaction:
            return fetch_newest(transaction, ProjectRecord, ProjectRow, owner, limit)

    def update(
        self,
        transaction: Transaction,
        owner: str,
        project_id: str,
        *,
        name: str | None = None,
        archived: bool | None = None,
    ) -> ProjectRow:
        """Change what is given; None leaves it as it is. Raises RowMissing, NotOwner."""
        require(transaction, ProjectRecord, owner, project_id)
        row = self.get(owner, project_id, transaction=transaction)
        now, archived_at = self._clock(), row.archived_at
        if archived is not None:
            archived_at = (archived_at or now) if archived else None
        values = {"name": name or row.name, "archived_at": archived_at, "updated_at": now}
        change(transaction, ProjectRecord, owner, project_id, values)
        self._files.describe(transaction, PROJECT, project_id)
        return self.get(owner, project_id, transaction=transaction)

    def delete(self, transaction: Transaction, owner: str, project_id: str) -> None:
        """Put it into the trash with all that is in it. Raises RowMissing."""
        put_in_trash(transaction, ProjectRecord, owner, project_id, self._clock())
        for table, record in self._parts():
            for row_id in self._inside(transaction, record, owner, project_id, None):
                table.delete(transaction, owner, row_id)
        self._files.describe(transaction, PROJECT, project_id)

    def restore(self, transaction: Transaction, owner: str, project_id: str) -> ProjectRow:
        """Undo a delete, also of what went with it. Raises RowMissing."""
        mine = (ProjectRecord.id == project_id, ProjectRecord.owner == owner)
        deleted_at = transaction.connection.scalar(select(ProjectRecord.deleted_at).where(*mine))
        take_from_trash(transaction, ProjectRecord, owner, project_id)
        for table, record in self._parts() if deleted_at is not None else ():
            for row_id in self._inside(transaction, record, owner, project_id, deleted_at):
                table.restore(transaction, owner, row_id)
        self._files.describe(transaction, PROJECT, project_id)
        return self.get(owner, project_id, transaction=transaction)

    def purge_now(self, transaction: Transaction, owner: str, project_id: str) -> None:
        """Delete for good, from the trash too, with all that is in it or went into the trash with it.

        What is in work stays, and belongs to no project then. Raises RowMissing.
        """
        mine = (ProjectRecord.id == project_id, ProjectRecord.owner == owner)
        in_trash = transaction.connection.scalar(select(ProjectRecord.deleted_at).where(*mine)) is not None
        for table, record in self._parts():
            wanted = select(record.id).where(record.owner == owner, record.project_id == project_id)
            if in_trash:  # what was taken out of the trash since stays
                wanted = wanted.where(record.deleted_at.is_not(None))
            if record is GenerationRecord:
                wanted = wanted.where(GenerationRecord.state.not_in(OPEN_STATES))
            for row_id in transaction.connection.scalars(wanted).all():
                table.purge_now(transaction, owner, row_id)
        remove_row(transaction, ProjectRecord, owner, project_id)
        self._files.erase(transaction, PROJECT, project_id)

    def purge(self, deleted_before: datetime) -> int:
        """Delete for good what was deleted so long ago; how many."""
        with self._database.begin() as transaction:
            gone = find_in_trash(transaction, ProjectRecord, deleted_before)
            for owner, project_id in gone:
                remove_row(transaction, ProjectRecord, owner, project_id)
                self._files.erase(transaction, PROJECT, project_id)
        return len(gone)

    def _parts(
        self,
    ) -> tuple[tuple[AvatarTable | GenerationTable, type[AvatarRecord] | type[GenerationRecord]], ...]:
        return ((self._generations, GenerationRecord), (self._avatars, AvatarRecord))

    def _inside(
        self,
        transaction: Transaction,
        record: type[AvatarRecord] | type[GenerationRecord],
        owner: str,
        project_id: str,
        deleted_at: datetime | None,
    ) -> Sequence[str]:
        mine = (record.owner == owner, record.project_id == project_id)
        when = record.deleted_at.is_(None) if deleted_at is None else record.deleted_at >= deleted_at
        return transaction.connection.scalars(select(record.id).where(*mine, when)).all()
