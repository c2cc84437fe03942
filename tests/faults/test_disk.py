"""The forgetful disk itself: it must forget what was not synced, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.disk import SECTOR_BYTES, Disk, Leftover
from tests.faults.trace import Change, _read_changes, _whole_calls

ROOT = Path("/r")
FILE, TEMP = ROOT / "f", ROOT / "t"


def play(*changes: Change) -> Disk:
    disk = Disk(ROOT, {FILE: b"old"}, set())
    for change in changes:
        disk.change(change)
    return disk


def left(disk: Disk, leftover: Leftover, seed: int = 0) -> dict[str, bytes]:
    return {str(path): content for path, content in disk.after_cut(leftover, random.Random(seed)).items()}


WRITE = Change(kind="write", path=FILE, at=1, data=b"new")


def test_an_unsynced_write_may_be_lost_and_a_synced_one_not() -> None:
    assert left(play(WRITE), "dropped") == {"f": b"old"}
    assert left(play(WRITE), "kept") == {"f": b"onew"}
    assert left(play(WRITE, Change(kind="sync", path=FILE)), "dropped") == {"f": b"onew"}


def test_an_unsynced_resize_may_be_lost() -> None:
    disk = play(Change(kind="resize", path=FILE, at=0))
    assert left(disk, "dropped") == {"f": b"old"}
    assert left(disk, "kept") == {"f": b""}


@pytest.mark.parametrize("synced", [False, True])
def test_a_new_name_is_kept_by_its_folder_alone(synced: bool) -> None:
    new = [
        Change(kind="create", path=TEMP),
        Change(kind="write", path=TEMP, data=b"x"),
        Change(kind="sync", path=TEMP),
        Change(kind="rename", path=TEMP, target=ROOT / "g"),
    ]
    disk = play(*new, *([Change(kind="sync", path=ROOT)] if synced else []))
    assert left(disk, "dropped") == ({"f": b"old", "g": b"x"} if synced else {"f": b"old"})
    assert left(disk, "kept") == {"f": b"old", "g": b"x"}


def test_a_file_in_a_folder_that_is_lost_is_lost() -> None:
    inner = ROOT / "d" / "h"
    disk = play(
        Change(kind="folder", path=ROOT / "d"),
        Change(kind="create", path=inner),
        Change(kind="sync", path=inner),
        Change(kind="sync", path=ROOT / "d"),
    )
    assert left(disk, "dropped") == {"f": b"old"}
    disk.change(Change(kind="sync", path=ROOT))
    assert left(disk, "dropped") == {"d/h": b"", "f": b"old"}


def test_a_removed_name_may_come_back() -> None:
    disk = play(Change(kind="remove", path=FILE))
    assert left(disk, "dropped") == {"f": b"old"}
    assert left(disk, "kept") == {}


def test_torn_writes_end_at_sectors_and_come_in_any_order() -> None:
    data = bytes(range(1, 9)) * SECTOR_BYTES
    disk = play(
        Change(kind="resize", path=FILE), WRITE, Change(kind="write", path=FILE, at=SECTOR_BYTES, data=data)
    )
    sizes = {len(left(disk, "torn", seed)["f"]) for seed in range(300)}
    assert {0, 3, 4} <= sizes  # without and with the first write, without the second
    assert {size % SECTOR_BYTES for size in sizes if size > 4} == {0}
    assert SECTOR_BYTES + len(data) in sizes


def test_calls_are_read_as_strace_tells_them() -> None:
    def name(path: str) -> str:
        return "".join(f"\\x{byte:02x}" for byte in path.encode())

    lines = [
        f'7  openat(AT_FDCWD, "{name("/r/f")}", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0600) = 5<{name("/r/f")}>\n',
        f'7  write(5<{name("/r/f")}>, "{name("ab")}", 2) = 2\n',
        f"8  fsync(6<{name('/r')}> <unfinished ...>\n",
        f'7  write(5<{name("/r/f")}>, "{name("cd")}", 2) = 2\n',
        "8  <... fsync resumed>) = 0\n",
        f'7  pwrite64(5<{name("/r/f")}>, "{name("z")}", 1, 9) = 1\n',
        f'7  rename("{name("/r/f")}", "{name("/r/g")}") = 0\n',
        f'7  unlink("{name("/r/x")}") = -1 ENOENT (No such file or directory)\n',
        f'7  unlink("{name("/elsewhere")}") = 0\n',
        "7  +++ exited with 0 +++\n",
    ]
    changes = list(_read_changes(_whole_calls(lines), ROOT))
    assert [(change.kind, change.path.name, change.at, change.data) for change in changes] == [
        ("create", "f", 0, b""),
        ("resize", "f", 0, b""),
        ("write", "f", 0, b"ab"),
        ("write", "f", 2, b"cd"),
        ("sync", "r", 0, b""),
        ("write", "f", 9, b"z"),
        ("rename", "f", 0, b""),
    ]


def test_a_call_that_the_replay_does_not_know_is_refused() -> None:
    path = "".join(f"\\x{byte:02x}" for byte in b"/r/f")
    with pytest.raises(NotImplementedError, match="link"):
        list(_read_changes(_whole_calls([f'7  link("{path}", "{path}") = 0\n']), ROOT))
