"""The stage's model picker and what only some models take: quality, style, steps, photo, LoRA, start from the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from pipelines.errors import RequestRefused
from pipelines.image.engine import PRESETS
from pipelines.prompt.styles import STYLES
from pipelines.types import LoraUse
from studio.errors import NotFound
from studio.studio import Studio
from studio.ui.handlers import QUIET, shows_errors
from studio.ui.model_words import DRAFT, choice_of
from studio.ui.shared import Shared, owner_of
from studio.views import GenerationOrder, ModelView, OrderReference

FIRST_STYLE = "realistic"
NO_LORA = ""
FIRST_LORA_WEIGHT = 0.8
LARGEST_LORA_WEIGHT = 2.0
LARGEST_STEPS = 100
MOST_KEPT_PERCENT = 95  # of the draft: something has to be left to do


class ModelChoices:
    """Between the stage and the models: hidden but for the picker while the draft is chosen."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build_picker(self, shared: Shared) -> None:
        """The picker; it shows when there is more than the draft to choose."""
        self.kept = gr.BrowserState("", storage_key="avatar-studio-model", secret="not-a-secret")
        shared.model["preset"] = gr.Dropdown(
            [("Draft on this CPU", DRAFT)],
            value=DRAFT,
            label="Model",
            visible=False,
            min_width=0,
            elem_id="model",
        )

    def build_options(self, shared: Shared) -> None:
        """What only models take, in two folds: what is often changed, and the rest."""
        with gr.Column(visible=False, elem_id="model-options", min_width=0) as self.panel:
            with gr.Row(elem_id="model-first"):
                quality = gr.Radio(
                    [("SD", "sd"), ("HD", "hd")],
                    value="sd",
                    label="Quality",
                    min_width=0,
                    elem_id="quality",
                    elem_classes="segments",
                )
                style = gr.Dropdown(
                    [(style.label, style.key) for style in STYLES],
                    value=FIRST_STYLE,
                    label="Style",
                    min_width=0,
                    elem_id="picture-style",
                )
                steps = gr.Number(
                    None,
                    label="Steps",
                    precision=0,
                    minimum=1,
                    maximum=LARGEST_STEPS,
                    min_width=0,
                    elem_id="steps",
                )
            reference = gr.Checkbox(
                False, label="Use my photo as reference", visible=False, container=False, elem_id="reference"
            )
            with gr.Accordion("More", open=False, visible=False, elem_id="model-more") as self.more:
                kept = gr.Slider(
                    0,
                    MOST_KEPT_PERCENT,
                    value=0,
                    step=5,
                    label="Start from the draft, % kept",
                    buttons=[],
                    elem_id="from-draft",
                )
                with gr.Row(visible=False, elem_id="lora-row") as self.loras:
                    lora = gr.Dropdown([("None", NO_LORA)], value=NO_LORA, label="LoRA", min_width=0)
                    weight = gr.Number(
                        FIRST_LORA_WEIGHT,
                        label="LoRA weight",
                        minimum=0,
                        maximum=LARGEST_LORA_WEIGHT,
                        step=0.1,
                        min_width=0,
                    )
                unwanted = gr.Textbox(
                    "",
                    label="Not in the picture",
                    placeholder="As written from the persona",
                    elem_id="unwanted",
                )
        shared.model.update(
            quality=quality,
            picture_style=style,
            steps=steps,
            reference=reference,
            draft_kept=kept,
            lora=lora,
            lora_weight=weight,
            unwanted=unwanted,
        )

    def wire(self, shared: Shared) -> None:
        """Show what counts for the model, for the person on the stage, and after every job that ended."""
        model = shared.model
        changes = (model["preset"], shared.avatar, shared.photo, shared.revision)
        gr.on(
            [component.change for component in changes],
            self.choose,
            [model["preset"], model["steps"], shared.avatar, shared.photo],
            [
                self.panel,
                model["steps"],
                model["reference"],
                self.more,
                model["draft_kept"],
                self.loras,
                model["lora"],
                model["unwanted"],
                self.kept,
            ],
            trigger_mode="always_last",
            **QUIET,
        )
        model["preset"].input(lambda: None, outputs=[model["steps"]], **QUIET)

    def list_models(self, request: gr.Request | None) -> Sequence[ModelView]:
        """Every preset, the draft first."""
        return self.studio.list_models(owner_of(request))

    def find(self, request: gr.Request | None, name: str) -> ModelView:
        """The model of that name. Raises RequestRefused for one that is gone."""
        for model in self.list_models(request):
            if model.name == name:
                return model
        raise RequestRefused("That model is not known any more. Choose another.")

    @shows_errors
    def load(self, kept: Any, request: gr.Request) -> Any:
        """The picker with its choices: on what was chosen last, else on the leanest that runs here, else the draft."""
        models = self.list_models(request)
        names = {model.name for model in models}
        chosen = kept if isinstance(kept, str) and kept in names else first_model(models)
        return gr.Dropdown(
            choices=[choice_of(model) for model in models], value=chosen, visible=len(models) > 1
        )

    @shows_errors
    def choose(
        self, preset: str, steps: float | None, avatar: str, photo: str, request: gr.Request
    ) -> list[Any]:
        """Which of the choices count for this model and this person."""
        if preset == DRAFT:
            return [gr.Column(visible=False), *[gr.skip()] * 7, preset]
        model = self.find(request, preset)
        loras = self.studio.list_loras() if model.takes_loras else ()
        usual = PRESETS[preset].steps if preset in PRESETS else None
        has_photo = bool(self.photo_of(request, avatar, photo))
        words = "Send my photo as reference" if model.sends_data_out else "Use my photo as reference"
        more = model.starts_from_draft or bool(loras) or model.takes_negative_prompt
        return [
            gr.Column(visible=True),
            gr.Number(placeholder=str(usual) if usual else None, value=steps or None),
            gr.Checkbox(label=words, visible=model.max_references > 0 and has_photo),
            gr.Accordion(visible=more),
            gr.Slider(visible=model.starts_from_draft),
            gr.Row(visible=bool(loras)),
            gr.Dropdown(choices=[("None", NO_LORA), *((name, name) for name in loras)]),
            gr.Textbox(visible=model.takes_negative_prompt),
            preset,
        ]

    def photo_of(self, request: gr.Request | None, avatar: str, photo: str) -> str:
        """The photo of the person on the stage: the avatar's own, or without an avatar the one in Upload; or ""."""
        if not avatar:
            return photo
        try:
            return self.studio.get_avatar(owner_of(request), avatar).photo_id or ""
        except NotFound:
            return ""

    def order_fields(
        self, request: gr.Request | None, values: Mapping[str, Any], avatar: str
    ) -> dict[str, Any]:
        """What the chosen model adds to an order, only what it honours.

        Raises RequestRefused with the model's own sentence when it cannot run.
        """
        name = values.get("preset") or DRAFT
        if name == DRAFT:
            return {}
        model = self.find(request, name)
        if not model.can_run:
            raise RequestRefused(model.says)
        fields: dict[str, Any] = {
            "engine": model.engine,
            "preset": model.name,
            "quality": values.get("quality") or "sd",
            "picture_style": values.get("picture_style") or FIRST_STYLE,
            "steps": int(values["steps"]) if values.get("steps") else None,
        }
        photo = self.photo_of(request, avatar, values.get("photo") or "")
        if model.max_references and values.get("reference") and photo:
            fields["references"] = (OrderReference(role="person", photo_id=photo),)
        if model.starts_from_draft and values.get("draft_kept"):
            fields["draft_strength"] = round(1 - float(values["draft_kept"]) / 100, 2)
        if model.takes_loras and values.get("lora"):
            own = PRESETS[name].loras if name in PRESETS else ()
            fields["loras"] = (*own, LoraUse(name=values["lora"], weight=float(values["lora_weight"] or 0)))
        if not model.takes_negative_prompt:
            fields["negative_prompt"] = None
        elif (values.get("unwanted") or "").strip():
            fields["negative_prompt"] = values["unwanted"].strip()
        return fields

    def updates(self, request: gr.Request | None, order: GenerationOrder) -> dict[str, Any]:
        """What to write into the picker and the choices for an order; a model or a LoRA that is gone is left out."""
        names = {model.name for model in self.list_models(request)}
        own = {use.name for use in PRESETS[order.preset].loras} if order.preset in PRESETS else set()
        known = set(self.studio.list_loras())
        added = next((use for use in order.loras or () if use.name in known - own), None)
        lora_choices = [("None", NO_LORA), *((name, name) for name in sorted(known))]
        return {
            "preset": order.preset if order.preset in names else DRAFT,
            "quality": order.quality,
            "picture_style": order.picture_style,
            "steps": order.steps,
            "reference": any(reference.role == "person" for reference in order.references),
            "draft_kept": 0 if order.draft_strength is None else round(100 * (1 - order.draft_strength)),
            "lora": gr.Dropdown(choices=lora_choices, value=added.name if added else NO_LORA),
            "lora_weight": added.weight if added else FIRST_LORA_WEIGHT,
            "unwanted": (order.negative_prompt or "") if order.preset != DRAFT else "",
        }


def first_model(models: Sequence[ModelView]) -> str:
    """The leanest model that runs on this machine's own card and sends nothing out; the draft where none does."""
    here = [model for model in models if model.name != DRAFT and model.can_run and not model.sends_data_out]
    return min(here, key=lambda model: model.memory_needed_gb).name if here else DRAFT
