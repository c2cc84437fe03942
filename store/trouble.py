"""What goes wrong with the disk, by name: one table for the system's error numbers, whatever call they come from."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from store.errors import (
    StorageDenied,
    StorageFailing,
    StorageFull,
    StorageLimit,
    StorageMissing,
    StorageReadOnly,
    StoreError,
    TooManyFiles,
)
from store.sqlite import name_failure

ERROR_OF_NUMBER: dict[int, type[StoreError]] = {
    getattr(errno, number): kind  # not every system has them all
    for number, kind in {
        "ENOSPC": StorageFull,
        "EDQUOT": StorageFull,
        "EFBIG": StorageLimit,
        "EROFS": StorageReadOnly,
        "EACCES": StorageDenied,
        "EPERM": StorageDenied,
        "EMFILE": TooManyFiles,
        "ENFILE": TooManyFiles,
        "EIO": StorageFailing,
        "ESTALE": StorageMissing,
        "ENODEV": StorageMissing,
        "ENXIO": StorageMissing,
        "ENOTCONN": StorageMissing,
        "ENOENT": StorageMissing,
        "ENOTDIR": StorageMissing,
    }.items()
    if hasattr(errno, number)
}
ERROR_OF_WINDOWS: dict[int, type[StoreError]] = {
    19: StorageReadOnly,  # ERROR_WRITE_PROTECT
    21: StorageMissing,  # ERROR_NOT_READY
    23: StorageFailing,  # ERROR_CRC
    39: StorageFull,  # ERROR_HANDLE_DISK_FULL
    112: StorageFull,  # ERROR_DISK_FULL
    1117: StorageFailing,  # ERROR_IO_DEVICE
    1295: StorageFull,  # ERROR_DISK_QUOTA_EXCEEDED
}


def name_trouble(error: BaseException) -> StoreError | None:
    """The store's name for what the disk or SQLite would not do; None for any other error."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, OSError):
        kind = ERROR_OF_WINDOWS.get(getattr(error, "winerror", None) or 0)
        kind = kind or ERROR_OF_NUMBER.get(error.errno or 0)
        return kind() if kind else None
    if isinstance(error, DBAPIError | sqlite3.Error):
        return name_failure(error.orig if isinstance(error, DBAPIError) else error)
    return None


@contextmanager
def names_trouble() -> Iterator[None]:
    """Say by name what the disk or SQLite would not do."""
    try:
        yield
    except (OSError, DBAPIError, sqlite3.Error) as error:
        named = name_trouble(error)
        if named is None:
            raise
        raise named from error
