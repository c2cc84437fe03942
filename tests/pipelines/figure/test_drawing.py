"""Pictures: the same again (in another process too), registered with the control maps, like the golden ones."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.appearance import WornGarment
from pipelines.body.anny import open_anny
from pipelines.figure.drawing import Drawing
from pipelines.figure.light import FINE, QUICK
from pipelines.figure.outfits import OUTFITS
from pipelines.prompt.garment_words import PATTERNS
from pipelines.render.camera import frame_body
from pipelines.render.rasterizer import rasterize
from pipelines.types import VIEWS, CameraSpec
from tests.pipelines.figure.scenes import make_scene

GOLDEN = Path(__file__).parents[2] / "golden" / "figure"
GOLDEN_PX = (96, 128)
GOLDEN_LOOKS: dict[str, dict[str, Any]] = {
    "suit": {"outfit": "professional", "hair_style": "side-part", "facial_hair": "beard", "gender": "male"},
    "dress": {"outfit": "elegant-dress", "hair_style": "bun", "hair_color": "red", "skin_tone": "fair"},
    "clay": {"outfit": "streetwear", "hair_style": "curly", "finish": "clay"},
}
MOST_HARD_EDGES = 0.05  # of the edge pixels, without a value in between
MOST_MEAN_DIFFERENCE = 2.0  # of 255: rounding differs between processors, shapes do not
IN_ANOTHER_PROCESS = """
import hashlib, sys
from pipelines.figure.drawing import Drawing
from tests.pipelines.figure.scenes import make_scene
picture = Drawing().draw(make_scene(outfit="outdoor", hair_style="braid"), 80, 100)
print(hashlib.sha256(picture.tobytes()).hexdigest())
print([name for name in ("torch", "anny", "mediapipe", "diffusers") if name in sys.modules])
"""


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return Drawing()


def test_another_process_draws_the_same_without_heavy_libraries(drawing: Drawing) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS], capture_output=True, text=True, check=True
    )
    digest, heavy = done.stdout.splitlines()
    picture = drawing.draw(make_scene(outfit="outdoor", hair_style="braid"), 80, 100)
    assert hashlib.sha256(picture.tobytes()).hexdigest() == digest
    assert heavy == "[]"


@pytest.mark.parametrize("name", GOLDEN_LOOKS)
def test_golden_thumbnails(drawing: Drawing, name: str) -> None:
    drawn = np.asarray(drawing.draw(make_scene(**GOLDEN_LOOKS[name]), *GOLDEN_PX), np.int16)
    with Image.open(GOLDEN / f"{name}.png") as kept:
        golden = np.asarray(kept.convert("RGB"), np.int16)
    assert np.abs(drawn - golden).mean() < MOST_MEAN_DIFFERENCE


@pytest.mark.parametrize("look", [GOLDEN_LOOKS["suit"], {"outfit": "elegant-dress", "hair_style": "curly"}])
def test_edges_are_smooth(drawing: Drawing, look: dict[str, Any]) -> None:
    """An edge pixel is one that the outline truly runs through: a tenth to nine tenths of it are covered in the same
    picture drawn eight times as large. Nearly all have to be neither empty nor full."""
    scene = make_scene(**look, backdrop="transparent")
    width, height = GOLDEN_PX
    large = np.asarray(drawing.draw(scene, 8 * width, 8 * height))[..., 3] / 255
    cover = large.reshape(height, 8, width, 8).mean(axis=(1, 3))
    edge = (cover > 0.1) & (cover < 0.9)
    drawn = np.asarray(drawing.draw(scene, width, height))[..., 3][edge]
    assert ((drawn == 0) | (drawn == 255)).mean() <= MOST_HARD_EDGES
    assert np.abs(drawn / 255 - cover[edge]).mean() < 0.05


@pytest.mark.parametrize("view", VIEWS)
def test_the_body_lies_inside_the_dressed_figure(drawing: Drawing, view: str) -> None:
    camera_spec = CameraSpec(view=view, yaw_deg=10)  # type: ignore[arg-type]
    scene = make_scene(camera=camera_spec, outfit="sporty", hair_style="bald", backdrop="transparent")
    size = (192, 256)
    alpha = np.asarray(drawing.draw(scene, *size))[..., 3]
    body = open_anny().build(scene.body, scene.pose)
    seen = rasterize(body.vertices, body.faces, frame_body(body, scene.camera, *size))
    covered = seen.spread(np.ones(len(seen.pixels), np.float32)) > 0
    grown = alpha > 0
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        grown = grown | np.roll(grown, step, axis)
    assert not (covered & ~grown).any()  # within one pixel
    assert (alpha > 128).sum() < 1.5 * covered.sum()  # and not by being everywhere


def test_what_did_not_change_is_not_made_again(drawing: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    once = Drawing._once

    def note(self: Drawing, step: str, key: Any, make: Callable[[], Any]) -> Any:
        def make_and_note() -> Any:
            made.append(step)
            return make()

        return once(self, step, key, make_and_note)

    monkeypatch.setattr(Drawing, "_once", note)
    drawing.forget()
    scene = make_scene(outfit="casual")
    drawing.draw(scene, 64, 64)
    assert set(made) == {"figure", "ambient", "key", "view"}
    made.clear()
    recoloured = replace(scene, look=replace(scene.look, garment_colors={"top": "#aa2222"}, skin_tone="deep"))
    drawing.draw(recoloured, 64, 64)
    assert made == []
    drawing.draw(replace(scene, camera=CameraSpec(view="back")), 64, 64)
    assert set(made) == {"key", "view"}
    made.clear()
    drawing.draw(replace(scene, camera=CameraSpec(framing="bust")), 64, 64)
    assert made == ["view"]


def test_a_colour_changes_its_garment_and_little_else(drawing: Drawing) -> None:
    scene = make_scene(outfit="casual")
    red = replace(scene, look=replace(scene.look, garment_colors={"top": "#aa2222"}))
    before = np.asarray(drawing.draw(scene, 96, 128), np.int16)
    after = np.asarray(drawing.draw(red, 96, 128), np.int16)
    changed = np.abs(before - after).max(-1) > 8
    assert 0.02 < changed.mean() < 0.25
    assert (after[changed][:, 0] > after[changed][:, 1]).mean() > 0.95


def test_edges_are_smooth_and_the_paper_is_the_page(drawing: Drawing) -> None:
    picture = np.asarray(drawing.draw(make_scene(backdrop="paper"), 96, 128))
    assert np.abs(picture[:8].astype(int) - [250, 250, 247]).max() <= 1
    dark = np.asarray(drawing.draw(make_scene(backdrop="dark"), 96, 128))
    assert np.abs(dark[:8].astype(int) - [20, 20, 19]).max() <= 1
    alpha = np.asarray(drawing.draw(make_scene(backdrop="transparent"), 96, 128))[..., 3]
    partial = (alpha > 0) & (alpha < 255)
    assert 100 < partial.sum() < 2500


def test_quick_and_fine_light_agree(drawing: Drawing) -> None:
    quick = np.asarray(drawing.draw(make_scene(), 96, 128, quality=QUICK), np.int16)
    fine = np.asarray(drawing.draw(make_scene(), 96, 128, quality=FINE), np.int16)
    assert np.abs(quick - fine).mean() < 2


@pytest.mark.parametrize("style", ["cartoon", "anime", "clay", "watercolour", "blueprint"])
def test_a_style_is_seen(drawing: Drawing, style: str) -> None:
    plain = np.asarray(drawing.draw(make_scene(outfit="casual"), 96, 128), np.int16)
    styled = np.asarray(drawing.draw(make_scene(outfit="casual", style=style), 96, 128), np.int16)
    figure = np.abs(plain - [250, 250, 247]).max(-1) > 40
    assert np.abs(plain - styled)[figure].mean() > 10


def test_anime_has_few_tones_and_ink_round_them(drawing: Drawing) -> None:
    shirt = (WornGarment(garment="t-shirt", color="#4080c0"), WornGarment(garment="jeans", color="#4080c0"))
    drawn = {
        style: np.asarray(
            drawing.draw(make_scene(garments=shirt, style=style, hair_style="bald"), 192, 256), int
        )
        for style in ("realistic", "anime")
    }
    blue = {style: picture[picture[..., 2] > picture[..., 0] + 40] for style, picture in drawn.items()}
    tones = {style: len(np.unique(pixels // 6, axis=0)) / len(pixels) for style, pixels in blue.items()}
    assert tones["anime"] < 0.6 * tones["realistic"]
    ink = {style: int((picture.max(-1) < 60).sum()) for style, picture in drawn.items()}
    assert ink["anime"] > 3 * ink["realistic"]


def test_a_blueprint_is_light_lines_on_blue_paper(drawing: Drawing) -> None:
    for backdrop, hair in (("paper", "bald"), ("park", "curly")):
        scene = make_scene(style="blueprint", backdrop=backdrop, hair_style=hair)
        picture = np.asarray(drawing.draw(scene, 192, 256), int)
        red, green, blue = np.moveaxis(picture, -1, 0)
        assert ((blue > green) & (green > red)).mean() > 0.99
        assert 0.005 < (red > 150).mean() < 0.05, "lines, and nothing filled"


def test_a_garments_pattern_is_seen(drawing: Drawing) -> None:
    camera = CameraSpec(framing="bust")
    pictures = {
        pattern: np.asarray(
            drawing.draw(
                make_scene(garments=(WornGarment(garment="dress", pattern=pattern),), camera=camera), 192, 256
            ),
            int,
        )
        for pattern in PATTERNS
    }
    for pattern, picture in pictures.items():
        if pattern != "plain":
            changed = np.abs(picture - pictures["plain"]).max(-1) > 4
            assert changed.mean() > 0.02, pattern


def test_a_cape_hangs_behind_and_hides_what_is_worn_beneath(drawing: Drawing) -> None:
    worn = (*OUTFITS["fantasy"].worn, WornGarment(garment="cape", color="#ff0000"))
    red = {}
    for view in ("front", "back"):
        scene = make_scene(garments=worn, camera=CameraSpec(view=view))  # type: ignore[arg-type]
        picture = np.asarray(drawing.draw(scene, 96, 128), int)
        red[view] = (picture[..., 0] > 2 * picture[..., 1]) & (picture[..., 0] > 2 * picture[..., 2])
    assert red["back"].sum() > 1.8 * red["front"].sum()
    rows = np.flatnonzero(red["back"].sum(1) > 4)
    middle = red["back"][rows[4] : rows[-4], 44:52]
    assert middle.mean() > 0.97


def test_a_hat_hides_the_hair_beneath_it_and_glasses_sit_before_the_eyes(drawing: Drawing) -> None:
    camera = CameraSpec(framing="portrait")
    plain = OUTFITS["casual"].worn
    hair = {"hair_style": "afro", "hair_color": "#ff0000", "camera": camera}

    def red(*more: WornGarment) -> int:
        picture = np.asarray(drawing.draw(make_scene(garments=(*plain, *more), **hair), 96, 96), int)
        return int(((picture[..., 0] > 90) & (picture[..., 1] < 60) & (picture[..., 2] < 60)).sum())

    assert red(WornGarment(garment="helmet")) < 0.25 * red()
    bare = np.asarray(drawing.draw(make_scene(garments=plain, camera=camera), 192, 192), int)
    worn = (*plain, WornGarment(garment="sunglasses"))
    dark = np.asarray(drawing.draw(make_scene(garments=worn, camera=camera), 192, 192), int)
    rows, columns = np.nonzero(np.abs(bare - dark).max(-1) > 40)
    assert len(rows) > 150
    assert abs(columns.mean() - 96) < 6


def test_black_cloth_keeps_its_folds(drawing: Drawing) -> None:
    worn = tuple(WornGarment(garment=one, color="#1c1d21") for one in ("long-sleeve", "jeans", "sneakers"))
    scene = make_scene(garments=worn, camera=CameraSpec(framing="bust"), backdrop="transparent")
    picture = np.asarray(drawing.draw(scene, 256, 256), float)
    cloth = picture[150:][picture[150:, :, 3] > 250][:, :3].mean(-1)
    low, high = np.percentile(cloth, (5, 95))
    assert high - low > 32
    assert np.median(cloth) < 45  # and is black all the same
