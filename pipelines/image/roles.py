"""Pictures that a model looks at, each bound to its role by a sentence: for engines that edit by words and pictures."""

from __future__ import annotations

from PIL import Image

from pipelines.image.spec import EngineInputs, EnginePreset
from pipelines.types import GenerationRequest

ORDER = ("pose", "depth", "person", "garment", "style")  # where the preset says nothing


def bind_pictures(preset: EnginePreset, request: GenerationRequest) -> str:
    """The preset's instruction, the sentence of each picture's role with its number, then the prompt."""
    sentences = [preset.instruction]
    for number, role in enumerate(_list_roles(preset, request), 1):
        sentences.append(preset.role_sentences.get(role, "").replace("{n}", str(number)))
    return " ".join(part for part in (*sentences, request.prompt) if part)


def list_pictures(
    preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs
) -> list[Image.Image]:
    """Control maps and references in the preset's order: as they are numbered in the sentences."""
    given: list[tuple[str, Image.Image]] = [
        (control.kind, inputs.controls[control.kind]) for control in request.controls
    ]
    given += [(reference.role, picture) for reference, picture in inputs.references]
    return [picture.convert("RGB") for _, picture in sorted(given, key=lambda pair: _place(preset, pair[0]))]


def _list_roles(preset: EnginePreset, request: GenerationRequest) -> list[str]:
    given: list[str] = [control.kind for control in request.controls]
    given += [reference.role for reference in request.references]
    return sorted(given, key=lambda role: _place(preset, role))


def _place(preset: EnginePreset, role: str) -> int:
    order = preset.reference_order or ORDER
    return order.index(role) if role in order else len(order)
