"""A database that is damaged in its middle is found, said in a true sentence, refused at the start and rebuilt."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.adopt import adopt_files, count_unknown
from store.database import DATABASE_NAME
from store.errors import DatabaseBroken, DatabaseDamaged
from store.fsck import find_problems, repair
from store.problems import DAMAGED_DATABASE
from store.soundness import find_damage
from store.store import check_start, open_again, open_store
from tests.store.conftest import Things

PAGE = 4096


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The folder of a studio with twelve orders, which is not running."""
    store = open_store(tmp_path / "data")
    things = Things(store)
    for _ in range(12):
        things.finished()
    store.close()
    return tmp_path / "data"


def damage(folder: Path, page: int, content: bytes) -> None:
    path = folder / DATABASE_NAME
    data = bytearray(path.read_bytes())
    data[page * PAGE : (page + 1) * PAGE] = content
    path.write_bytes(bytes(data))


def used_pages(folder: Path) -> list[int]:
    """The pages that hold something: zeros are a whole empty page on the list of free ones."""
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        return sorted(number - 1 for (number,) in connection.execute("SELECT pageno FROM dbstat"))


@pytest.mark.parametrize("content", [b"\xff" * PAGE, bytes(PAGE), random.Random(1).randbytes(PAGE)])
def test_a_damaged_page_is_found_wherever_it_lies(stopped: Path, content: bytes) -> None:
    whole = (stopped / DATABASE_NAME).read_bytes()
    assert find_damage(stopped / DATABASE_NAME) == ""
    for page in random.Random(len(content)).sample(used_pages(stopped), 9):
        (stopped / DATABASE_NAME).write_bytes(whole)
        damage(stopped, page, content)
        with pytest.raises(DatabaseBroken, match="--adopt"):
            check_start(stopped)
        try:
            store = open_store(stopped)
        except DatabaseDamaged:  # its own sentence is in the command's test
            continue
        found = find_problems(store)
        assert {problem.kind for problem in found} == {DAMAGED_DATABASE}
        assert all(len(problem.sentence) > len("The database is damaged: .") for problem in found)
        for done in repair(store, found):
            assert done.repaired or "--adopt" in done.sentence
        store.close()


def test_a_damaged_database_is_put_aside_and_rebuilt_from_the_files(stopped: Path) -> None:
    damage(stopped, 20, b"\xff" * PAGE)
    shutil.copy(stopped / DATABASE_NAME, stopped.parent / "damaged")
    unknown = count_unknown(stopped)
    assert dict(unknown) == {"generation": 12, "picture": 24}
    store = open_again(stopped, adopt=True)
    assert adopt_files(store) == unknown
    assert find_problems(store) == []
    store.close()
    check_start(stopped)
    assert not count_unknown(stopped)
    [kept] = stopped.glob(f"set-aside-*/{DATABASE_NAME}")
    assert kept.read_bytes() == (stopped.parent / "damaged").read_bytes()
