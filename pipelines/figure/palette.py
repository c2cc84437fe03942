"""From an appearance's keys to its colours."""

from __future__ import annotations

from pipelines.appearance import Appearance
from pipelines.errors import UnknownName
from pipelines.figure.colors import EYE_COLORS, HAIR_COLORS, SKIN_TONES, color_of, linear
from pipelines.figure.materials import Palette
from pipelines.figure.wardrobe import open_wardrobe


def mix_palette(appearance: Appearance) -> Palette:
    """The linear colours of an appearance. Raises UnknownName for a key that is in no table."""
    wardrobe = open_wardrobe(appearance)
    try:
        return Palette(
            appearance=appearance,
            skin=color_of(SKIN_TONES, appearance.skin_tone),
            hair=color_of(HAIR_COLORS, appearance.hair_color),
            eye=color_of(EYE_COLORS, appearance.eye_color),
            slots={slot: linear(value) for slot, value in wardrobe.colors.items()},
            second_slots={slot: linear(value) for slot, value in wardrobe.second_colors.items()},
            patterns=wardrobe.patterns,
        )
    except (KeyError, ValueError) as problem:
        raise UnknownName(f"The look has an unknown colour: {problem}.") from problem
