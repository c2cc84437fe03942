"""`projects`, `history`, `avatars`, `photos` and `templates` on the command line, over a data folder of their own."""

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
from tests.fake_pictures import draw_figure, encode


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
    asked = ("--preset", "draft", "--view", "front", "--size", "64x64", "--person", "no")
    assert len(run("history", *asked).splitlines()) == 2
    assert run("history", "--category", "dance") == run("history", "--person", "yes") == ""
    jobs = json.loads(run("jobs", "--kind", "generation", "--json"))
    assert [(job["state"], job["percent"], job["title"][:3]) for job in jobs] == [
        ("succeeded", 100, "Ben"),
        ("succeeded", 100, "Ada"),
    ]
    assert run("jobs", "--limit", "1").split()[0] == jobs[0]["id"]
    assert run("jobs", "--state", "failed") == ""
    assert run("projects").split() == [project["id"], "1", "Summer"]
    assert "Winter" in run("projects", "rename", project["id"], "Winter")
    assert "(archived)" in run("projects", "archive", project["id"])
    run("projects", "delete", project["id"])
    assert [line.split()[0] for line in run("history").splitlines()] == [ids[1]]
    run("projects", "restore", project["id"])
    assert len(run("history").splitlines()) == 2
    with pytest.raises(SystemExit):
        run("history", "--from", "yesterday")


def test_people_are_kept_changed_and_taken_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*argv: str, status: int = 0) -> str:
        assert main([argv[0], "--data", str(tmp_path / "data"), *argv[1:]], serve=lambda _: 1) == status
        return capsys.readouterr().out

    for words, age in (("a man of 80 kg", 30), ("a woman of 44, red hair", 44)):
        [ada] = json.loads(run("avatars", "--json", "add", "Ada", "--prompt", words))
        assert (ada["name"], ada["persona"]["age"], ada["origin"]["prompt"]) == ("Ada", age, words)
        if age == 30:
            run("avatars", "delete", ada["id"], "--purge")
    [project] = json.loads(run("projects", "--json", "add", "Summer"))
    run("avatars", "move", ada["id"], project["id"])
    assert "Ada II" in run("avatars", "rename", ada["id"], "Ada II")
    assert run("avatars", "versions", ada["id"]).split()[0] == "1"
    assert run("avatars", "sheet", ada["id"], "--unit", "in", "--out", str(tmp_path / "ada.html")) == ""
    assert "all lengths in inches" in (tmp_path / "ada.html").read_text(encoding="utf-8")
    assert (
        run("avatars", "compare", ada["id"], "--before", ada["id"])
        .splitlines()[1]
        .startswith("Nothing changed")
    )
    compared = json.loads(run("avatars", "--json", "compare", ada["id"], "--before-version", "1"))
    assert (compared["before"]["version"], compared["measures"][0]["verdict"]) == (1, "within")
    assert run("avatars", "bring-back", ada["id"], "1").split()[3] == "Ada"
    run("avatars", "duplicate", ada["id"], "Eve")
    run("avatars", "move", ada["id"], project["id"])
    file = tmp_path / "ada.avatar"
    run("avatars", "export", ada["id"], "--out", str(file))
    run("avatars", "delete", ada["id"])
    run("avatars", "import", str(file))
    names = [one["name"] for one in json.loads(run("avatars", "--json"))]
    assert sorted(names) == ["Ada", "Eve"]
    run("avatars", "restore", ada["id"])
    assert len(run("avatars").splitlines()) == 3
    assert ada["id"] in run("avatars", "--project", project["id"])
    run("avatars", "import", str(tmp_path / "none"), status=2)


def test_photos_are_taken_in_and_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*argv: str, status: int = 0) -> str:
        assert main([argv[0], "--data", str(tmp_path / "data"), *argv[1:]], serve=lambda _: 1) == status
        return capsys.readouterr().out

    files = [tmp_path / f"{name}.png" for name in ("coat", "hat")]
    for number, file in enumerate(files):
        file.write_bytes(encode(draw_figure(300, 400 + number), "PNG"))
    coat, hat = json.loads(run("photos", "--json", "add", *map(str, files), "--as", "garment"))
    assert (coat["name"], coat["role"], coat["tags"], coat["held_by"]) == ("coat.png", "garment", [], [])
    assert "#red #warm" in run("photos", "change", coat["id"], "--tags", "red", "warm")
    run("photos", "change", hat["id"], "--as", "style", "--name", "a hat.png")
    assert [line.split()[0] for line in run("photos").splitlines()] == [hat["id"], coat["id"]]
    assert run("photos", "--role", "style").split() == [hat["id"], "style", "300x401", "a", "hat.png"]
    assert run("photos", "--tag", "warm").startswith(coat["id"])
    assert "#" not in run("photos", "change", coat["id"], "--tags")
    run("photos", "delete", hat["id"])
    assert len(run("photos").splitlines()) == 1
    assert hat["id"] in run("photos", "restore", hat["id"])
    run("photos", "add", str(tmp_path / "none.png"), status=2)


def test_a_template_is_kept_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    errors = [""]

    def run(*argv: str, status: int = 0) -> str:
        assert main([argv[0], "--data", str(tmp_path / "data"), *argv[1:]], serve=lambda _: 1) == status
        said = capsys.readouterr()
        errors.append(said.err)
        return said.out

    out = str(tmp_path / "pictures")
    run("generate", "--pose", "hand-on-hip", "--size", "64x64", "--light", "rim", "--out", out)
    made = json.loads((tmp_path / "pictures" / "generation.json").read_text())
    [kept] = json.loads(
        run("templates", "--json", "add", "Soft", "--generation", made["id"], "--open", "poses")
    )
    assert "(say: poses)" in run("templates")
    run("generate", "--template", kept["id"], "--out", out, status=2)
    run("generate", "--template", kept["id"], "--pose", "arms-crossed", "--out", out)
    made = json.loads((tmp_path / "pictures" / "generation.json").read_text())
    assert (made["request"]["poses"], made["request"]["light"]) == (["arms-crossed"], "rim")
    out = str(tmp_path / "again")
    run("continue", made["id"], "--preset", "draft", "--out", out)
    again = json.loads((tmp_path / "again" / "generation.json").read_text())
    assert again["id"] != made["id"]
    assert (again["request"]["poses"], again["request"]["light"]) == (["arms-crossed"], "rim")
    run("variations", made["id"], "--count", "2", "--out", out, status=2)
    assert "nothing-to-vary" in errors[-1]
    run("continue", made["id"], "--preset", "klein-4b", "--out", out, status=2)
    assert "Download the weights: python app.py models pull klein-4b" in errors[-1]
    run("continue", "0" * 28, "--preset", "draft", "--out", out, status=2)
    assert "not-found" in errors[-1]
    assert "Hard" in run("templates", "rename", kept["id"], "Hard")
    changed = json.loads(
        run("templates", "--json", "change", kept["id"], "--generation", again["id"], "--open")
    )
    assert (changed[0]["open"], changed[0]["order"]["poses"]) == ([], ["arms-crossed"])
    assert "(say: seed)" in run("templates", "change", kept["id"], "--open", "seed")
    assert json.loads(run("templates", "--json"))[0]["order"]["poses"] == ["arms-crossed"]
    run("templates", "delete", kept["id"])
    assert run("templates") == ""
    assert kept["id"] in run("templates", "restore", kept["id"])
