"""FLUX.1 Kontext in miniature: what the library draws, with a picture to look at and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.errors import RequestRefused
from pipelines.image.latents import make_noise
from pipelines.image.spec import EngineInputs
from pipelines.types import ControlSpec
from tests.pipelines.image.cases import (
    CASES,
    SIDE,
    STEPS,
    Opened,
    controls,
    kontext_preset,
    references,
)

PROMPT = "a portrait photo of a person"
WIDTH = 96
PERSON = references("person")


@pytest.fixture(scope="module")
def kontext(tiny: Path) -> Opened:
    case = next(case for case in CASES if case.name == "flux1-kontext")
    return Opened(case, kontext_preset(tiny))


def ask_library(folder: Path, prompt: str, **shown: Any) -> np.ndarray:
    from diffusers import FluxKontextPipeline

    pipe = FluxKontextPipeline.from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    noise = make_noise(3, (1, 16, SIDE // 8, WIDTH // 8))
    drawn = pipe(
        prompt=prompt,
        latents=pipe._pack_latents(noise, 1, 16, SIDE // 8, WIDTH // 8),
        num_inference_steps=STEPS,
        guidance_scale=2.5,
        width=WIDTH,
        height=SIDE,
        max_area=WIDTH * SIDE,
        **shown,
    ).images[0]
    return np.asarray(drawn).astype(int)


def test_it_draws_what_the_library_draws(kontext: Opened, tiny: Path) -> None:
    drawn = kontext.draw(EngineInputs(references=PERSON), references=(PERSON[0][0],), width=WIDTH)
    wanted = ask_library(tiny / "kontext", f"Keep the person. {PROMPT}", image=PERSON[0][1])
    assert np.abs(drawn - wanted).max() <= 1
    plain = kontext.draw(width=WIDTH)
    assert np.abs(plain - ask_library(tiny / "kontext", PROMPT)).max() <= 1
    assert not np.array_equal(plain, drawn)


def test_it_looks_at_one_person_and_at_no_pose(kontext: Opened) -> None:
    two = references("person", "style")
    with pytest.raises(RequestRefused, match="1 reference picture"):
        kontext.draw(EngineInputs(references=two), references=tuple(one for one, _ in two))
    with pytest.raises(RequestRefused, match="does not take a pose map"):
        kontext.draw(controls("pose"), controls=(ControlSpec(kind="pose"),))
