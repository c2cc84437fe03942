"""Memory plans: which tier of a preset fits this machine, chosen from known bytes before anything is loaded."""

from __future__ import annotations

from pipelines.devices import CPU, PROCESSOR, Device, find_device
from pipelines.errors import EngineUnavailable
from pipelines.image.spec import EnginePreset

FULL = "bf16"  # weights as published, all on the device
OFFLOAD = "offload"  # weights as published, on the device only while they are used
EIGHT_BIT = "8bit"
FOUR_BIT = "4bit"
TIERS = (FULL, OFFLOAD, EIGHT_BIT, FOUR_BIT)  # in the order in which they are tried
QUANTISED = (EIGHT_BIT, FOUR_BIT)


def choose_device(preset: EnginePreset) -> Device:
    """The device that a preset runs on: the GPU, or this processor where the preset's options say so.

    Raises EngineUnavailable without a GPU.
    """
    if preset.options.get("device") == CPU:
        return PROCESSOR
    device = find_device()
    if not device.is_gpu:
        raise EngineUnavailable(
            f"{preset.title} needs a GPU, and torch finds none on this machine. Draw with the draft engine instead."
        )
    return device


def choose_tier(preset: EnginePreset, device: Device) -> str:
    """The preset's own tier, or the first of TIERS that fits the free memory.

    Raises EngineUnavailable where none fits, saying how much is needed, how much is there, and what to do.
    """
    if preset.tier:
        return preset.tier
    if not device.is_gpu:
        return FULL
    for tier in tiers_of(preset):
        if preset.memory_gb[tier] <= device.free_gb:
            return tier
    least = min(preset.memory_gb.values(), default=0.0)
    raise EngineUnavailable(
        f"{preset.title} needs {least:.0f} GB of free GPU memory; {device.name} has {device.free_gb:.1f} GB. "
        "Close what else uses the GPU, or choose a smaller model."
    )


def tiers_of(preset: EnginePreset) -> tuple[str, ...]:
    """The tiers that a preset states, in the order in which they are tried."""
    return tuple(tier for tier in TIERS if tier in preset.memory_gb)


def next_lower_tier(preset: EnginePreset, tier: str) -> str | None:
    """The first tier after this one that needs less memory; None where there is none."""
    stated = tiers_of(preset)
    if tier not in stated:
        return None
    now = preset.memory_gb[tier]
    return next((t for t in stated[stated.index(tier) + 1 :] if preset.memory_gb[t] < now), None)
