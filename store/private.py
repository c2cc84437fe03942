"""A data folder that only its owner can read: 0700, its files and logs 0600; on Windows by its list of rights."""

from __future__ import annotations

import logging
import stat
import sys
from pathlib import Path

from store.windows_rights import close_to_others

OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
LOGS_NAME = "logs"

log = logging.getLogger(__name__)


def make_private(folder: Path) -> None:
    """Take other users' rights to the folder, to what lies in it and to its logs; says so once, when it did."""
    if _close_windows(folder) if sys.platform == "win32" else _close_all(folder):
        log.warning("The data folder could be read by other users of this machine; now it is yours alone.")


def _close_windows(folder: Path) -> bool:
    try:
        return close_to_others(folder, Path.home())
    except (OSError, RuntimeError) as error:  # a disk without rights, or a person without a profile
        log.warning("Other users of this machine may be able to read the data folder: %s", error)
        return False


def _close_all(folder: Path) -> bool:
    changed = _close(folder)
    for inside in (folder, folder / LOGS_NAME):
        if inside.is_dir():
            for path in inside.iterdir():
                changed |= not path.is_symlink() and _close(path)
    return changed


def _close(path: Path) -> bool:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & OPEN_TO_OTHERS:
            path.chmod(mode & ~OPEN_TO_OTHERS)
    except OSError:  # gone meanwhile, or somebody else's: not ours to change
        return False
    return bool(mode & OPEN_TO_OTHERS)
