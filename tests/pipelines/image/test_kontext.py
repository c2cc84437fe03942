"""FLUX.1 Kontext in miniature: what the library draws, with a picture to look at and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.errors import RequestRefused
from pipelines.image.spec import EngineInputs
from pipelines.types import ControlSpec
from tests.pipelines.image.cases import (
    PROMPT,
    SIDE,
    Opened,
    controls,
    draw_by_library,
    find_case,
    kontext_preset,
    references,
)

WIDTH = 96
PERSON = references("person")


@pytest.fixture(scope="module")
def kontext(tiny: Path) -> Opened:
    return Opened(find_case("flux1-kontext"), kontext_preset(tiny))


def ask_library(folder: Path, prompt: str, **shown: Any) -> np.ndarray:
    from diffusers import FluxKontextPipeline

    pipe = FluxKontextPipeline.from_pretrained(folder, local_files_only=True)
    said = {"prompt": prompt, "guidance_scale": 2.5, "max_area": WIDTH * SIDE}
    return draw_by_library(pipe, width=WIDTH, **said, **shown)


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
