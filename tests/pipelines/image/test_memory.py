"""Memory: the tier that fits, weights in fewer bits, and what happens when it does not suffice after all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FluxTransformer2DModel
from torch import nn

from pipelines import devices
from pipelines.devices import PROCESSOR, Device
from pipelines.errors import EngineUnavailable
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.quantize import packed_bytes, quantize
from pipelines.image.spec import EngineInputs, EnginePreset
from pipelines.image.tiers import choose_device, choose_tier, next_lower_tier
from pipelines.progress import ignore_progress
from pipelines.types import ControlSpec, FacePass, LoraUse, SecondPass
from tests.pipelines.image.cases import (
    CASES,
    EngineCase,
    Opened,
    find_case,
    flux1_preset,
    klein_preset,
    noise_picture,
)

ROOT = Path(__file__).parents[3]
TIERS = {"bf16": 4.0, "8bit": 3.0, "4bit": 2.0}


def card(free_gb: float) -> Device:
    return Device(kind="cuda", name="Test card", dtype="bfloat16", total_gb=24, free_gb=free_gb)


@pytest.mark.parametrize(
    ("name", "free_gb", "tier"),
    [
        ("klein-4b", 8.0, "4bit"),
        ("klein-4b", 12.0, "offload"),
        ("klein-4b", 17.2, "offload"),  # a card of 16 GB
        ("klein-4b", 18.5, "bf16"),
        ("flux1-dev-union", 16.0, "4bit"),
        ("flux1-dev-union", 24.0, "8bit"),
        ("z-image-turbo-pose", 24.0, "offload"),
        ("z-image-turbo-pose", 80.0, "bf16"),
    ],
)
def test_the_tier_follows_the_free_memory(name: str, free_gb: float, tier: str) -> None:
    assert choose_tier(PresetShelf().find(name), card(free_gb)) == tier


def test_too_small_a_card_is_told_before_anything_is_loaded() -> None:
    with pytest.raises(EngineUnavailable, match=r"15 GB.*Test card has 6.0 GB"):
        choose_tier(PresetShelf().find("flux1-dev-union"), card(6.0))
    assert next_lower_tier(PresetShelf().find("klein-4b"), "bf16") == "offload"
    assert next_lower_tier(PresetShelf().find("klein-4b"), "4bit") is None


def test_without_a_gpu_a_preset_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.image.tiers.find_device", lambda: PROCESSOR)
    with pytest.raises(EngineUnavailable, match="needs a GPU"):
        engine_class("flux2-klein")().load(PresetShelf().find("klein-4b"), ignore_progress)
    assert choose_device(replace(PresetShelf().find("klein-4b"), options={"device": "cpu"})) is PROCESSOR


@pytest.mark.parametrize(("bits", "error", "share"), [(8, 0.01, 0.27), (4, 0.15, 0.16)])
def test_packed_layers_are_small_and_close(bits: int, error: float, share: float) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(256, 512), nn.GELU(), nn.Linear(512, 256))
    tokens = torch.randn(8, 256)
    with torch.no_grad():
        wanted, size = model(tokens), packed_bytes(model)
        assert quantize(model, bits, "cpu") == 2
        answer = model(tokens)
    assert float((answer - wanted).norm() / wanted.norm()) < error
    assert packed_bytes(model) < share * size
    assert isinstance(model[0], nn.Linear)


def test_flux_in_four_bits_is_as_small_as_it_should_be() -> None:
    """11.9 billion weights at half a byte and a scale for every 64: 6.4 GB; what was left whole made 9.05."""
    with torch.device("meta"):
        model = FluxTransformer2DModel(guidance_embeds=True).to(torch.bfloat16)
    assert sum(weight.numel() for weight in model.parameters()) == pytest.approx(11.9e9, rel=0.01)
    assert quantize(model, 4, "meta") > 400
    assert 6.0e9 < packed_bytes(model) < 6.6e9


@pytest.mark.parametrize("tier", ["8bit", "4bit"])
def test_a_packed_engine_draws_nearly_the_same_and_takes_loras(tiny: Path, tier: str) -> None:
    full = Opened(find_case("flux1"), flux1_preset(tiny))
    packed = Opened(find_case("flux1"), flux1_preset(tiny, tier=tier))
    near = np.abs(packed.draw() - full.draw()).mean()
    assert 0 < near < np.abs(full.draw(seed=9) - full.draw()).mean() / 2
    assert not np.array_equal(packed.draw(loras=(LoraUse(name="tiny"),)), packed.draw())
    assert packed.engine._residents.bytes_held < full.engine._residents.bytes_held  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", CASES[1:4], ids=lambda case: case.name)
def test_an_offloading_engine_draws_the_same(tiny: Path, case: EngineCase) -> None:
    preset = case.make_preset(tiny)
    full, offloading = Opened(case, preset), Opened(case, replace(preset, tier="offload"))
    inputs = EngineInputs(controls={"pose": noise_picture(1)})
    pose: dict[str, Any] = {"controls": (ControlSpec(kind="pose"),)}
    lora = (LoraUse(name="tiny"),)
    for changes in ({}, pose, {}, {"loras": lora}, {**pose, "loras": lora}, {}):  # there and back
        given = inputs if "controls" in changes else None
        assert np.abs(offloading.draw(given, **changes) - full.draw(given, **changes)).max() <= 1
    face = {"face_pass": FacePass(strength=0.5, steps=4)} if case.capabilities.face_pass else {}
    passes = {"width": 128, "height": 128, "second_pass": SecondPass(scale=2, strength=0.5, steps=4), **face}
    framed = replace(inputs, face_box=(40, 20, 56, 40))
    for changes in ({**pose, **passes}, passes):  # the face is drawn by another pipeline than the rest
        near = offloading.draw(framed, **changes) - full.draw(framed, **changes)
        assert np.abs(near).max() <= 1
    moved = offloading.engine.bytes_moved  # type: ignore[attr-defined]
    offloading.engine.load(replace(preset, tier="offload", instruction="Look."), ignore_progress)
    assert np.abs(offloading.draw() - full.draw()).max() > 1
    assert offloading.engine.bytes_moved == moved  # type: ignore[attr-defined]


def test_weights_that_wait_in_the_main_memory_hold_nothing_of_the_card(tiny: Path) -> None:
    offloading = Opened(find_case("flux2-klein"), klein_preset(tiny, tier="offload"))
    engine: Any = offloading.engine
    assert engine._residents.bytes_held > 0
    assert engine.held_gb == 0
    engine._parts["transformer"].to("meta")  # stands for a card
    assert engine.held_gb == packed_bytes(engine._parts["transformer"]) / devices.BYTES_PER_GB > 0


def out_of_memory(times: int) -> Callable[..., None]:
    """A hook that runs out of memory that many times."""
    left = iter(range(times))

    def hook(*given: Any) -> None:
        if next(left, None) is not None:
            raise torch.OutOfMemoryError("out of memory")

    return hook


def starved(monkeypatch: pytest.MonkeyPatch, preset: EnginePreset, times: int) -> Opened:
    """klein on a transformer that runs out of memory that many times, whichever tier it was opened in."""
    opened = Opened(find_case("flux2-klein"), preset)
    hook = out_of_memory(times)
    transformer = type(opened.engine._parts["transformer"])  # type: ignore[attr-defined]
    forward = transformer.forward

    def scarce(self: Any, *given: Any, **named: Any) -> Any:
        hook()
        return forward(self, *given, **named)

    monkeypatch.setattr(transformer, "forward", scarce)
    return opened


def test_out_of_memory_is_tried_once_more_a_tier_lower(monkeypatch: pytest.MonkeyPatch, tiny: Path) -> None:
    preset = klein_preset(tiny, memory_gb=TIERS)
    wanted = Opened(find_case("flux2-klein"), replace(preset, tier="8bit")).draw()
    opened = starved(monkeypatch, preset, times=1)
    assert np.array_equal(opened.draw(), wanted)
    assert opened.engine.tier == "8bit"  # type: ignore[attr-defined]
    assert np.array_equal(opened.draw(), wanted)  # stays there


def test_out_of_memory_twice_frees_and_advises(monkeypatch: pytest.MonkeyPatch, tiny: Path) -> None:
    opened = starved(monkeypatch, klein_preset(tiny, memory_gb=TIERS), times=2)
    with pytest.raises(EngineUnavailable, match="smaller"):
        opened.draw()
    assert opened.engine._residents.bytes_held == 0  # type: ignore[attr-defined]
    opened.engine.load(opened.preset, ignore_progress)
    assert opened.draw().shape == (64, 64, 3)


def test_out_of_memory_while_opening_goes_a_tier_lower(monkeypatch: pytest.MonkeyPatch, tiny: Path) -> None:
    hook = out_of_memory(1)
    read = __import__("pipelines.image.loading", fromlist=["_read"])._read

    def scarce(*given: Any) -> Any:
        hook()
        return read(*given)

    monkeypatch.setattr("pipelines.image.loading._read", scarce)
    opened = Opened(find_case("flux2-klein"), klein_preset(tiny, memory_gb=TIERS))
    assert opened.engine.tier == "8bit"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("major", "dtype"), [(7, "float16"), (8, "bfloat16")])
def test_a_card_before_ampere_is_not_asked_to_emulate(
    monkeypatch: pytest.MonkeyPatch, major: int, dtype: str
) -> None:
    monkeypatch.setattr(devices, "may_have_gpu", lambda: True)
    for name, answer in (
        ("is_available", True),
        ("current_device", 0),
        ("mem_get_info", (8_000_000_000, 16_000_000_000)),
        ("memory_reserved", 0),
        ("memory_allocated", 0),
        ("get_device_name", "Test card"),
        ("get_device_properties", SimpleNamespace(major=major)),
    ):
        monkeypatch.setattr(torch.cuda, name, lambda *given, answer=answer: answer)
    monkeypatch.setattr(torch.cuda, "_check_bf16_tensor_supported", lambda device: True)  # by emulation
    found = devices.find_device()
    assert (found.dtype, found.free_gb) == (dtype, 8.0)
    assert ("float16" in devices.card_remark()) is (dtype == "float16")


def test_memory_is_known_without_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert devices.find_device() == PROCESSOR
    assert devices.free_gpu_gb() == 0
    assert devices.is_out_of_memory(RuntimeError("MPS backend out of memory"))
    assert not devices.is_out_of_memory(ValueError("out of memory"))


def test_a_machine_without_a_driver_is_known_without_torch() -> None:
    code = (
        "import sys\n"
        "from pipelines import devices\n"
        "devices.may_have_gpu = lambda: False\n"
        "print(devices.free_gpu_gb(), 'torch' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.split() == ["0.0", "False"]
