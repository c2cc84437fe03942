"""The table of garments: what each is made of, how far out it lies, and the colours it comes in.

Keys and slots are those of `pipelines.prompt.garment_words`. Another garment is a row here and a row there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.errors import UnknownName
from pipelines.figure.garments.armour import Bracers, Breastplate, Pauldrons
from pipelines.figure.garments.bands import METAL, Gloves, Necklace, Scarf, WaistBelt, Watch
from pipelines.figure.garments.cape import Cape
from pipelines.figure.garments.eyewear import Glasses
from pipelines.figure.garments.footwear import BootShafts, Shoes
from pipelines.figure.garments.garment import COTTON, DENIM, FELT, JERSEY, KNIT, SATIN, WOOL, Garment
from pipelines.figure.garments.headscarf import Headscarf
from pipelines.figure.garments.headwear import BEANIE, CAP, HELMET, Headwear
from pipelines.figure.garments.jackets import Blazer, QuiltedJacket, ZipJacket
from pipelines.figure.garments.necklines import BOAT, CREW, HIGH, OPEN_SHIRT, SHIRT, STRAPLESS, TANK
from pipelines.figure.garments.shirts import Neckwear, Shirt
from pipelines.figure.garments.skirts import Skirt, Slip
from pipelines.figure.garments.tops import Bodice, Hoodie, Knitwear, SportTop, Tee, Tunic
from pipelines.figure.garments.trousers import Jeans, Joggers, Leggings, SuitTrousers, Trousers
from pipelines.figure.tailoring import LegCut

COAT_BELT_Z = (0.188, 0.236)  # over the seam of its skirt
# How far out a garment lies.
SLIP, TUCKED, BOTTOM, TOP, SKIRT, PLATE, JACKET, COAT_SKIRT, SHOES, CAPE, SCARF, HEAD = range(0, 120, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """garments: (how far out, garment), for one slot; colors: slot -> "#rrggbb", the piece's own slot first."""

    slot: str
    garments: tuple[tuple[int, Garment], ...]
    colors: Mapping[str, str]


def _straight(radius_m: float) -> LegCut:
    return LegCut(hem_z=-0.70, hem_radius_m=radius_m)


def _shorts(radius_m: float) -> LegCut:
    return LegCut(hem_z=-0.27, thigh_z=0.0, hem_radius_m=radius_m, stretch_m=0.0)


def _gathered(radius_m: float) -> LegCut:
    return LegCut(hem_z=-0.715, hem_radius_m=radius_m, stretch_m=0.0)


def _piece(slot: str, *garments: tuple[int, Garment], **colors: str) -> Piece:
    return Piece(slot=slot, garments=garments, colors=colors)


PIECES: dict[str, Piece] = {
    # --- tops
    "t-shirt": _piece("top", (TOP, Tee(slot="top", hem_z=0.20, sleeve=0.30, ease_m=0.009, cloth=COTTON)),
                      top="#e9e3d6"),
    "long-sleeve": _piece("top", (TOP, Tee(slot="top", hem_z=0.20, sleeve=0.97, ease_m=0.008, cloth=COTTON)),
                          top="#5b6672"),
    "tank-top": _piece("top", (TOP, SportTop(slot="top", hem_z=0.25, sleeve=None, neck=TANK, ease_m=0.005,
                                             cloth=JERSEY)), top="#d9573f", accent="#f2efe8"),
    "sport-shirt": _piece("top", (TOP, SportTop(slot="top", hem_z=0.19, sleeve=0.28, ease_m=0.008, cloth=JERSEY)),
                          top="#3f6f8f", accent="#f2efe8"),
    "sweater": _piece("top", (TOP, Knitwear(slot="top", hem_z=0.20, sleeve=0.99, neck=CREW, ease_m=0.012, cloth=KNIT)),
                      top="#7a4a3a"),
    "knit-top": _piece("top", (TOP, Knitwear(slot="top", hem_z=0.31, sleeve=0.62, neck=BOAT, ease_m=0.006,
                                             cloth=KNIT)), top="#31463f"),
    "turtleneck": _piece("top", (TOP, Knitwear(slot="top", hem_z=0.22, sleeve=0.99, neck=HIGH, ease_m=0.010,
                                               cloth=KNIT)), top="#31463f"),
    "hoodie": _piece("top", (TOP, Hoodie(slot="top", hem_z=0.155, sleeve=0.97, ease_m=0.015)),
                     top="#8fa08f", cord="#efece4"),
    "tunic": _piece("top", (TOP, Tunic(slot="top", hem_z=0.12, sleeve=0.95, neck=HIGH, ease_m=0.008)),
                    (SKIRT, Skirt(slot="top", top_z=0.34, hem_z=-0.12, flare_m=0.07)),
                    top="#37506b", trim="#b58c4a"),
    "robe": _piece("top", (TOP, Tunic(slot="top", hem_z=0.30, sleeve=0.97, neck=OPEN_SHIRT, ease_m=0.014)),
                   (SKIRT, Skirt(slot="top", top_z=0.335, hem_z=-0.72, flare_m=0.14)),
                   top="#4b3f63", trim="#b58c4a"),
    # --- shirts
    "shirt": _piece("shirt", (TUCKED, Shirt(slot="shirt", hem_z=0.22, sleeve=0.97, neck=OPEN_SHIRT, ease_m=0.007,
                                            collar="open")), shirt="#dfe6ec"),
    "blouse": _piece("shirt", (TUCKED, Shirt(slot="shirt", hem_z=0.26, sleeve=0.97, neck=OPEN_SHIRT, ease_m=0.006,
                                             collar="open")), shirt="#f1efea"),
    "dress-shirt": _piece("shirt", (TUCKED, Shirt(slot="shirt", hem_z=0.26, sleeve=0.97, neck=SHIRT, ease_m=0.006)),
                          shirt="#f1efea"),
    # --- trousers
    "jeans": _piece("bottom", (BOTTOM, Jeans(slot="bottom", ease_m=0.008, leg=_straight(0.066), cloth=DENIM)),
                    bottom="#34465a"),
    "chinos": _piece("bottom", (BOTTOM, Jeans(slot="bottom", waist_z=0.305, ease_m=0.009, leg=_straight(0.064),
                                              worn=0.0, belt_slot="belt")), bottom="#a8957a", belt="#5a3a26"),
    "trousers": _piece("bottom", (BOTTOM, SuitTrousers(slot="bottom", waist_z=0.335, ease_m=0.010,
                                                       leg=_straight(0.070), cloth=WOOL)), bottom="#2b3140"),
    "fitted-trousers": _piece("bottom", (BOTTOM, Trousers(slot="bottom", waist_z=0.34, ease_m=0.006, leg=None)),
                              bottom="#3a322b"),
    "cargo-trousers": _piece("bottom", (BOTTOM, Jeans(slot="bottom", waist_z=0.30, ease_m=0.010, leg=_straight(0.070),
                                                      worn=0.0, cargo=True)), bottom="#6b6350"),
    "leggings": _piece("bottom", (BOTTOM, Leggings(slot="bottom", waist_z=0.32, hem_z=-0.60, ease_m=0.003,
                                                   relax_rounds=3, leg=None, cloth=JERSEY)),
                       bottom="#23262e", accent="#f2efe8"),
    "shorts": _piece("bottom", (BOTTOM, Leggings(slot="bottom", waist_z=0.30, hem_z=-0.27, ease_m=0.012,
                                                 leg=_shorts(0.098), cloth=JERSEY)),
                     bottom="#23262e", accent="#f2efe8"),
    "joggers": _piece("bottom", (BOTTOM, Joggers(slot="bottom", waist_z=0.30, hem_z=-0.715, ease_m=0.012,
                                                 leg=_gathered(0.052))), bottom="#3a3c43", accent="#d9573f"),
    # --- skirts and dresses
    "skirt": _piece("skirt", (SLIP, Slip(slot="skirt", waist_z=0.352)),
                    (SKIRT, Skirt(slot="skirt", top_z=0.365, hem_z=-0.30, flare_m=0.10)), skirt="#b89b6c"),
    "mini-skirt": _piece("skirt", (SLIP, Slip(slot="skirt", waist_z=0.352, hem_z=-0.06)),
                         (SKIRT, Skirt(slot="skirt", top_z=0.365, hem_z=-0.12, flare_m=0.08)), skirt="#4a4f63"),
    "long-skirt": _piece("skirt", (SLIP, Slip(slot="skirt", waist_z=0.352)),
                         (SKIRT, Skirt(slot="skirt", top_z=0.365, hem_z=-0.64, flare_m=0.16)), skirt="#5e4a3c"),
    "dress": _piece("dress", (SLIP, Slip(slot="dress", waist_z=0.352)),
                    (TOP, Bodice(slot="dress", hem_z=0.325, sleeve=0.24, neck=CREW, ease_m=0.006, cloth=COTTON)),
                    (SKIRT, Skirt(slot="dress", top_z=0.34, hem_z=-0.30, flare_m=0.13)), dress="#35566b"),
    "long-dress": _piece("dress", (SLIP, Slip(slot="dress", waist_z=0.352)),
                         (TOP, Bodice(slot="dress", hem_z=0.325, sleeve=None, neck=TANK, ease_m=0.006, cloth=COTTON)),
                         (SKIRT, Skirt(slot="dress", top_z=0.34, hem_z=-0.64, flare_m=0.17)), dress="#e6ded0"),
    "evening-dress": _piece("dress", (SLIP, Slip(slot="dress", waist_z=0.352)),
                            (TOP, Bodice(slot="dress", hem_z=0.325, sleeve=None, neck=STRAPLESS, low_armhole=True,
                                         ease_m=0.006, cloth=SATIN)),
                            (SKIRT, Skirt(slot="dress", top_z=0.34, hem_z=-0.62, flare_m=0.16, cloth=SATIN)),
                            dress="#7d2236"),
    # --- jackets
    "blazer": _piece("jacket", (JACKET, Blazer(slot="jacket")), jacket="#2b3140"),
    "dinner-jacket": _piece("jacket", (JACKET, Blazer(slot="jacket", shawl=True)), jacket="#1d1e24"),
    "jacket": _piece("jacket", (JACKET, ZipJacket(slot="jacket")), jacket="#3d3a36", accent="#b9b3a6"),
    "quilted-jacket": _piece("jacket", (JACKET, QuiltedJacket(slot="jacket")), jacket="#b4653a", accent="#2e3338"),
    "gilet": _piece("jacket", (JACKET, QuiltedJacket(slot="jacket", sleeve=None)), jacket="#39424e",
                    accent="#20242b"),
    "coat": _piece("jacket", (JACKET, ZipJacket(slot="jacket", hem_z=0.20, ease_m=0.022, cloth=WOOL)),
                   (COAT_SKIRT, Skirt(slot="jacket", top_z=0.24, hem_z=-0.26, flare_m=0.06, cloth=WOOL, opens=True)),
                   (COAT_SKIRT + 2, WaistBelt(slot="jacket", cloth=WOOL, ease_m=0.032, z=COAT_BELT_Z,
                                              has_buckle=False)),
                   jacket="#6b5a48", accent="#3d3329"),
    # --- armour, shoes, what is worn with them
    "armour": _piece("plate", (PLATE, Breastplate(slot="plate")), (PLATE + 2, Bracers(slot="plate")),
                     (PLATE + 3, Pauldrons(slot="plate")), plate="#8d8f96", trim="#b58c4a"),
    "leather-shoes": _piece("shoes", (SHOES, Shoes(slot="shoes", style="leather")), shoes="#2a1d17"),
    "sneakers": _piece("shoes", (SHOES, Shoes(slot="shoes", style="sneaker")), shoes="#efece6"),
    "trainers": _piece("shoes", (SHOES, Shoes(slot="shoes", style="trainer")), shoes="#f0eee9", accent="#d9573f"),
    "flats": _piece("shoes", (SHOES, Shoes(slot="shoes", style="flat")), shoes="#231b1c"),
    "walking-boots": _piece("shoes", (SHOES, Shoes(slot="shoes", style="boot")), shoes="#4a3324"),
    "boots": _piece("shoes", (PLATE + 1, BootShafts(slot="shoes")), (SHOES, Shoes(slot="shoes", style="boot")),
                    shoes="#4a3324"),
    "barefoot": _piece("shoes"),
    "tie": _piece("tie", tie="#7d2236"),
    "bow-tie": _piece("tie", tie="#141518"),
    "hat": _piece("head", (HEAD, Headwear(slot="head", cloth=FELT, band_z=(0.978, 1.000))),
                  **{"head": "#4a3f37", "hat-band": "#1f1b1a"}),
    "cap": _piece("head", (HEAD, Headwear(slot="head", profile=CAP, hair_z=0.972, visor=True)), head="#27324a"),
    "beanie": _piece("head", (HEAD, Headwear(slot="head", profile=BEANIE, cloth=KNIT, hair_z=0.952)), head="#6b1f30"),
    "helmet": _piece("head", (HEAD, Headwear(slot="head", profile=HELMET, cloth=METAL, hair_z=0.86, open_face=True,
                                             metal=True)), head="#8d8f96"),
    "hijab": _piece("head", (HEAD, Headscarf(slot="head")), head="#7d8b8f"),
    "glasses": _piece("glasses", (HEAD, Glasses(slot="glasses")), glasses="#1d1a1b"),
    "sunglasses": _piece("glasses", (HEAD, Glasses(slot="glasses", dark=True)), glasses="#17181b"),
    "scarf": _piece("scarf", (SCARF, Scarf(slot="scarf")), scarf="#8a3b34"),
    "belt": _piece("belt-over", (SCARF, WaistBelt(slot="belt-over")), **{"belt-over": "#4a3022", "buckle": "#b9b3a6"}),
    "watch": _piece("watch", (HEAD, Watch(slot="watch")), watch="#2a1d17", dial="#d9d5ce"),
    "gloves": _piece("gloves", (SCARF, Gloves(slot="gloves")), gloves="#2a1d17"),
    "necklace": _piece("necklace", (HEAD, Necklace(slot="necklace")), necklace="#b58c4a"),
    "cape": _piece("cape", (CAPE, Cape(slot="cape")), cape="#7a2230"),
}  # fmt: skip
NECKWEAR: dict[str, Neckwear] = {"tie": "tie", "bow-tie": "bow"}  # these are sewn onto a shirt


def find_piece(key: str) -> Piece:
    """The piece of that key. Raises UnknownName."""
    if key not in PIECES:
        raise UnknownName(f"There is no garment called “{key}”. Known: {', '.join(PIECES)}.")
    return PIECES[key]
