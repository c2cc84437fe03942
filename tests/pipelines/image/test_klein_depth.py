"""The shipped klein 4B with its depth LoRA, on miniatures of both: what the library draws with the published layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.image.capabilities import suggest_controls
from pipelines.image.latents import make_noise
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import EngineInputs
from pipelines.types import ControlSpec
from tests.pipelines.image.cases import PROMPT, SIDE, Opened, component, find_case, noise_picture, references

LAYERS = (
    2 * (3 + 1 + 2) + 2
)  # of both streams q, k, v, the way out and two of the MLP; and two of the single block


@pytest.fixture(scope="module")
def klein(tiny: Path) -> Opened:
    shipped = PresetShelf().find("klein-4b-depth")
    parts = (
        component(tiny, "base", "klein"),
        component(tiny, "depth-reference", "loras", "klein-depth.safetensors"),
    )
    own = {"components": parts, "memory_gb": {}, "ram_gb": {}, "options": {"device": "cpu"}}
    return Opened(find_case("flux2-klein"), replace(shipped, **own))  # type: ignore[arg-type]


def test_it_draws_what_the_library_draws_with_that_lora(klein: Opened, tiny: Path) -> None:
    from diffusers import Flux2KleinPipeline

    pipe = Flux2KleinPipeline.from_pretrained(tiny / "klein", local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    pipe.load_lora_weights(str(tiny / "loras"), weight_name="klein-depth.safetensors", adapter_name="depth")
    pipe.set_adapters(["depth"], [0.9])
    assert sum(name.endswith("lora_A.depth") for name, _ in pipe.transformer.named_modules()) == LAYERS
    person, depth = references("person"), noise_picture(1)
    wanted = pipe(
        image=[depth, person[0][1]],
        prompt="refcontrol, color. Match the pose and the depth in image 1. Keep the person, face and clothes from "
        f"image 2. {PROMPT}",
        latents=make_noise(3, (1, 128, SIDE // 16, SIDE // 16)),
        num_inference_steps=4,
        guidance_scale=1.0,
        width=SIDE,
        height=SIDE,
    ).images[0]
    inputs = EngineInputs(controls={"depth": depth}, references=person)
    shown = {"controls": (ControlSpec(kind="depth"),), "references": (person[0][0],)}
    drawn = klein.draw(inputs, loras=klein.preset.loras, **shown)
    assert np.abs(np.asarray(wanted).astype(int) - drawn).max() <= 1
    assert not np.array_equal(drawn, klein.draw(inputs, **shown))


def test_the_depth_of_the_body_is_what_it_looks_at_by_itself(klein: Opened) -> None:
    assert suggest_controls(klein.info, klein.preset) == ("depth",)
    assert [(use.name, use.weight) for use in klein.preset.loras] == [("depth-reference", 0.9)]
