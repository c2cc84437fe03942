"""Storage: what takes how much space, and the trash emptied for good."""

from __future__ import annotations

import shutil
from pathlib import Path

from store.database import DATABASE_NAME
from store.notes import COLLECTOR_NOTE
from store.objects_folder import OBJECTS_NAME, QUARANTINE_NAME
from store.snapshots import SNAPSHOTS_NAME
from store.trash import count_trash, empty_trash
from store.usage import Amount, measure_folder, measure_kept
from studio.services.backups import Backups
from studio.services.service import PersonalService
from studio.vocabulary.storage import Share, StorageReport
from studio.weights import LORAS_FOLDER, models_folder

COPIES = ("*.bak", "before-repair-*", "set-aside-*")  # what repairs and updates kept; a person may delete it


class Storage(PersonalService):
    """One person's space."""

    def look(self) -> StorageReport:
        """What takes how much, as of now: the folders are walked."""
        data, settings = self._settings.data, self._settings
        kept = measure_kept(self._store, self._owner)
        folders = {
            "models": [models_folder(settings), data / LORAS_FOLDER],
            "quarantine": [data / QUARANTINE_NAME],
            "copies": [path for pattern in COPIES for path in data.glob(pattern)],
            "database": [*data.glob(f"{DATABASE_NAME}*")],
            "logs": [data / "logs"],
            "backups": self._backups(),
        }
        amounts = {name: sum(map(measure_folder, paths), Amount()) for name, paths in folders.items()}
        kept["trash"] += kept.pop("unheld")
        return StorageReport(
            shares=tuple(
                Share(name=name, files=one.files, bytes=one.bytes) for name, one in (kept | amounts).items()
            ),
            free_bytes=shutil.disk_usage(data).free,
            in_trash=sum(count_trash(self._store, self._owner).values()),
            backup=Backups(self._resources).state(),
            unknown_files=int(self._store.notes.read(COLLECTOR_NOTE).get("left", 0)),
        )

    def _backups(self) -> list[Path]:
        folder = Path(self._settings.backup_folder).expanduser()
        return (
            [folder / name for name in (SNAPSHOTS_NAME, OBJECTS_NAME)] if self._settings.backup_folder else []
        )

    def count_trash(self) -> int:
        """How many things lie in the trash."""
        return sum(count_trash(self._store, self._owner).values())

    def empty_trash(self) -> int:
        """Delete for good what lies in the trash, on a full disk too; how many things. What is in work stays."""
        return empty_trash(self._store, self._owner)
