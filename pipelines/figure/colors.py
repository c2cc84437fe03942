"""Colours: hex to linear light, the tables of skin, hair and eyes."""

from __future__ import annotations

import re
from collections.abc import Mapping

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


def linear(color: str) -> np.ndarray:
    """(3,) float32 linear light of "#rrggbb" (sRGB transfer, IEC 61966-2-1). Raises ValueError for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise ValueError(f"not a colour: {color!r}")
    share = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


def color_of(table: Mapping[str, str], key: str) -> np.ndarray:
    """Linear colour of a table's key, or of "#rrggbb" given instead of a key. Raises KeyError, ValueError."""
    return linear(key if key.startswith("#") else table[key])
