"""From a look's keys to its colours."""

from __future__ import annotations

from pipelines.errors import UnknownName
from pipelines.figure.colors import EYE_COLORS, HAIR_COLORS, SKIN_TONES, color_of, linear
from pipelines.figure.materials import Palette
from pipelines.figure.wardrobe import open_wardrobe
from pipelines.types import FigureLook


def mix_palette(look: FigureLook) -> Palette:
    """The linear colours of a look. Raises UnknownName for a key that is in no table."""
    wardrobe = open_wardrobe(look)
    try:
        return Palette(
            look=look,
            skin=color_of(SKIN_TONES, look.skin_tone),
            hair=color_of(HAIR_COLORS, look.hair_color),
            eye=color_of(EYE_COLORS, look.eye_color),
            slots={slot: linear(value) for slot, value in wardrobe.colors.items()},
            second_slots={slot: linear(value) for slot, value in wardrobe.second_colors.items()},
            patterns=wardrobe.patterns,
        )
    except (KeyError, ValueError) as problem:
        raise UnknownName(f"The look has an unknown colour: {problem}.") from problem
