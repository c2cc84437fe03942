"""Files: a person's own pictures and meshes, by id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.errors import NotFound
from studio.services.service import PersonalService
from studio.vocabulary.file import File


class Files(PersonalService):
    """The kept files of one person."""

    def get(self, file_id: str) -> File:
        """What is known of a kept file. Raises NotFound."""
        row = self._store.files.get(self._owner, file_id)
        return File(id=row.id, media_type=row.media_type, size=row.size, sha256=row.sha256)

    def open(self, file_id: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Its bytes from `start` to before `stop` (None: to the end), in pieces, wherever they lie. Raises NotFound,
        also where they are gone."""
        try:
            _, pieces = self._store.files.open(self._owner, file_id, start, stop)
        except FileNotFoundError as error:
            raise NotFound from error
        return pieces

    def path(self, file_id: str) -> Path:
        """Where its bytes lie on this computer, for a command that copies them or says where. Raises NotFound."""
        return self._store.files.path(self._store.files.get(self._owner, file_id))
