"""plan_generation: from what a person wants to the exact requests, refusing what the engine denies. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.errors import RequestRefused
from pipelines.image.engine import EngineInfo, EnginePreset
from pipelines.types import BodyScene, ControlSpec, GenerationRequest, LoraUse, Reference

MOST_PICTURES = 64  # in one job
LARGEST_SEED = 2**31 - 1


def plan_generation(
    info: EngineInfo,
    preset: EnginePreset,
    *,
    prompt: str,
    negative_prompt: str,
    scenes: Sequence[BodyScene],
    seed: int,
    count: int,
    width: int,
    height: int,
    controls: tuple[ControlSpec, ...] = (),
    references: tuple[Reference, ...] = (),
    loras: tuple[LoraUse, ...] = (),
    steps: int | None = None,
    guidance: float | None = None,
    draft_strength: float | None = None,
) -> tuple[GenerationRequest, ...]:
    """One request per picture: for every scene, `count` pictures with seeds seed, seed + 1, …

    Steps and guidance that are None are the preset's. `info` is the engine's, narrowed to what the preset honours.
    Raises RequestRefused, saying which choice the engine cannot honour and what it can.
    """
    refuse_size(info, width, height)
    if not scenes:
        raise RequestRefused("Choose at least one pose and one view.")
    if count < 1 or len(scenes) * count > MOST_PICTURES:
        raise RequestRefused(
            f"One order can hold 1 to {MOST_PICTURES} pictures; this one has {len(scenes) * count}."
        )
    if not 0 <= seed <= LARGEST_SEED - count:
        raise RequestRefused(f"The seed can be 0 to {LARGEST_SEED - count}.")
    denied = [control.kind for control in controls if control.kind not in info.controls]
    if denied:
        can = ", ".join(info.controls) or "none"
        raise RequestRefused(f"{info.title} does not take a {denied[0]} map. It takes: {can}.")
    looked_at = [reference for reference in references if reference.role != "init"]
    if len(looked_at) > info.max_references:
        raise RequestRefused(
            f"{info.title} takes {info.max_references} reference pictures, not {len(looked_at)}."
        )
    if len(looked_at) < len(references) and not info.starts_from_draft:
        raise RequestRefused(f"{info.title} does not start from a picture.")
    if loras and not info.loras:
        raise RequestRefused(f"{info.title} does not take LoRAs.")
    if draft_strength is not None and not info.starts_from_draft:
        raise RequestRefused(f"{info.title} does not start from a draft picture.")
    return tuple(
        GenerationRequest(
            engine=info.name,
            preset=preset.name,
            prompt=prompt,
            negative_prompt=negative_prompt,
            seed=seed + number,
            steps=preset.steps if steps is None else steps,
            guidance=preset.guidance if guidance is None else guidance,
            width=width,
            height=height,
            controls=controls,
            references=references,
            loras=loras,
            scene=scene,
            draft_strength=draft_strength,
        )
        for scene in scenes
        for number in range(count)
    )


def refuse_size(info: EngineInfo, width: int, height: int) -> None:
    """Raises RequestRefused unless the engine makes pictures of that size."""
    for name, side in (("width", width), ("height", height)):
        if not info.min_side <= side <= info.max_side:
            raise RequestRefused(f"The {name} can be {info.min_side} to {info.max_side} pixels.")
        if side % info.side_multiple:
            raise RequestRefused(f"{info.title} needs a {name} that is a multiple of {info.side_multiple}.")
