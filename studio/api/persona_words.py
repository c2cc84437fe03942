"""A persona as programs send it: hair, eyes and skin in one's own words too, and an age as a range.

What the tables know is drawn; every word goes on among the person's own, so that it is in the prompt, and what is
not drawn is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic_core import InitErrorDetails, ValidationError, core_schema

from pipelines.bounds import ONE_LINE
from pipelines.options import LONGEST_WORDS, OPTIONS
from pipelines.prompt.person_words import SKIN_TONE_WORDS
from pipelines.prompt.reader import read_description
from pipelines.types import Persona
from studio.vocabulary.avatar import PersonaSaid
from studio.vocabulary.codec import to_json

LONGEST_FREE = 80
NOUN_OF = {"hair_style": "hair", "hair_color": "hair", "eye_color": "eyes", "skin_tone": "skin"}
AGE_OF_RANGE: Mapping[str, int] = {
    "young-adult": 25,
    "adult": 40,
    "middle-aged": 40,
    "mature": 58,
    "senior": 72,
}


class FreeWords:
    """Reads the words of a persona before its bounds are looked at."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_before_validator_function(read_free_words, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        described = handler(schema)
        fields = handler.resolve_ref_schema(described)["properties"]
        for name, noun in NOUN_OF.items():
            known = ", ".join(option.key for option in OPTIONS[name])
            default = fields[name]["default"]
            text = {"type": "string", "minLength": 1, "maxLength": LONGEST_FREE, "pattern": ONE_LINE}
            usual = "; null: as is usual for the gender" if default is None else ""
            fields[name] = {
                **({"anyOf": [text, {"type": "null"}]} if default is None else text),
                "default": default,
                "description": f"{known}; or the {noun} in your own words{usual}.",
            }
        fields["age_range"] = {
            "enum": list(AGE_OF_RANGE),
            "description": "In place of `age`; where both are given, the age counts.",
        }
        return described


PersonaIn = Annotated[Persona, FreeWords()]


class SomeFields:
    """Reads some fields of a persona: each is held to its bounds, and only those that are sent are given on."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        whole = handler.generate_schema(PersonaIn)
        return core_schema.no_info_wrap_validator_function(read_change, whole)


PersonaChange = Annotated[PersonaSaid, SomeFields()]


def read_change(given: Any, read: Callable[[Any], Persona]) -> PersonaSaid:
    """What is said of a persona, beside what is not."""
    kept = to_json(read(given))
    fields = read_free_words(given)
    words = "" if "own_words" in given else fields.get("own_words", "")
    said = {name: kept[name] for name in fields if name in kept and not (name == "own_words" and words)}
    return PersonaSaid(fields=said, added_words=words)


def read_free_words(given: Any) -> Any:
    """The fields of a persona as its class takes them; what this does not understand is left to the class, but for an
    age range, which it does not have. Raises pydantic's ValidationError for one that is not known."""
    if not isinstance(given, dict):
        return given
    fields, own = dict(given), []
    if "age_range" in fields:
        fields.setdefault("age", _read_age_range(fields.pop("age_range")))
    for name, noun in NOUN_OF.items():
        words = fields.get(name)
        if not isinstance(words, str) or not _is_free(name, words):
            continue
        del fields[name]
        if key := _find_key(name, words):
            fields[name] = key
        elif phrase := words.strip():
            own.append(f"{phrase} {noun}")
            found = getattr(read_description(own[-1]), name)
            if found in _keys(name):
                fields[name] = found
    said = fields.get("own_words", "")
    if own and isinstance(said, str):
        together = ", ".join(filter(None, (said, *own)))
        # Beside own words of nearly the greatest length there is no room; what the tables know is drawn all the same.
        fields["own_words"] = together if len(together) <= LONGEST_WORDS else said
    return fields


def _read_age_range(given: Any) -> int:
    """The age in years. Raises pydantic's ValidationError, at its own field."""
    if isinstance(given, str) and given in AGE_OF_RANGE:
        return AGE_OF_RANGE[given]
    *first, last = (f"'{name}'" for name in AGE_OF_RANGE)
    known = {"expected": f"{', '.join(first)} or {last}"}
    finding = InitErrorDetails(type="literal_error", loc=("age_range",), input=given, ctx=known)
    raise ValidationError.from_exception_data("persona", [finding])


def _is_free(name: str, words: str) -> bool:
    is_one_line = 0 < len(words) <= LONGEST_FREE and re.match(ONE_LINE, words) is not None
    return is_one_line and words not in _keys(name)


def _find_key(name: str, words: str) -> str:
    """The key that the words are another spelling of ("Dark brown", "light-medium"); "" where they are not."""
    plain = " ".join(words.split()).casefold()
    if name == "skin_tone" and plain in SKIN_TONE_WORDS:
        return SKIN_TONE_WORDS[plain]
    key = plain.replace(" ", "-")
    return key if key in _keys(name) else ""


def _keys(name: str) -> tuple[str, ...]:
    return tuple(option.key for option in OPTIONS[name])
