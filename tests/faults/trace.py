"""The system calls of a run that change a folder, recorded by strace (Linux)."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CHECKOUT = Path(__file__).resolve().parents[2]
UNDERSTOOD = ("openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "mkdir")
REFUSED = (  # they change files too; the studio does not use them, and the replay would not notice them
    *(
        "open",
        "creat",
        "writev",
        "pwritev",
        "pwritev2",
        "sync_file_range",
        "renameat",
        "renameat2",
        "unlinkat",
    ),
    *("rmdir", "truncate", "fallocate", "mkdirat", "link", "linkat", "symlink", "symlinkat"),
    *("copy_file_range", "sendfile"),
)
CALL = re.compile(r"(\w+)\((.*)\)\s+= (\d+)(?:<.*>)?(?: .*)?$")
UNFINISHED = re.compile(r"(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)$")
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
DESCRIPTOR = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>")

Kind = Literal["create", "write", "resize", "sync", "rename", "remove", "folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call: what it did to `path`. `at` is an offset or a size in bytes, `target` a rename's new name."""

    kind: Kind
    path: Path
    at: int = 0
    data: bytes = b""
    target: Path | None = None


def record(command: Sequence[str], folder: Path, log: Path) -> list[Change]:
    """Run a command and list what it did below `folder`, in order. Raises CalledProcessError."""
    calls = ",".join(UNDERSTOOD + REFUSED)
    watch = [
        "strace",
        "--seccomp-bpf",
        "-f",
        "-y",
        "-xx",
        "-s",
        "10000000",
        "-e",
        f"trace={calls}",
        "-o",
        str(log),
    ]
    subprocess.run([*watch, *command], check=True, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    with log.open(encoding="ascii") as lines:
        return list(_read_changes(_whole_calls(lines), folder))


def python_module(module: str, *arguments: object) -> list[str]:
    """The command that runs one of our modules."""
    return [sys.executable, "-m", module, *(str(argument) for argument in arguments)]


def _whole_calls(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    """The calls that succeeded, each in one line, at the moment they returned."""
    begun: dict[str, str] = {}
    for line in lines:
        thread, _, call = line.rstrip("\n").partition(" ")
        call = call.lstrip()
        if found := UNFINISHED.match(call):
            begun[thread] = found[1]
            continue
        if found := RESUMED.match(call):
            call = begun.pop(thread) + found[1]
        yield call


def _read_changes(calls: Iterator[str], folder: Path) -> Iterator[Change]:
    positions: dict[str, int] = {}  # of the open descriptors
    for call in calls:
        found = CALL.match(call)
        if not found:
            continue  # it failed, or it is the end of a process
        name, arguments, result = found.groups()
        path = _find_path(name, arguments)
        if name == "openat":
            positions[result] = 0
        if not path.is_relative_to(folder):
            continue
        if name in REFUSED:
            raise NotImplementedError(f"the replay does not know {name}")
        if name == "openat":
            yield from _read_open(path, arguments)
        elif name in ("write", "pwrite64"):
            descriptor, data = _descriptor(arguments), _unescape(QUOTED.findall(arguments)[0])
            offset = int(arguments.rsplit(", ", 1)[1]) if name == "pwrite64" else positions[descriptor]
            if len(data) != int(result):
                data = data[: int(result)]
            if name == "write":
                positions[descriptor] += len(data)
            yield Change(kind="write", path=path, at=offset, data=data)
        elif name in ("fsync", "fdatasync"):
            yield Change(kind="sync", path=path)
        elif name == "ftruncate":
            yield Change(kind="resize", path=path, at=int(arguments.rsplit(", ", 1)[1]))
        elif name == "rename":
            target = Path(_unescape(QUOTED.findall(arguments)[1]).decode())
            yield Change(kind="rename", path=path, target=target)
        else:
            yield Change(kind="remove" if name == "unlink" else "folder", path=path)


def _read_open(path: Path, arguments: str) -> Iterator[Change]:
    if "O_CREAT" in arguments:
        yield Change(kind="create", path=path)
    if "O_TRUNC" in arguments:
        yield Change(kind="resize", path=path)


def _find_path(name: str, arguments: str) -> Path:
    """The file that a call is about: of its descriptor, or named by it."""
    takes_descriptor = name in ("write", "pwrite64", "fsync", "fdatasync", "ftruncate")
    found = DESCRIPTOR.match(arguments) if takes_descriptor else None
    text = found[2] if found else next(iter(QUOTED.findall(arguments)), "")
    return Path(_unescape(text).decode("utf-8", "replace"))


def _descriptor(arguments: str) -> str:
    found = DESCRIPTOR.match(arguments)
    assert found is not None
    return found[1]


def _unescape(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
