"""`admin` on the command line: before the first start, and beside a running studio."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from studio.cli import main
from studio.data_folder import claim_data_folder
from studio.settings import read_settings
from studio.studio import open_studio
from studio.vocabulary.person import YOU

WORD = "correct horse battery"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STUDIO_MODE", "shared")

    def run_admin(*argv: str, typed: str = "", status: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert main(["admin", argv[0], "--data", str(tmp_path), *argv[1:]], serve=lambda _: 1) == status
        captured = capsys.readouterr()
        return captured.out if status == 0 else captured.err

    return run_admin


def open_shared(folder: Path):
    return open_studio(read_settings({"data": str(folder)}, {"STUDIO_MODE": "shared"}), inline=True)


def test_the_first_admin_is_made_before_the_first_start(run, tmp_path: Path) -> None:
    assert run("create", "Ada", "--password-stdin", typed=WORD + "\n").endswith("  admin  Ada\n")
    assert "name-taken" in run("create", "ada", "--password-stdin", typed=WORD, status=2)
    assert "request-refused" in run("create", "Ben", "--password-stdin", typed="short", status=2)
    studio = open_shared(tmp_path)
    assert studio.people.sign_in("Ada", WORD, address="").account.role == "admin"
    studio.close()
    run("password", "Ada", "--password-stdin", typed="another long one")
    studio = open_shared(tmp_path)
    assert studio.people.sign_in("Ada", "another long one", address="").account.name == "Ada"
    studio.close()


def test_an_invitation_names_where_the_studio_is(run, tmp_path: Path) -> None:
    said = run("invite", "--role", "viewer").strip()
    assert said.startswith("http://127.0.0.1:7860/invitations/")
    with claim_data_folder(tmp_path, "http://0.0.0.0:8123"):
        said = run("invite", "--role", "creator").strip()
    assert said.startswith("http://127.0.0.1:8123/invitations/")
    studio = open_shared(tmp_path)
    assert studio.people.accept(said.rpartition("/")[2], "Ben", WORD, address="").account.role == "creator"
    studio.close()


def test_what_you_made_is_given_to_a_person(run, tmp_path: Path) -> None:
    studio = open_shared(tmp_path)
    studio.for_person(YOU).projects.add("Summer")
    studio.close()
    run("create", "Ada", "--password-stdin", typed=WORD)
    assert run("adopt", "Ada") == "Given to Ada: 1 rows.\n"
    assert "not-found" in run("adopt", "Nobody", status=2)
