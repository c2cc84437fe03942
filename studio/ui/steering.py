"""What steers a model beside its words: control maps of the body, and guidance. A preset has its own to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from pipelines.image.capabilities import narrow_info, suggest_controls
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from studio.ui.model_words import DRAFT
from studio.ui.shared import Shared
from studio.vocabulary.order import GenerationOrder

STEERING = (("Pose", "pose"), ("Depth", "depth"), ("Surface", "normal"), ("Edges", "edges"), ("Gray", "gray"))
UNGUIDED = 1.0  # a model whose usual guidance is no higher does not read it


def build_steering(shared: Shared) -> None:
    """The two fields, and for which preset the maps were chosen: another one begins with its own."""
    controls = gr.CheckboxGroup(
        list(STEERING), label="Steered by", elem_id="steered-by", elem_classes="chips", visible=False
    )
    guidance = gr.Number(
        None,
        label="Guidance, how closely the words are followed",
        step=0.5,  # no minimum: the empty field, which is the preset's own, would become it
        visible=False,
        min_width=0,
        elem_id="guidance",
    )
    shared.model.update(guidance=guidance, controls=controls, steered=gr.State(DRAFT))


def steering_of(presets: PresetShelf, name: str) -> tuple[Sequence[str], Sequence[str]]:
    """Which control maps a preset takes, and which it gets where nobody chooses; none for one that is gone."""
    preset = presets.get(name)
    if preset is None or name == DRAFT:
        return (), ()
    info = narrow_info(engine_class(preset.engine).info, preset)
    return info.controls, suggest_controls(info, preset)


def steering_changes(presets: PresetShelf, name: str) -> dict[str, dict[str, Any]]:
    """What to change on the two fields for a preset that reads words."""
    preset, (can_steer, _) = presets.get(name), steering_of(presets, name)
    return {
        "guidance": {
            "visible": bool(preset and preset.takes_guidance and preset.guidance > UNGUIDED),
            "placeholder": f"{preset.guidance:g}" if preset else None,
        },
        "controls": {
            "visible": bool(can_steer),
            "choices": [(words, kind) for words, kind in STEERING if kind in can_steer],
        },
    }


def steering_fields(presets: PresetShelf, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The order's maps and guidance, where they are other than the preset's own."""
    fields: dict[str, Any] = {}
    preset, (can_steer, usual) = presets.get(name), steering_of(presets, name)
    chosen = tuple(kind for kind in can_steer if kind in (values.get("controls") or ()))
    if values.get("steered") == name and set(chosen) != set(usual):
        fields["controls"] = chosen
    if preset and preset.guidance > UNGUIDED and values.get("guidance") is not None:
        fields["guidance"] = float(values["guidance"])
    return fields


def steering_updates(presets: PresetShelf, order: GenerationOrder) -> dict[str, Any]:
    """What to write into the fields for an order."""
    return {
        "guidance": order.guidance,
        "controls": list(steering_of(presets, order.preset)[1] if order.controls is None else order.controls),
        "steered": order.preset,
    }
