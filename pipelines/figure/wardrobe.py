"""Which outfit a persona wears: by the style it chose, by gender, and by garments that its words name."""

from __future__ import annotations

import re

from pipelines.errors import RequestRefused
from pipelines.figure.colors import SLOT_WORDS
from pipelines.types import Gender, Persona

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
# (style, word in the clothing) -> outfit: the person's own words decide between a style's cuts.
WORD_OUTFITS: dict[tuple[str, str], str] = {
    ("professional", "tie"): "professional",
    ("business-casual", "skirt"): "business-casual-skirt",
    ("elegant", "dress"): "elegant-dress",
    ("elegant", "gown"): "elegant-dress",
    ("elegant", "trousers"): "elegant",
    ("elegant", "turtleneck"): "elegant",
    ("elegant", "tuxedo"): "elegant-tuxedo",
    ("sporty", "shorts"): "sporty-shorts",
    ("sporty", "leggings"): "sporty",
}


def choose_outfit(persona: Persona) -> str:
    """The name of the persona's outfit. Raises RequestRefused for an unknown style."""
    if persona.style not in STYLE_OUTFITS:
        raise RequestRefused(f"“{persona.style}” is not a style. Choose one of: {', '.join(STYLE_OUTFITS)}.")
    words = set(re.findall(r"[a-z-]+", f"{persona.clothing} {persona.own_words}".lower()))
    if (
        persona.style == "business-casual"
        and persona.clothing
        and not words & {*SLOT_WORDS["jacket"], "skirt"}
    ):
        return "business-casual-shirt"  # clothes are named, and no jacket among them
    for (style, word), outfit in WORD_OUTFITS.items():
        if style == persona.style and word in words:
            return outfit
    choices = STYLE_OUTFITS[persona.style]
    return choices.get(persona.gender, choices[""])
