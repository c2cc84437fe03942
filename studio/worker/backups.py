"""Making a backup: one at a time, with the last state kept in a note; and which night's is still to be made."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from store.backup import BackedUp, make_backup
from store.errors import StoreError
from store.notes import BACKUP_NOTE
from store.snapshots import prune
from store.store import Store
from studio.errors import BackupRunning, StorageTrouble
from studio.settings import Settings

LOCK_NAME = "backup.lock"
# Local time from which a night's backup is due; a machine that slept then makes it when it wakes.
NIGHT_HOUR = 2
LOCK_PATIENCE_S = 1.0  # whoever only asks whether one is running has it for a moment
NOT_HERE = "The backup folder {} is not here: connect its drive, or make it."


def run_backup(store: Store, target: Path) -> BackedUp:
    """Make a backup and keep what became of it. Raises BackupRunning, and what make_backup raises."""
    try:
        with FileLock(store.folder / LOCK_NAME, timeout=LOCK_PATIENCE_S):
            try:
                done = make_backup(store, target)
            except (StoreError, OSError) as error:
                _note(store, target, ok=False, says=f"The last backup was not made: {error}")
                raise
            _note(store, target, ok=True, says=f"{done.files} files, {done.copied} of them new, compared.")
            return done
    except Timeout as error:
        raise BackupRunning from error


def back_up_nightly(store: Store, settings: Settings) -> None:
    """Make one into the chosen folder, and keep seven days and four weeks of them.

    Raises StorageTrouble where the folder is not there: on an absent drive's place nothing is made.
    """
    folder = Path(settings.backup_folder).expanduser()
    if not folder.is_dir():
        sentence = NOT_HERE.format(folder)
        _note(store, folder, ok=False, says=sentence)
        raise StorageTrouble(sentence)
    run_backup(store, folder)
    prune(folder, store.clock())


def is_due(store: Store, settings: Settings, now: datetime) -> bool:
    """Whether this night's backup is still to be made; `now` in local time."""
    if not (settings.backup_folder and settings.backup_every_night):
        return False
    note = store.notes.read(BACKUP_NOTE)
    last = read_time(note.get("at")) if note.get("ok") is True else None
    return (
        last is None
        or last < night_of(now)
        or note.get("target") != str(Path(settings.backup_folder).expanduser())
    )


def night_of(now: datetime) -> datetime:
    """When the night began that this time, a local one, is in or after."""
    night = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if now >= night else night - timedelta(days=1)


def _note(store: Store, target: Path, *, ok: bool, says: str) -> None:
    before = store.notes.read(BACKUP_NOTE)
    at = store.clock().isoformat() if ok else before.get("at")  # of the last one that was made
    store.notes.write(BACKUP_NOTE, {"at": at, "ok": ok, "says": says, "target": str(target)})


def is_running(store: Store) -> bool:
    """Whether somebody makes a backup now."""
    try:
        with FileLock(store.folder / LOCK_NAME, timeout=0):
            return False
    except Timeout:
        return True


def read_time(said: object) -> datetime | None:
    """A time as a note holds it; None for anything else."""
    try:
        return datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
