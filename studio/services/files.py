"""Files: a person's own pictures and meshes, by id."""

from __future__ import annotations

from studio.services.service import PersonalService
from studio.vocabulary.file import File


class Files(PersonalService):
    """The kept files of one person."""

    def get(self, file_id: str) -> File:
        """A kept file and where its bytes lie. Raises NotFound."""
        row = self._store.files.get(self._owner, file_id)
        return File(
            id=row.id,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            path=str(self._store.files.path(row)),
        )
