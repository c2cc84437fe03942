"""Projects: begun, renamed, archived; deleted with what is in them, and brought back with it."""

from __future__ import annotations

from collections.abc import Sequence

from store.projects import MOST_PROJECTS
from store.rows import ProjectRow
from store.search import Counts, Search
from studio.errors import TooManyProjects
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values
from studio.vocabulary.project import Project, ProjectName


class Projects(PersonalService):
    """The projects of one person."""

    def list_recent(self, *, archived: bool | None = None) -> Sequence[Project]:
        """Newest first: all, or only those that are archived, or are not."""
        counts = self._count()
        projects = [view_project(row, counts) for row in self._store.projects.list_recent(self._owner)]
        return [one for one in projects if archived is None or one.is_archived == archived]

    def get(self, project_id: str) -> Project:
        """One project. Raises NotFound."""
        return view_project(self._store.projects.get(self._owner, project_id), self._count())

    def add(self, name: str) -> Project:
        """Begin a project. Raises RequestRefused for a name, TooManyProjects."""
        check_values(name=(ProjectName, name))
        if len(self._store.projects.list_recent(self._owner)) >= MOST_PROJECTS:
            raise TooManyProjects
        with self._store.begin() as transaction:
            row = self._store.projects.add(transaction, self._owner, name=name)
        return view_project(row, self._count())

    def update(self, project_id: str, *, name: str | None = None, archived: bool | None = None) -> Project:
        """Rename it, put it out of the way or bring it back; None leaves it as it is. Raises NotFound."""
        if name is not None:
            check_values(name=(ProjectName, name))
        with self._store.begin() as transaction:
            self._store.projects.update(transaction, self._owner, project_id, name=name, archived=archived)
        return self.get(project_id)

    def delete(self, project_id: str, *, purge: bool = False) -> None:
        """Put it into the trash with all that is in it; or, with `purge`, delete all of that for good.

        Raises NotFound.
        """
        self._delete(self._store.projects, project_id, purge=purge)

    def restore(self, project_id: str) -> Project:
        """Take it out of the trash, with what went there with it. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.projects.restore(transaction, self._owner, project_id)
        return self.get(project_id)

    def _count(self) -> Counts:
        return self._store.generations.count(self._owner, Search())


def view_project(row: ProjectRow, counts: Counts) -> Project:
    """What is shown of a project."""
    return Project(
        id=row.id,
        name=row.name,
        is_archived=row.archived_at is not None,
        generations=counts["project", row.id],
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
