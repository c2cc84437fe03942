"""Words to terms: what each word of a text, or several together, is to the draft. The longest term counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipelines.prompt.color_words import DARKER, LIGHTER, NAMED_COLORS
from pipelines.prompt.garment_words import GARMENTS, PATTERN_WORDS, ROLES, SECOND_COLOR_WORDS, SETS
from pipelines.prompt.person_words import (
    ASKS_NOTHING,
    DOING,
    EXPRESSION_WORDS,
    EYE_WORDS,
    FACIAL_HAIR_WORDS,
    HAIR_COLORED_WORDS,
    HAIR_STYLE_WORDS,
    HAIR_WORDS,
    JOINING,
    NEGATIONS,
    SETTINGS,
    SKIN_WORDS,
    STYLE_WORDS,
)

Kind = Literal[
    "garment", "set", "role", "hair-style", "hair", "hair-colored", "facial-hair", "eyes", "skin", "style",
    "expression", "pattern", "color", "second-color", "modifier", "negation", "and", "joining", "doing", "setting",
    "nothing", "unknown",
]  # fmt: skip
WORD = re.compile(r"#[0-9a-fA-F]{6}\b|[^\W_]+(?:['’][^\W_]+)?")
LONGEST_TERM = 4  # words
MODIFIERS = ("long", "short", "mini", "maxi", "straight", "curly", "wavy", "braided", "cropped")
CONJUNCTIONS = ("and", "with", "over", "under", "plus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that a table knows, or one that none does: what they are, and where in the text they stand."""

    kind: Kind
    value: str  # the words, lower case, a space for a hyphen
    start: int
    end: int


def find_terms(text: str, start: int, end: int) -> Iterator[Term]:
    """The terms of a phrase, the longest first."""
    words = [(match[0], match.start(), match.end()) for match in WORD.finditer(text, start, end)]
    place = 0
    while place < len(words):
        for count in range(min(LONGEST_TERM, len(words) - place), 0, -1):
            chosen = words[place : place + count]
            value = " ".join(word.lower() for word, _, _ in chosen)
            found = _lookup(value)
            if found or count == 1:
                kind, value = found or ("unknown", value)
                yield Term(kind=kind, value=value, start=chosen[0][1], end=chosen[-1][2])
                place += count
                break


def _lookup(value: str) -> tuple[Kind, str] | None:
    if re.fullmatch(r"#[0-9a-f]{6}", value):
        return "color", value
    if value[0].isdigit() and " " not in value:
        return "nothing", value  # weights, lenses, sizes of pictures
    for form in (value, value.removesuffix("s"), value.removesuffix("es")):
        if form in _table():
            return _table()[form], form
    return None


def _plain(words: str) -> str:
    return words.replace("-", " ")


@lru_cache(1)
def garment_keys() -> dict[str, str]:
    """Words of a garment -> its key."""
    return {_plain(words): garment.key for garment in GARMENTS for words in garment.words}


@lru_cache(1)
def color_values() -> dict[str, str]:
    """Words of a colour -> "#rrggbb"."""
    return {_plain(name): value for name, value in NAMED_COLORS.items()}


@lru_cache(1)
def _table() -> dict[str, Kind]:
    """Words -> what they are; of two rows with the same words the last counts."""
    table: dict[str, Kind] = {}
    rows: tuple[tuple[Kind, object], ...] = (
        ("nothing", ASKS_NOTHING),
        ("joining", JOINING),
        ("doing", DOING),
        ("setting", SETTINGS),
        ("modifier", MODIFIERS),
        ("modifier", (*LIGHTER, *DARKER)),
        ("and", CONJUNCTIONS),
        ("negation", NEGATIONS),
        ("color", NAMED_COLORS),
        ("pattern", PATTERN_WORDS),
        ("role", ROLES),
        ("style", STYLE_WORDS),
        ("expression", EXPRESSION_WORDS),
        ("hair", HAIR_WORDS),
        ("eyes", EYE_WORDS),
        ("skin", SKIN_WORDS),
        ("hair-colored", HAIR_COLORED_WORDS),
        ("facial-hair", FACIAL_HAIR_WORDS),
        ("hair-style", HAIR_STYLE_WORDS),
        ("second-color", SECOND_COLOR_WORDS),
        ("set", SETS),
        ("garment", garment_keys()),
    )
    for kind, words in rows:
        table |= dict.fromkeys(map(_plain, words), kind)  # type: ignore[call-overload]
    return table
