"""Projects: begun, renamed, archived; deleted with what is in them, and brought back with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from store.projects import MOST_PROJECTS
from store.rows import ProjectRow
from store.search import Counts, Search
from studio.errors import TooManyProjects
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values
from studio.vocabulary.project import Access, Project, ProjectName


class Projects(PersonalService):
    """The projects of one person."""

    def list_recent(self, *, archived: bool | None = None) -> Sequence[Project]:
        """Newest first, then those that others share: all, or only those that are archived, or are not."""
        counts, out = self._count(), self._store.members.list_shared_out(self._owner)
        rows = self._store.projects.list_recent(self._owner)
        projects = [self._view(row, "write", counts, is_shared=row.id in out) for row in rows]
        projects += [
            self._view(row, access, counts) for row, access in self._store.members.list_shared(self._owner)
        ]
        return [one for one in projects if archived is None or one.is_archived == archived]

    def get(self, project_id: str) -> Project:
        """One project, also one that is shared with this person. Raises NotFound."""
        for row, access in self._store.members.list_shared(self._owner):
            if row.id == project_id:
                return self._view(row, access, Counter())
        row = self._store.projects.get(self._owner, project_id)
        is_shared = project_id in self._store.members.list_shared_out(self._owner)
        return self._view(row, "write", self._count(), is_shared=is_shared)

    def add(self, name: str) -> Project:
        """Begin a project. Raises RequestRefused for a name, TooManyProjects."""
        check_values(name=(ProjectName, name))
        if len(self._store.projects.list_recent(self._owner)) >= MOST_PROJECTS:
            raise TooManyProjects
        with self._store.begin() as transaction:
            row = self._store.projects.add(transaction, self._owner, name=name)
        return self._view(row, "write", self._count())

    def update(self, project_id: str, *, name: str | None = None, archived: bool | None = None) -> Project:
        """Rename it, put it out of the way or bring it back; None leaves it as it is. Raises NotFound, NotYours."""
        if name is not None:
            check_values(name=(ProjectName, name))
        with self._store.begin() as transaction:
            self._store.projects.update(transaction, self._owner, project_id, name=name, archived=archived)
        return self.get(project_id)

    def delete(self, project_id: str, *, purge: bool = False) -> None:
        """Put it into the trash with all that is in it; or, with `purge`, delete all of that for good.

        What others put into it stays theirs. Raises NotFound, NotYours.
        """
        self._delete(self._store.projects, project_id, purge=purge)

    def restore(self, project_id: str) -> Project:
        """Take it out of the trash, with what went there with it. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.projects.restore(transaction, self._owner, project_id)
        return self.get(project_id)

    def _count(self) -> Counts:
        return self._store.generations.count(self._owner, Search())

    def _view(self, row: ProjectRow, access: str, counts: Counts, *, is_shared: bool = False) -> Project:
        """What is shown of a project; of one that is shared, what all of its members put there is counted."""
        is_own = row.owner == self._owner
        members = self._store.members
        together = is_shared or not is_own
        return Project(
            id=row.id,
            name=row.name,
            is_archived=row.archived_at is not None and is_own,
            generations=members.count_generations(self._owner, row.id)
            if together
            else counts["project", row.id],
            created_at=row.created_at,
            updated_at=row.updated_at,
            owner="" if is_own else self._store.people.get(row.owner).name,
            access=cast(Access, access),
            is_shared=is_shared,
        )
