"""The stage's own fields: which view, how framed, drawn and how large; and what an order writes back into them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import gradio as gr

from pipelines.appearance import BACKDROPS, LIGHTS, Expression
from pipelines.errors import RequestRefused
from pipelines.options import EXPRESSIONS
from pipelines.prompt.persona import read_expression
from pipelines.prompt.styles import STYLES
from pipelines.types import VIEWS, Framing, Persona
from studio.services.credits import prices_of
from studio.settings import Settings
from studio.ui.shared import Shared
from studio.vocabulary.character_sheet import CELLS
from studio.vocabulary.order import MOST_POSES, GenerationOrder

LARGEST_COUNT = 4
AS_THE_POSE = ""
AS_THE_PERSONA = ""  # or, where the persona says nothing, as the pose
STAGE_FIELDS = (
    "view", "look", "framing", "size", "face", "picture_style", "light", "set", "count", "seed", "all_views", "recipe",
    "sheet",
)  # fmt: skip
PLAIN_FIELDS = ("look", "picture_style", "light", "set")  # what stands in an order as it stands here
SCENE_FIELDS = (
    "view",
    "look",
    "framing",
    "face",
    "picture_style",
    "light",
    "set",
)  # what the live draft is made of
NOT_CHOSEN = f"Choose up to {MOST_POSES} poses, then order them."
FIRST_STYLE, FIRST_LIGHT, FIRST_SET = "realistic", "soft", "paper"

FRAMING_CHOICES = (
    ("As the pose", AS_THE_POSE),
    ("Full figure", "full"),
    ("Three-quarter", "three-quarter"),
    ("Bust", "bust"),
    ("Portrait", "portrait"),
)
SIZE_CHOICES = (
    ("1024 × 1024", "1024x1024"),
    ("768 × 1024", "768x1024"),
    ("832 × 1216", "832x1216"),
    ("1216 × 832", "1216x832"),
    ("512 × 512", "512x512"),
)
FIRST_SIZE = "768x1024"
FACE_CHOICES = (("Persona’s", AS_THE_PERSONA), *((option.label, option.key) for option in EXPRESSIONS))


def build_views(shared: Shared) -> None:
    """Which side is seen, and whether in colour."""
    with gr.Row(elem_id="looks", elem_classes="segments-row"):
        view = gr.Radio(
            [*((name.capitalize(), name) for name in VIEWS), ("Designed", "designed")],
            value="front",
            label="View",
            elem_id="view",
            elem_classes="segments",
            min_width=0,
            scale=2,
        )
        look = gr.Radio(
            [("Clay", "clay"), ("Coloured", "coloured")],
            value="coloured",
            label="Look",
            elem_id="look",
            elem_classes="segments",
            min_width=0,
            scale=1,
        )
    shared.stage.update(view=view, look=look)


def build_frame(shared: Shared) -> Any:
    """Framing, size, the face, and what only models take: number and seed. The button that rolls the seed."""
    with gr.Row(elem_id="options"):
        framing = gr.Dropdown(
            list(FRAMING_CHOICES), value=AS_THE_POSE, label="Framing", min_width=0, elem_id="framing"
        )
        size = gr.Dropdown(list(SIZE_CHOICES), value=FIRST_SIZE, label="Size", min_width=0, elem_id="size")
        face = gr.Dropdown(
            list(FACE_CHOICES), value=AS_THE_PERSONA, label="Expression", min_width=0, elem_id="expression"
        )
        count = gr.Dropdown(
            list(range(1, LARGEST_COUNT + 1)),
            value=1,
            label="Pictures",
            min_width=0,
            elem_id="count",
            visible=False,
        )
        seed = gr.Number(7, label="Seed", precision=0, min_width=0, elem_id="seed", visible=False)
        reroll = gr.Button(
            "⟳", elem_id="reroll", elem_classes="icon-button", min_width=0, scale=0, visible=False
        )
    shared.read += [count, seed, reroll]
    shared.stage.update(framing=framing, size=size, face=face, count=count, seed=seed)
    return reroll


def build_appearance(shared: Shared) -> None:
    """Style; and light and background, where the studio draws the scene itself."""
    with gr.Row(elem_id="appearance"):
        style = gr.Dropdown(
            [(style.label, style.key) for style in STYLES],
            value=FIRST_STYLE,
            label="Style",
            min_width=0,
            elem_id="picture-style",
        )
        light = gr.Dropdown(
            [(name.capitalize(), name) for name in LIGHTS],
            value=FIRST_LIGHT,
            label="Light",
            min_width=0,
            elem_id="light",
        )
        behind = gr.Dropdown(
            [(name.capitalize(), name) for name in BACKDROPS],
            value=FIRST_SET,
            label="Behind",
            min_width=0,
            elem_id="set",
        )
    shared.drawn += [light, behind]
    shared.stage.update(picture_style=style, light=light, set=behind)


def build_sheet(shared: Shared) -> None:
    """Whether a character sheet is made of what the stage shows."""
    shared.stage["sheet"] = gr.Checkbox(
        False,
        label=f"Character sheet: {len(CELLS)} pictures and one of all",
        elem_id="character-sheet",
        min_width=0,
        container=False,
    )


def build_priority(shared: Shared, settings: Settings) -> None:
    """Whether an order goes before one's other orders, with what that costs; nothing where nothing costs credits."""
    prices = prices_of(settings)
    if prices is None:
        return
    more = f" (+{prices.priority:,} credits a picture)" if prices.priority else ""
    shared.stage["priority"] = gr.Checkbox(
        False, label=f"Before my other orders{more}", elem_id="priority", min_width=0, container=False
    )


def read_size(size: str) -> tuple[int, int]:
    """Width and height of a choice like "768x1024"."""
    width, height = size.split("x")
    return int(width), int(height)


def read_framing(framing: str) -> Framing | None:
    """The framing, or None for the pose's own."""
    return framing or None  # type: ignore[return-value]


def read_face(face: str | None) -> Expression | None:
    """The order's expression of a choice like "wink", or "wink 0.3"; None for the persona's. Raises RequestRefused."""
    if not face:
        return None
    name, _, strength = face.partition(" ")
    try:
        return read_expression({"name": name, "strength": float(strength or 1)})
    except ValueError as error:
        raise RequestRefused("Choose the expression once more.") from error


def show_as_chosen(persona: Persona, face: str | None) -> Persona:
    """The persona with the stage's expression, where one is chosen there. Raises RequestRefused."""
    return replace(persona, expression=read_face(face) or persona.expression)


def put_face(expression: Expression | None) -> Any:
    """The choice for an order's expression; one of another strength than ours becomes a choice."""
    if expression is None or expression.strength == 1:
        return AS_THE_PERSONA if expression is None else expression.name
    own = f"{expression.name} {expression.strength:g}"
    label = next((label for label, key in FACE_CHOICES if key == expression.name), expression.name)
    choices = [*FACE_CHOICES, (f"{label}, {expression.strength:.0%}", own)]
    return gr.Dropdown(choices=choices, value=own)


def read_chosen(chosen: str) -> tuple[str, ...]:
    """The ids of several poses, as the gallery sends them. Raises RequestRefused for what is none."""
    try:
        slugs = json.loads(chosen) if chosen else []
    except ValueError as error:
        raise RequestRefused(NOT_CHOSEN) from error
    if (
        not isinstance(slugs, list)
        or not all(isinstance(one, str) for one in slugs)
        or len(slugs) > MOST_POSES
    ):
        raise RequestRefused(NOT_CHOSEN)
    return tuple(dict.fromkeys(slugs))


def order_updates(order: GenerationOrder) -> dict[str, Any]:
    """What to write into the stage's own controls for an order; a size that is none of ours becomes a choice."""
    size = (f"{order.width} × {order.height}", f"{order.width}x{order.height}")
    sizes = list(SIZE_CHOICES) if size in SIZE_CHOICES else [*SIZE_CHOICES, size]
    fields: dict[str, Any] = {name: getattr(order, name) for name in PLAIN_FIELDS} | {
        "view": order.views[0],
        "framing": order.framing or AS_THE_POSE,
        "size": gr.Dropdown(choices=sizes, value=size[1]),
        "face": put_face(order.expression),
        "count": max(1, min(order.count, LARGEST_COUNT)),
        "seed": order.seed,
        "all_views": len(order.views) > 1,
        "recipe": bool(order.recipe),
        "sheet": order.sheet,
    }
    return {name: fields[name] for name in STAGE_FIELDS}  # in the order of the widgets
