"""The stage's field for pictures of the avatar's own that a model looks at: chosen by the studio, or picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from studio.errors import NotFound
from studio.studio import Studio
from studio.ui.shared import person_of
from studio.vocabulary.model import Model
from studio.vocabulary.order import MOST_OWN_PICTURES, GenerationOrder

CHOSEN_HERE = "chosen-here"
LABEL, SENT_LABEL = "Look at this avatar’s pictures", "Send this avatar’s pictures"


def build_likeness() -> gr.Dropdown:
    """The field, hidden until a model that looks at pictures and an avatar that has some are chosen."""
    return gr.Dropdown(
        [("The best, chosen here", CHOSEN_HERE)],
        value=[],
        multiselect=True,
        label=LABEL,
        allow_custom_value=True,  # an order that is brought back names what it looked at
        visible=False,
        min_width=0,
        elem_id="own-pictures",
    )


def likeness_change(studio: Studio, request: gr.Request, model: Model, avatar: str) -> dict[str, Any]:
    """What to change on the field for a model and an avatar."""
    choices = _choices(studio, request, avatar) if model.max_references else []
    return {
        "label": SENT_LABEL if model.sends_data_out else LABEL,
        "choices": choices,
        "visible": bool(choices),
    }


def likeness_fields(model: Model, values: Mapping[str, Any], avatar: str) -> dict[str, Any]:
    """The order's pictures of the person, where the model looks at any and an avatar is on the stage."""
    chosen: Sequence[str] = values.get("own_pictures") or ()
    if not (avatar and model.max_references and chosen):
        return {}
    picked = tuple(one for one in chosen if one != CHOSEN_HERE)
    return {
        "person_pictures": picked,
        "avatar_pictures": MOST_OWN_PICTURES if CHOSEN_HERE in chosen else 0,
    }


def likeness_value(studio: Studio, request: gr.Request, order: GenerationOrder) -> Any:
    """What to write into the field for an order."""
    chosen = [CHOSEN_HERE] if order.avatar_pictures else []
    offered = _choices(studio, request, order.avatar_id or "")
    known = {file_id for _, file_id in offered}
    named = [
        (f"Picture {number}", one) for number, one in enumerate(order.person_pictures, 1) if one not in known
    ]
    return gr.Dropdown(
        choices=[*offered, *named],
        value=[*chosen, *order.person_pictures],
        multiselect=True,
        allow_custom_value=True,
    )


def _choices(studio: Studio, request: gr.Request, avatar: str) -> list[tuple[str, str]]:
    if not avatar:
        return []
    try:
        own = studio.for_person(person_of(request)).avatars.list_pictures(avatar)
    except NotFound:
        return []
    return [("The best, chosen here", CHOSEN_HERE), *((one.label, one.file_id) for one in own)] if own else []
