"""The commands over a data folder in trouble: each ends with the status and the sentence that help."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import DATABASE_NAME
from store.store import open_store
from studio import cli
from tests.store.conftest import Things

PAGE = 4096
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a studio with three orders, which is not running."""
    store = open_store(tmp_path / "data")
    for _ in range(3):
        Things(store).finished()
    store.close()
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on that folder: its status, what it says and what it complains of."""

    def run_it(*words: str) -> tuple[int, str, str]:
        status = cli.main([*words, "--data", str(data)], serve=lambda _: 0)
        return status, *capsys.readouterr()

    return run_it


def damage_database(data: Path, at: int) -> None:
    content = bytearray((data / DATABASE_NAME).read_bytes())
    content[at * PAGE : (at + 1) * PAGE] = b"\xff" * PAGE
    (data / DATABASE_NAME).write_bytes(bytes(content))


@pytest.mark.parametrize("at", [0, 30])
def test_a_damaged_database_is_said_and_rebuilt(data: Path, run: Run, at: int) -> None:
    damage_database(data, at)
    status, _, complained = run()
    assert (status, complained.count("\n")) == (3, 1), "a start is refused in one sentence"
    assert all(one in complained for one in ("--begin-anew", "--adopt", "docs/data.md"))
    status, said, complained = run("fsck")
    assert (status, "damaged" in said + complained) == (2, True)
    status, said, _ = run("fsck", "--json")
    assert (status, json.loads(said)["ok"]) == (2, False)
    status, said, complained = run("fsck", "--yes")
    assert (status, "fsck --adopt --yes" in said + complained) == (2, True)
    assert run("fsck", "--adopt")[0] == 1
    assert run("fsck", "--adopt", "--yes")[0] == 0
    assert run("fsck")[:2] == (0, "Rows and files agree.\n")
    assert run()[0] == 0


def test_only_what_would_come_back_is_counted(data: Path, run: Run) -> None:
    assert run("fsck", "--adopt")[:2] == (0, "The database knows everything that the files tell of.\n")
    assert json.loads(run("fsck", "--adopt", "--json")[1]) == {"ok": True, "unknown": {}}
    (data / DATABASE_NAME).unlink()
    assert json.loads(run("fsck", "--adopt", "--json")[1])["unknown"] == {"generation": 3, "picture": 6}


def test_a_stray_of_this_minute_is_said_while_no_studio_runs(data: Path, run: Run) -> None:
    (data / "objects" / "ab" / "stranger").write_bytes(b"?")
    status, said, _ = run("fsck")
    assert (status, "stranger" in said) == (1, True)


@pytest.mark.parametrize(
    "words",
    [("fsck",), ("fsck", "--yes", "--json"), ("fsck", "--adopt"), ("fsck", "--adopt", "--yes", "--json")],
)
def test_where_no_studio_is_there_is_nothing_to_look_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    nowhere = tmp_path / "mistyped"
    assert cli.main([*words, "--data", str(nowhere)], serve=lambda _: 0) == 2
    said = capsys.readouterr()
    assert "no studio" in said.out + said.err
    assert "--json" not in words or json.loads(said.out)["ok"] is False
    assert cli.main(["backup", str(tmp_path / "backup"), "--data", str(nowhere)], serve=lambda _: 0) == 2
    assert list(tmp_path.iterdir()) == []


def test_what_a_repair_will_do_is_said_before_it_begins(data: Path, run: Run) -> None:
    """And where the database was copied to."""
    picture = next((data / "objects").glob("??/" + "?" * 64))
    picture.write_bytes(b"damaged")
    status, said, _ = run("fsck", "--yes")
    lines = said.splitlines()
    assert status == 0
    assert lines[0].startswith(f"damaged-file: {picture.name} ")
    assert lines[0].endswith("does not hold its bytes.")
    assert lines[1].startswith("1 found. The database is copied to before-repair-")
    assert (data / "quarantine").is_dir()
    assert lines[-1] == "1 of 1 repaired."


def test_what_is_wrong_with_a_backup_has_a_code_of_its_own(data: Path, run: Run, tmp_path: Path) -> None:
    assert run("backup", str(data / "inside"))[2].startswith("backup-refused: ")
    assert run("restore", str(tmp_path))[2].startswith("backup-refused: ")
    (tmp_path / "empty").mkdir()
    new = ["restore", str(tmp_path / "empty"), "--data", str(tmp_path / "new")]
    assert cli.main(new, serve=lambda _: 0) == 2
    assert not (tmp_path / "new").exists()
