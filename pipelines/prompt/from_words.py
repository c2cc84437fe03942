"""A person in one's own words as a persona: what a draft and a prompt need to know before they read the words."""

from __future__ import annotations

import re

from pipelines.appearance import Gender
from pipelines.options import ADULT_AGE, LONGEST_WORDS, OLDEST_AGE
from pipelines.prompt.adults import refuse_minors
from pipelines.types import Persona

WOMAN = re.compile(
    r"\b(?:wom[ae]n|female|lady|ladies|she|her|heroine|queen|princess|actress|mother|businesswoman)\b"
)
MAN = re.compile(r"\b(?:m[ae]n|male|gentlem[ae]n|guy|he|his|him|king|prince|actor|father|businessman)\b")
AGE = re.compile(
    r"\b(?P<years>\d{2,3})[\s-]*(?:years?|yrs?|y\.?o\.?)\b|\baged? (?P<aged>\d{2,3})\b"
    r"|\b(?:man|woman|person|lady|gentleman) of (?P<of>\d{2,3})\b(?!\s*(?:cm|kg|kilo|cent|pound|lb|inch))"
)
DECADE = re.compile(r"\bin (?:his|her|their) (?:(?P<part>early|mid|late)[\s-]*)?(?P<decade>\d0)s\b")
WITHIN_DECADE = {"early": 2, "mid": 5, "late": 8}


def persona_of_words(words: str, name: str = "") -> Persona:
    """The persona that the words speak of: gender and age where they say them, and the words themselves, which the
    draft and the prompt go on reading. Raises PersonaRefused for words about somebody under 18."""
    refuse_minors(words)
    plain = " ".join(words.casefold().split())
    found: dict[str, int | Gender] = {}
    is_woman, is_man = WOMAN.search(plain) is not None, MAN.search(plain) is not None
    if is_woman != is_man:
        found["gender"] = "female" if is_woman else "male"
    if age := _find_age(plain):
        found["age"] = age
    return Persona(name=name, own_words=shorten(words), **found)  # type: ignore[arg-type]


def _find_age(plain: str) -> int | None:
    if said := AGE.search(plain):
        age = int(said["years"] or said["aged"] or said["of"])
    elif said := DECADE.search(plain):
        age = int(said["decade"]) + WITHIN_DECADE.get(said["part"] or "mid", 5)
    else:
        return None
    return age if ADULT_AGE <= age <= OLDEST_AGE else None


def shorten(words: str) -> str:
    """As many of the words as a persona holds."""
    return (
        words.strip()
        if len(words.strip()) <= LONGEST_WORDS
        else words.strip()[:LONGEST_WORDS].rpartition(" ")[0]
    )
