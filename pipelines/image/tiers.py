"""Memory plans: which tier of a preset fits this machine, chosen from known bytes before anything is loaded.

A preset states what each tier takes of the card at the preset's own size, and of the main memory; a larger picture
takes more to draw and to decode. `python -m tests.benchmarks.memory` computes all of it from the published shapes.
"""

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

MEGAPIXEL = 1 << 20
TILED_ABOVE_PX = 1280 * 1280  # a larger picture is decoded in tiles: whole, 2048 x 2048 would take 6.5 GB
TILE_PX = 1024  # a side of a tile
# Live tensors in bf16, by a run of the published shapes without numbers (tests/pipelines/image/test_memory_plans.py).
DECODE_GB = 1.62  # a megapixel decoded whole
TILED_GB = 1.75  # tiles, and the picture that they are laid into
STEP_GB = 0.4  # a megapixel drawn, or looked at: a control map or a reference
LOOKED_AT = 2  # pictures of a megapixel that are looked at beside


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


def drawing_gb(width: int, height: int) -> float:
    """What a picture of that size takes beside the weights: its steps, or its decoding, whichever is more."""
    pixels = width * height
    decode = TILED_GB if pixels > TILED_ABOVE_PX else DECODE_GB * pixels / MEGAPIXEL
    return max(decode, STEP_GB * (pixels / MEGAPIXEL + LOOKED_AT))


def needed_gb(preset: EnginePreset, tier: str, size: tuple[int, int] | None = None) -> float:
    """What a tier takes of the card for a picture of that size; None: the preset's own."""
    more = 0.0 if size is None else drawing_gb(*size) - drawing_gb(preset.width, preset.height)
    return preset.memory_gb.get(tier, 0.0) + max(0.0, more)


def fitting_tier(
    preset: EnginePreset,
    free_gb: float | None,
    *,
    free_ram_gb: float | None = None,
    size: tuple[int, int] | None = None,
) -> tuple[str, float]:
    """The preset's own tier or the first that fits card and main memory, and what it takes of the card in GB;
    ("", the least) where none fits. Memory that is not known (None) fits nothing on the card, and all beside it."""
    if preset.tier:
        return preset.tier, needed_gb(preset, preset.tier, size)
    for tier in tiers_of(preset):
        needed = needed_gb(preset, tier, size)
        has_ram = free_ram_gb is None or preset.ram_gb.get(tier, 0.0) <= free_ram_gb
        if free_gb is not None and needed <= free_gb and has_ram:
            return tier, needed
    return "", min((needed_gb(preset, tier, size) for tier in tiers_of(preset)), default=0.0)


def choose_tier(preset: EnginePreset, device: Device, free_ram_gb: float | None = None) -> str:
    """The preset's own tier, or the first of TIERS that fits the free memory.

    Raises EngineUnavailable where none fits, saying how much is needed, how much is there, and what to do.
    """
    if not device.is_gpu and not preset.tier:
        return FULL
    tier, least = fitting_tier(preset, device.free_gb, free_ram_gb=free_ram_gb)
    if tier:
        return tier
    if least <= device.free_gb:
        raise EngineUnavailable(lacking_ram(preset, free_ram_gb or 0.0))
    raise EngineUnavailable(
        f"{preset.title} needs {least:.0f} GB of free GPU memory; {device.name} has {device.free_gb:.1f} GB. "
        "Close what else uses the GPU, or choose a smaller model."
    )


def lacking_ram(preset: EnginePreset, free_ram_gb: float) -> str:
    """The sentence for a card that is large enough beside a main memory that is not."""
    least = min((preset.ram_gb.get(tier, 0.0) for tier in tiers_of(preset)), default=0.0)
    return (
        f"{preset.title} needs {least:.0f} GB of free main memory to open its weights; {free_ram_gb:.0f} GB are free. "
        "Close other programs, or choose a smaller model."
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
