"""FLUX.1 Fill in miniature: what the library draws, of a part and of a whole picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import RequestRefused
from pipelines.image.latents import encode_by_mode
from pipelines.image.redraw import keep_rest
from pipelines.image.spec import EngineInputs
from pipelines.types import ControlSpec, Redraw
from tests.pipelines.image.cases import (
    PROMPT,
    SIDE,
    STEPS,
    Opened,
    controls,
    draw_by_library,
    fill_preset,
    find_case,
    noise_picture,
)

WIDTH = 96
KEPT = noise_picture(5, WIDTH)
LEFT = Image.new("L", (WIDTH, SIDE))
LEFT.paste(255, (0, 0, WIDTH // 2, SIDE))
PART = EngineInputs(kept=KEPT, mask=LEFT)
REDRAW = Redraw(picture_sha256="a" * 64)


@pytest.fixture(scope="module")
def fill(tiny: Path) -> Opened:
    return Opened(find_case("flux1-fill"), fill_preset(tiny))


@pytest.fixture(scope="module")
def library(tiny: Path) -> Any:
    from diffusers import FluxFillPipeline

    pipe = FluxFillPipeline.from_pretrained(tiny / "fill", local_files_only=True)
    encode_by_mode(pipe.vae)  # its own call takes a sample of what the encoder saw
    return pipe


def ask(pipe: Any, picture: Image.Image, mask: Image.Image) -> np.ndarray:
    shown = {"image": picture, "mask_image": mask}
    return draw_by_library(pipe, width=WIDTH, prompt=PROMPT, guidance_scale=30.0, **shown)


def test_it_draws_a_part_as_the_library_does(fill: Opened, library: Any) -> None:
    drawn = fill.draw(PART, redraw=REDRAW, width=WIDTH)
    assert np.abs(drawn - ask(library, KEPT, LEFT)).max() <= 1
    laid = np.asarray(keep_rest(Image.fromarray(drawn.astype(np.uint8)), PART))
    assert np.array_equal(laid[:, WIDTH // 2 :], np.asarray(KEPT)[:, WIDTH // 2 :])


def test_what_is_around_the_part_and_where_it_is_both_count(fill: Opened) -> None:
    drawn = fill.draw(PART, redraw=REDRAW, width=WIDTH)
    others = [
        EngineInputs(kept=noise_picture(6, WIDTH), mask=LEFT),
        EngineInputs(kept=KEPT, mask=LEFT.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    ]
    for inputs in others:
        assert not np.array_equal(fill.draw(inputs, redraw=REDRAW, width=WIDTH), drawn)
    under = KEPT.copy()
    under.paste("red", (0, 0, WIDTH // 2, SIDE))
    hidden = fill.draw(EngineInputs(kept=under, mask=LEFT), redraw=REDRAW, width=WIDTH)
    assert np.array_equal(hidden, drawn)  # what is drawn anew in full is not looked at


def test_a_part_changed_a_little_begins_with_the_picture(fill: Opened, library: Any) -> None:
    little = Redraw(picture_sha256="a" * 64, strength=0.5)
    with_less = fill.watch(PART, redraw=little, width=WIDTH)
    assert with_less[-1].step == STEPS
    assert len({progress.step for progress in with_less if progress.preview}) == STEPS // 2
    assert not np.array_equal(
        fill.draw(PART, redraw=little, width=WIDTH), fill.draw(PART, redraw=REDRAW, width=WIDTH)
    )


def test_a_whole_picture_is_all_to_be_filled(fill: Opened, library: Any) -> None:
    everything = Image.new("L", (WIDTH, SIDE), 255)
    assert np.abs(fill.draw(width=WIDTH) - ask(library, KEPT, everything)).max() <= 1


def test_it_takes_no_pose_and_no_start(fill: Opened) -> None:
    with pytest.raises(RequestRefused, match="does not take a pose map"):
        fill.draw(controls("pose"), controls=(ControlSpec(kind="pose"),))
    with pytest.raises(RequestRefused, match="does not start from"):
        fill.draw(EngineInputs(draft=KEPT), draft_strength=0.5)
