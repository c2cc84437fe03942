"""Whether a database and a folder of files belong together: asked before anything is opened, changed or cleaned.

Both carry the id of their studio, and the time of the newest that they knew: bytes, orders, photos, whatever is
described beside the files. The database writes its own first, so it is never behind the files, unless an older one was
put in its place.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text, update

from store.database import Database, ReadTransaction, names_failures
from store.disk import open_private, sync_file, sync_folder
from store.errors import DatabaseGone, DatabaseOlder, FilesGone, OtherStudio
from store.ids import new_id
from store.manifests import RECORDS
from store.objects_folder import FOLDER_DIGITS, MARKER_NAME, FolderObjects
from store.records import BlobRecord, GenerationRecord, PictureRecord, StudioRecord

SAMPLE = 20  # of the newest files: when none of them is there, the folder was emptied
SET_ASIDE = "set-aside"
DATED = tuple(record for record in RECORDS.values() if record is not PictureRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What one of the two knows: the studio's id, and the time of the newest that it holds as text ("" for none)."""

    studio: str
    newest: str


def check_folder(database: Path, objects: Path) -> None:
    """Refuse what does not belong together. Changes nothing.

    Raises DatabaseGone, FilesGone, DatabaseOlder, OtherStudio, DatabaseDamaged.
    """
    marker = read_marker(objects)
    with names_failures():
        known, names = _read_database(database)
    if known is None:
        if marker is not None or _has_objects(objects):
            raise DatabaseGone
        return
    if names and not any((objects / name[:FOLDER_DIGITS] / name).is_file() for name in names):
        raise FilesGone
    if marker is None:
        return
    if not known.studio:  # a database of before there were ids, beside files that have one
        raise DatabaseOlder
    if known.studio != marker.studio:
        raise OtherStudio
    if known.newest < marker.newest:
        raise DatabaseOlder


def mark(database: Database, objects: FolderObjects, now: datetime) -> None:
    """Write into the database, and then beside the files, what both know now. Nothing is written where both do."""
    with database.read() as look:
        found, newest = _look(look)
    is_known = found is not None and newest == found.newest
    if is_known and read_marker(objects.folder) == Known(studio=found.id, newest=_as_text(newest)):
        return
    with database.begin() as transaction:
        found, newest = _look(transaction)
        studio = new_id() if found is None else str(found.id)
        if found is None:
            row = {"id": studio, "created_at": now, "newest": newest}
            transaction.connection.execute(insert(StudioRecord).values(row))
        elif newest != found.newest:
            transaction.connection.execute(update(StudioRecord).values(newest=newest))
        files = transaction.connection.scalar(select(func.count()).select_from(BlobRecord)) or 0
    known = Known(studio=studio, newest=_as_text(newest))
    if read_marker(objects.folder) != known:
        _write_marker(objects.folder, {**asdict(known), "files": files})


def _look(look: ReadTransaction) -> tuple[Any, datetime | None]:
    """What the database said last, and the time of the newest that it holds or ever held: quickly, however large."""
    found = look.connection.execute(select(StudioRecord.id, StudioRecord.newest)).first()
    newest_file = select(BlobRecord.created_at).order_by(text("rowid DESC"))
    newest_rows = (select(record.created_at).order_by(record.id.desc()) for record in DATED)
    newest_end = select(GenerationRecord.finished_at).order_by(GenerationRecord.id.desc())
    wanted = (newest_file, newest_end, *newest_rows)
    times = [look.connection.scalar(one.limit(1)) for one in wanted]
    if found is not None:
        times.append(found.newest)
    return found, max((one for one in times if one is not None), default=None)


def set_aside(folder: Path, database: Path, objects: Path) -> Path:
    """Move database and files into a folder of their own beside the new ones; that folder."""
    target = folder / f"{SET_ASIDE}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    target.mkdir(mode=0o700)
    for path in (*sorted(database.parent.glob(f"{database.name}*")), objects):
        if path.exists():
            shutil.move(path, target / path.name)
    sync_folder(folder)
    return target


def forget_marker(objects: Path) -> None:
    """Let the files be taken in by another database."""
    (objects / MARKER_NAME).unlink(missing_ok=True)


def read_marker(objects: Path) -> Known | None:
    """What the folder of files says; None where it says nothing that can be read."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads((objects / MARKER_NAME).read_text(encoding="utf-8"))
        return Known(studio=str(said["studio"]), newest=str(said["newest"]))
    return None


def _write_marker(objects: Path, marker: dict[str, Any]) -> None:
    new = objects / f"{MARKER_NAME}.{os.getpid()}.new"
    with open(new, "wb", opener=open_private) as file:
        file.write(json.dumps(marker).encode())
        sync_file(file)
    new.replace(objects / MARKER_NAME)
    sync_folder(objects)


def _read_database(path: Path) -> tuple[Known | None, list[str]]:
    """What the database says, and the names of its newest files. None where there is none yet."""
    if not path.exists() or path.stat().st_size == 0:
        return None, []
    with closing(sqlite3.connect(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return None, []
        newest = "SELECT sha256 FROM blobs ORDER BY rowid DESC LIMIT ?"
        names = [row[0] for row in connection.execute(newest, (SAMPLE,))] if "blobs" in tables else []
        rows = connection.execute("SELECT id, newest FROM studio").fetchall() if "studio" in tables else []
    studio, newest_at = rows[0] if rows else ("", None)
    return Known(studio=studio, newest=(newest_at or "").replace(" ", "T")), names


def _has_objects(objects: Path) -> bool:
    """Whether anything was ever kept there."""
    if not objects.is_dir():
        return False
    folders = (folder for folder in objects.iterdir() if folder.is_dir())
    return any(FolderObjects(objects).is_object(path) for folder in folders for path in folder.iterdir())


def _as_text(time: datetime | None) -> str:
    return (
        "" if time is None else time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    )
