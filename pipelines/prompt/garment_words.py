"""The garments that the draft figure can wear, and the words that people have for them. Pure data.

A garment's key is that of `pipelines.figure.wardrobe`; two garments of one slot cannot be worn together. What is in
no table here is not drawn, and the person is told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.errors import UnknownName

Slot = Literal[
    "top", "shirt", "bottom", "skirt", "dress", "jacket", "plate", "shoes", "tie", "cape",
    "head", "glasses", "scarf", "belt-over", "watch", "gloves", "necklace",
]  # fmt: skip
Pattern = Literal["plain", "stripes", "checks", "dots", "denim", "knit", "leather", "print"]
PATTERNS: tuple[Pattern, ...] = ("plain", "stripes", "checks", "dots", "denim", "knit", "leather", "print")


@dataclass(frozen=True, slots=True, kw_only=True)
class GarmentWords:
    """A garment: its key, the slot it takes, its label in the window, and what people call it.

    is_any: the words name a slot more than a cut, so that a style's own garment of that slot does as well.
    brings: the outfit that is worn with it where nothing else is named.
    """

    key: str
    slot: Slot
    label: str
    words: tuple[str, ...]
    is_any: bool = False
    brings: str = ""


def _garment(
    key: str, slot: Slot, label: str, words: str, *, is_any: bool = False, brings: str = ""
) -> GarmentWords:
    return GarmentWords(
        key=key, slot=slot, label=label, words=tuple(words.split(", ")), is_any=is_any, brings=brings
    )


GARMENTS: tuple[GarmentWords, ...] = (
    _garment("t-shirt", "top", "T-shirt", "t-shirt, tee, tshirt, tee shirt, polo, polo shirt, top"),
    _garment("long-sleeve", "top", "Long-sleeved top", "long sleeve, long-sleeve, long-sleeved top, longsleeve"),
    _garment("tank-top", "top", "Tank top", "tank top, tank, singlet, sports bra, camisole"),
    _garment("sport-shirt", "top", "Sport shirt", "sport shirt, sports shirt, running shirt, jersey"),
    _garment("sweater", "top", "Jumper", "sweater, jumper, pullover, knit, knitwear, sweatshirt"),
    _garment("turtleneck", "top", "Turtleneck", "turtleneck, turtleneck sweater, polo neck, roll-neck, roll neck"),
    _garment("knit-top", "top", "Knitted top", "knit top, knitted top, boat neck top"),
    _garment("hoodie", "top", "Hoodie", "hoodie, hooded sweatshirt"),
    _garment("tunic", "top", "Tunic", "tunic"),
    _garment("robe", "top", "Robe", "robe, robes, kimono, kaftan, cassock"),
    _garment("shirt", "shirt", "Shirt", "shirt, button-down, oxford, oxford shirt, button-up", is_any=True),
    _garment("dress-shirt", "shirt", "Shirt, closed", "dress shirt, collared shirt"),
    _garment("blouse", "shirt", "Blouse", "blouse"),
    _garment("jeans", "bottom", "Jeans", "jeans, denims"),
    _garment("chinos", "bottom", "Chinos", "chinos, slacks, khakis"),
    _garment("trousers", "bottom", "Trousers", "trousers, pants, dress pants, suit trousers, breeches", is_any=True),
    _garment("fitted-trousers", "bottom", "Fitted trousers", "fitted trousers, skinny trousers, skinny pants"),
    _garment("cargo-trousers", "bottom", "Cargo trousers", "cargo trousers, cargo pants, cargos, combat trousers"),
    _garment("leggings", "bottom", "Leggings", "leggings, tights, yoga pants"),
    _garment("shorts", "bottom", "Shorts", "shorts"),
    _garment("joggers", "bottom", "Joggers", "joggers, sweatpants, jogging pants, track pants, tracksuit bottoms"),
    _garment("skirt", "skirt", "Skirt", "skirt, pencil skirt"),
    _garment("mini-skirt", "skirt", "Short skirt", "mini skirt, miniskirt, short skirt"),
    _garment("long-skirt", "skirt", "Long skirt", "long skirt, maxi skirt"),
    _garment("dress", "dress", "Dress", "dress, sundress, summer dress, cocktail dress", is_any=True),
    _garment("long-dress", "dress", "Long dress", "long dress, maxi dress, wedding dress"),
    _garment("evening-dress", "dress", "Evening dress", "evening dress, evening gown, ball gown, gown, "
             "strapless dress"),
    _garment("blazer", "jacket", "Blazer", "blazer, sport coat, suit jacket"),
    _garment("dinner-jacket", "jacket", "Dinner jacket", "dinner jacket, tuxedo jacket"),
    _garment("jacket", "jacket", "Jacket", "jacket, bomber jacket, biker jacket", is_any=True),
    _garment("quilted-jacket", "jacket", "Quilted jacket", "quilted jacket, puffer jacket, down jacket, puffer, parka, "
             "anorak, winter jacket"),
    _garment("gilet", "jacket", "Quilted vest", "gilet, vest, body warmer, puffer vest"),
    _garment("coat", "jacket", "Coat", "coat, overcoat, trench coat, lab coat, raincoat, trenchcoat"),
    _garment("armour", "plate", "Armour", "armour, armor, plate armour, plate armor, breastplate, plate, cuirass, "
             "plate mail", brings="fantasy"),
    _garment("leather-shoes", "shoes", "Leather shoes", "shoes, shoe, loafers, oxfords, brogues, leather shoes, "
             "dress shoes", is_any=True),
    _garment("sneakers", "shoes", "Sneakers", "sneakers, canvas shoes, plimsolls"),
    _garment("trainers", "shoes", "Trainers", "trainers, running shoes, sports shoes, sport shoes"),
    _garment("flats", "shoes", "Flats", "flats, ballerinas, ballet flats, pumps"),
    _garment("boots", "shoes", "Boots", "boots, boot, high boots, combat boots, riding boots"),
    _garment("walking-boots", "shoes", "Walking boots", "walking boots, hiking boots, ankle boots, work boots"),
    _garment("barefoot", "shoes", "Bare feet", "barefoot, bare feet, bare-footed"),
    _garment("tie", "tie", "Tie", "tie, necktie"),
    _garment("bow-tie", "tie", "Bow tie", "bow tie, bowtie, bow-tie"),
    _garment("cape", "cape", "Cape", "cape, cloak, mantle"),
    _garment("hat", "head", "Hat", "hat, fedora, trilby, panama hat, bowler hat, brimmed hat, sun hat"),
    _garment("cap", "head", "Cap", "cap, baseball cap, peaked cap"),
    _garment("beanie", "head", "Beanie", "beanie, woolly hat, knitted hat, bobble hat"),
    _garment("helmet", "head", "Helmet", "helmet, helm"),
    _garment("hijab", "head", "Hijab", "hijab, headscarf, head scarf"),
    _garment("glasses", "glasses", "Glasses", "glasses, spectacles, eyeglasses, reading glasses"),
    _garment("sunglasses", "glasses", "Sunglasses", "sunglasses, shades, dark glasses"),
    _garment("scarf", "scarf", "Scarf", "scarf, shawl, neck scarf"),
    _garment("belt", "belt-over", "Belt", "belt, waist belt"),
    _garment("watch", "watch", "Watch", "watch, wristwatch, wrist watch"),
    _garment("gloves", "gloves", "Gloves", "gloves, leather gloves"),
    _garment("necklace", "necklace", "Necklace", "necklace, chain, golden chain"),
)  # fmt: skip
# Several garments in one word: those its colour fills, and the outfit whose garments it brings along.
SETS: dict[str, tuple[tuple[Slot, ...], str]] = {
    "suit": (("jacket", "bottom"), "professional"),
    "business suit": (("jacket", "bottom"), "professional"),
    "trouser suit": (("jacket", "bottom"), "professional-open"),
    "pantsuit": (("jacket", "bottom"), "professional-open"),
    "tuxedo": (("jacket", "bottom"), "elegant-tuxedo"),
    "dinner suit": (("jacket", "bottom"), "elegant-tuxedo"),
    "tracksuit": (("top", "bottom"), "streetwear"),
    "sportswear": (("top", "bottom"), "sporty"),
    "activewear": (("top", "bottom"), "sporty"),
}
# Who is known by what they wear: the outfit that comes with the word where no garment is named instead.
ROLES: dict[str, str] = {
    "warrior": "fantasy", "knight": "fantasy", "paladin": "fantasy", "crusader": "fantasy", "gladiator": "fantasy",
    "swordsman": "fantasy", "swordswoman": "fantasy", "fighter": "fantasy",
    "businessman": "professional", "businesswoman": "professional-open", "executive": "professional",
    "lawyer": "professional", "banker": "professional", "manager": "professional", "ceo": "professional",
    "athlete": "sporty", "runner": "sporty", "jogger": "sporty", "sportswoman": "sporty", "sportsman": "sporty-shorts",
    "hiker": "outdoor", "skater": "streetwear", "rapper": "streetwear",
}  # fmt: skip
PATTERN_WORDS: dict[str, Pattern] = {
    "striped": "stripes", "stripes": "stripes", "stripe": "stripes", "pinstriped": "stripes", "pinstripe": "stripes",
    "checked": "checks", "checkered": "checks", "chequered": "checks", "plaid": "checks", "tartan": "checks",
    "gingham": "checks", "flannel": "checks",
    "dotted": "dots", "polka dot": "dots", "polka-dot": "dots", "spotted": "dots", "dots": "dots",
    "denim": "denim",
    "knitted": "knit", "knit": "knit", "woollen": "knit", "woolen": "knit", "cable-knit": "knit", "crocheted": "knit",
    "leather": "leather", "suede": "leather",
    "floral": "print", "flowered": "print", "flowery": "print", "printed": "print", "patterned": "print",
    "camouflage": "print", "hawaiian": "print", "batik": "print",
}  # fmt: skip
PATTERN_COLORS: dict[str, str] = {"denim": "#3a506b", "leather": "#3a2a20"}  # where no colour is named
# What is said of a garment's second colour: "with gold trim".
SECOND_COLOR_WORDS = ("trim", "trims", "trimming", "braid", "accent", "accents", "piping", "edging")
_BY_KEY = {garment.key: garment for garment in GARMENTS}


def find_garment(key: str) -> GarmentWords:
    """The garment of that key. Raises UnknownName."""
    if key not in _BY_KEY:
        raise UnknownName(f"There is no garment called “{key}”. Known: {', '.join(_BY_KEY)}.")
    return _BY_KEY[key]
