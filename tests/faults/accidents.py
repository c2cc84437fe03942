"""Accidents of a data folder, each made on the product's own path; what is wrong after each.

Each also has its mutant: the rule that holds against it, broken. Then the accident has to be noticed here.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import store.backup
import store.garbage
import store.identity
import store.repair
import store.store
import studio.worker.night
from store.adopt import adopt_files
from store.backup import make_backup
from store.database import DATABASE_NAME
from store.errors import BackupBent, StartRefused
from store.faults import install_fault_hook
from store.files import FileTable
from store.fsck import find_problems
from store.objects_folder import FolderObjects
from store.scrub import Scrubbed
from store.store import open_again, open_store
from studio.settings import read_settings
from tests.store.conftest import Things

Accident = Callable[[Path], Counter[str]]
LATER = timedelta(days=2)


class PowerCut(BaseException):
    """The end of a process, in a test."""


def run_accidents(mutant: str = "") -> Counter[str]:
    """All accidents with a rule broken, or with none; what was wrong."""
    faults: Counter[str] = Counter()
    for name, (accident, break_rule) in ACCIDENTS.items():
        if mutant not in ("", name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            if mutant:
                with break_rule():
                    faults += accident(Path(folder))
            else:
                faults += accident(Path(folder))
    return faults


def _bytes_anywhere(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file() and len(path.name) == 64)


def _rows_lost(folder: Path) -> Counter[str]:
    """Rows are lost from the database: what they spoke of stays on the disk."""
    kept = open_store(folder / "data", clock=lambda: store.store.utc_now() + LATER)
    Things(kept).finished()
    before = _bytes_anywhere(folder)
    with kept.begin() as transaction:
        for table in ("pictures", "file_uses", "files", "blobs"):
            transaction.connection.exec_driver_sql(f"DELETE FROM {table}")
    kept.files.collect_garbage(timedelta(days=1))
    kept.close()
    return Counter({"bytes that no row knew were deleted": before - _bytes_anywhere(folder)})


def _database_lost(folder: Path) -> Counter[str]:
    """The database is lost: a start is refused."""
    kept = open_store(folder / "data")
    Things(kept).finished()
    kept.close()
    (folder / "data" / DATABASE_NAME).rename(folder / "lost")
    try:
        open_store(folder / "data").close()
    except StartRefused:
        return Counter()
    return Counter({"a studio was begun on the files of another": 1})


def _repaired(folder: Path) -> Counter[str]:
    """A repair takes rows out: the database as it was is beside it."""
    kept = open_store(folder / "data")
    picture = kept.generations.get("you", Things(kept).finished().id).pictures[0]
    kept.objects.path(kept.files.get("you", picture.file_id).sha256).write_bytes(b"damaged")
    store.repair.repair(kept, find_problems(kept))
    kept.close()
    copies = [path.read_bytes() for path in (folder / "data").glob("before-repair-*")]
    return Counter() if any(picture.id.encode() in copy for copy in copies) else Counter({"no copy": 1})


def _database_lost_after_an_order(folder: Path) -> Counter[str]:
    """The process ends right after an order was committed, and then the database is lost: the order comes back."""
    kept = open_store(folder / "data")

    def cut(point: str) -> None:
        if point == "submit.after_commit":
            raise PowerCut

    install_fault_hook(cut)
    try:
        Things(kept).generation()
    except PowerCut:
        pass
    finally:
        install_fault_hook(None)
    kept.close()
    (folder / "data" / DATABASE_NAME).unlink()
    again = open_again(folder / "data", adopt=True)
    adopted = adopt_files(again)
    again.close()
    return Counter() if adopted["generation"] == 1 else Counter({"an order did not come back": 1})


def _backup_damaged_while_made(folder: Path) -> Counter[str]:
    """The backup's disk loses a byte after it was written: no backup is called done."""
    kept = open_store(folder / "data")
    Things(kept).finished()
    describe = store.backup.describe

    def describe_then_damage(*given: Any) -> dict[str, object]:
        next((folder / "backup" / "objects").glob("*/*")).write_bytes(b"damaged")
        return describe(*given)

    try:
        with mock.patch.object(store.backup, "describe", describe_then_damage):
            make_backup(kept, folder / "backup")
    except BackupBent:
        return Counter()
    finally:
        kept.close()
    return Counter({"a damaged backup said done": 1})


def _disk_forgets(folder: Path) -> Counter[str]:
    """A bit of a file flips, and its time does not tell: the night finds it."""
    kept = open_store(folder / "data")
    Things(kept).finished()
    path = next(kept.objects.walk())
    seen, data = path.stat(), path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    studio.worker.night.work_tonight(kept, read_settings({"data": str(folder / "data")}, {}))
    lost = kept.mending.list_lost()
    kept.close()
    return Counter() if lost else Counter({"a flipped bit was not noticed": 1})


def _unlink(_: Any, path: Path, __: Any) -> None:
    path.unlink()


def _list_only(folder: Path, snapshot: Path) -> list[Any]:
    json.loads((snapshot / "files.json").read_bytes())
    return []


def _describe_after_commit(table: FileTable, transaction: Any, kind: str, row_id: str) -> None:
    def later() -> None:
        with table._database.read() as look:
            store.files.write_manifest(look, table._objects, kind, row_id)

    transaction.after_commit.append(later)


def _patch(target: Any, name: str, new: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: mock.patch.object(target, name, new)


ACCIDENTS: dict[str, tuple[Accident, Callable[[], AbstractContextManager[Any]]]] = {
    "collector without quarantine": (_rows_lost, _patch(FolderObjects, "put_aside", _unlink)),
    "no id check": (_database_lost, _patch(store.store, "check_folder", lambda *_: None)),
    "repair before copy": (_repaired, _patch(store.repair, "copy_database", lambda _: None)),
    "manifest after row": (
        _database_lost_after_an_order,
        _patch(FileTable, "describe", _describe_after_commit),
    ),
    "backup without verify": (_backup_damaged_while_made, _patch(store.backup, "_verify", _list_only)),
    "scrub off": (
        _disk_forgets,
        _patch(studio.worker.night, "scrub", lambda _: Scrubbed(files=0, lost=0)),
    ),
}
