"""The stage's model picker and what only some models take: quality, steps, photo, LoRA, start from the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from pipelines.errors import RequestRefused
from pipelines.options import MOST_LORA_WEIGHT
from pipelines.types import LoraUse
from studio.errors import NotFound
from studio.studio import Studio
from studio.ui.handlers import QUIET, shows_errors
from studio.ui.likeness import build_likeness, likeness_change, likeness_fields, likeness_value
from studio.ui.model_words import DRAFT, choice_of, reads_words
from studio.ui.prompts import read_more
from studio.ui.shared import Shared, person_of
from studio.ui.steering import (
    build_steering,
    steering_changes,
    steering_fields,
    steering_of,
    steering_updates,
)
from studio.vocabulary.model import Model
from studio.vocabulary.order import GenerationOrder, OrderReference

NO_LORA = ""
FIRST_LORA_WEIGHT = 0.8
PHOTO_WORDS, SENT_PHOTO_WORDS = "Use my photo as reference", "Send my photo as reference"
MOST_KEPT_PERCENT = 95  # of the draft: something has to be left to do
# For what draws the scene itself: the panel goes, all in it stays as it is.
NOTHING_COUNTS: dict[str, dict[str, Any]] = {
    name: {"visible": False} if name == "panel" else {}
    for name in (
        "panel", "steps", "second_pass", "face_pass", "reference", "own_pictures", "more", "draft_kept", "loras",
        "lora", "unwanted", "guidance", "controls",
    )
}  # fmt: skip


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
            self._build_first(shared)
            with gr.Accordion("More", open=False, visible=False, elem_id="model-more") as self.more:
                self._build_more(shared)

    def _build_first(self, shared: Shared) -> None:
        with gr.Row(elem_id="model-first"):
            quality = gr.Radio(
                [("SD", "sd"), ("HD", "hd")],
                value="sd",
                label="Quality",
                min_width=0,
                elem_id="quality",
                elem_classes="segments",
            )
            steps = gr.Number(
                None,
                label="Steps",
                precision=0,
                min_width=0,
                elem_id="steps",
            )
        shared.model.update(quality=quality, steps=steps)
        switches = {
            "second_pass": ("Second pass, for detail", True),
            "face_pass": ("Face pass, for a clear face", True),
            "reference": (PHOTO_WORDS, False),
        }
        with gr.Row(elem_id="model-switches"):
            for name, (label, value) in switches.items():
                shared.model[name] = gr.Checkbox(
                    value,
                    label=label,
                    visible=False,
                    container=False,
                    min_width=0,
                    elem_id=name.replace("_", "-"),
                )
        shared.model.update(own_pictures=build_likeness(), pictured=gr.State(""))

    def _build_more(self, shared: Shared) -> None:
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
                maximum=MOST_LORA_WEIGHT,
                step=0.1,
                min_width=0,
            )
        unwanted = gr.Textbox(
            "",
            label="Not in the picture: words here double the time",
            placeholder="Empty: each step is done once",
            elem_id="unwanted",
        )
        shared.model.update(draft_kept=kept, lora=lora, lora_weight=weight, unwanted=unwanted)
        build_steering(shared)

    def wire(self, shared: Shared) -> None:
        """Show what counts for the model, for the person on the stage, and after every job that ended."""
        model = shared.model
        changes = (model["preset"], model["quality"], shared.avatar, shared.photo, shared.revision)
        gr.on(
            [component.change for component in changes],
            self.choose,
            inputs_kwargs={
                name: model[name] for name in ("preset", "quality", "steps", "steered", "pictured")
            }
            | {"avatar": shared.avatar, "photo": shared.photo},
            outputs=[
                self.panel,
                *(model[name] for name in ("steps", "second_pass", "face_pass", "reference", "own_pictures")),
                self.more,
                model["draft_kept"],
                self.loras,
                *(
                    model[name]
                    for name in ("lora", "unwanted", "guidance", "controls", "steered", "pictured")
                ),
                self.kept,
                *shared.read,
                *shared.drawn,
            ],
            trigger_mode="always_last",
            **QUIET,
        )
        self.read, self.drawn = len(shared.read), len(shared.drawn)
        model["preset"].input(lambda: (None, None), outputs=[model["steps"], model["guidance"]], **QUIET)

    read = drawn = 0  # how many components count only where words are read, or only where a scene is drawn

    def list_models(self, request: gr.Request) -> Sequence[Model]:
        """Every preset, the draft first."""
        return self.studio.for_person(person_of(request)).models.list_all()

    def find(self, request: gr.Request, name: str) -> Model:
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
        self,
        request: gr.Request,
        *,
        preset: str,
        quality: str,
        steps: float | None,
        steered: str,
        pictured: str,
        avatar: str,
        photo: str,
    ) -> list[Any]:
        """Which of the choices count for this model and this person, in the order of `wire`'s outputs."""
        model = self.find(request, preset)
        reads, draws = (gr.update(visible=reads_words(model) is wanted) for wanted in (True, False))
        counts = (
            self._counting(request, model, quality, avatar, photo) if reads_words(model) else NOTHING_COUNTS
        )
        changes = {name: gr.update(**change) for name, change in counts.items()}
        if reads_words(model):
            changes["steps"]["value"] = steps or None
            if pictured != avatar:
                changes["own_pictures"]["value"] = []
            if steered != preset:
                changes["controls"]["value"] = list(steering_of(self.studio.presets, preset)[1])
        return [*changes.values(), preset, avatar, preset, *[reads] * self.read, *[draws] * self.drawn]

    def _counting(
        self, request: gr.Request, model: Model, quality: str, avatar: str, photo: str
    ) -> dict[str, dict[str, Any]]:
        """What to change on each choice, for a model that reads words."""
        loras = self.studio.weights.list_loras() if model.takes_loras else ()
        preset = self.studio.presets.get(model.name)
        steering = steering_changes(self.studio.presets, model.name)
        more = model.starts_from_draft or bool(loras) or model.takes_negative_prompt
        more = more or any(change["visible"] for change in steering.values())
        is_hd = quality == "hd"
        usual = ((is_hd and preset.hd_steps) or preset.steps) if preset else None
        return {
            "panel": {"visible": True},
            "steps": {"placeholder": str(usual) if usual else None},
            "second_pass": {"visible": is_hd and model.second_pass},
            "face_pass": {"visible": is_hd and model.face_pass},
            "reference": {
                "label": SENT_PHOTO_WORDS if model.sends_data_out else PHOTO_WORDS,
                "visible": model.max_references > 0 and bool(self.photo_of(request, avatar, photo)),
            },
            "own_pictures": likeness_change(self.studio, request, model, avatar),
            "more": {"visible": more},
            "draft_kept": {"visible": model.starts_from_draft},
            "loras": {"visible": bool(loras)},
            "lora": {"choices": [("None", NO_LORA), *((name, name) for name in loras)]},
            "unwanted": {"visible": model.takes_negative_prompt},
            **steering,
        }

    def photo_of(self, request: gr.Request, avatar: str, photo: str) -> str:
        """The photo of the person on the stage: the avatar's own, or without an avatar the one in Upload; or ""."""
        if not avatar:
            return photo
        try:
            return self.studio.for_person(person_of(request)).avatars.get(avatar).photo_id or ""
        except NotFound:
            return ""

    def order_fields(self, request: gr.Request, values: Mapping[str, Any], avatar: str) -> dict[str, Any]:
        """What the chosen model adds to an order, only what it supports.

        Raises RequestRefused with the model's own sentence when it cannot run.
        """
        model = self.find(request, values.get("preset") or DRAFT)
        if not model.can_run:
            raise RequestRefused(model.says)
        fields: dict[str, Any] = {"engine": model.engine, "preset": model.name}
        if not reads_words(model):
            return fields
        fields |= {
            "count": int(values.get("count") or 1),
            "more_prompts": read_more(values),
            "quality": values.get("quality") or "sd",
            "steps": int(values["steps"]) if values.get("steps") else None,
        }
        for one, can in (("second_pass", model.second_pass), ("face_pass", model.face_pass)):
            if can and not values.get(one, True):
                fields[one] = False  # left alone it is done where it can be
        photo = self.photo_of(request, avatar, values.get("photo") or "")
        if model.max_references and values.get("reference") and photo:
            fields["references"] = (OrderReference(role="person", photo_id=photo),)
        fields |= likeness_fields(model, values, avatar)
        if model.starts_from_draft and values.get("draft_kept"):
            fields["draft_strength"] = round(1 - float(values["draft_kept"]) / 100, 2)
        if model.takes_loras and values.get("lora"):
            preset = self.studio.presets.get(model.name)
            fields["loras"] = (
                *(preset.loras if preset else ()),
                LoraUse(name=values["lora"], weight=float(values["lora_weight"] or 0)),
            )
        fields |= steering_fields(self.studio.presets, model.name, values)
        if not model.takes_negative_prompt:
            fields["negative_prompt"] = None
        elif (values.get("unwanted") or "").strip():
            fields["negative_prompt"] = values["unwanted"].strip()
        return fields

    def updates(self, request: gr.Request, order: GenerationOrder) -> dict[str, Any]:
        """What to write into the picker and the choices for an order; a model or a LoRA that is gone is left out."""
        names = {model.name for model in self.list_models(request)}
        preset = self.studio.presets.get(order.preset)
        own = {use.name for use in preset.loras} if preset else set()
        known = set(self.studio.weights.list_loras())
        added = next((use for use in order.loras or () if use.name in known - own), None)
        lora_choices = [("None", NO_LORA), *((name, name) for name in sorted(known))]
        return {
            "preset": order.preset if order.preset in names else DRAFT,
            "quality": order.quality,
            "steps": order.steps,
            "second_pass": order.second_pass is not False,
            "face_pass": order.face_pass is not False,
            "reference": any(reference.role == "person" for reference in order.references),
            "own_pictures": likeness_value(self.studio, request, order),
            "pictured": order.avatar_id or "",
            "draft_kept": 0 if order.draft_strength is None else round(100 * (1 - order.draft_strength)),
            "lora": gr.Dropdown(choices=lora_choices, value=added.name if added else NO_LORA),
            "lora_weight": added.weight if added else FIRST_LORA_WEIGHT,
            "unwanted": (order.negative_prompt or "") if order.preset != DRAFT else "",
            **steering_updates(self.studio.presets, order),
        }


def first_model(models: Sequence[Model]) -> str:
    """What a page opens on: of the models that run on this machine's own card the preferred one, else the leanest; else
    the draft."""
    here = [model for model in models if model.name != DRAFT and model.can_run and not model.sends_data_out]
    first = min(here, key=lambda model: (not model.preferred, model.memory_needed_gb), default=None)
    return first.name if first else DRAFT
