"""Simple drawings for tests: no engine, no body model."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw

from pipelines.image.provenance import sign_picture
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder

PAPER, NIGHT, SKIN, LEGS = "#FAFAF7", "#141413", "#C99B7A", "#2F3A40"
BREADTHS = {"front": 1.0, "back": 1.0, "side": 0.6, "quarter": 0.85, "designed": 1.0}


def draw_figure(
    width: int, height: int, *, view: str = "front", dark: bool = False, shade: int = 0
) -> Image.Image:
    """A plain figure on the page's tone; `shade` varies the cloth so that seeds differ."""
    picture = Image.new("RGB", (width, height), NIGHT if dark else PAPER)
    draw = ImageDraw.Draw(picture)
    half, unit, middle = BREADTHS[view], height / 10, width / 2
    cloth = tuple((channel + 13 * shade) % 200 + 20 for channel in (92, 107, 115))
    draw.ellipse(
        (middle - unit * 1.6, unit * 9.1, middle + unit * 1.6, unit * 9.5),
        fill="#00000018" if dark else "#E6E3DC",
    )
    draw.rounded_rectangle(
        (middle - 0.75 * unit * half, unit * 5, middle + 0.75 * unit * half, unit * 9.3), unit * 0.3, LEGS
    )
    draw.rounded_rectangle(
        (middle - unit * half, unit * 2.2, middle + unit * half, unit * 5.4), unit * 0.5, cloth
    )
    draw.ellipse((middle - unit * 0.5, unit * 0.8, middle + unit * 0.5, unit * 2), SKIN)
    return picture


def carry_order(order: GenerationOrder) -> bytes:
    """A picture with these settings in it, PNG."""
    return carry({"order": to_json(order), "seed": order.seed})


def carry(recipe: Mapping[str, Any]) -> bytes:
    """A picture with this recipe in it, PNG."""
    return sign_picture(draw_figure(60, 90), "algorithmicMedia", recipe=recipe)


def encode(picture: Image.Image, kind: str = "WEBP") -> bytes:
    """The picture as bytes of that format."""
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()
