"""What maintenance found last, as small files in the data folder: the window that shows it is another process."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from store.disk import names_full_disk, open_private

NOTES_NAME = "notes"
BACKUP_NOTE = "backup"  # when the last one was made, and what became of the last try
SCRUB_NOTE = "scrub"  # how far the files were compared with their hashes, and what was damaged
COLLECTOR_NOTE = "collector"  # how many files that no row knows it left where they are, as too many at once
DATABASE_NOTE = "database"  # when it was looked through last, and what was wrong then


class Notes:
    """One small JSON file for each subject. They say what was; nothing relies on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / NOTES_NAME

    def read(self, subject: str) -> dict[str, Any]:
        """The last note; empty where there is none that can be read."""
        with contextlib.suppress(OSError, ValueError):
            said = json.loads(self._path(subject).read_text(encoding="utf-8"))
            return said if isinstance(said, dict) else {}
        return {}

    def write(self, subject: str, said: dict[str, Any]) -> None:
        """Take the place of the last note. Raises StorageFull."""
        with names_full_disk():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._path(subject).with_name(f"{subject}.{os.getpid()}.new")
            with open(new, "wb", opener=open_private) as file:
                file.write(json.dumps(said).encode())
            new.replace(self._path(subject))

    def forget(self, subject: str) -> None:
        """Have nothing to say any more."""
        self._path(subject).unlink(missing_ok=True)

    def _path(self, subject: str) -> Path:
        return self.folder / f"{subject}.json"
