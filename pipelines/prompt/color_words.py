"""What people call colours, and what they come to on cloth: "#rrggbb"."""

from __future__ import annotations

import re

from pipelines.errors import UnknownName

NAMED_COLORS: dict[str, str] = {
    "off-white": "#ece7da",
    "light blue": "#a9c3dc",
    "sky blue": "#9cc4e4",
    "dark blue": "#22324f",
    "navy blue": "#27324a",
    "royal blue": "#2f4fa3",
    "light grey": "#c3c2be",
    "light gray": "#c3c2be",
    "dark grey": "#44464b",
    "dark gray": "#44464b",
    "dark green": "#24402f",
    "forest green": "#2d4a35",
    "olive green": "#6a6b3f",
    "dark red": "#6d1f24",
    "hot pink": "#d9488b",
    "black": "#1c1d21",
    "white": "#f1efea",
    "ivory": "#efe8d8",
    "cream": "#ece2cb",
    "ecru": "#e3d8c0",
    "beige": "#d6c6a8",
    "sand": "#cdb892",
    "tan": "#b8956a",
    "camel": "#b58a55",
    "khaki": "#8d7a5f",
    "taupe": "#8b7d70",
    "brown": "#5f432f",
    "chocolate": "#4a3224",
    "rust": "#a5502c",
    "terracotta": "#b4553a",
    "orange": "#d9762f",
    "coral": "#e0775f",
    "peach": "#eab497",
    "salmon": "#dd8a76",
    "red": "#b5302c",
    "crimson": "#9c1f33",
    "scarlet": "#c2302a",
    "burgundy": "#6b1f30",
    "maroon": "#5c1f26",
    "wine": "#6b2036",
    "pink": "#dca0ab",
    "rose": "#c97f86",
    "fuchsia": "#b8377f",
    "magenta": "#a5327a",
    "plum": "#5e3250",
    "purple": "#5d3f7d",
    "violet": "#6a4c93",
    "lavender": "#b4a6d1",
    "lilac": "#bca7cc",
    "indigo": "#34356b",
    "navy": "#27324a",
    "blue": "#365c94",
    "teal": "#2c6a6c",
    "turquoise": "#4aa6a2",
    "aqua": "#6cbcb8",
    "mint": "#a9d3b9",
    "emerald": "#1f6b4c",
    "green": "#3d6b46",
    "sage": "#93a388",
    "olive": "#6a6b3f",
    "lime": "#9bbd45",
    "yellow": "#e0bc3f",
    "mustard": "#c4952f",
    "gold": "#b58c4a",
    "golden": "#b58c4a",
    "silver": "#b4b7bc",
    "grey": "#85868a",
    "gray": "#85868a",
    "charcoal": "#3a3c42",
    "slate": "#57626f",
    "steel": "#8d8f96",
    "iron": "#6f7076",
    "bronze": "#8a6a3c",
    "copper": "#a8623d",
    "brass": "#b08d48",
    "amber": "#c98a2b",
    "cyan": "#4fb3c4",
    "azure": "#4a86c5",
    "cobalt": "#2c4fa0",
    "ruby": "#9b1b38",
    "jade": "#3c8a66",
    "mauve": "#a98ba8",
    "nude": "#d9b79c",
    "bone": "#e3dac4",
}
LIGHTER, DARKER = ("light", "pale", "pastel"), ("dark", "deep")
TOWARDS = 0.35  # how far "light" and "dark" go towards white and black where no name says it


def color_value(color: str) -> str:
    """ "#rrggbb" of a colour's name or of "#rrggbb"; "" stays. Raises UnknownName."""
    if not color or re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return color.lower()
    for name in (color.lower(), color.lower().replace("-", " ")):
        if name in NAMED_COLORS:
            return NAMED_COLORS[name]
    raise UnknownName(f"“{color}” is not a colour. Write one like “navy” or “#27324a”.")


def shade_color(color: str, word: str) -> str:
    """The colour as "light" or "dark" makes it; any other word leaves it."""
    if word not in LIGHTER and word not in DARKER:
        return color
    end = 255 if word in LIGHTER else 0
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (end - part) * TOWARDS):02x}" for part in parts)
