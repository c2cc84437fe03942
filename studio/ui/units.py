"""Lengths and weights as people write them, read into centimetres and kilograms, and written back."""

from __future__ import annotations

import re

from pipelines.errors import RequestRefused

CM_PER_INCH = 2.54
INCHES_PER_FOOT = 12
KG_PER_POUND = 0.45359237
TALLEST_IN_METRES = 3.0  # a bare number below this is metres, from it on centimetres

NUMBER = r"(\d+(?:[.,]\d+)?)"
FEET = re.compile(rf"^{NUMBER}\s*(?:ft|feet|foot|'|′|’)\s*(?:{NUMBER}\s*(?:in|inch|inches|\"|″|”|'')?)?$")
INCHES = re.compile(rf"^{NUMBER}\s*(?:in|inch|inches|\"|″|”)$")
CENTIMETRES = re.compile(rf"^{NUMBER}\s*(?:cm)?$")
METRES = re.compile(rf"^{NUMBER}\s*(cm|m)?$")
WEIGHT = re.compile(rf"^{NUMBER}\s*(kg|lb|lbs|pounds)?$")


def read_height(text: str) -> float | None:
    """Centimetres of "172", "172 cm", "1.72 m", "5 ft 8 in", "5'8"; None of an empty text. Raises RequestRefused."""
    words = _clean(text)
    if not words:
        return None
    if found := FEET.match(words):
        return (_number(found[1]) * INCHES_PER_FOOT + _number(found[2] or "0")) * CM_PER_INCH
    if found := INCHES.match(words):
        return _number(found[1]) * CM_PER_INCH
    if found := METRES.match(words):
        value = _number(found[1])
        in_metres = found[2] == "m" or (found[2] is None and value < TALLEST_IN_METRES)
        return value * 100 if in_metres else value
    raise RequestRefused(f"“{text.strip()}” does not read as a height. Write 172 cm or 5 ft 8 in.")


def read_weight(text: str) -> float | None:
    """Kilograms of "70", "70 kg", "154 lb"; None of an empty text. Raises RequestRefused."""
    words = _clean(text)
    if not words:
        return None
    found = WEIGHT.match(words)
    if found is None:
        raise RequestRefused(f"“{text.strip()}” does not read as a weight. Write 70 kg or 154 lb.")
    return _number(found[1]) * (1.0 if found[2] in (None, "kg") else KG_PER_POUND)


def read_girth(text: str, title: str) -> float | None:
    """Centimetres of what a tape said: "82", "82 cm", "32 in"; None of an empty text. Raises RequestRefused."""
    words = _clean(text)
    if not words:
        return None
    if found := INCHES.match(words):
        return _number(found[1]) * CM_PER_INCH
    if found := CENTIMETRES.match(words):
        return _number(found[1])
    raise RequestRefused(f"“{text.strip()}” does not read as a length ({title}). Write 82 cm or 32 in.")


def write_height(height_cm: float | None) -> str:
    """The height as the form shows it."""
    return "" if height_cm is None else f"{height_cm:.0f} cm"


def write_feet(cm: float) -> str:
    """ "5 ft 7 in", to the next inch."""
    feet, inches = divmod(round(cm / CM_PER_INCH), INCHES_PER_FOOT)
    return f"{feet} ft {inches} in"


def _clean(text: str) -> str:
    return " ".join((text or "").lower().split()).rstrip(".")


def _number(text: str) -> float:
    return float(text.replace(",", "."))
