"""Members: with whom a project is shared, and what they may do there (`store.access` holds everybody to it)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from store.access import allowed
from store.database import Database, ReadTransaction, Transaction
from store.errors import RowMissing
from store.owned import require
from store.records import GenerationRecord, ProjectRecord
from store.rows import ProjectRow, columns_of, to_row, to_rows
from store.sharing_records import MemberRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """Somebody with whom a project is shared."""

    project_id: str
    person_id: str
    owner: str
    access: str
    created_at: datetime


class MemberTable:
    """The rows of members."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(
        self, transaction: Transaction, owner: str, project_id: str, *, person_id: str, access: str
    ) -> MemberRow:
        """Share the owner's project with a person, or let them do more or less in it.

        Raises RowMissing, and NotOwner for a project that is shared with the owner.
        """
        require(transaction, ProjectRecord, owner, project_id)
        who = {"project_id": project_id, "person_id": person_id}
        values: dict[str, Any] = {**who, "owner": owner, "access": access, "created_at": self._clock()}
        transaction.connection.execute(delete(MemberRecord).filter_by(**who))
        transaction.insert_or_ignore(MemberRecord, **values)
        found = transaction.connection.execute(select(*_COLUMNS).filter_by(**who)).one()
        return to_row(MemberRow, found)

    def remove(self, transaction: Transaction, owner: str, project_id: str, *, person_id: str) -> None:
        """End the share: its owner may, and whoever it is with. Raises RowMissing."""
        of_one = (MemberRecord.project_id == project_id, MemberRecord.person_id == person_id)
        by_one = MemberRecord.owner == owner if owner != person_id else MemberRecord.person_id == owner
        gone = delete(MemberRecord).where(*of_one, by_one).returning(MemberRecord.person_id)
        if transaction.connection.scalar(gone) is None:
            raise RowMissing

    def list_of(self, owner: str, project_id: str) -> Sequence[MemberRow]:
        """With whom the owner's project is shared, the first first. Raises RowMissing, NotOwner."""
        with self._database.read() as look:
            require(look, ProjectRecord, owner, project_id)
            return to_rows(MemberRow, look.connection.execute(_members_of(project_id)))

    def list_shared(self, owner: str) -> Sequence[tuple[ProjectRow, str]]:
        """The projects of others that are shared with the owner, and what they may do in each."""
        wanted = (
            select(MemberRecord.access, *columns_of(ProjectRecord, ProjectRow))
            .join(ProjectRecord, ProjectRecord.id == MemberRecord.project_id)
            .where(MemberRecord.person_id == owner, allowed(ProjectRecord, owner))
            .where(ProjectRecord.deleted_at.is_(None))
        )
        with self._database.read() as look:
            found = look.connection.execute(wanted.order_by(ProjectRecord.id.desc())).all()
        return [(to_row(ProjectRow, row[1:]), row[0]) for row in found]

    def list_owners(self, owner: str, project_id: str) -> tuple[str, ...]:
        """Who else has put, or may have put, something into a project that the owner is in; of another, nobody."""
        seen = (ProjectRecord.id == project_id, ProjectRecord.deleted_at.is_(None))
        with self._database.read() as look:
            whose = look.connection.scalar(
                select(ProjectRecord.owner).where(*seen, allowed(ProjectRecord, owner))
            )
            if whose is None:
                return ()
            people = [row.person_id for row in look.connection.execute(_members_of(project_id))]
        return tuple(one for one in (whose, *people) if one != owner)

    def count_generations(self, owner: str, project_id: str) -> int:
        """How many are in a project that is shared, of all its members, without those in the trash."""
        inside = (GenerationRecord.project_id == project_id, GenerationRecord.deleted_at.is_(None))
        wanted = select(func.count()).select_from(GenerationRecord)
        with self._database.read() as look:
            return look.connection.scalar(wanted.where(*inside, allowed(GenerationRecord, owner))) or 0

    def list_shared_out(self, owner: str, *, transaction: ReadTransaction | None = None) -> frozenset[str]:
        """The ids of the owner's projects that are shared with anybody."""
        with self._database.read(transaction) as look:
            mine = select(MemberRecord.project_id).where(MemberRecord.owner == owner)
            return frozenset(look.connection.scalars(mine))


_COLUMNS = columns_of(MemberRecord, MemberRow)


def _members_of(project_id: str) -> Any:
    return select(*_COLUMNS).where(MemberRecord.project_id == project_id).order_by(MemberRecord.created_at)
