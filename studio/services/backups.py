"""Backups: made when a person says so, with the last state for the window."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from pipelines.errors import RequestRefused
from store.backup import check_place
from store.errors import BackupRefused, StoreError
from store.notes import BACKUP_NOTE
from studio.errors import BackupRunning, NoBackupFolder, SettingsRefused, StorageTrouble
from studio.services.service import Service
from studio.settings import keep_setting, read_kept_setting
from studio.vocabulary.storage import BackupState
from studio.worker.backups import back_up_nightly, is_running, read_time

FOLDER_SETTING = "backup_folder"

log = logging.getLogger(__name__)


class Backups(Service):
    """The backups of this data folder."""

    def state(self) -> BackupState:
        """What is known of the last one."""
        note = self._store.notes.read(BACKUP_NOTE)
        is_made_now = is_running(self._store)
        said = str(note.get("says", "")) or "No backup was made yet."
        chosen = self._read_chosen()
        return BackupState(
            folder=self._settings.backup_folder,
            next_folder="" if chosen == self._settings.backup_folder else chosen,
            is_running=is_made_now,
            at=read_time(note.get("at")),
            ok=note.get("ok") is True,
            says="A backup is being made." if is_made_now else said,
        )

    def choose(self, folder: str) -> None:
        """Have backups made into this folder from the next start on, every night.

        Raises RequestRefused for one that is not there, cannot be written to, lies in the data folder or is one.
        """
        path, data = Path(folder.strip()).expanduser(), self._settings.data
        if not folder.strip() or not path.is_absolute():
            raise RequestRefused("Write the whole name of the folder, from the beginning of its disk.")
        try:
            path = path.resolve()
            is_there, can_write = path.is_dir(), os.access(path, os.W_OK)
        except (OSError, ValueError):  # a name that no disk takes
            is_there = can_write = False
        if not is_there:
            raise RequestRefused("There is no folder of that name on this computer. Make it first.")
        if not can_write:
            raise RequestRefused("The studio may not write into that folder.")
        try:
            check_place(data, path)
        except BackupRefused as error:
            raise RequestRefused(str(error)) from error
        keep_setting(data, FOLDER_SETTING, str(path))

    def _read_chosen(self) -> str:
        """What is chosen for the next start; what is chosen now where that cannot be read."""
        try:
            return read_kept_setting(self._settings.data, FOLDER_SETTING) or self._settings.backup_folder
        except (SettingsRefused, OSError):
            return self._settings.backup_folder

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
