"""Qwen-Image-Edit in miniature: what the library draws, by pictures and by words alone, and Lightning's schedule."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipelines.errors import RequestRefused
from pipelines.image.latents import make_noise
from pipelines.image.qwen_words import WordsAndPictures
from pipelines.image.spec import EngineInputs
from pipelines.types import ControlSpec
from tests.pipelines.image.cases import (
    PROMPT,
    SIDE,
    STEPS,
    Opened,
    find_case,
    noise_picture,
    qwen_preset,
    references,
)

CASE = find_case("qwen-image-edit")
SKELETON, PERSON = noise_picture(1, width=96), references("person")
INPUTS = EngineInputs(controls={"pose": SKELETON}, references=PERSON)
LOOKS: dict[str, Any] = {"controls": (ControlSpec(kind="pose"),), "references": (PERSON[0][0],)}


@pytest.fixture(scope="module")
def qwen(tiny: Path) -> Opened:
    return Opened(CASE, qwen_preset(tiny))


@pytest.fixture
def library(tiny: Path) -> Any:
    """The library's own pipeline over the same files."""
    from diffusers import QwenImageEditPlusPipeline
    from transformers import Qwen2VLImageProcessorPil

    folder = tiny / "qwen-edit"
    pipe = QwenImageEditPlusPipeline.from_pretrained(folder, processor=None, local_files_only=True)
    cutter = Qwen2VLImageProcessorPil.from_pretrained(folder / "processor", local_files_only=True)
    pipe.processor = WordsAndPictures(pipe.tokenizer, cutter)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def ask_library(pipe: Any, **changes: Any) -> np.ndarray:
    noise = make_noise(3, (1, 16, SIDE // 8, 96 // 8))
    asked = {
        "prompt": f"Keep the person of Picture 1. The pose of Picture 2. {PROMPT}",
        "image": [PERSON[0][1], SKELETON],
        "negative_prompt": " ",
        "true_cfg_scale": 2.0,
        "latents": pipe._pack_latents(noise, 1, 16, SIDE // 8, 96 // 8),
        "num_inference_steps": STEPS,
        "width": 96,
        "height": SIDE,
    }
    return np.asarray(pipe(**{**asked, **changes}).images[0]).astype(int)


def test_it_draws_what_the_library_draws(qwen: Opened, library: Any) -> None:
    assert np.abs(qwen.draw(INPUTS, width=96, **LOOKS) - ask_library(library)).max() <= 1
    pushed = qwen.draw(INPUTS, width=96, negative_prompt="green jacket", **LOOKS)
    assert np.abs(pushed - ask_library(library, negative_prompt="green jacket")).max() <= 1


def test_without_a_picture_it_draws_by_words_as_qwen_image_does(qwen: Opened, library: Any) -> None:
    from diffusers import QwenImagePipeline

    parts = {name: part for name, part in library.components.items() if name != "processor"}
    pipe = QwenImagePipeline(**parts)
    pipe.set_progress_bar_config(disable=True)
    wanted = pipe(
        prompt=PROMPT,
        negative_prompt=" ",
        true_cfg_scale=2.0,
        latents=pipe._pack_latents(make_noise(3, (1, 16, SIDE // 8, SIDE // 8)), 1, 16, SIDE // 8, SIDE // 8),
        num_inference_steps=STEPS,
        width=SIDE,
        height=SIDE,
    ).images[0]
    assert np.abs(qwen.draw() - np.asarray(wanted).astype(int)).max() <= 1


def test_lightning_draws_by_its_fixed_shift_with_one_look_a_step(tiny: Path, library: Any) -> None:
    preset = qwen_preset(tiny, guidance=1.0, takes_guidance=False, options={"device": "cpu", "shift": 3.0})
    opened = Opened(CASE, preset)
    fixed = {"base_shift": math.log(3), "max_shift": math.log(3), "shift_terminal": None}
    library.scheduler = type(library.scheduler).from_config(library.scheduler.config, **fixed)
    wanted = ask_library(library, negative_prompt=None, true_cfg_scale=1.0)
    assert np.abs(opened.draw(INPUTS, width=96, **LOOKS) - wanted).max() <= 1
    looks: list[int] = []
    transformer = opened.engine._parts["transformer"]  # type: ignore[attr-defined]
    hook = transformer.register_forward_pre_hook(lambda *_: looks.append(1))
    opened.draw(INPUTS, width=96, negative_prompt="green jacket", **LOOKS)
    hook.remove()
    assert len(looks) == STEPS
    assert not opened.info.negative_prompt
    with pytest.raises(RequestRefused, match="without guidance"):
        opened.draw(guidance=4.0)


def test_what_is_shown_counts_though_the_words_are_the_same(qwen: Opened) -> None:
    other = tuple((reference, noise_picture(40)) for reference, _ in PERSON)
    first = qwen.draw(INPUTS, **LOOKS)
    second = qwen.draw(EngineInputs(controls={"pose": SKELETON}, references=other), **LOOKS)
    assert not np.array_equal(first, second)
    assert np.array_equal(qwen.draw(INPUTS, **LOOKS), first)
    four = references("person", "garment", "style", "style")
    with pytest.raises(RequestRefused, match="3 reference pictures"):
        qwen.draw(EngineInputs(references=four), references=tuple(reference for reference, _ in four))


def test_each_picture_takes_as_many_words_as_it_has_merged_patches(qwen: Opened) -> None:
    parts = qwen.engine._parts  # type: ignore[attr-defined]
    read = WordsAndPictures(parts["tokenizer"], parts["processor"])
    shown = [noise_picture(1, 56, 56), noise_picture(2, 28, 56)]
    got = read(["a <|image_pad|> b <|image_pad|> c"], shown)
    token = parts["tokenizer"].convert_tokens_to_ids("<|image_pad|>")
    assert got["image_grid_thw"].tolist() == [[1, 4, 4], [1, 4, 2]]
    assert int((got["input_ids"] == token).sum()) == 4 + 2
    assert torch.equal(
        read(["a b"])["attention_mask"], torch.ones(1, read(["a b"])["input_ids"].shape[1]).long()
    )
