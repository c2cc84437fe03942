"""Backups: made when a person says so, with the last state for the window."""

from __future__ import annotations

import logging
import threading

from store.errors import StoreError
from store.notes import BACKUP_NOTE
from studio.errors import BackupRunning, NoBackupFolder, StorageTrouble
from studio.services.service import Service
from studio.vocabulary.storage import BackupState
from studio.worker.backups import back_up_nightly, is_running, read_time

log = logging.getLogger(__name__)


class Backups(Service):
    """The backups of this data folder."""

    def state(self) -> BackupState:
        """What is known of the last one."""
        note = self._store.notes.read(BACKUP_NOTE)
        is_made_now = is_running(self._store)
        said = str(note.get("says", "")) or "No backup was made yet."
        return BackupState(
            folder=self._settings.backup_folder,
            is_running=is_made_now,
            at=read_time(note.get("at")),
            ok=note.get("ok") is True,
            says="A backup is being made." if is_made_now else said,
        )

    def start(self) -> None:
        """Begin a backup into the chosen folder, beside everything else. Raises NoBackupFolder, BackupRunning."""
        if not self._settings.backup_folder:
            raise NoBackupFolder
        if is_running(self._store):
            raise BackupRunning
        threading.Thread(target=self._make, name="backup", daemon=True).start()

    def _make(self) -> None:
        try:
            back_up_nightly(self._store, self._settings)
        except (StoreError, OSError, StorageTrouble, BackupRunning) as error:
            log.warning("no backup was made: %s", error)
