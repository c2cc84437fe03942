"""The Nth call to the system fails: Python's own, and SQLite's through the table of calls that its Unix VFS offers.

A call fails once, or from then on until the fault is mended, with one error number. POSIX; where SQLite's library
cannot be reached from Python, Python's calls fail alone.
"""

from __future__ import annotations

import builtins
import ctypes
import ctypes.util
import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

BY_PATH = (
    "open",
    "mkdir",
    "replace",
    "rename",
    "unlink",
    "utime",
    "stat",
    "listdir",
    "scandir",
    "chmod",
    "rmdir",
)
BY_DESCRIPTOR = ("fsync", "truncate")
INT, SIZE, OFFSET, POINTER, TEXT = (
    ctypes.c_int,
    ctypes.c_size_t,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_char_p,
)
SQLITE_CALLS: dict[str, tuple[Any, ...]] = {  # result, then arguments
    "open": (INT, TEXT, INT, INT),
    "pread": (ctypes.c_ssize_t, INT, POINTER, SIZE, OFFSET),
    "pread64": (ctypes.c_ssize_t, INT, POINTER, SIZE, OFFSET),
    "read": (ctypes.c_ssize_t, INT, POINTER, SIZE),
    "pwrite": (ctypes.c_ssize_t, INT, POINTER, SIZE, OFFSET),
    "pwrite64": (ctypes.c_ssize_t, INT, POINTER, SIZE, OFFSET),
    "write": (ctypes.c_ssize_t, INT, POINTER, SIZE),
    "ftruncate": (INT, INT, OFFSET),
    "unlink": (INT, TEXT),
}


class FailingCalls:
    """Counts the calls below a folder while it is watched, and lets the chosen one fail."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self.calls: list[str] = []
        self._at, self._number, self._lasts = 0, 0, False

    def arm(self, at: int, number: int, *, lasts: bool = False) -> None:
        """Let the call of that number, from 1 on, fail with an error number; all after it, too, if it lasts."""
        self.calls, self._at, self._number, self._lasts = [], at, number, lasts

    def mend(self) -> None:
        """Let every call succeed again."""
        self._at = 0

    @property
    def struck(self) -> bool:
        """Whether the call came."""
        return 0 < self._at <= len(self.calls)

    def fails(self, name: str) -> int:
        """Count a call; the error number that it fails with, or 0."""
        self.calls.append(name)
        come = len(self.calls)
        return self._number if self._at and (come == self._at or (self._lasts and come > self._at)) else 0

    def check(self, name: str, path: object = None) -> None:
        """Count a call of Python's. Raises OSError."""
        if path is not None and not self._is_inside(path):
            return
        if number := self.fails(name):
            raise OSError(number, os.strerror(number), str(path or ""))

    def _is_inside(self, path: object) -> bool:
        if isinstance(path, int):
            return False
        with suppress(TypeError):
            return os.fsdecode(path).startswith(self._folder)  # type: ignore[arg-type]
        return False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Stand between the program and the system."""
        with ExitStack() as stack:
            for name in BY_PATH + BY_DESCRIPTOR:
                stack.enter_context(mock.patch.object(os, name, self._guard(name, getattr(os, name))))
            plain_open = builtins.open
            for module in (builtins, io):
                stack.enter_context(mock.patch.object(module, "open", self._guard_open(plain_open)))
            stack.enter_context(_between_sqlite(self.fails))
            yield

    def _guard(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any, **options: Any) -> Any:
            self.check(f"os.{name}", arguments[0] if name in BY_PATH and arguments else None)
            return call(*arguments, **options)

        return guarded

    def _guard_open(self, call: Callable[..., Any]) -> Callable[..., Any]:
        watcher = self

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                watcher.check("write")
                return super().write(data)

        def guarded(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if not self._is_inside(path):
                return call(path, mode, *arguments, **options)
            self.check("open", path)
            if "b" in mode and set(mode) & set("wxa"):
                return io.BufferedWriter(Raw(path, mode.replace("b", ""), opener=options.get("opener")))
            return call(path, mode, *arguments, **options)

        return guarded


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, as sqlite3.h has it from version 3 of the structure on."""

    _fields_ = [
        ("version", INT),
        ("file_size", INT),
        ("longest_path", INT),
        ("next", POINTER),
        ("name", TEXT),
        ("data", POINTER),
        *((f"call_{number}", POINTER) for number in range(13)),
        ("set_call", ctypes.CFUNCTYPE(INT, POINTER, TEXT, POINTER)),
        ("get_call", ctypes.CFUNCTYPE(POINTER, POINTER, TEXT)),
        ("next_call", POINTER),
    ]


def find_sqlite() -> ctypes.CDLL | None:
    """The library that Python's sqlite3 uses; None where it cannot be reached."""
    import _sqlite3

    for name in (ctypes.util.find_library("sqlite3"), getattr(_sqlite3, "__file__", None)):
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(name)
            library.sqlite3_libversion.restype = TEXT
            library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
            if library.sqlite3_libversion().decode() == sqlite3.sqlite_version:
                return library
    return None


@contextmanager
def _between_sqlite(fails: Callable[[str], int]) -> Iterator[None]:
    """Have SQLite's calls counted, and the chosen one fail."""
    library = find_sqlite()
    if library is None:
        yield
        return
    vfs = library.sqlite3_vfs_find(None)
    kept = []  # ctypes' functions live as long as Python knows them
    for name, (result, *arguments) in SQLITE_CALLS.items():
        address = vfs.contents.get_call(ctypes.addressof(vfs.contents), name.encode())
        if not address:
            continue
        kind = ctypes.CFUNCTYPE(result, *arguments, use_errno=True)
        real = kind(address)

        def guarded(*given: Any, name: str = name, real: Any = real) -> int:
            if number := fails(f"sqlite.{name}"):
                ctypes.set_errno(number)
                return -1
            return int(real(*given))

        made = kind(guarded)
        kept.append(made)
        vfs.contents.set_call(ctypes.addressof(vfs.contents), name.encode(), ctypes.cast(made, POINTER).value)
    try:
        yield
    finally:
        vfs.contents.set_call(ctypes.addressof(vfs.contents), None, None)  # all of them, as they were
