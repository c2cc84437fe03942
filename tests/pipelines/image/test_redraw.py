"""Drawing a part of a picture anew: where the part is, what is held in each step, and that the rest stays."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.appearance import WornGarment
from pipelines.errors import RequestRefused
from pipelines.figure.drawing import Drawing
from pipelines.image.draft import DraftEngine
from pipelines.image.inputs import prepare_inputs
from pipelines.image.redraw import keep_rest, make_mask
from pipelines.image.spec import EngineInputs
from pipelines.types import BodyScene, GenerationRequest, Redraw, RedrawPart
from tests.pipelines.image.cases import SCENE, SIDE, STEPS, EngineCase, Opened, noise_picture, over

WIDTH, HEIGHT = 96, 160
BACK = replace(SCENE, camera=replace(SCENE.camera, view="back"))
NOTHING = EngineInputs()


def request(*parts: RedrawPart, scene: BodyScene = SCENE, now: BodyScene = SCENE) -> GenerationRequest:
    redraw = Redraw(picture_sha256="a" * 64, parts=parts, scene=scene)
    return GenerationRequest(
        engine="draft", preset="draft", prompt="", width=WIDTH, height=HEIGHT, scene=now, redraw=redraw
    )


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return Drawing()


def mask_of(drawing: Drawing, *parts: RedrawPart, **scenes: Any) -> np.ndarray:
    return np.asarray(make_mask(request(*parts, **scenes), drawing, None))


def test_each_part_has_its_place(drawing: Drawing) -> None:
    clothes, hair, face, behind = (
        mask_of(drawing, part) == 255 for part in ("clothes", "hair", "face", "background")
    )
    rows = np.arange(HEIGHT)[:, None]

    def middle(part: np.ndarray) -> float:
        return float((rows * part).sum() / part.sum())

    assert middle(hair) < middle(face) < middle(clothes)
    assert not (face & clothes).any()
    assert behind[0, 0]
    assert behind.mean() > 0.4
    assert (behind & clothes).mean() < 0.05  # but for the edge, which is drawn anew with either
    with pytest.raises(RequestRefused, match="Nothing of what is to be drawn"):
        mask_of(drawing, "face", scene=BACK, now=BACK)


def test_what_is_worn_now_has_room_too(drawing: Drawing) -> None:
    worn = (WornGarment(garment="tank-top"), WornGarment(garment="shorts"))
    short = replace(SCENE, look=replace(SCENE.look, garments=worn))
    before, both = (
        mask_of(drawing, "clothes", scene=short, now=short),
        mask_of(drawing, "clothes", scene=short),
    )
    assert (both >= before).all()
    assert (both > before).any()


def test_a_painted_mask_says_what_is_drawn_anew(drawing: Drawing) -> None:
    painted = Image.new("RGB", (32, 32))
    painted.paste("white", (0, 0, 16, 32))
    mask = np.asarray(make_mask(request(), drawing, painted))
    assert mask.shape == (HEIGHT, WIDTH)
    assert (mask[:, : WIDTH // 2 - 4] == 255).all()
    assert (mask[:, WIDTH // 2 + 8 :] == 0).all()


def test_the_draft_draws_only_that_part_anew(drawing: Drawing) -> None:
    engine = DraftEngine()
    before = engine.generate(replace(request(), redraw=None), lambda now: None)
    kept = io.BytesIO()
    before.save(kept, "PNG")
    red = replace(SCENE, look=replace(SCENE.look, hair_color="red", skin_tone="deep"))
    asked = request("hair", now=red)
    inputs = prepare_inputs(asked, lambda sha256: kept.getvalue(), lambda name: None)
    after = keep_rest(engine.generate(asked, lambda now: None, inputs), inputs)
    changed = (np.asarray(after) != np.asarray(before)).any(-1)
    assert changed.any()
    assert not changed[np.asarray(inputs.mask) == 0].any()


def redraws(case: EngineCase) -> bool:
    return case.draws_by_weights and case.capabilities.redraws and not case.sees_rest


def half() -> Image.Image:
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, (0, 0, SIDE // 2, SIDE))
    return mask


@over(redraws)
def test_a_part_is_drawn_anew_and_the_rest_is_held(opened: Opened) -> None:
    kept = noise_picture(4)
    redraw = Redraw(picture_sha256="a" * 64, strength=1.0)
    inputs = EngineInputs(kept=kept, mask=half())
    drawn = opened.draw(inputs, redraw=redraw)
    anew = opened.draw()
    left, right = np.s_[:, : SIDE // 4], np.s_[:, 3 * SIDE // 4 :]
    assert (
        np.abs(drawn[right] - opened.draw(inputs, redraw=redraw, seed=9)[right]).mean()
        < np.abs(drawn[left] - opened.draw(inputs, redraw=redraw, seed=9)[left]).mean()
    )  # what is held does not follow the seed
    assert not np.array_equal(drawn, anew)
    laid = np.asarray(keep_rest(Image.fromarray(drawn.astype(np.uint8)), inputs))
    assert np.array_equal(laid[:, SIDE // 2 :], np.asarray(kept)[:, SIDE // 2 :])
    assert np.array_equal(laid[:, : SIDE // 2], drawn[:, : SIDE // 2])


@over(lambda case: redraws(case) and case.capabilities.starts_from_draft)
def test_all_of_it_drawn_anew_is_a_start_from_the_picture(opened: Opened) -> None:
    kept, everything = noise_picture(4), Image.new("L", (SIDE, SIDE), 255)
    redraw = Redraw(picture_sha256="a" * 64, strength=0.5)
    whole = opened.draw(EngineInputs(kept=kept, mask=everything), redraw=redraw)
    assert np.array_equal(whole, opened.draw(EngineInputs(draft=kept), draft_strength=0.5))


@over(lambda case: case.serve is None and not case.capabilities.redraws)
def test_who_draws_whole_pictures_only_says_so(opened: Opened) -> None:
    redraw = Redraw(picture_sha256="a" * 64)
    with pytest.raises(RequestRefused, match="does not draw a part"):
        opened.draw(EngineInputs(kept=noise_picture(1), mask=half()), redraw=redraw)


@over(lambda case: case.name == "flux1")
def test_flux1_redraws_as_the_librarys_inpainting_does(opened: Opened, tiny: Path) -> None:
    import torch
    from diffusers import FluxInpaintPipeline

    from pipelines.image.latents import make_noise
    from pipelines.image.picture import to_tensor

    kept = noise_picture(5)
    pipe = FluxInpaintPipeline.from_pretrained(tiny / "flux1", local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    vae = pipe.vae
    with torch.no_grad():
        middle = vae.encode(to_tensor(kept, SIDE, SIDE)).latent_dist.mode()
    middle = (middle - vae.config.shift_factor) * vae.config.scaling_factor
    noise = make_noise(3, tuple(middle.shape))

    def prepare(*given: Any, **named: Any) -> Any:
        rows = SIDE // 16
        pack = [pipe._pack_latents(one, 1, 16, SIDE // 8, SIDE // 8) for one in (noise, noise, middle)]
        return *pack, pipe._prepare_latent_image_ids(1, rows, rows, "cpu", torch.float32)

    pipe.prepare_latents = prepare  # its own takes a sample of the encoder, and other noise
    wanted = pipe(
        "a portrait photo of a person",
        image=kept,
        mask_image=half(),
        strength=1.0,
        num_inference_steps=STEPS,
        guidance_scale=3.5,
        width=SIDE,
        height=SIDE,
    ).images[0]
    redraw = Redraw(picture_sha256="a" * 64)
    drawn = opened.draw(EngineInputs(kept=kept, mask=half()), redraw=redraw)
    assert np.abs(np.asarray(wanted).astype(int) - drawn).max() <= 1
