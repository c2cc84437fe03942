"""A character sheet: its turns and faces, its words, its one picture of all, and what leaves it out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from pipelines.errors import RequestRefused
from pipelines.image.presets import PresetShelf
from pipelines.progress import ignore_progress
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.render.camera import yaw_of
from pipelines.types import CameraSpec
from studio import cli
from studio.settings import Settings
from studio.vocabulary.character_sheet import CELLS, prompt_of
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.worker.character_sheets import CELL_PX, draw_character_sheet
from studio.worker.planning import plan_requests
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA, sheet=True, width=64, height=96, seed=3, prompt="Mira, smiling"
)


def no_window(settings: Settings) -> int:
    raise AssertionError("the window was opened")


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path / "kept") as opened:
        opened.bring("klein-4b")
        monkeypatch.setattr("studio.studio.open_studio", lambda settings, inline: opened)
        yield opened


def test_eight_turns_and_four_faces_of_one_body_in_one_pose() -> None:
    order = GenerationOrder(
        persona=EXAMPLE_PERSONA,
        sheet=True,
        seed=3,
        prompt="Mira, smiling",
        engine="flux2-klein",
        preset="klein-4b",
    )
    requests = plan_requests(order, PresetShelf(), body=None, references=(), on_progress=ignore_progress)
    scenes = [request.scene for request in requests if request.scene]
    assert [round(yaw_of(scene.camera)) % 360 for scene in scenes[:8]] == list(range(0, 360, 45))
    assert {scene.camera.framing for scene in scenes[8:]} == {"portrait"}
    assert [scene.look.expression for scene in scenes[8:]] == ["neutral", "smile", "angry", "surprised"]
    assert all((scene.body, scene.pose) == (scenes[0].body, scenes[0].pose) for scene in scenes)
    assert [[one.pictures_back for one in request.references] for request in requests[:3]] == [[], [1], [2]]
    assert requests[2].prompt == "Mira, smiling, profile facing right"
    assert requests[10].prompt == "Mira, angry expression, portrait"  # not smiling as well
    assert len({request.seed for request in requests}) == 1


def test_every_cell_has_a_view_that_history_knows() -> None:
    assert len({cell.name for cell in CELLS}) == len(CELLS) == 12
    assert all(yaw_of(CameraSpec(view=cell.view, yaw_deg=cell.more_yaw_deg)) % 45 == 0 for cell in CELLS)
    assert prompt_of("", CELLS[0]) == "seen from the front"


def test_the_sheet_shows_all_of_them_without_enlarging() -> None:
    pictures = [Image.new("RGB", (300, 400), (20 * number, 0, 0)) for number in range(len(CELLS))]
    sheet = draw_character_sheet(pictures)
    assert (sheet.width // 300, sheet.height // 400) == (4, 3)
    seen = {color for _, color in sheet.getcolors(1 << 20) or ()}
    assert {(20 * number, 0, 0) for number in range(len(CELLS))} <= seen
    large = draw_character_sheet([Image.new("RGBA", (2048, 1024))] * len(CELLS))
    assert large.width < 4 * (CELL_PX + 20)


def test_an_order_makes_the_pictures_and_the_sheet_and_a_model_makes_the_same(studio: ScriptedStudio) -> None:
    mine = studio.for_person(YOU)
    made = mine.generations.get(studio.make(ORDER))
    assert (made.state, len(made.requests), len(made.pictures)) == ("succeeded", 12, 13)
    assert made.title == f"{EXAMPLE_PERSONA.name}, character sheet"
    sheet = made.pictures[-1]
    assert sheet.alt == f"Character sheet of {EXAMPLE_PERSONA.name}, relaxed stand"
    assert (sheet.width, sheet.height) > (4 * 64, 3 * 96)
    assert made.pictures[1].alt.endswith(", 45°")
    real = mine.generations.get(mine.variations.proceed(made.id, preset="klein-4b").generation_id)
    assert (real.order.preset, len(real.requests), len(real.pictures)) == ("klein-4b", 12, 13)
    again = mine.generations.get(mine.generations.again(real.id).generation_id)
    assert (again.requests, len(again.pictures)) == (real.requests, 13)


@pytest.mark.parametrize("more", [{"poses": ("walking", "relaxed-stand")}, {"views": ("front", "back")}])
def test_a_sheet_is_of_one_pose(studio: ScriptedStudio, more: dict[str, tuple[str, ...]]) -> None:
    from dataclasses import replace

    with pytest.raises(RequestRefused, match="one pose and one prompt"):
        studio.for_person(YOU).generations.order(replace(ORDER, **more))  # type: ignore[arg-type]


def test_the_command_line_names_the_files_and_a_data_set_leaves_the_sheet_out(
    studio: ScriptedStudio, tmp_path: Path
) -> None:
    out, archive = tmp_path / "out", tmp_path / "set.zip"
    words = ["generate", "--pose", "relaxed-stand", "--size", "64x96", "--sheet", "--out", str(out)]
    assert cli.main(words, serve=no_window) == 0
    assert {path.name for path in out.glob("*.png")} == {f"{cell.name}.png" for cell in CELLS} | {"sheet.png"}
    facts = json.loads((out / "generation.json").read_text(encoding="utf-8"))
    assert facts["request"]["sheet"]
    words = [
        "export",
        "--ids",
        facts["id"],
        "--format",
        "dataset",
        "--trigger",
        "mira",
        "--out",
        str(archive),
    ]
    assert cli.main(words, serve=no_window) == 0
    names = zipfile.ZipFile(archive).namelist()
    assert sum(name.endswith(".png") for name in names) == len(CELLS)
