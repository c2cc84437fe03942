"""The objects folder: bytes under the name of their SHA-256, written so that a power cut leaves all or nothing."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from store.disk import CHUNK_BYTES, hash_file, names_full_disk, open_private, sync_file, sync_folder
from store.faults import fault_point
from store.objects import Blob

OBJECTS_NAME = "objects"  # of a data folder, and of a folder of backups
QUARANTINE_NAME = "quarantine"
DAY_LETTERS = len("2026-01-31")
MARKER_NAME = "studio.json"  # says which studio the files are of: see `store.identity`
MOST_REMEMBERED = 100_000
TEMP_SUFFIX = ".part"
FOLDER_DIGITS = 2  # objects/ab/ab12…: 256 folders
SHA256_DIGITS = 64

MANIFEST = re.compile(r"^[a-z]+-[0-9a-f]{26}([0-9a-f]{2})\.json$")  # kind, id; its last digits are the folder

_HEX = frozenset("0123456789abcdef")


class FolderObjects:
    """An ObjectStore in a folder. Files in it are never written in place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.quarantine = folder.parent / QUARANTINE_NAME
        self._sound: dict[str, tuple[int, int]] = {}  # what was read back whole: size and time of change

    def prepare(self) -> None:
        """Make the 256 folders at once, so that a put has only its own folder to sync."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        present = {entry.name for entry in self.folder.iterdir()}
        for number in range(16**FOLDER_DIGITS):
            name = f"{number:0{FOLDER_DIGITS}x}"
            if name not in present:
                (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        sync_folder(self.folder)
        sync_folder(self.folder.parent)

    def path(self, sha256: str) -> Path:
        """Where the bytes of that name, or the manifest, lie or would."""
        if name_ends := MANIFEST.search(sha256):
            return self.folder / name_ends[1] / sha256
        return self.folder / sha256[:FOLDER_DIGITS] / sha256

    def put(self, data: bytes) -> Blob:
        """Keep bytes durably; the same bytes again are a no-op, a torn file of that name is replaced.

        Raises StorageFull when the disk is full, and leaves nothing behind then.
        """
        blob = Blob(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        target = self.path(blob.sha256)
        if self.holds(blob) and _make_young(target):  # the collector's grace starts anew
            sync_folder(target.parent)  # the one who wrote it may have died before doing so
            return blob
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self.folder)
        with names_full_disk():
            self._write(data, target)
        return blob

    def put_written(self, write: Callable[[IO[bytes]], None]) -> Blob:
        """Keep what `write` writes into the file that it is given, however much: for what does not fit into memory.

        Raises StorageFull, and what `write` raises; nothing is left behind then.
        """
        temp = self.folder / f"written.{secrets.token_hex(8)}{TEMP_SUFFIX}"
        try:
            with names_full_disk(), open(temp, "xb", opener=open_private) as file:
                write(file)
                sync_file(file)
            blob = Blob(sha256=hash_file(temp), size=temp.stat().st_size)
            target = self.path(blob.sha256)
            if not target.parent.is_dir():
                target.parent.mkdir(exist_ok=True)
                sync_folder(self.folder)
            temp.replace(target)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
        return blob

    def _write(self, data: bytes, target: Path) -> None:
        temp = target.with_name(f"{target.name}.{secrets.token_hex(4)}{TEMP_SUFFIX}")
        half = len(data) // 2
        try:
            with open(temp, "xb", opener=open_private) as file:
                file.write(data[:half])
                file.flush()
                fault_point("put.mid_write")
                file.write(data[half:])
                fault_point("put.before_fsync")
                sync_file(file)
            fault_point("put.before_rename")
            temp.replace(target)
        except OSError:
            temp.unlink(missing_ok=True)
            raise
        fault_point("put.before_folder_sync")
        sync_folder(target.parent)
        fault_point("put.after")

    def holds(self, blob: Blob) -> bool:
        """Whether the bytes are there and whole."""
        path = self.path(blob.sha256)
        try:
            return path.stat().st_size == blob.size and hash_file(path) == blob.sha256
        except FileNotFoundError:
            return False

    def is_damaged(self, sha256: str, *, anew: bool = False) -> bool:
        """Whether a file is there that does not hold its bytes. It is read once, and again when it was changed, or with
        `anew`."""
        path = self.path(sha256)
        try:
            found = path.stat()
            seen = (found.st_size, found.st_mtime_ns)
            if anew or self._sound.get(sha256) != seen:
                if hash_file(path) != sha256:
                    self._sound.pop(sha256, None)
                    return True
                if len(self._sound) >= MOST_REMEMBERED:
                    self._sound.clear()
                self._sound[sha256] = seen
        except FileNotFoundError:
            self._sound.pop(sha256, None)
        return False

    def has_size(self, sha256: str, size: int) -> bool:
        """Whether a file of that name and size is there: a quick look."""
        try:
            return self.path(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises FileNotFoundError."""
        return self.path(sha256).read_bytes()

    def open(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop` (None: to the end), in pieces. Raises FileNotFoundError at once."""
        file = self.path(sha256).open("rb")
        return _read_pieces(file, start, stop)

    def delete(self, sha256: str) -> None:
        """Remove bytes, if they are there. Raises OSError where somebody holds them open (Windows)."""
        self.path(sha256).unlink(missing_ok=True)

    def put_manifest(self, name: str, data: bytes) -> None:
        """Write what is said of a thing (see `store.manifests`), in place of what was said before."""
        target = self.path(name)
        temp = target.with_name(f"{name}.{secrets.token_hex(4)}{TEMP_SUFFIX}")
        with names_full_disk():
            try:
                with open(temp, "xb", opener=open_private) as file:
                    file.write(data)
                temp.replace(target)
            except OSError:
                temp.unlink(missing_ok=True)
                raise

    def manifests(self) -> Iterator[Path]:
        """The files that say what things are."""
        return (path for path in self.folder.glob("*/*.json") if MANIFEST.search(path.name))

    def put_aside(self, path: Path, now: datetime) -> None:
        """Move a strange, stray or damaged file of this folder into the quarantine of today: nothing is lost yet."""
        day = self.quarantine / f"{now:%Y-%m-%d}"
        day.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = day / path.name
        if target.exists():
            target = day / f"{path.name}.{secrets.token_hex(4)}"
        shutil.move(path, target)  # a rename, unless the two lie on different disks
        sync_folder(day)
        sync_folder(path.parent)

    def empty_quarantine(self, before: datetime) -> int:
        """Remove the files that were put aside before that day; how many."""
        removed = 0
        days = sorted(self.quarantine.iterdir()) if self.quarantine.is_dir() else []
        for day in days:
            if len(day.name) == DAY_LETTERS and day.name < f"{before:%Y-%m-%d}":
                removed += sum(1 for path in day.iterdir())
                shutil.rmtree(day)
        return removed

    def list(self) -> Iterator[str]:
        """The names of all bytes that are kept, in their order."""
        return (path.name for path in self.walk() if self.is_object(path))

    def presign(self, sha256: str, seconds: int) -> str | None:
        """A folder has no addresses."""
        return None

    def walk(self) -> Iterator[Path]:
        """Every file in the folder but its marker and manifests, temporary and strange ones too."""
        for entry in _list_entries(self.folder):
            if entry.is_dir(follow_symlinks=False):
                inside = (one for one in _list_entries(entry.path) if not one.is_dir())
                yield from (Path(one.path) for one in inside if not MANIFEST.search(one.name))
            elif not entry.name.startswith(MARKER_NAME):
                yield Path(entry.path)

    def is_object(self, path: Path) -> bool:
        """Whether a file's name and place are those of an object."""
        name = path.name
        return len(name) == SHA256_DIGITS and _HEX.issuperset(name) and path == self.path(name)


def _list_entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What is in a folder, by name. An entry knows what it is: no call to the system for each."""
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


def _make_young(path: Path) -> bool:
    """Whether the file is still there to be made young again: somebody may just have deleted it for good."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _read_pieces(file: IO[bytes], start: int, stop: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = CHUNK_BYTES if stop is None else stop - start
        while left > 0 and (piece := file.read(min(CHUNK_BYTES, left))):
            yield piece
            left = left if stop is None else left - len(piece)
