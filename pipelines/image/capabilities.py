"""What an engine supports with a preset, and the refusal of what it does not: the same words in plan and engine.

A negative prompt is not refused where it does not count: it is written with every prompt, and simply not read.
"""

from __future__ import annotations

import math
from dataclasses import replace

from pipelines.errors import RequestRefused
from pipelines.image.passes import first_size
from pipelines.image.plan import refuse_guidance, refuse_size
from pipelines.image.spec import (
    MOST_GUIDANCE,
    MOST_SCALE,
    MOST_STEPS,
    MOST_STRENGTH,
    EngineInfo,
    EngineInputs,
    EnginePreset,
)
from pipelines.options import MOST_LORA_WEIGHT
from pipelines.types import ControlKind, GenerationRequest

SUGGESTED_CONTROLS: tuple[ControlKind, ...] = ("pose", "depth")
TRUE_CFG = "true_cfg"  # option: how strongly a negative prompt pushes away; without it there is none


def narrow_info(info: EngineInfo, preset: EnginePreset) -> EngineInfo:
    """What counts with that preset: its pose and identity modes, and nothing that needs what it does not name."""
    named = {component.role for component in preset.components}
    named |= {option for option, value in preset.options.items() if value}
    pose, identity = preset.pose or info.pose, preset.identity or info.identity
    controls, references = info.controls, info.max_references
    if info.controls_need and info.controls_need not in named:
        controls, pose = (), "none"
    if preset.normals is None:
        controls = tuple(kind for kind in controls if kind != "normal")
    if info.references_need and info.references_need not in named:
        references, identity = 0, "no"
    return replace(
        info,
        pose=pose,
        identity=identity,
        controls=controls,
        max_references=references,
        negative_prompt=info.negative_prompt and float(preset.options.get(TRUE_CFG, 0)) > 1,
    )


def refuse_unsupported(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs
) -> None:
    """Raises RequestRefused for what that engine with that preset cannot do, and for a picture that is missing."""
    info = narrow_info(info, preset)
    refuse_size(info, request.width, request.height)
    if not 1 <= request.steps <= MOST_STEPS:
        raise RequestRefused(f"The number of steps can be 1 to {MOST_STEPS}.")
    if not 0 <= request.guidance <= MOST_GUIDANCE:
        raise RequestRefused(f"The guidance can be 0 to {MOST_GUIDANCE:.0f}.")
    refuse_guidance(preset, request.guidance)
    _refuse_controls(info, preset, request, inputs)
    _refuse_pictures(info, preset, request, inputs)
    _refuse_passes(info, preset, request)
    _refuse_redraw(info, preset, request, inputs)
    if request.loras and not info.loras:
        raise RequestRefused(f"{preset.title} does not take LoRAs.")
    if len({lora.name for lora in request.loras}) < len(request.loras):
        raise RequestRefused("Each LoRA can be given once.")
    for lora in request.loras:
        if not math.isfinite(lora.weight) or abs(lora.weight) > MOST_LORA_WEIGHT:
            raise RequestRefused(f"A LoRA's weight can be -{MOST_LORA_WEIGHT:.0f} to {MOST_LORA_WEIGHT:.0f}.")


def _refuse_controls(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs
) -> None:
    kinds = [control.kind for control in request.controls]
    for control in request.controls:
        if control.kind not in info.controls:
            can = ", ".join(info.controls) or "none"
            raise RequestRefused(f"{preset.title} does not take a {control.kind} map. It takes: {can}.")
        if not 0 <= control.strength <= MOST_STRENGTH:
            raise RequestRefused(f"A control's strength can be 0 to {MOST_STRENGTH:.0f}.")
        if not 0 <= control.start < control.end <= 1:
            raise RequestRefused("A control begins before it ends, both between 0 and 1.")
        if control.kind not in inputs.controls:
            raise RequestRefused(f"The {control.kind} map is missing. Choose a pose, then try again.")
    if len(kinds) > len(set(kinds)):
        raise RequestRefused("Each kind of control map can be given once.")
    if len(kinds) > info.max_controls:
        raise RequestRefused(f"{preset.title} takes {info.max_controls} control maps, not {len(kinds)}.")


def _refuse_pictures(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs
) -> None:
    given = [reference for reference in request.references if reference.role != "init"]
    if given and not info.max_references:
        raise RequestRefused(f"{preset.title} does not look at reference pictures.")
    if len(given) > info.max_references:
        raise RequestRefused(
            f"{preset.title} takes {info.max_references} reference pictures, not {len(given)}."
        )
    together = len(request.controls) + len(request.references)
    if info.max_pictures and together > info.max_pictures:
        raise RequestRefused(
            f"{preset.title} looks at {info.max_pictures} pictures, control maps among them, not {together}."
        )
    if len(inputs.references) != len(request.references):
        raise RequestRefused("A reference picture is missing. Choose it again.")
    starts = request.draft_strength is not None or len(given) < len(request.references)
    if not starts:
        return
    if not info.starts_from_draft:
        raise RequestRefused(f"{preset.title} does not start from a picture.")
    if request.draft_strength is None or not 0 < request.draft_strength <= 1:
        raise RequestRefused("How much the start picture is changed can be above 0, and up to 1.")
    if inputs.draft is None and len(given) == len(request.references):
        raise RequestRefused("The draft to start from is missing. Choose a body and a pose.")


def _refuse_passes(info: EngineInfo, preset: EnginePreset, request: GenerationRequest) -> None:
    wanted = [
        (info.second_pass, request.second_pass, "draw a second time over the enlarged picture"),
        (info.face_pass, request.face_pass, "draw the face by itself"),
    ]
    for can, settings, what in wanted:
        if settings is None:
            continue
        if not can:
            raise RequestRefused(f"{preset.title} does not {what}.")
        if not 0 < settings.strength <= 1:
            raise RequestRefused("How much a pass changes can be above 0, and up to 1.")
        if not 1 <= settings.steps <= MOST_STEPS:
            raise RequestRefused(f"The number of steps of a pass can be 1 to {MOST_STEPS}.")
    second = request.second_pass
    if second is not None and not 1 <= second.scale <= MOST_SCALE:
        raise RequestRefused(f"A second pass can enlarge 1 to {MOST_SCALE:.0f} times.")
    if second is not None and min(first_size(request, info.side_multiple)) < info.min_side:
        raise RequestRefused(
            "The picture is too small for a second pass. Make it larger, or turn the pass off."
        )


def _refuse_redraw(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs
) -> None:
    if request.redraw is None:
        return
    if not info.redraws:
        raise RequestRefused(cannot_redraw(preset))
    if not 0 < request.redraw.strength <= 1:
        raise RequestRefused("How much a part is changed can be above 0, and up to 1.")
    if request.second_pass or request.face_pass or request.draft_strength is not None:
        raise RequestRefused("A part is drawn anew in one pass, from its own picture.")
    if inputs.kept is None or inputs.mask is None:
        raise RequestRefused("The picture of which a part is drawn anew is missing. Choose it again.")


def cannot_redraw(preset: EnginePreset) -> str:
    """The sentence for a model that draws whole pictures only."""
    return f"{preset.title} does not draw a part of a picture anew. Choose another model."


def suggest_controls(info: EngineInfo, preset: EnginePreset) -> tuple[ControlKind, ...]:
    """The control maps that a picture gets where nobody says which: those that the preset has a strength for.

    `info` is narrowed to the preset. A model that follows a skeleton gets one without a strength.
    """
    suits = [kind for kind in SUGGESTED_CONTROLS if kind in info.controls and kind in preset.control_strength]
    if not suits and info.pose == "follow":
        suits = [kind for kind in SUGGESTED_CONTROLS[:1] if kind in info.controls]
    return tuple(suits[: info.max_controls])
