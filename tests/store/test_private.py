"""The data folder is its owner's alone: by modes where there are modes, by the list of rights on Windows."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.private import make_private
from store.windows_rights import INHERITED, close_to_others

ME = "S-1-5-21-1-2-3-1001"


class WindowsRights:
    """What icacls and whoami of Windows do, as their documentation says: no Windows can be had here."""

    def __init__(self, me: str = f'"HOUSE\\ada","{ME}"') -> None:
        self.me, self.commands = me, list[list[str]]()
        self.rights = [rf"BUILTIN\Users:{INHERITED}(OI)(CI)(RX)", rf"HOUSE\ada:{INHERITED}(F)"]

    def run(self, command: list[str]) -> str:
        """The answer of one of the two."""
        self.commands.append(command)
        program, *rest = command
        if program == "whoami":
            return self.me
        if "/inheritance:r" in rest:
            self.rights = [one for one in self.rights if INHERITED not in one]
            self.rights += [one for one in rest if one.startswith("*")]
        return "\n".join(f"{rest[0]} {one}" for one in self.rights)


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_folder_that_others_could_read_is_closed_and_that_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("studio.sqlite3", "logs/worker.log"):
        (tmp_path / name).write_text("words")
        (tmp_path / name).chmod(0o644)
    tmp_path.chmod(0o755)
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.write_text("not ours")
    elsewhere.chmod(0o644)
    (tmp_path / "linked").symlink_to(elsewhere)
    make_private(tmp_path)
    make_private(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, *tmp_path.rglob("*"))}
    assert modes == {
        tmp_path.name: 0o700,
        "logs": 0o700,
        "studio.sqlite3": 0o600,
        "worker.log": 0o600,
        "linked": 0o644,
    }
    assert [record.getMessage() for record in caplog.records] == [
        "The data folder could be read by other users of this machine; now it is yours alone."
    ]


def test_on_windows_a_folder_outside_of_the_profile_is_left_to_its_owner(tmp_path: Path) -> None:
    windows, home = WindowsRights(), tmp_path / "Users" / "ada"
    folder = tmp_path / "D" / "studio"
    assert close_to_others(folder, home, windows.run)
    assert windows.rights == [f"*{one}:(OI)(CI)F" for one in (ME, "S-1-5-18", "S-1-5-32-544")]
    assert not close_to_others(folder, home, windows.run)  # said once: it is closed now


def test_on_windows_a_folder_in_the_profile_is_private_already(tmp_path: Path) -> None:
    windows = WindowsRights()
    assert not close_to_others(tmp_path / "ada" / "data", tmp_path / "ada", windows.run)
    assert not windows.commands


def test_on_windows_nobody_s_folder_is_left_as_it_is(tmp_path: Path) -> None:
    """Rights that nobody is given would lock everybody out."""
    windows = WindowsRights(me="")
    with pytest.raises(OSError, match="names nobody"):
        close_to_others(tmp_path / "data", tmp_path / "home", windows.run)
    assert len(windows.rights) == 2
