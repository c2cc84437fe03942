"""Who may read a folder on Windows, which has lists of rights where others have modes: its owner alone.

A person's profile is kept from other users by Windows itself; any other place lets everybody read what is made there.
"""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

# Accounts that can take any file anyway, by the ids that they have in every language of Windows.
SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"
INHERITED = "(I)"  # how icacls marks a right that comes from the folder above
WHOLE = "(OI)(CI)F"  # everything, of what lies in the folder too
LONGEST_S = 30.0

Run = Callable[[list[str]], str]


def run_command(command: list[str]) -> str:
    """What a program of Windows itself prints. Raises OSError where it is not there, refuses or does not end."""
    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / f"{command[0]}.exe"
    try:
        ended = subprocess.run(
            [str(program), *command[1:]], capture_output=True, text=True, errors="replace", timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{command[0]} did not end") from error
    if ended.returncode != 0:
        raise OSError(f"{command[0]} ended with {ended.returncode}")
    return ended.stdout


def close_to_others(folder: Path, home: Path, run: Run = run_command) -> bool:
    """Leave a folder outside of `home` to the current user, the system and administrators; whether others had rights.

    A folder that inherits no rights is as somebody set it, and stays. Raises OSError where rights cannot be changed.
    """
    if folder.resolve().is_relative_to(home.resolve()) or INHERITED not in run(["icacls", str(folder)]):
        return False
    rows = list(
        csv.reader(run(["whoami", "/user", "/fo", "csv", "/nh"]).splitlines())
    )  # "HOUSE\\ada","S-1-5-…"
    if not rows or len(rows[0]) != 2:
        raise OSError("whoami names nobody")
    me = rows[0][1]
    grants = [f"*{account}:{WHOLE}" for account in (me, SYSTEM, ADMINISTRATORS)]
    run(["icacls", str(folder), "/inheritance:r", "/grant:r", *grants, "/q"])
    return True
