"""A disk that forgets: what a power cut may leave of the changes that were made and not yet synced.

The model is stricter than any journalling file system. A file's bytes are kept by a sync of the file, its name by
a sync of its folder. What is not synced may be there or not: each write by itself, in part (whole sectors), in any
order; of a folder's names any first part.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.faults.trace import Change

SECTOR_BYTES = 512

Leftover = Literal["dropped", "kept", "torn"]  # of what was not synced: nothing, all, or chance


@dataclass(slots=True, eq=False)
class File:
    """A file's bytes: those on the disk, and the changes that are on their way."""

    durable: bytearray
    pending: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, change)
        self.pending.clear()

    def after_cut(self, leftover: Leftover, chance: random.Random) -> bytes:
        content = bytearray(self.durable)
        for change in self.pending:
            if leftover == "kept":
                _apply(content, change)
            elif leftover == "torn" and chance.random() < 0.5:
                _apply(content, _tear(change, chance))
        return bytes(content)


@dataclass(slots=True, eq=False)
class Folder:
    """A folder's names: those on the disk, and the changes that are on their way. None takes a name away."""

    durable: dict[str, File | Folder] = field(default_factory=dict)
    pending: list[dict[str, File | Folder | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.durable = self.names(len(self.pending))
        self.pending.clear()

    def names(self, first: int) -> dict[str, File | Folder]:
        """The names with the first so many pending changes made."""
        names: dict[str, File | Folder | None] = dict(self.durable)
        for change in self.pending[:first]:
            names.update(change)
        return {name: entry for name, entry in names.items() if entry is not None}

    def now(self) -> dict[str, File | Folder]:
        """The names as the running system sees them."""
        return self.names(len(self.pending))


class Disk:
    """A folder on such a disk."""

    def __init__(self, root: Path, files: Mapping[Path, bytes], folders: set[Path]) -> None:
        """`files` and `folders` below `root` are on the disk from the start."""
        self.root = root
        self.top = Folder()
        for path in sorted(folders):
            self._folder(path.parent).durable[path.name] = Folder()
        for path, content in files.items():
            self._folder(path.parent).durable[path.name] = File(bytearray(content))

    def change(self, change: Change) -> None:
        """Make one change, as the system call did."""
        path = change.path
        folder = self.top if path == self.root else self._folder(path.parent)
        if change.kind == "create":
            if path.name not in folder.now():
                folder.pending.append({path.name: File(bytearray())})
        elif change.kind == "folder":
            folder.pending.append({path.name: Folder()})
        elif change.kind == "remove":
            folder.pending.append({path.name: None})
        elif change.kind == "rename":
            assert change.target is not None
            entry = folder.now()[path.name]
            if change.target.parent == path.parent:
                folder.pending.append({path.name: None, change.target.name: entry})
            else:  # between folders: each keeps its own names, so that a cut may leave both, or none
                self._folder(change.target.parent).pending.append({change.target.name: entry})
                folder.pending.append({path.name: None})
        elif change.kind == "sync":
            (self.top if path == self.root else folder.now()[path.name]).sync()
        else:
            file = folder.now()[path.name]
            assert isinstance(file, File)
            file.pending.append(change)

    def after_cut(self, leftover: Leftover, chance: random.Random) -> dict[Path, bytes]:
        """The files that a power cut leaves now."""
        return dict(self._walk(Path(), self.top, leftover, chance))

    def _walk(
        self, at: Path, folder: Folder, leftover: Leftover, chance: random.Random
    ) -> list[tuple[Path, bytes]]:
        first = {"dropped": 0, "kept": len(folder.pending), "torn": chance.randint(0, len(folder.pending))}[
            leftover
        ]
        found: list[tuple[Path, bytes]] = []
        for name, entry in folder.names(first).items():
            if isinstance(entry, Folder):
                found += self._walk(at / name, entry, leftover, chance)
            else:
                found.append((at / name, entry.after_cut(leftover, chance)))
        return found

    def _folder(self, path: Path) -> Folder:
        folder = self.top
        for name in path.relative_to(self.root).parts:
            entry = folder.now()[name] if folder.pending else folder.durable[name]
            assert isinstance(entry, Folder)
            folder = entry
        return folder


def _apply(content: bytearray, change: Change) -> None:
    if change.kind == "resize":
        del content[change.at :]
    end = change.at + len(change.data)
    content.extend(bytes(max(0, end - len(content))))  # a hole reads as zeros
    content[change.at : end] = change.data


def _tear(change: Change, chance: random.Random) -> Change:
    """A write of which only the first sectors arrive; a resize is whole or not at all."""
    if change.kind == "resize" or len(change.data) <= SECTOR_BYTES:
        return change
    return Change(
        kind="write",
        path=change.path,
        at=change.at,
        data=change.data[: chance.randrange(0, len(change.data) + 1, SECTOR_BYTES)],
    )
