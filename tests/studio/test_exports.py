"""Names of files in an export, and `export` on the command line."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.types import Persona
from studio.cli import main
from studio.settings import read_settings
from studio.studio import open_studio
from studio.vocabulary.file_names import safe_stem
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.worker.export_archive import fill_names
from studio.worker.export_sheet import label_of
from studio.worker.export_tables import make_safe
from tests.benchmarks.archives import carry_over

FIELDS = {"title": "../../etc/passwd", "name": "Ada", "project": "CON", "number": "007", "view": ""}


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{number} {title}", "007 .. .. etc passwd"),
        ("{title}/{name}", "etc passwd/Ada"),
        ("../{name}", "Ada"),
        ("/{name}/", "Ada"),
        ("{project}/{number}", "_CON/007"),
        ("{view}", "007"),
        ("...", "007"),
        ("{name}\u202egnp", "Adagnp"),
    ],
)
def test_a_chosen_name_stays_inside_and_is_good_everywhere(template: str, name: str) -> None:
    assert fill_names(template, FIELDS) == name


def test_stems_are_short_and_plain() -> None:
    assert safe_stem('a:b*c?"<>|d') == "a b c d"
    assert len(safe_stem("ü" * 300)) == 100
    assert safe_stem(" . ") == ""
    assert safe_stem("🙂 שלום") == "🙂 שלום"
    assert safe_stem("lpt1.txt") == "_lpt1.txt"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "＋1"])
def test_a_risky_cell_is_text(cell: str) -> None:
    assert make_safe(cell) == f"'{cell}"
    assert make_safe(f"x{cell}") == f"x{cell}"


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Ünïcode 🙂", "Unicode "),
        ("שלום, 4", "2026-01-31 12:00"),
        ("On 2026-01-31", "On 2026-01-31"),
        ("🙂", ""),
    ],
)
def test_a_label_has_no_letter_that_the_font_lacks(title: str, label: str) -> None:
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert label_of(SimpleNamespace(title=title, created_at=at)) == label  # type: ignore[arg-type]


def test_what_was_made_goes_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = tmp_path / "data", tmp_path / "out.zip"
    studio = open_studio(read_settings({"data": str(data)}, {}), inline=True)
    orders = [GenerationOrder(persona=Persona(name=name), width=64, height=64) for name in ("Ada", "Ben")]
    ids = [studio.for_person(YOU).generations.order(order).generation_id for order in orders]
    studio.close()

    def run(*argv: str) -> int:
        return main(["export", "--data", str(data), *argv], serve=lambda _: 1)

    assert run("--q", "ada", "--format", "zip", "--names", "{name}", "--out", str(out)) == 0
    assert zipfile.ZipFile(out).namelist() == ["Ada.png", "recipe.json", "SHA256SUMS"]
    archive = str(tmp_path / "all.zip")
    assert run("--q", "", "--format", "zip", "--out", archive) == 0
    capsys.readouterr()
    for came in ("2 generations, 2 pictures", "0 generations, 0 pictures"):
        assert main(["import", "--data", str(tmp_path / "other"), archive], serve=lambda _: 1) == 0
        assert capsys.readouterr().out.startswith(came)
    assert main(["fsck", "--data", str(tmp_path / "other")], serve=lambda _: 1) == 0
    for wrong, code in ((tmp_path, "unreadable-file"), (Path(__file__), "archive-refused")):
        assert main(["import", "--data", str(data), str(wrong)], serve=lambda _: 1) == 2
        assert code in capsys.readouterr().err
    assert run("--ids", *ids, "--format", "csv", "--out", str(out)) == 0
    assert "2 generations, 2 pictures" in capsys.readouterr().out
    assert all(one in out.read_text(encoding="utf-8-sig") for one in ids)
    assert run("--q", "nobody", "--format", "csv", "--out", str(out)) == 2
    assert "nothing-to-export" in capsys.readouterr().err
    assert run("--ids", "x", "--format", "csv", "--out", str(tmp_path)) == 2


def test_what_goes_out_comes_in_and_fsck_finds_nothing(tmp_path: Path) -> None:
    """The quick form of `python -m tests.benchmarks.archives`."""
    measured = carry_over(tmp_path, 12, 64)
    assert measured["problems that fsck finds"] == 0
