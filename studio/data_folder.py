"""One studio per data folder: the lock, and the note beside it that says who holds it."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from studio.errors import DataFolderBusy, NoStudioHere, translate_errors

log = logging.getLogger(__name__)

LOCK_NAME = "studio.lock"
NOTE_NAME = "studio.lock.json"
NOTE_MAX_BYTES = 4096  # a longer note was not written by us


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderClaim:
    """A held data folder. Leaving the context gives it back; so does the end of the process, however it comes."""

    lock: FileLock
    note: Path

    def __enter__(self) -> FolderClaim:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Give the folder back. Safe to call twice."""
        if self.lock.is_locked:
            self.note.unlink(missing_ok=True)
            self.lock.release()


def claim_data_folder(path: Path, url: str) -> FolderClaim:
    """Claim a data folder (made where absent) for this process, whose window is at `url`.

    The lock belongs to the operating system and dies with its holder, so a folder whose holder was killed is
    simply claimed anew. Raises DataFolderBusy, naming the holder, where another process has it.
    """
    path.mkdir(parents=True, exist_ok=True)
    note = path / NOTE_NAME
    # not thread-local: the thread that ends the program need not be the one that started it
    lock = FileLock(path / LOCK_NAME, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DataFolderBusy(_describe_holder(path, note)) from error
    new_note = note.with_suffix(".new")
    new_note.write_text(json.dumps({"pid": os.getpid(), "url": url}), encoding="utf-8")
    new_note.replace(note)
    return FolderClaim(lock=lock, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The studio that has a data folder open: its process, and where its window is."""

    pid: int
    url: str


def find_holder(path: Path) -> Holder | None:
    """The running studio that has this data folder; None where none has, or it has only just started."""
    if not (path / LOCK_NAME).exists():
        return None
    lock = FileLock(path / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _read_note(path / NOTE_NAME)
    lock.release()
    return None


def _read_note(note: Path) -> Holder | None:
    try:
        with note.open("rb") as file:
            holder = json.loads(file.read(NOTE_MAX_BYTES))
        return Holder(pid=int(holder["pid"]), url=str(holder["url"])[:200])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it has only just started, or the note is not ours


def _describe_holder(path: Path, note: Path) -> str:
    holder = _read_note(note)
    who = f" (process {holder.pid}, {holder.url})" if holder else ""
    return (
        f"Another Avatar Studio{who} is using the data folder {path}. "
        "Use that one, stop it first, or choose another folder with --data."
    )


def require_studio(path: Path) -> None:
    """Refuse a folder that holds no studio, before a command that only looks makes one there. Raises NoStudioHere."""
    from store.database import DATABASE_NAME  # not before a command needs it
    from store.objects_folder import OBJECTS_NAME

    if not ((path / DATABASE_NAME).exists() or (path / OBJECTS_NAME).exists()):
        raise NoStudioHere(f"There is no studio in “{path}”. Name the folder of one with --data.")


@translate_errors
def prepare_data_folder(path: Path, *, begin_anew: bool = False, adopt: bool = False) -> None:
    """Refuse a folder whose database and files do not belong together, before anything is started on it.

    With `begin_anew` what is there is moved aside, and a new studio begins beside it; with `adopt` what the files tell
    of is taken in. Raises FolderRefused.
    """
    from store.notes import DATABASE_NOTE, Notes
    from store.store import check_start, open_again  # not before a command needs it

    if not (begin_anew or adopt):
        check_start(path)
        Notes(path).forget(DATABASE_NOTE)  # of a damage that is mended
        return
    with claim_data_folder(path, "being prepared"):
        store = open_again(path, adopt=adopt)
        try:
            if adopt:
                from store.adopt import adopt_files

                log.info("taken in: %s", dict(adopt_files(store)))
        finally:
            store.close()
