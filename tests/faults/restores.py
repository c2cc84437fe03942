"""Restores under load: while people order, delete and purge, backups are made and restored, and each is whole.

What was acknowledged before a backup began, and not deleted since, is in it, byte by byte.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from store.backup import make_backup, restore_backup
from store.errors import BackupBent, RowMissing, StoreBusy, StoreError
from store.fsck import find_problems
from store.store import Store, open_store
from tests.store.conftest import Things

WRITERS = 2
KEEPS = 2  # of so many orders one is deleted for good again
FILE_EVERY = 4  # of so many backups one is a single file


@dataclass(slots=True, kw_only=True)
class RestoreResult:
    """How many restores, of how many orders; what was wrong; seconds."""

    restores: int = 0
    orders: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class Load:
    """People who order and delete. `kept` are acknowledged orders that nobody deletes: id → hashes of its pictures."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.kept: dict[str, list[str]] = {}
        self.failed: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        things, owner = Things(self.store), f"person{number}"
        done = 0
        while not self._stop.is_set():
            try:
                made = things.finished(owner=owner)
                done += 1
                if done % KEEPS == 0:
                    with self.store.begin() as transaction:
                        self.store.generations.purge_now(transaction, owner, made.id)
                else:
                    self.kept[f"{owner}/{made.id}"] = hash_pictures(self.store, owner, made.id)
            except StoreBusy:
                continue
            except StoreError as error:
                self.failed.append(f"a writer: {error}")
                return


def hash_pictures(store: Store, owner: str, generation_id: str) -> list[str]:
    """The hashes of an order's pictures, read."""
    pictures = store.generations.get(owner, generation_id).pictures
    return [hashlib.sha256(store.files.read(owner, one.file_id)).hexdigest() for one in pictures]


def run_restores(count: int) -> RestoreResult:
    """Back up and restore so often."""
    result, started = RestoreResult(), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(folder / "data")
        with Load(store) as load:
            for number in range(count):
                _restore(store, load, folder, number, result)
        result.orders = len(load.kept)
        result.faults.update(load.failed)
        store.close()
    result.seconds = time.monotonic() - started
    return result


def _restore(store: Store, load: Load, folder: Path, number: int, result: RestoreResult) -> None:
    while len(load.kept) <= number:
        time.sleep(0.01)
    before = dict(load.kept)
    backup = folder / (f"{number}.zip" if number % FILE_EVERY == FILE_EVERY - 1 else "backup")
    new = folder / "new"
    try:
        make_backup(store, backup)
        restore_backup(backup, new)
    except BackupBent as error:
        result.faults[f"no backup: {error}"] += 1
        return
    restored = open_store(new)
    try:
        result.faults.update(problem.kind for problem in find_problems(restored))
        for key, hashes in before.items():
            owner, generation_id = key.split("/")
            try:
                same = hash_pictures(restored, owner, generation_id) == hashes
            except (RowMissing, OSError):
                same = False
            result.faults.update([] if same else ["an acknowledged order is missing or changed"])
    finally:
        restored.close()
        shutil.rmtree(new)
    result.restores += 1
