"""Everything of an order back into the form, onto the stage and into the choices: from History or from a picture."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from pipelines.image.presets import PresetShelf
from studio.errors import NoRecipe
from studio.studio import Studio
from studio.ui.choices import ModelChoices
from studio.ui.prompts import MORE_FIELDS, more_updates
from studio.ui.shared import FIRST_POSE, PERSONA_FIELDS, Shared, person_of, persona_updates
from studio.ui.stage_fields import LARGEST_COUNT, STAGE_FIELDS, order_updates
from studio.vocabulary.codec import from_json
from studio.vocabulary.order import GenerationOrder, Recipe

DONE = "The settings are back."
MOST_MISSING = 20  # things said of one picture


class Restorer:
    """The one way back, whoever asks for it."""

    def __init__(self, studio: Studio, choices: ModelChoices) -> None:
        self.studio = studio
        self.choices = choices

    def outputs(self, shared: Shared) -> list[Any]:
        """What `updates` writes to."""
        return [
            *(shared.persona[name] for name in PERSONA_FIELDS),
            shared.pose,
            shared.avatar,
            shared.photo,
            *(shared.stage[name] for name in STAGE_FIELDS),
            *shared.prompt.values(),
            *shared.model.values(),
            shared.toast,
            shared.tabs,
        ]

    def updates(
        self, request: gr.Request, order: GenerationOrder, *, lost: Sequence[str] = (), done: str = ""
    ) -> dict[str, Any]:
        """What to write for an order, by name, in the order of `outputs`.

        What of it is not here any more is said, with what was `lost` before; or `done` where all of it is.
        """
        recipe = self.studio.for_person(person_of(request)).recipes.judge(order)
        recipe = replace(recipe, missing=(*lost, *(what for what in recipe.missing if what not in lost)))
        order = recipe.order
        photo = next((one.photo_id for one in order.references if one.role == "person"), None)
        poses = {pose.slug for pose in self.studio.poses.list_all()}
        return {
            **dict(zip(PERSONA_FIELDS, persona_updates(order.persona), strict=True)),
            "pose": order.poses[0] if order.poses[0] in poses else FIRST_POSE,
            "avatar": order.avatar_id or "",
            "photo": photo or gr.skip(),
            **order_updates(order),
            **dict(zip(("prompt", "negative", "edited"), self._words(recipe), strict=True)),
            **dict(zip(MORE_FIELDS, more_updates(order.more_prompts), strict=True)),
            **self.choices.updates(request, order),
            "toast": says_html(self.studio.presets, recipe, done),
            "tabs": gr.Tabs(selected="persona"),
        }

    def _words(self, recipe: Recipe) -> tuple[str, str, bool]:
        """The prompt, what shall not be in the picture, and whether they are the person's own words."""
        persona, ordered = recipe.order.persona, recipe.order.expression
        shown = replace(persona, expression=ordered or persona.expression)
        written = self.studio.personas.write_prompt(shown)
        if not recipe.is_edited:
            return (*written, False)
        prompt, negative = recipe.order.prompt, recipe.order.negative_prompt
        return written[0] if prompt is None else prompt, written[1] if negative is None else negative, True


def says_html(presets: PresetShelf, recipe: Recipe, done: str) -> Any:
    """The toast: what is missing, what the stage has no room for, or that all is done."""
    said = " ".join(
        sentence for sentence in (recipe.says or done, *list_cuts(presets, recipe.order)) if sentence
    )
    return f"<p>{html.escape(said)}</p>" if said else gr.skip()


def list_cuts(presets: PresetShelf, order: GenerationOrder) -> list[str]:
    """What of an order the stage has no room for, a sentence each: programs can order more than it shows."""
    preset = presets.get(order.preset)
    own = {use.name for use in preset.loras} if preset else set()
    loras = [use for use in order.loras or () if use.name not in own]
    cuts = []
    if len(order.poses) > 1:
        cuts.append(f"Of its {len(order.poses)} poses the first is on the stage.")
    if len(loras) > 1:
        cuts.append(f"Of its {len(loras)} LoRAs the first is chosen.")
    if order.count > LARGEST_COUNT:
        cuts.append(f"Of its {order.count} pictures of each view, {LARGEST_COUNT} are chosen.")
    return cuts


def read_recipe(event: gr.EventData) -> tuple[GenerationOrder, list[str]]:
    """The order and what was missing of it, as REST told the page; it came over the browser, so it is anybody's.

    Raises NoRecipe where there is no order, RequestRefused where it does not fit.
    """
    data = event._data if isinstance(event._data, dict) else {}
    stored, missing = data.get("order"), data.get("missing")
    if not isinstance(stored, dict):
        raise NoRecipe
    words = [what for what in missing if isinstance(what, str)] if isinstance(missing, list) else []
    return from_json(GenerationOrder, stored), words[:MOST_MISSING]
