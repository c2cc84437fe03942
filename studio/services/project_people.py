"""The people of a project: with whom its owner shares it, and what they may do there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pipelines.errors import RequestRefused
from store.database import ReadTransaction
from studio.errors import NotFound
from studio.services.accounts import name_key
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values
from studio.vocabulary.project import Access, ProjectMember


class ProjectPeople(PersonalService, needs="send", reads=("list_all",)):
    """With whom the projects of one person are shared. Names are those of accounts."""

    def list_all(self, project_id: str) -> Sequence[ProjectMember]:
        """With whom a project is shared, the first first. Raises NotFound, NotYours."""
        rows = self._store.members.list_of(self._owner, project_id)
        return [
            ProjectMember(name=self._store.people.get(row.person_id).name, access=cast(Access, row.access))
            for row in rows
        ]

    def share(self, project_id: str, name: str, access: Access) -> ProjectMember:
        """Share a project with somebody, or let them do more or less in it, from their next request on.

        Raises NotFound, also for a name, NotYours, RequestRefused for the person's own.
        """
        check_values(access=(Access, access))
        with self._store.begin() as transaction:
            self._store.projects.get(self._owner, project_id, transaction=transaction)
            person_id = self._find(name, transaction)
            if person_id == self._owner:
                raise RequestRefused("It is yours already: share it with somebody else.")
            self._store.members.put(transaction, self._owner, project_id, person_id=person_id, access=access)
            said = {"with": person_id, "access": access}
            self._store.audit.add(
                transaction, actor=self._owner, action="project.share", subject=project_id, **said
            )
        return ProjectMember(name=self._store.people.get(person_id).name, access=access)

    def unshare(self, project_id: str, name: str) -> None:
        """End a share: as the project's owner, or one's own. Raises NotFound."""
        with self._store.begin() as transaction:
            person_id = self._find(name, transaction)
            self._store.members.remove(transaction, self._owner, project_id, person_id=person_id)
            self._store.audit.add(
                transaction,
                actor=self._owner,
                action="project.unshare",
                subject=project_id,
                **{"with": person_id},
            )

    def _find(self, name: str, look: ReadTransaction) -> str:
        found = self._store.people.find(name_key(name), transaction=look)
        if found is None:
            raise NotFound(f"Nobody is called “{name.strip()}” here.")
        return found.id
