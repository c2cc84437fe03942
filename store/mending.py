"""What becomes of a damaged or missing file: put aside, replaced from a backup where one holds it, else kept in mind.

Which files are lost is written down as empty files under their names, so that several processes can: nothing is taken
out of the library for it, because the drive with the backups may come back.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from store.disk import hash_file
from store.identity import read_marker
from store.notes import NOTES_NAME
from store.objects_folder import OBJECTS_NAME, FolderObjects

LOST_NAME = "lost"

log = logging.getLogger(__name__)


class Mending:
    """Mends the files of one data folder; `backup` is the folder of its backups, where one is chosen."""

    def __init__(self, folder: Path, objects: FolderObjects) -> None:
        self.backup: Path | None = None
        self._objects = objects
        self._lost = folder / NOTES_NAME / LOST_NAME

    def list_lost(self) -> frozenset[str]:
        """The names of the bytes that are known to be lost."""
        try:
            return frozenset(path.name for path in self._lost.iterdir())
        except FileNotFoundError:
            return frozenset()

    def is_here(self) -> bool:
        """Whether the folder of files is the studio's own, and not the empty place of a drive that is away."""
        return read_marker(self._objects.folder) is not None

    def mend(self, sha256: str, now: datetime, *, anew: bool = False) -> bool:
        """See to it that a file is there and whole; whether it is. With `anew` it is read although it was before.

        A damaged file goes into quarantine. Where the whole folder of files is not here, nothing is done.
        """
        path = self._objects.path(sha256)
        is_there = path.is_file()
        if is_there and not self._objects.is_damaged(sha256, anew=anew):
            if anew:
                self.forget(sha256)
            return True
        if not self.is_here():
            return False
        if is_there:
            self._objects.put_aside(path, now)
            log.error("The file %s was damaged and is in quarantine now", sha256)
        if self._replace(sha256):
            self.forget(sha256)
            return True
        self._lost.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._lost / sha256).touch(mode=0o600)
        return False

    def forget(self, sha256: str) -> None:
        """It was taken out of the library, or is not needed any more."""
        (self._lost / sha256).unlink(missing_ok=True)

    def _replace(self, sha256: str) -> bool:
        if self.backup is None:
            return False
        kept = FolderObjects(self.backup / OBJECTS_NAME).path(sha256)
        try:
            if not kept.is_file() or hash_file(kept) != sha256:
                return False
            self._objects.put(kept.read_bytes())
        except OSError as error:
            log.warning("The backup of %s cannot be read: %s", sha256, error)
            return False
        log.warning("The file %s was replaced from the backup", sha256)
        return True
