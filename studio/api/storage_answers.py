"""What REST answers of space and backups."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from studio.api.answers import Answer


class ShareOut(Answer):
    """What one kind of thing takes."""

    name: str
    files: int
    bytes: int


class BackupOut(Answer):
    """The last backup; `at` is null where there was none."""

    is_running: bool
    at: datetime | None
    ok: bool
    says: str


class StorageOut(Answer):
    """What takes how much, what is free on the disk, how many things lie in the trash, the last backup."""

    shares: list[ShareOut]
    free_bytes: int
    in_trash: int
    backup: BackupOut


class EmptiedOut(BaseModel):
    """How many things were deleted for good."""

    deleted: int
