"""docs/data.md, followed by the letter: after each accident every command of its part is run, and does what it says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from store.backup import make_backup
from store.database import DATABASE_NAME
from store.fsck import find_problems
from store.store import Store, open_store
from studio import cli
from tests.store.conftest import Things

PAGE = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"`python app\.py ?([^`]*)`")
REFUSED, CANNOT_LOOK = 3, 2
UNKNOWN = 12  # of sixteen others, many more than one in twenty


def parts_of(page: str) -> dict[str, str]:
    """The accidents: heading → text."""
    found = re.split(r"^### (.+)$", page.split("## After an accident")[1], flags=re.MULTILINE)
    parts = dict(zip(found[1::2], found[2::2], strict=True))
    last = list(parts)[-1]
    return parts | {last: parts[last].split("`fsck` ends")[0]}


class Walk:
    """A person with a studio of three orders and one deleted, a backup of it, and this page."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self.backup, self.new = folder / "data", folder / "backup", folder / "new"
        self.followed: set[str] = set()
        self.capsys = capsys
        store = open_store(self.data)
        self.mine = [Things(store).finished() for _ in range(4)]
        with store.begin() as transaction:
            store.generations.delete(transaction, "you", self.mine.pop().id)
        make_backup(store, self.backup)
        store.close()
        self.capsys.readouterr()

    def follow(self, command: str, row_id: str = "", ends: int = 0) -> str:
        """Run a command of the page; what it said."""
        self.followed.add(command)
        meant = {"DIR": str(self.backup), "NEW": str(self.new), "ID": row_id}
        words = [meant.get(word, word) for word in command.split()]
        if "--data" not in words:
            words[1:1] = ["--data", str(self.data)]
        assert cli.main(words, serve=lambda _: 0) == ends, command
        said = self.capsys.readouterr()
        return said.out + said.err

    def restore(self) -> None:
        """Restore, and find everything in the new studio."""
        self.follow("restore DIR --data NEW")
        self.followed.add("--data NEW")
        assert cli.main(["--data", str(self.new)], serve=lambda _: 0) == 0
        self.check(self.new)
        shutil.rmtree(self.new)

    def check(self, folder: Path | None = None) -> None:
        """Everything that was made is there."""
        store = self.open(folder)
        ids = {entry.generation.id for entry in store.generations.list_page("you").entries}
        assert {one.id for one in self.mine} <= ids
        assert find_problems(store) == []
        store.close()

    def open(self, folder: Path | None = None) -> Store:
        return open_store(folder or self.data)

    def any_picture(self) -> Path:
        """The file of a picture."""
        store = self.open()
        picture = store.generations.get("you", self.mine[0].id).pictures[0]
        path = store.objects.path(store.files.get("you", picture.file_id).sha256)
        store.close()
        return path


def lose_the_database(walk: Walk) -> None:
    def lose() -> None:
        (walk.data / DATABASE_NAME).unlink()

    lose()
    assert cli.main(["--data", str(walk.data)], serve=lambda _: 0) == REFUSED
    walk.restore()
    assert "4 × generation" in walk.follow("fsck --adopt", ends=1)
    walk.follow("--adopt")
    walk.check()
    lose()
    walk.follow("fsck --adopt --yes")
    walk.check()
    lose()
    walk.follow("--begin-anew")
    assert len(list(walk.data.glob("set-aside-*/objects/??/*"))) > 16


def take_an_older_database(walk: Walk) -> None:
    old = walk.data.parent / "old"
    shutil.copy(walk.data / DATABASE_NAME, old)
    store = walk.open()
    newer = Things(store).finished()
    store.close()
    shutil.copy(old, walk.data / DATABASE_NAME)
    assert cli.main(["--data", str(walk.data)], serve=lambda _: 0) == REFUSED
    walk.restore()
    walk.follow("--adopt")
    walk.mine.append(newer)
    walk.check()


def take_the_files_away(walk: Walk) -> None:
    drive = walk.data.parent / "drive"
    (walk.data / "objects").rename(drive)
    walk.follow("", ends=REFUSED)
    walk.restore()
    drive.rename(walk.data / "objects")
    walk.follow("")
    walk.check()


def damage_the_database(walk: Walk) -> None:
    content = bytearray((walk.data / DATABASE_NAME).read_bytes())
    content[4096 * 20 : 4096 * 21] = b"\xff" * 4096
    (walk.data / DATABASE_NAME).write_bytes(bytes(content))
    assert cli.main(["--data", str(walk.data)], serve=lambda _: 0) == REFUSED
    assert "damaged" in walk.follow("fsck", ends=CANNOT_LOOK)
    walk.restore()
    walk.follow("fsck --adopt --yes")
    walk.check()
    assert list(walk.data.glob(f"set-aside-*/{DATABASE_NAME}"))


def damage_a_picture(walk: Walk) -> None:
    path = walk.any_picture()
    whole = path.read_bytes()
    path.write_bytes(b"damaged")
    store = walk.open()
    store.mending.backup = walk.backup
    assert store.mending.mend(path.name, store.clock())
    assert path.read_bytes() == whole, "it came back by itself"
    store.close()
    path.write_bytes(b"damaged")
    assert path.name in walk.follow("fsck", ends=1)
    assert path.read_bytes() == b"damaged"
    walk.follow("fsck --yes")
    assert list(walk.data.glob("before-repair-*"))
    assert list((walk.data / "quarantine").glob(f"*/{path.name}"))
    walk.check()


def find_many_unknown_files(walk: Walk) -> None:
    store = walk.open()
    for number in range(UNKNOWN):
        store.files.put(f"stray {number}".encode())
    assert store.files.collect_garbage(timedelta(seconds=-1)).left == UNKNOWN
    store.close()
    walk.follow("fsck --adopt --yes")
    assert walk.follow("fsck", ends=1).count("No row knows the file") == UNKNOWN
    walk.follow("fsck --yes")
    assert len(list((walk.data / "quarantine").glob("*/*"))) == UNKNOWN
    walk.check()


def fill_the_disk(walk: Walk) -> None:
    """That it works on a disk that is really full is in tests/store/test_space.py."""
    assert "trash" in walk.follow("storage")
    assert "1 things" in walk.follow("empty-trash --yes")
    walk.check()


def delete_by_mistake(walk: Walk) -> None:
    store = walk.open()
    with store.begin() as transaction:
        project = store.projects.add(transaction, "you", name="Summer").id
        store.projects.delete(transaction, "you", project)
    store.close()
    walk.follow("projects restore ID", project)
    store = walk.open()
    assert store.projects.get("you", project).name == "Summer"
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", walk.mine[0].id)
    store.close()
    walk.restore()


def lose_the_computer(walk: Walk) -> None:
    shutil.rmtree(walk.data)
    walk.restore()


ACCIDENTS: dict[str, Callable[[Walk], None]] = {
    "The studio does not start: the database is gone": lose_the_database,
    "The studio does not start: the database is older than the files, or another studio's": (
        take_an_older_database
    ),
    "The studio does not start: the files are not here": take_the_files_away,
    "The database is damaged": damage_the_database,
    "A picture is said to be damaged": damage_a_picture,
    "Many files are unknown to the database": find_many_unknown_files,
    "The disk is full": fill_the_disk,
    "Something was deleted by mistake": delete_by_mistake,
    "The computer breaks, or is stolen": lose_the_computer,
}


def test_each_accident_of_the_page_is_walked() -> None:
    assert list(parts_of(PAGE)) == list(ACCIDENTS)


@pytest.mark.parametrize("heading", ACCIDENTS)
def test_the_page_helps(heading: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walk = Walk(tmp_path, capsys)
    ACCIDENTS[heading](walk)
    wanted = set(COMMAND.findall(parts_of(PAGE)[heading]))
    assert wanted <= walk.followed, "every command of the part is run"


def test_what_is_said_to_lie_in_the_folder_lies_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = Walk(tmp_path, capsys)
    walk.any_picture().write_bytes(b"damaged")
    walk.follow("fsck --yes")
    store = walk.open()
    store.reserve.keep()
    store.close()
    (walk.data / DATABASE_NAME).unlink()
    walk.follow("--begin-anew")
    named = {
        name.split("…")[0].rstrip("/")
        for row in re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    there = {path.relative_to(walk.data).as_posix() for path in walk.data.rglob("*")}
    missing = {name for name in named if not any(path.startswith(name) for path in there)}
    assert missing <= {"", "logs", "notes", "share.key"}, (
        "the copy of an update, what the window writes, what nights find, and what the first shared link makes"
    )
