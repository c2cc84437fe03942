"""The table of outfits: what is worn, from the skin outwards, and the colours it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.errors import UnknownName
from pipelines.figure.garments.armour import Bracers, Breastplate, Pauldrons
from pipelines.figure.garments.footwear import BootShafts, Shoes
from pipelines.figure.garments.garment import COTTON, DENIM, JERSEY, KNIT, SATIN, WOOL, Garment
from pipelines.figure.garments.jackets import Blazer, QuiltedJacket
from pipelines.figure.garments.necklines import BOAT, HIGH, OPEN_SHIRT, SHIRT, STRAPLESS, TANK
from pipelines.figure.garments.shirts import Shirt
from pipelines.figure.garments.skirts import Skirt, Slip
from pipelines.figure.garments.tops import Bodice, Hoodie, Knitwear, SportTop, Tee, Tunic
from pipelines.figure.garments.trousers import Jeans, Joggers, Leggings, SuitTrousers, Trousers
from pipelines.figure.tailoring import LegCut


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """garments from the skin outwards; colors: slot -> "#rrggbb", one for every slot that a garment uses."""

    title: str
    garments: tuple[Garment, ...]
    colors: Mapping[str, str]


def _straight(radius_m: float) -> LegCut:
    return LegCut(hem_z=-0.70, hem_radius_m=radius_m)


def _shorts(radius_m: float) -> LegCut:
    return LegCut(hem_z=-0.27, thigh_z=0.0, hem_radius_m=radius_m, stretch_m=0.0)


def _gathered(radius_m: float) -> LegCut:
    return LegCut(hem_z=-0.715, hem_radius_m=radius_m, stretch_m=0.0)


OUTFITS: dict[str, Outfit] = {
    "professional": Outfit(
        title="Suit and tie",
        garments=(
            Shirt(slot="shirt", hem_z=0.26, sleeve=0.97, neck=SHIRT, ease_m=0.006, neckwear="tie"),
            SuitTrousers(slot="bottom", waist_z=0.335, ease_m=0.010, leg=_straight(0.070), cloth=WOOL),
            Blazer(slot="jacket"),
            Shoes(slot="shoes", style="leather"),
        ),
        colors={"shirt": "#f1efea", "bottom": "#2b3140", "jacket": "#2b3140", "tie": "#7d2236", "shoes": "#2a1d17"},
    ),
    "professional-open": Outfit(
        title="Trouser suit",
        garments=(
            Shirt(slot="shirt", hem_z=0.26, sleeve=0.97, neck=OPEN_SHIRT, ease_m=0.006, collar="open"),
            SuitTrousers(slot="bottom", waist_z=0.335, ease_m=0.010, leg=_straight(0.070), cloth=WOOL),
            Blazer(slot="jacket"),
            Shoes(slot="shoes", style="flat"),
        ),
        colors={"shirt": "#f1efea", "bottom": "#3b3f52", "jacket": "#3b3f52", "shoes": "#231b1c"},
    ),
    "business-casual": Outfit(
        title="Blazer and chinos",
        garments=(
            Shirt(slot="shirt", hem_z=0.22, sleeve=0.97, neck=OPEN_SHIRT, ease_m=0.007, collar="open"),
            Jeans(slot="bottom", waist_z=0.318, ease_m=0.009, leg=_straight(0.064), worn=0.0, belt_slot="shoes"),
            Blazer(slot="jacket"),
            Shoes(slot="shoes", style="leather"),
        ),
        colors={"shirt": "#eceff1", "bottom": "#a8957a", "jacket": "#4a5a6a", "shoes": "#5a3a26"},
    ),
    "business-casual-shirt": Outfit(
        title="Open shirt and chinos",
        garments=(
            Shirt(slot="shirt", hem_z=0.22, sleeve=0.97, neck=OPEN_SHIRT, ease_m=0.008, collar="open"),
            Jeans(slot="bottom", waist_z=0.298, ease_m=0.009, leg=_straight(0.064), worn=0.0, belt_slot="shoes"),
            Shoes(slot="shoes", style="leather"),
        ),
        colors={"shirt": "#dfe6ec", "bottom": "#8d7a5f", "shoes": "#4a3022"},
    ),
    "business-casual-skirt": Outfit(
        title="Knit and skirt",
        garments=(
            Slip(slot="skirt", waist_z=0.352),
            Knitwear(slot="top", hem_z=0.31, sleeve=0.62, neck=BOAT, ease_m=0.006, cloth=KNIT),
            Skirt(slot="skirt", top_z=0.365, hem_z=-0.30, flare_m=0.10),
            Shoes(slot="shoes", style="flat"),
        ),
        colors={"top": "#31463f", "skirt": "#b89b6c", "shoes": "#231b1c"},
    ),
    "casual": Outfit(
        title="T-shirt and jeans",
        garments=(
            Jeans(slot="bottom", ease_m=0.008, leg=_straight(0.066), cloth=DENIM),
            Tee(slot="top", hem_z=0.20, sleeve=0.30, ease_m=0.009, cloth=COTTON),
            Shoes(slot="shoes", style="sneaker"),
        ),
        colors={"bottom": "#34465a", "top": "#e9e3d6", "shoes": "#efece6"},
    ),
    "sporty": Outfit(
        title="Tank top and leggings",
        garments=(
            Leggings(slot="bottom", waist_z=0.32, hem_z=-0.60, ease_m=0.003, relax_rounds=3, leg=None, cloth=JERSEY),
            SportTop(slot="top", hem_z=0.25, sleeve=None, neck=TANK, ease_m=0.005, cloth=JERSEY),
            Shoes(slot="shoes", style="trainer"),
        ),
        colors={"bottom": "#23262e", "top": "#d9573f", "accent": "#f2efe8", "shoes": "#f0eee9"},
    ),
    "sporty-shorts": Outfit(
        title="Sport shirt and shorts",
        garments=(
            Leggings(slot="bottom", waist_z=0.30, hem_z=-0.27, ease_m=0.012, leg=_shorts(0.098), cloth=JERSEY),
            SportTop(slot="top", hem_z=0.19, sleeve=0.28, ease_m=0.008, cloth=JERSEY),
            Shoes(slot="shoes", style="trainer"),
        ),
        colors={"bottom": "#23262e", "top": "#3f6f8f", "accent": "#f2efe8", "shoes": "#f0eee9"},
    ),
    "elegant": Outfit(
        title="Turtleneck and dark trousers",
        garments=(
            SuitTrousers(slot="bottom", waist_z=0.34, ease_m=0.008, leg=_straight(0.068), cloth=WOOL),
            Knitwear(slot="top", hem_z=0.22, sleeve=0.99, neck=HIGH, ease_m=0.010, cloth=KNIT),
            Shoes(slot="shoes", style="leather"),
        ),
        colors={"bottom": "#1d1e24", "top": "#31463f", "shoes": "#1b1413"},
    ),
    "elegant-tuxedo": Outfit(
        title="Dinner jacket and bow tie",
        garments=(
            Shirt(slot="shirt", hem_z=0.26, sleeve=0.97, neck=SHIRT, ease_m=0.006, neckwear="bow"),
            SuitTrousers(slot="bottom", waist_z=0.335, ease_m=0.010, leg=_straight(0.068), cloth=WOOL),
            Blazer(slot="jacket", shawl=True),
            Shoes(slot="shoes", style="leather"),
        ),
        colors={"shirt": "#f4f3ef", "bottom": "#1d1e24", "jacket": "#1d1e24", "tie": "#141518", "shoes": "#15110f"},
    ),
    "elegant-dress": Outfit(
        title="Evening dress",
        garments=(
            Slip(slot="dress", waist_z=0.352),
            Bodice(slot="dress", hem_z=0.325, sleeve=None, neck=STRAPLESS, low_armhole=True, ease_m=0.006, cloth=SATIN),
            Skirt(slot="dress", top_z=0.34, hem_z=-0.62, flare_m=0.16, cloth=SATIN),
            Shoes(slot="shoes", style="flat"),
        ),
        colors={"dress": "#7d2236", "shoes": "#231b1c"},
    ),
    "fantasy": Outfit(
        title="Armour over a tunic",
        garments=(
            Trousers(slot="bottom", waist_z=0.34, ease_m=0.006, leg=None),
            Tunic(slot="top", hem_z=0.12, sleeve=0.95, neck=HIGH, ease_m=0.008),
            Skirt(slot="top", top_z=0.34, hem_z=-0.12, flare_m=0.07),
            Breastplate(slot="plate"),
            BootShafts(slot="shoes"),
            Bracers(slot="plate"),
            Pauldrons(slot="plate"),
            Shoes(slot="shoes", style="boot"),
        ),
        colors={"bottom": "#3a322b", "top": "#37506b", "plate": "#8d8f96", "trim": "#b58c4a", "shoes": "#4a3324"},
    ),
    "outdoor": Outfit(
        title="Quilted jacket and boots",
        garments=(
            Jeans(slot="bottom", waist_z=0.30, ease_m=0.010, leg=_straight(0.070), worn=0.0, cargo=True),
            QuiltedJacket(slot="jacket"),
            Shoes(slot="shoes", style="boot"),
        ),
        colors={"bottom": "#6b6350", "jacket": "#b4653a", "accent": "#2e3338", "shoes": "#4a3324"},
    ),
    "streetwear": Outfit(
        title="Hoodie and joggers",
        garments=(
            Joggers(slot="bottom", waist_z=0.30, hem_z=-0.715, ease_m=0.012, leg=_gathered(0.052)),
            Hoodie(slot="top", hem_z=0.155, sleeve=0.97, ease_m=0.015),
            Shoes(slot="shoes", style="trainer"),
        ),
        colors={
            "bottom": "#3a3c43",
            "top": "#8fa08f",
            "cord": "#efece4",
            "accent": "#d9573f",
            "shoes": "#f0eee9",
        },
    ),
}  # fmt: skip


def find_outfit(name: str) -> Outfit:
    """The outfit of that name. Raises UnknownName."""
    if name not in OUTFITS:
        raise UnknownName(f"There is no outfit called “{name}”. Known: {', '.join(OUTFITS)}.")
    return OUTFITS[name]
