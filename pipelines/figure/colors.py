"""Colours: hex to linear light, the tables of skin, hair and eyes, and the colours that words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

SKIN_TONES: dict[str, str] = {
    "porcelain": "#f3d3c0",
    "fair": "#ecc7ae",
    "light": "#e3b797",
    "medium": "#cf9f80",
    "tan": "#ab7d5e",
    "brown": "#8a5a3c",
    "deep": "#5d3b2a",
}
HAIR_COLORS: dict[str, str] = {
    "black": "#1d1a1b",
    "dark-brown": "#33241d",
    "brown": "#553522",
    "auburn": "#7a3b22",
    "red": "#9a4a24",
    "blonde": "#bf9d6e",
    "grey": "#8f8d8a",
    "white": "#d9d5ce",
}
EYE_COLORS: dict[str, str] = {
    "brown": "#5a3b22",
    "hazel": "#7a5c30",
    "green": "#4f7350",
    "blue": "#4f7fa8",
    "grey": "#7d8890",
    "amber": "#a06a28",
}
# What people call cloth colours. Two-word names first: "navy blue" is not "blue".
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
    "denim": "#3a506b",
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
}
# Which words name a slot's garment. A colour fills the slot of the first garment named after it.
SLOT_WORDS: dict[str, tuple[str, ...]] = {
    "jacket": ("blazer", "jacket", "coat", "suit", "parka", "anorak", "cardigan", "tuxedo", "vest", "gilet"),
    "shirt": ("shirt", "blouse", "button-down", "oxford"),
    "top": (
        "t-shirt", "tee", "tshirt", "top", "tank", "sweater", "jumper", "turtleneck", "pullover", "hoodie",
        "sweatshirt", "knit", "tunic", "singlet", "polo",
    ),
    "bottom": (
        "trousers", "pants", "jeans", "chinos", "slacks", "leggings", "shorts", "joggers", "sweatpants", "cargos",
    ),
    "skirt": ("skirt",),
    "dress": ("dress", "gown", "bodice"),
    "shoes": ("shoes", "sneakers", "trainers", "boots", "loafers", "flats", "heels", "oxfords", "shoe"),
    "tie": ("tie", "necktie"),
    "accent": ("stripe", "stripes", "accent", "accents"),
    "plate": ("armour", "armor", "breastplate", "plate"),
    "trim": ("trim", "braid"),
}  # fmt: skip
# A garment's word may stand for another slot where the outfit has not got its own: "blue suit" is also the trousers.
SLOT_FALLBACKS: dict[str, tuple[str, ...]] = {
    "shirt": ("top",),
    "top": ("shirt", "dress", "jacket"),
    "jacket": ("top",),
    "dress": ("skirt", "top"),
    "skirt": ("bottom", "dress"),
    "bottom": ("skirt",),
}
BOTH_OF_SUIT = ("suit", "tuxedo", "tracksuit")  # these words colour the trousers too
WORD = re.compile(r"#[0-9a-f]{6}\b|[a-z]+(?:-[a-z]+)*")


def linear(color: str) -> np.ndarray:
    """(3,) float32 linear light of "#rrggbb" (sRGB transfer, IEC 61966-2-1). Raises ValueError for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise ValueError(f"not a colour: {color!r}")
    share = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


def colors_of_words(words: str, slots: Iterable[str]) -> dict[str, str]:
    """Slot -> "#rrggbb" for the colours that free words name: "navy blazer, white shirt".

    A colour belongs to the next garment named after it in the same phrase; phrases end at a comma, "and",
    "with" or "over". Words that name neither are passed over.
    """
    known = set(slots)
    found: dict[str, str] = {}
    for phrase in re.split(r"[,;.]|\band\b|\bwith\b|\bover\b", words.lower()):
        color: str | None = None
        for word in _phrase_words(phrase):
            if word.startswith("#"):
                color = word
            elif color and (slot := _slot_of(word, known)):
                found.setdefault(slot, color)
                if word in BOTH_OF_SUIT and "bottom" in known:
                    found.setdefault("bottom", color)
                color = None
    return found


def _phrase_words(phrase: str) -> list[str]:
    """The words of a phrase with colour names replaced by their hex."""
    for name, value in NAMED_COLORS.items():
        phrase = re.sub(rf"\b{name}\b(?!-)", value, phrase)
    return WORD.findall(phrase)


def _slot_of(word: str, known: set[str]) -> str | None:
    for slot, names in SLOT_WORDS.items():
        if word in names:
            choices = (slot, *SLOT_FALLBACKS.get(slot, ()))
            return next((choice for choice in choices if choice in known), None)
    return None


def color_of(table: Mapping[str, str], key: str) -> np.ndarray:
    """Linear colour of a table's key, or of "#rrggbb" given instead of a key. Raises KeyError, ValueError."""
    return linear(key if key.startswith("#") else table[key])
