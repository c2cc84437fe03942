"""The table of outfits: which garments are worn together, and their colours where they are not the garments' own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.appearance import WornGarment
from pipelines.errors import UnknownName
from pipelines.figure.pieces import find_piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """pieces: keys of the garments; colors: slot -> "#rrggbb"."""

    title: str
    pieces: tuple[str, ...]
    colors: Mapping[str, str] = field(default_factory=dict)

    @property
    def worn(self) -> tuple[WornGarment, ...]:
        """Its garments in its colours."""
        return tuple(self._worn(key) for key in self.pieces)

    def _worn(self, key: str) -> WornGarment:
        piece = find_piece(key)
        second = next(
            (self.colors[slot] for slot in piece.colors if slot != piece.slot and slot in self.colors), ""
        )
        return WornGarment(garment=key, color=self.colors.get(piece.slot, ""), second_color=second)


OUTFITS: dict[str, Outfit] = {
    "professional": Outfit(
        title="Suit and tie",
        pieces=("dress-shirt", "tie", "trousers", "blazer", "leather-shoes"),
    ),
    "professional-open": Outfit(
        title="Trouser suit",
        pieces=("blouse", "trousers", "blazer", "flats"),
        colors={"bottom": "#3b3f52", "jacket": "#3b3f52"},
    ),
    "business-casual": Outfit(
        title="Blazer and chinos",
        pieces=("shirt", "chinos", "blazer", "leather-shoes"),
        colors={"shirt": "#eceff1", "jacket": "#4a5a6a", "shoes": "#5a3a26"},
    ),
    "business-casual-shirt": Outfit(
        title="Open shirt and chinos",
        pieces=("shirt", "chinos", "leather-shoes"),
        colors={"bottom": "#8d7a5f", "shoes": "#4a3022", "belt": "#4a3022"},
    ),
    "business-casual-skirt": Outfit(title="Knit and skirt", pieces=("knit-top", "skirt", "flats")),
    "casual": Outfit(title="T-shirt and jeans", pieces=("jeans", "t-shirt", "sneakers")),
    "sporty": Outfit(
        title="Tank top and leggings",
        pieces=("leggings", "tank-top", "trainers"),
        colors={"accent": "#f2efe8"},
    ),
    "sporty-shorts": Outfit(
        title="Sport shirt and shorts",
        pieces=("shorts", "sport-shirt", "trainers"),
        colors={"accent": "#f2efe8"},
    ),
    "elegant": Outfit(
        title="Turtleneck and dark trousers",
        pieces=("trousers", "turtleneck", "leather-shoes"),
        colors={"bottom": "#1d1e24", "shoes": "#1b1413"},
    ),
    "elegant-tuxedo": Outfit(
        title="Dinner jacket and bow tie",
        pieces=("dress-shirt", "bow-tie", "trousers", "dinner-jacket", "leather-shoes"),
        colors={"shirt": "#f4f3ef", "bottom": "#1d1e24", "shoes": "#15110f"},
    ),
    "elegant-dress": Outfit(title="Evening dress", pieces=("evening-dress", "flats")),
    "fantasy": Outfit(title="Armour over a tunic", pieces=("fitted-trousers", "tunic", "armour", "boots")),
    "outdoor": Outfit(
        title="Quilted jacket and boots", pieces=("cargo-trousers", "quilted-jacket", "walking-boots")
    ),
    "streetwear": Outfit(title="Hoodie and joggers", pieces=("joggers", "hoodie", "trainers")),
}


def find_outfit(name: str) -> Outfit:
    """The outfit of that name. Raises UnknownName."""
    if name not in OUTFITS:
        raise UnknownName(f"There is no outfit called “{name}”. Known: {', '.join(OUTFITS)}.")
    return OUTFITS[name]
