"""The snapshots in a backup's folder: which there are, and which are kept as the days go by."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.errors import BackupBent
from store.objects_folder import FolderObjects

SNAPSHOTS_NAME = "snapshots"
OBJECTS_NAME = "objects"
LIST_NAME = "files.json"
UNFINISHED = ".unfinished"
NAME_FORMAT = "%Y%m%dT%H%M%S%f"
DAYS_KEPT, WEEKS_KEPT = 7, 4
GIVEN_UP = timedelta(days=1)  # a snapshot that is not finished after so long never will be


def name_snapshot(now: datetime) -> str:
    """What a snapshot of now is called."""
    return now.astimezone(UTC).strftime(NAME_FORMAT)


def list_snapshots(folder: Path) -> list[Path]:
    """The finished snapshots, oldest first."""
    snapshots = folder / SNAPSHOTS_NAME
    return sorted(path for path in snapshots.iterdir() if path.suffix == "") if snapshots.is_dir() else []


def find_newest(folder: Path) -> Path:
    """The newest snapshot that was finished. Raises BackupBent where there is none."""
    found = list_snapshots(folder)
    if not found:
        raise BackupBent(
            "There is no finished backup in that folder. Choose the folder that backups were made into."
        )
    return found[-1]


def choose_kept(times: list[datetime]) -> set[datetime]:
    """Of these times the newest of each of the last seven days that have one, and of each of the last four weeks."""
    kept: set[datetime] = set()
    for most, period in ((DAYS_KEPT, "%Y-%m-%d"), (WEEKS_KEPT, "%G-%V")):
        newest: dict[str, datetime] = {}
        for time in sorted(times):
            newest[time.strftime(period)] = time
        kept.update(newest[name] for name in sorted(newest)[-most:])
    return kept


def prune(folder: Path, now: datetime) -> int:
    """Remove the snapshots that need not be kept, and the files that none of the others speaks of; how many snapshots.

    Nothing happens while another snapshot is being made: its files are not listed yet. A snapshot whose list cannot be
    read keeps all files.
    """
    for path in (folder / SNAPSHOTS_NAME).glob(f"*{UNFINISHED}"):
        if now - _time_of(path) < GIVEN_UP:
            return 0
        shutil.rmtree(path)
    found = {_time_of(path): path for path in list_snapshots(folder)}
    kept = choose_kept(list(found))
    gone = [path for time, path in found.items() if time not in kept]
    try:
        needed = {
            one["sha256"]
            for time in kept
            for one in json.loads((found[time] / LIST_NAME).read_bytes())["files"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    for path in gone:
        shutil.rmtree(path)
    objects = FolderObjects(folder / OBJECTS_NAME)
    if gone and objects.folder.is_dir():
        for name in list(objects.list()):
            if name not in needed:
                objects.delete(name)
    return len(gone)


def _time_of(path: Path) -> datetime:
    return datetime.strptime(path.name.removesuffix(UNFINISHED), NAME_FORMAT).replace(tzinfo=UTC)
