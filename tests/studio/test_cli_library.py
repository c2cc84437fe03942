"""`projects` and `history` on the command line, over a data folder of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.types import Persona
from studio.cli import main
from studio.settings import read_settings
from studio.studio import open_studio
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU


def test_what_was_made_is_found_in_its_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*argv: str) -> str:
        assert main([argv[0], "--data", str(tmp_path), *argv[1:]], serve=lambda _: 1) == 0
        return capsys.readouterr().out

    [project] = json.loads(run("projects", "--json", "add", "Summer"))
    studio = open_studio(read_settings({"data": str(tmp_path)}, {}), inline=True)
    mine = studio.for_person(YOU)
    ids = [
        mine.generations.order(
            GenerationOrder(persona=Persona(name=name), poses=("hand-on-hip",), width=64, height=64)
        ).generation_id
        for name in ("Ada", "Ben")
    ]
    mine.generations.update(ids[0], project_id=project["id"], tags=("red",), favourite=True)
    studio.close()
    found = json.loads(run("history", "--q", "ada", "--json"))
    assert ([item["id"] for item in found["items"]], found["counts"]["total"]) == ([ids[0]], 1)
    assert found["items"][0]["tags"] == ["red"]
    assert run("history", "--project", project["id"], "--favourite").startswith(ids[0])
    assert run("history", "--from", "2000-01-01", "--sort", "oldest").split()[0] == ids[0]
    assert run("history", "--to", "2000-01-01") == ""
    assert run("projects").split() == [project["id"], "1", "Summer"]
    assert "Winter" in run("projects", "rename", project["id"], "Winter")
    assert "(archived)" in run("projects", "archive", project["id"])
    run("projects", "delete", project["id"])
    assert [line.split()[0] for line in run("history").splitlines()] == [ids[1]]
    run("projects", "restore", project["id"])
    assert len(run("history").splitlines()) == 2
    with pytest.raises(SystemExit):
        run("history", "--from", "yesterday")
