"""The snapshots in a backup's folder: which there are, and which are kept as the days go by."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.database import DATABASE_NAME
from store.errors import BackupBent
from store.objects_folder import OBJECTS_NAME, FolderObjects

SNAPSHOTS_NAME = "snapshots"
LIST_NAME = "files.json"
UNFINISHED = ".unfinished"
NAME_FORMAT = "%Y%m%dT%H%M%S%f"
DAYS_KEPT, WEEKS_KEPT = 7, 4
GIVEN_UP = timedelta(days=1)  # a snapshot that is not finished after so long never will be


def name_snapshot(now: datetime) -> str:
    """What a snapshot of now is called."""
    return now.astimezone(UTC).strftime(NAME_FORMAT)


def list_snapshots(folder: Path) -> list[Path]:
    """The finished snapshots, oldest first. What has no name of ours is none."""
    snapshots = folder / SNAPSHOTS_NAME
    return sorted(filter(_is_finished, snapshots.iterdir())) if snapshots.is_dir() else []


def find_snapshot(source: Path) -> tuple[Path, Path]:
    """The folder of backups and the snapshot that are meant: by the folder its newest, by a snapshot this one.

    Raises BackupBent where there is none.
    """
    if source.resolve().parent.name == SNAPSHOTS_NAME and _is_finished(source.resolve()):
        return source.resolve().parents[1], source.resolve()
    return source, find_newest(source)


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

    Each studio's snapshots count by themselves: those of one that was begun anew push out none of the old one's.
    Nothing happens while another snapshot is being made: its files are not listed yet. A snapshot whose list cannot be
    read keeps all files.
    """
    for path in (folder / SNAPSHOTS_NAME).glob(f"*{UNFINISHED}"):
        begun = _time_of(path)
        if begun is not None and now - begun < GIVEN_UP:
            return 0
        if begun is not None:
            shutil.rmtree(path)
    kept, gone = _choose(list_snapshots(folder))
    try:
        needed = {
            one["sha256"] for path in kept for one in json.loads((path / LIST_NAME).read_bytes())["files"]
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


def _choose(snapshots: list[Path]) -> tuple[list[Path], list[Path]]:
    """Which are kept, and which go."""
    by_studio: dict[str, dict[datetime, Path]] = defaultdict(dict)
    for path in snapshots:
        made = _time_of(path)
        assert made is not None  # as it is listed
        by_studio[_read_studio(path)][made] = path
    kept = [of[time] for of in by_studio.values() for time in choose_kept(list(of))]
    return kept, [path for path in snapshots if path not in kept]


def _read_studio(snapshot: Path) -> str:
    """The id of the studio that a snapshot is of: "" for one of before there were ids; its own name where it cannot be
    read, so that it is kept."""
    database = snapshot / DATABASE_NAME
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'studio'").fetchone():
                return ""
            found = connection.execute("SELECT id FROM studio").fetchone()
    except sqlite3.Error:
        return snapshot.name
    return str(found[0]) if found else ""


def _is_finished(path: Path) -> bool:
    return path.suffix == "" and _time_of(path) is not None


def _time_of(path: Path) -> datetime | None:
    """When a snapshot was begun, by its name; None for a name that is not ours."""
    try:
        return datetime.strptime(path.name.removesuffix(UNFINISHED), NAME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
