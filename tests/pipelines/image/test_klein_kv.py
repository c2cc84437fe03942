"""klein KV in miniature: what the library draws, with pictures that it looks at once and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipelines.errors import RequestRefused
from pipelines.image.latents import make_noise
from pipelines.image.spec import EngineInputs
from tests.pipelines.image.cases import PROMPT, SIDE, STEPS, Opened, find_case, klein_kv_preset, references

PERSON = references("person")


@pytest.fixture(scope="module")
def klein(tiny: Path) -> Opened:
    return Opened(find_case("flux2-klein-kv"), klein_kv_preset(tiny))


def ask_library(folder: Path, prompt: str, **shown: Any) -> np.ndarray:
    from diffusers import Flux2KleinKVPipeline

    pipe = Flux2KleinKVPipeline.from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    drawn = pipe(
        prompt=prompt,
        latents=make_noise(3, (1, 128, SIDE // 16, SIDE // 16)),
        num_inference_steps=STEPS,
        width=SIDE,
        height=SIDE,
        **shown,
    ).images[0]
    return np.asarray(drawn).astype(int)


def test_it_draws_what_the_library_draws(klein: Opened, tiny: Path) -> None:
    drawn = klein.draw(EngineInputs(references=PERSON), references=(PERSON[0][0],))
    wanted = ask_library(tiny / "klein", f"Keep the person from image 1. {PROMPT}", image=[PERSON[0][1]])
    assert np.abs(drawn - wanted).max() <= 1
    plain = klein.draw()
    assert np.abs(plain - ask_library(tiny / "klein", PROMPT)).max() <= 1
    assert not np.array_equal(plain, drawn)


def test_its_pictures_are_looked_at_in_the_first_step_alone(klein: Opened) -> None:
    seen: list[int] = []

    def count(network: Any, given: Any, named: dict[str, Any]) -> None:
        tokens: torch.Tensor = named["hidden_states"]
        seen.append(tokens.shape[1])

    hook = klein.engine._parts["transformer"].register_forward_pre_hook(count, with_kwargs=True)  # type: ignore[attr-defined]
    try:
        klein.draw(EngineInputs(references=PERSON), references=(PERSON[0][0],))
    finally:
        hook.remove()
    own = (SIDE // 16) ** 2
    assert seen[0] > own
    assert seen[1:] == [own] * (STEPS - 1)


def test_it_looks_at_two_pictures(klein: Opened) -> None:
    three = references("person", "garment", "style")
    with pytest.raises(RequestRefused, match="2 reference pictures"):
        klein.draw(EngineInputs(references=three), references=tuple(one for one, _ in three))
