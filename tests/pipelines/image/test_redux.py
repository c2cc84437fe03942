"""FLUX.1 Redux in miniature: what the library draws, with words and a picture, and with a pose that is held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipelines.errors import RequestRefused
from pipelines.image.spec import EngineInputs
from pipelines.progress import ignore_progress
from pipelines.types import ControlSpec
from tests.pipelines.image.cases import (
    PROMPT,
    Opened,
    draw_by_library,
    find_case,
    noise_picture,
    redux_preset,
    references,
)

STYLE = references("style")
SEEN: dict[str, Any] = {"inputs": EngineInputs(references=STYLE), "references": (STYLE[0][0],)}


@pytest.fixture(scope="module")
def redux(tiny: Path) -> Opened:
    return Opened(find_case("flux1-redux"), redux_preset(tiny))


def ask_library(folder: Path) -> np.ndarray:
    from diffusers import FluxPipeline, FluxPriorReduxPipeline

    pipe = FluxPipeline.from_pretrained(folder / "flux1", local_files_only=True)
    readers = ("text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2")
    prior = FluxPriorReduxPipeline.from_pretrained(
        folder / "redux", local_files_only=True, **{name: getattr(pipe, name) for name in readers}
    )
    both = prior(STYLE[0][1], prompt=PROMPT, prompt_2=PROMPT)
    seen = {"prompt_embeds": both.prompt_embeds, "pooled_prompt_embeds": both.pooled_prompt_embeds}
    return draw_by_library(pipe, guidance_scale=3.5, **seen)


def test_it_draws_what_the_library_draws(redux: Opened, tiny: Path) -> None:
    drawn = redux.draw(**SEEN)
    assert np.abs(drawn - ask_library(tiny)).max() <= 1
    assert not np.array_equal(drawn, redux.draw())
    assert not np.array_equal(drawn, redux.draw(prompt="red hair", **SEEN))  # and the words count


def test_a_pose_is_held_beside_it_and_words_push_away(redux: Opened) -> None:
    pose: dict[str, Any] = {"controls": (ControlSpec(kind="pose"),), "references": (STYLE[0][0],)}
    inputs = EngineInputs(controls={"pose": noise_picture(1)}, references=STYLE)
    drawn = [
        redux.draw(inputs, **pose),
        redux.draw(inputs, **pose, negative_prompt="blue"),
        redux.draw(**SEEN, negative_prompt="blue"),
        redux.draw(**SEEN),
    ]
    assert len({picture.tobytes() for picture in drawn}) == len(drawn)


def test_fewer_tokens_of_the_picture_are_their_means(redux: Opened) -> None:
    engine: Any = redux.engine
    whole = engine._look(STYLE[0][1])
    options = {**redux.preset.options, "picture_shrink": 2}
    moved = engine.bytes_moved
    engine.load(
        redux_preset(Path(redux.preset.components[0].folder or "").parent, options=options), ignore_progress
    )
    small = engine._look(STYLE[0][1])
    drawn = redux.draw(**SEEN)
    engine.load(redux.preset, ignore_progress)
    assert engine.bytes_moved == moved
    assert (whole.shape[1], small.shape[1]) == (16, 4)
    assert torch.allclose(small[0, 0], whole[0, [0, 1, 4, 5]].mean(0), atol=1e-5)
    assert not np.array_equal(drawn, redux.draw(**SEEN))


def test_it_looks_at_one_picture(redux: Opened) -> None:
    two = references("person", "style")
    with pytest.raises(RequestRefused, match="1 reference picture"):
        redux.draw(EngineInputs(references=two), references=tuple(one for one, _ in two))
