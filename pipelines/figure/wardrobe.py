"""What a persona wears: its style's outfit, changed by what its words name; and the garments of an appearance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.appearance import Appearance, Gender, WornGarment
from pipelines.errors import RequestRefused
from pipelines.figure.garments.footwear import BootShafts
from pipelines.figure.garments.garment import Garment
from pipelines.figure.garments.necklines import SHIRT
from pipelines.figure.garments.shirts import Shirt
from pipelines.figure.garments.trousers import Trousers
from pipelines.figure.outfits import find_outfit
from pipelines.figure.pieces import NECKWEAR, find_piece
from pipelines.prompt.color_words import color_value
from pipelines.prompt.description import Description
from pipelines.prompt.garment_words import find_garment
from pipelines.types import Persona

# style -> outfit for gender; "" is everybody else.
STYLE_OUTFITS: dict[str, dict[Gender | str, str]] = {
    "professional": {"": "professional", "female": "professional-open"},
    "business-casual": {"": "business-casual"},
    "casual": {"": "casual"},
    "sporty": {"": "sporty-shorts", "female": "sporty"},
    "elegant": {"": "elegant", "female": "elegant-dress", "male": "elegant-tuxedo"},
    "fantasy": {"": "fantasy"},
    "outdoor": {"": "outdoor"},
    "streetwear": {"": "streetwear"},
}
UPPER, LOWER = ("top", "shirt"), ("bottom", "skirt")
# A garment takes the place of what is in these slots too, unless that is named as well.
TAKES: dict[str, tuple[str, ...]] = {
    "top": ("shirt", "tie", "dress"),
    "shirt": ("top", "dress"),
    "bottom": ("skirt", "dress"),
    "skirt": ("bottom", "dress"),
    "dress": (*UPPER, *LOWER, "tie"),
}
BARE_TOP, BARE_BOTTOM, SHIRT_FOR_TIE = "t-shirt", "trousers", "dress-shirt"
WORN_OPEN = ("blazer", "dinner-jacket", "jacket", "coat", "gilet")  # what is beneath them is seen
WORN_PROPS = ("hat", "glasses")  # props of a pose that are garments
EXTRA_COLORS = {"belt": "#4a3022"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wardrobe:
    """What an appearance wears: garments from the skin outwards; colors, second_colors, patterns by slot."""

    garments: tuple[Garment, ...]
    colors: Mapping[str, str]
    second_colors: Mapping[str, str]
    patterns: Mapping[str, str]


def outfit_of_style(persona: Persona) -> str:
    """The name of the outfit of the persona's style. Raises RequestRefused for an unknown style."""
    if persona.style not in STYLE_OUTFITS:
        raise RequestRefused(f"“{persona.style}” is not a style. Choose one of: {', '.join(STYLE_OUTFITS)}.")
    choices = STYLE_OUTFITS[persona.style]
    return choices.get(persona.gender, choices[""])


def choose_garments(outfit: str, said: Description, persona: Persona) -> tuple[WornGarment, ...]:
    """What is worn: the persona's own garments or the outfit's, with those that words name in their places.

    Empty where that is just the outfit.
    """
    chosen = tuple(map(_in_hex, persona.outfit))
    accessories = tuple(map(_in_hex, persona.accessories))
    if not (said.dresses or chosen or accessories):
        return ()
    wear = find_outfit(outfit).worn if said.outfit or not chosen else chosen
    by_slot = {find_piece(worn.garment).slot: worn for worn in (*wear, *accessories)}
    for slot, color in said.outfit_colors.items():
        if slot in by_slot:
            by_slot[slot] = replace(by_slot[slot], color=color)
    for slot in said.absent:
        by_slot.pop(slot, None)
    own = dict(by_slot)
    named = {find_piece(worn.garment).slot for worn in said.garments}
    for slot in named:
        for other in TAKES.get(slot, ()):
            if other not in named:
                by_slot.pop(other, None)
    if named & {*UPPER, "dress"} and not said.outfit:
        by_slot = {slot: worn for slot, worn in by_slot.items() if slot != "jacket"}  # no jacket is named
    for worn in said.garments:
        slot = find_piece(worn.garment).slot
        by_slot[slot] = _in_style(worn, own.get(slot))
    return tuple(_complete(by_slot, said.absent).values())


def add_worn_props(
    garments: tuple[WornGarment, ...], outfit: str, props: Sequence[str], absent: frozenset[str]
) -> tuple[WornGarment, ...]:
    """The garments with the hat or the glasses that a pose names, where nothing is worn in their place and no word
    forbids it; as they were where the pose names none."""
    worn = garments or find_outfit(outfit).worn
    taken = {find_piece(one.garment).slot for one in worn} | absent
    added = tuple(WornGarment(garment=prop) for prop in WORN_PROPS if prop in props)
    new = tuple(one for one in added if find_piece(one.garment).slot not in taken)
    return (*worn, *new) if new else garments


def _in_hex(worn: WornGarment) -> WornGarment:
    return replace(worn, color=color_value(worn.color), second_color=color_value(worn.second_color))


def _in_style(worn: WornGarment, own: WornGarment | None) -> WornGarment:
    """A word for any shirt is met by the style's own shirt."""
    if own is None or worn.pattern != "plain" or not find_garment(worn.garment).is_any:
        return worn
    return replace(own, color=worn.color or own.color, second_color=worn.second_color or own.second_color)


def _complete(by_slot: dict[str, WornGarment], absent: frozenset[str]) -> dict[str, WornGarment]:
    """Nobody goes without: a tie has its shirt, a torso and legs are clothed."""
    if "tie" in by_slot and "shirt" not in by_slot:
        by_slot.pop("top", None)
        by_slot["shirt"] = WornGarment(garment=SHIRT_FOR_TIE)
    worn = set(by_slot)
    jacket = by_slot.get("jacket")
    if not worn & {*UPPER, "dress"} and (jacket is None or jacket.garment in WORN_OPEN):
        by_slot["top"] = WornGarment(garment=BARE_TOP)
    if not worn & {*LOWER, "dress"}:
        by_slot["bottom"] = WornGarment(garment=BARE_BOTTOM)
    return by_slot


def open_wardrobe(appearance: Appearance) -> Wardrobe:
    """What is worn, ready to be made. Raises UnknownName for an outfit or a garment that is in no table."""
    worn = appearance.garments or find_outfit(appearance.outfit).worn
    colors, seconds, patterns = dict(EXTRA_COLORS), {}, {}
    for one in worn:
        piece = find_piece(one.garment)
        for slot, own in piece.colors.items():
            colors[slot] = (one.color if slot == piece.slot else one.second_color) or own
        seconds[piece.slot] = one.second_color
        patterns[piece.slot] = one.pattern
    colors |= {slot: color for slot, color in appearance.garment_colors.items() if slot in colors}
    return Wardrobe(
        garments=_garments(tuple(one.garment for one in worn)),
        colors=colors,
        second_colors={slot: color for slot, color in seconds.items() if color},
        patterns={slot: pattern for slot, pattern in patterns.items() if pattern != "plain"},
    )


@lru_cache(64)
def _garments(keys: tuple[str, ...]) -> tuple[Garment, ...]:
    """The garments of those pieces, from the skin outwards."""
    layers = sorted((row for key in keys for row in find_piece(key).garments), key=lambda row: row[0])
    neckwear = next((NECKWEAR[key] for key in keys if key in NECKWEAR), None)
    garments = [garment for _, garment in layers]
    if any(isinstance(one, Trousers) and one.leg for one in garments):  # a boot's shaft is under a wide leg
        garments = [one for one in garments if not isinstance(one, BootShafts)]
    if neckwear:
        garments = [
            replace(one, neckwear=neckwear, neck=SHIRT, collar="closed") if isinstance(one, Shirt) else one
            for one in garments
        ]
    return tuple(garments)
