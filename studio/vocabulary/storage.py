"""Storage: what takes how much space, and when the last backup was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one kind of thing takes: "pictures", "photos", "meshes", "trash", "models", "quarantine", …"""

    name: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """The last backup: `at` None where there was none. `says` is a sentence for a person."""

    folder: str  # "" where none is chosen
    next_folder: str = ""  # chosen since, for the next start; "" where that is the same
    is_running: bool
    at: datetime | None
    ok: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageReport:
    """The shares, largest use of a person's first; what is free; how many things lie in the trash; how many files that
    no row knows were too many at once to be put aside."""

    shares: tuple[Share, ...]
    free_bytes: int
    in_trash: int
    backup: BackupState
    unknown_files: int = 0
