"""Persona to prompt: pure, ordered, nothing twice, nothing empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipelines.appearance import Expression, WornGarment
from pipelines.options import EXPRESSIONS, FACE_SLIDERS
from pipelines.prompt.garment_words import find_garment
from pipelines.prompt.persona import age_in_words, check_persona, find_option
from pipelines.types import Persona

REALISM_WORDS = (
    "photorealistic",
    "natural skin texture",
    "soft studio light",
    "sharp focus",
    "high detail",
)
# Those of AvatarForge and Avatar Creator, whose programs count on them: written since the second wording.
MORE_REALISM_WORDS = (
    "professional photo studio portrait",
    "ultra realistic",
    "professional photography",
    "DSLR camera",
    "85mm portrait lens",
    "f/1.8 aperture",
    "studio lighting",
    "bokeh background",
    "high resolution",
    "8k quality",
)
NEGATIVE_WORDS = (
    "deformed",
    "extra limbs",
    "extra fingers",
    "bad anatomy",
    "disfigured face",
    "blurry",
    "low quality",
    "watermark",
    "text",
    "nudity",
    "child",
)
MORE_NEGATIVE_WORDS = ("ugly", "distorted", "disfigured", "poorly drawn face")
CARTOON_WORDS = ("cartoon", "anime", "illustration", "3d render")  # not wanted where realism is
UNREAL_WORDS = (
    "painting",
    "unrealistic",
    "artificial",
    "plastic",
    "wax figure",
    "mannequin",
)  # nor are these
ANCESTRY_WORDS = {"african": "African", "asian": "East Asian", "caucasian": "European"}
PATTERN_NAMES = {"stripes": "striped", "checks": "checked", "dots": "dotted", "print": "floral", "knit": "knitted",
                 "denim": "denim", "leather": "leather"}  # fmt: skip
LEAST_SHARE = 0.2  # of an ancestry, below which it is not said
LEAST_SLIDER = 0.4
FAINT = 0.45  # strength below which an expression is slight
HAIR_NOT_COLOURED = ("bald",)


def write_prompt(persona: Persona, *, realism: bool = True, earlier: bool = False) -> str:
    """The prompt of a persona, one line, parts separated by ", ".

    Order: name and age, personality, gender, age range in words, ethnicity, hair, eyes, skin, build, attire from
    the style and the person's clothes, background, the person's own words, realism terms. `earlier`: as the first
    wording had it, by which stored orders are known as written.
    Raises what check_persona raises.
    """
    check_persona(persona)
    parts = [
        f"{'photograph' if realism else 'picture'} of {_one_line(persona.name) or 'a person'}",
        f"{persona.age} years old",
        _personality(persona.personality),
        find_option("gender", persona.gender).words,
        age_in_words(persona.age),
        _ethnicity(persona.ethnicity) or _ancestry(persona.ancestry),
        _hair(persona),
        find_option("facial_hair", persona.facial_hair).words,
        f"{find_option('eye_color', persona.eye_color).words} eyes",
        f"{find_option('skin_tone', persona.skin_tone).words} skin",
        find_option("body_type", persona.body_type).words,
        *_face(persona.face),
        words_of_expression(persona.expression),
        f"{persona.height_cm:.0f} cm tall" if persona.height_cm else "",
        f"wearing {find_option('style', persona.style).words}",
        *map(_worn, (*persona.outfit, *persona.accessories)),
        persona.clothing,
        persona.background,
        persona.own_words,
        *(REALISM_WORDS if realism else ()),
        *(MORE_REALISM_WORDS if realism and not earlier else ()),
    ]
    return join_parts(parts)


def write_negative_prompt(persona: Persona, *, realism: bool = True, earlier: bool = False) -> str:
    """What the picture should not have: one line. Whatever the person asked for in their own words is left out.
    `earlier`: as the first wording had it."""
    wanted = f"{persona.own_words} {persona.clothing} {persona.background}".lower()
    words = (*NEGATIVE_WORDS, *(CARTOON_WORDS if realism else ()))
    words += () if earlier else (*MORE_NEGATIVE_WORDS, *(UNREAL_WORDS if realism else ()))
    always = ("nudity", "child")  # never taken out: figures are dressed adults
    return join_parts(
        word for word in words if word in always or not re.search(rf"\b{re.escape(word)}\b", wanted)
    )


def join_parts(parts: Iterable[str]) -> str:
    """Comma-separated phrases of all parts, in order, each once (case ignored), no empty one, no stray comma."""
    seen: dict[str, str] = {}
    for part in parts:
        for phrase in re.split(r"[,;\n]+", part):
            clean = " ".join(phrase.split()).strip(" .")
            if clean:
                seen.setdefault(clean.casefold(), clean)
    return ", ".join(seen.values())


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[,;\n.]+", " ", text).split())


def _personality(words: Iterable[str]) -> str:
    """The words as one phrase, "confident and warm personality" as one phrase: commas would tear it apart."""
    clean = list({word.casefold(): word for word in map(_one_line, words) if word}.values())
    return f"{' and '.join(clean)} personality" if clean else ""


def _ethnicity(words: str) -> str:
    clean = _one_line(words)
    return f"{clean} ethnicity" if clean else ""


def _ancestry(weights: Mapping[str, float]) -> str:
    """The ancestries that a person chose for the face, those that can be seen."""
    whole = sum(weights.values())
    shares = {key: weight / whole for key, weight in weights.items() if whole}
    seen = [ANCESTRY_WORDS[key] for key, share in shares.items() if share >= LEAST_SHARE]
    return f"{'mixed ' if len(seen) > 1 else ''}{' and '.join(seen)} ancestry" if seen else ""


def _face(face: Mapping[str, float]) -> list[str]:
    """The words of sliders that were moved so far that it is seen."""
    return [FACE_SLIDERS[name][amount > 0] for name, amount in face.items() if abs(amount) >= LEAST_SLIDER]


def _worn(worn: WornGarment) -> str:
    """ "navy dotted dress": colours that are written as numbers are left to the picture."""
    color = "" if worn.color.startswith("#") else worn.color
    return " ".join(
        filter(None, (color, PATTERN_NAMES.get(worn.pattern, ""), find_garment(worn.garment).words[0]))
    )


def words_of_expression(expression: Expression | None) -> str:
    """How a prompt says it; "" for none, and for one of no strength."""
    if expression is None or not expression.strength:
        return ""
    words = next(option.words for option in EXPRESSIONS if option.key == expression.name)
    return f"slightly {words}" if expression.strength < FAINT else words


def _hair(persona: Persona) -> str:
    style = find_option("hair_style", persona.hair).words
    if persona.hair in HAIR_NOT_COLOURED:
        return style
    return f"{find_option('hair_color', persona.hair_color).words} {style}"
