"""Favourite poses: which of the gallery's and of their own a person marked."""

from __future__ import annotations

from store.documents import MOST_DOCUMENTS
from studio.errors import TooManyDocuments
from studio.services.own_poses import OwnPoses
from studio.services.service import PersonalService


class PoseMarks(PersonalService):
    """The favourite poses of one person."""

    def list_slugs(self) -> tuple[str, ...]:
        """The ids of those that are marked, the newest first."""
        rows = self._store.documents.list_recent(self._owner, "pose")
        return tuple(dict.fromkeys(row.name for row in rows))

    def mark(self, slug: str) -> None:
        """Make a pose a favourite; nothing happens to one that is. Raises NotFound, TooManyDocuments."""
        OwnPoses(self._resources, self._person).get(slug)
        marked = self.list_slugs()
        if slug in marked:
            return
        if len(marked) >= MOST_DOCUMENTS:
            raise TooManyDocuments
        with self._store.begin() as transaction:
            self._store.documents.add(transaction, self._owner, kind="pose", name=slug, content={})

    def unmark(self, slug: str) -> None:
        """Make a pose a favourite no more; nothing happens to one that is none."""
        rows = self._store.documents.list_recent(self._owner, "pose")
        with self._store.begin() as transaction:
            for row in rows:
                if row.name == slug:
                    self._store.documents.purge_now(transaction, self._owner, row.id)
