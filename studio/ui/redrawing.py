"""What of a picture is drawn anew, in the dialog over its sheet: parts by name, and what is painted over it."""

from __future__ import annotations

import base64
import binascii
import html
from collections.abc import Sequence
from typing import get_args

import gradio as gr

from pipelines.errors import RequestRefused
from pipelines.image.engines import engine_class
from pipelines.types import RedrawPart
from studio.ui.handlers import read_text
from studio.ui.tray import button
from studio.vocabulary.generation import Generation, Picture
from studio.vocabulary.model import Model
from studio.vocabulary.order import LONGEST_PROMPT

PARTS = get_args(RedrawPart)
PNG_URL = "data:image/png;base64,"
LONGEST_PAINTED = 400_000  # characters: white strokes on black take a tenth of it
TOOLS = (
    '<p class="paint-tools"><label>Brush<input type="range" min="1" max="24" value="8" data-brush></label>'
    '<button type="button" class="button" data-undo disabled>Undo</button>'
    '<button type="button" class="button" data-clear disabled>Clear</button></p>'
)


def redraw_html(item: Generation, models: Sequence[Model], problem: str) -> str:
    """What of a picture can be drawn anew, and by which model; nothing where none can."""
    drawn = [one for one in item.pictures if not one.is_lost]
    able = _list_able(item, models)
    if not drawn or not able:
        return ""
    choices = "".join(_choice(number, one) for number, one in enumerate(drawn, 1))
    alone = "" if len(drawn) > 1 else " hidden"
    boxes = "".join(
        f'<label><input type="checkbox" name="part-{part}"> {part.capitalize()}</label>' for part in PARTS
    )
    does = "Draw it anew"
    return (
        "<section data-fields><h3>Redraw a part</h3>"
        '<p class="quiet">Everything else stays as it is, to the pixel. Say in the words what it shall be.</p>'
        f'<fieldset class="follow-open"><legend>What</legend>{boxes}</fieldset>'
        f'<p class="follow-row"><label{alone}>Picture<select name="picture">{choices}</select></label>'
        f'<label>Words<input name="words" dir="auto" autocomplete="off" maxlength="{LONGEST_PROMPT}" '
        f'value="{html.escape(drawn[0].prompt or item.prompt)}"></label></p>{_paint()}<p class="follow-row">{_by(able)}'
        f"{button('redraw', item.id, does, does, 'button button-primary')}</p>{problem}</section>"
    )


def read_painted(event: gr.EventData) -> bytes:
    """What was painted, as a PNG: white is drawn anew; nothing where nothing was. Raises RequestRefused."""
    text = read_text(event, "painted", most=LONGEST_PAINTED)
    if not text:
        return b""
    try:
        return base64.b64decode(text.removeprefix(PNG_URL), validate=True)
    except binascii.Error as error:
        raise RequestRefused("What you painted could not be read. Clear it and paint it again.") from error


def _list_able(item: Generation, models: Sequence[Model]) -> list[tuple[str, str]]:
    """What can draw a part of it anew, by name and title: what drew it, without a name, then what runs here."""
    made_by = engine_class(item.order.engine).info
    own = next((one.title for one in models if one.name == item.order.preset), item.order.preset)
    able = [("", own)] if made_by.redraws else []
    for one in models:
        info = engine_class(one.engine).info
        draws_too = info.pose != "draws" or made_by.pose == "draws"
        if one.can_run and info.redraws and draws_too and one.name != item.order.preset:
            able.append((one.name, one.title))
    return able


def _by(able: Sequence[tuple[str, str]]) -> str:
    """The choice of the model, where there is one."""
    options = "".join(
        f'<option value="{html.escape(name)}">{html.escape(title)}</option>' for name, title in able
    )
    alone = "" if len(able) > 1 else " hidden"
    return f'<label{alone}>Model<select name="preset">{options}</select></label>'


def _choice(number: int, one: Picture) -> str:
    return (
        f'<option value="{html.escape(one.id)}" data-url="api/v1/files/{html.escape(one.file_id)}" '
        f'data-width="{one.width}" data-height="{one.height}">{number}. {html.escape(one.alt)}</option>'
    )


def _paint() -> str:
    """A place to paint on the chosen picture; `paint.js` brings it to life when it is opened."""
    return (
        '<details class="paint" data-paint><summary>Paint over it</summary>'
        '<p class="quiet">What you paint is drawn anew, too. With the keyboard: arrows move the brush, space paints.'
        '</p><div class="paint-stage"><img alt=""><canvas tabindex="0" role="application" '
        'aria-label="Paint over the picture what is drawn anew"></canvas></div>'
        f'{TOOLS}<p class="quiet" data-painted role="status"></p><input type="hidden" name="painted"></details>'
    )
