"""Comparing two to six orders: their pictures side by side, under a slider, as a difference, or in turn."""

from __future__ import annotations

import json
from collections.abc import Sequence

import gradio as gr

from pipelines.errors import RequestRefused
from studio.studio import Studio
from studio.ui.handlers import DIRECT, read_texts, shows_errors
from studio.ui.shared import person_of
from studio.ui.tray import isolate_name
from studio.vocabulary.generation import Generation, Picture

MOST_COMPARED = 6
WAYS = (("side", "Side by side"), ("slide", "Slider"), ("differ", "Difference"), ("blink", "Blink"))
CHOICES = "".join(
    f'<label class="compare-way"><input type="radio" name="compare-way" value="{way}">{words}</label>'
    for way, words in WAYS
)
DIALOG = f"""
<dialog class="compare" aria-labelledby="compare-title">
  <div class="compare-head"><h2 id="compare-title">Compare</h2>
    <fieldset class="compare-ways"><legend class="sr-only">How</legend>{CHOICES}</fieldset>
    <span class="compare-pair" data-pair><label>Left<select data-side="0"></select></label>
      <label>Right<select data-side="1"></select></label></span>
    <button type="button" class="icon-button" data-close aria-label="Close">×</button></div>
  <div class="compare-stage" data-stage></div>
  <p class="quiet" role="status" data-says></p>
</dialog>
"""
JS = "avatarStudio.comparison(element, props, watch, trigger, 'these');"


class Comparison:
    """The dialog, over History."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """Make the dialog, closed."""
        self.dialog = gr.HTML(
            "", html_template=DIALOG, elem_id="compare", js_on_load=JS, apply_default_css=False
        )

    def wire(self) -> None:
        """Look up what is to be compared."""
        self.dialog.these(self.these, outputs=[self.dialog], trigger_mode="multiple", **DIRECT)

    @shows_errors
    def these(self, event: gr.EventData, request: gr.Request) -> str:
        """The pictures of the orders that are chosen, each with its words: of one order its own pictures, of several
        the first of each."""
        ids = read_texts(event, "ids", most=MOST_COMPARED)
        mine = self.studio.for_person(person_of(request))
        pictures = list_pictures([mine.generations.get(one) for one in ids])
        if len(pictures) < 2:
            raise RequestRefused("Choose two to six that have pictures.")
        return json.dumps({"ids": ids, "pictures": pictures})


def list_pictures(items: Sequence[Generation]) -> list[dict[str, str]]:
    """Address and words of what is compared; damaged pictures are left out."""
    if len(items) == 1:
        return [
            _describe(picture, f"{picture.view.capitalize()}, {picture.pose.replace('-', ' ')}")
            for picture in _whole(items[0])[:MOST_COMPARED]
        ]
    return [_describe(picture, isolate_name(item.title)) for item in items for picture in _whole(item)[:1]]


def _describe(picture: Picture, title: str) -> dict[str, str]:
    return {
        "url": f"api/v1/files/{picture.file_id}",
        "title": title,
        "said": f"Seed {picture.seed} · {picture.width} × {picture.height}",
        "alt": picture.alt,
    }


def _whole(item: Generation) -> list[Picture]:
    return [picture for picture in item.pictures if not picture.is_lost]
