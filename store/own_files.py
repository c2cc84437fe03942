"""What a person wrote into the data folder by hand and a backup carries along: presets of their own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from store.disk import open_private, sync_file, sync_folder
from store.errors import BackupBent

PRESETS_NAME = "presets"
OWN_NAME = "own"  # where they lie in a backup, and in its list
LARGEST = 1_000_000  # bytes; what is larger is no preset

# no way out of the folder: on Windows a colon leads beside a file
_NAME = re.compile(r"presets/[^./\\:\0][^/\\:\0]*\.toml")

OwnFiles = Mapping[str, bytes]  # by their names in the data folder


def read_own(folder: Path) -> OwnFiles:
    """Those of a data folder."""
    paths = {path.relative_to(folder).as_posix(): path for path in (folder / PRESETS_NAME).glob("*.toml")}
    return {
        name: path.read_bytes()
        for name, path in sorted(paths.items())
        if _NAME.fullmatch(name) and path.is_file() and path.stat().st_size <= LARGEST
    }


def hash_own(own: OwnFiles) -> dict[str, str]:
    """What a backup's list says of them."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in own.items()}


def check_own(said: object, read: Callable[[str], bytes]) -> OwnFiles:
    """Those that a backup's list speaks of, read and compared. Raises BackupBent, and what `read` raises."""
    if not isinstance(said, dict) or not all(
        isinstance(name, str) and _NAME.fullmatch(name) for name in said
    ):
        raise BackupBent
    own = {name: read(name) for name in said}
    if hash_own(own) != said:
        raise BackupBent
    return own


def write_own(folder: Path, own: OwnFiles) -> None:
    """Lay them down in a folder where they are not yet."""
    for name, data in own.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "xb", opener=open_private) as file:
            file.write(data)
            sync_file(file)
        sync_folder(path.parent)
