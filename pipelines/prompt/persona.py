"""What a persona may be: adults only, of the options that there are; and the JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, get_args

from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.options import (
    ADULT_AGE,
    AGE_RANGES,
    LONGEST_NAME,
    LONGEST_WORDS,
    MOST_PERSONALITY_WORDS,
    OLDEST_AGE,
    OPTIONS,
    Option,
)
from pipelines.prompt.adults import refuse_minors
from pipelines.types import HEIGHT_RANGE_CM, Gender, Persona

EXAMPLE_PERSONA = Persona(
    name="Mira",
    age=34,
    gender="female",
    personality=("confident", "warm"),
    background="Runs a small design studio by the harbour",
    body_type="average",
    hair_style="wavy",
    hair_color="auburn",
    eye_color="green",
    skin_tone="light",
    style="business-casual",
    clothing="teal blazer, white shirt, navy trousers",
)


def find_option(attribute: str, key: str) -> Option:
    """The option of an attribute. Raises RequestRefused, naming the choices."""
    for option in OPTIONS[attribute]:
        if option.key == key:
            return option
    known = ", ".join(option.key for option in OPTIONS[attribute])
    raise RequestRefused(f"“{key}” is not a {attribute.replace('_', ' ')}. Choose one of: {known}.")


def age_in_words(age: int) -> str:
    """The age range of an adult in words. Raises PersonaRefused under 18."""
    if age < ADULT_AGE:
        raise PersonaRefused
    return next((words for _, last, words in AGE_RANGES if age <= last), AGE_RANGES[-1][2])


def check_persona(persona: Persona) -> Persona:
    """The same persona when it can be drawn.

    Raises PersonaRefused for anybody under 18, in the words too; RequestRefused for what no table has or no field
    can hold.
    """
    if persona.age < ADULT_AGE:
        raise PersonaRefused
    if persona.age > OLDEST_AGE:
        raise RequestRefused(f"The age can be {ADULT_AGE} to {OLDEST_AGE}.")
    for attribute in OPTIONS:
        find_option(attribute, getattr(persona, attribute))
    low, high = HEIGHT_RANGE_CM
    if persona.height_cm is not None and not low <= persona.height_cm <= high:
        raise RequestRefused(f"The height can be {low:.0f} to {high:.0f} cm.")
    if len(persona.name) > LONGEST_NAME:
        raise RequestRefused(f"The name can be {LONGEST_NAME} characters long.")
    if len(persona.personality) > MOST_PERSONALITY_WORDS:
        raise RequestRefused(f"Choose at most {MOST_PERSONALITY_WORDS} words for the personality.")
    texts = (persona.background, persona.clothing, persona.own_words, persona.ethnicity, *persona.personality)
    if any(len(text) > LONGEST_WORDS for text in texts):
        raise RequestRefused(f"A text can be {LONGEST_WORDS} characters long.")
    refuse_minors(persona.name, *texts)
    return persona


def persona_to_json(persona: Persona) -> dict[str, Any]:
    """The plain form that is stored and sent."""
    return asdict(persona) | {"personality": list(persona.personality)}


def persona_from_json(stored: Mapping[str, Any]) -> Persona:
    """A persona from its plain form; fields left out take their defaults.

    Raises RequestRefused for an unknown field or a value of the wrong kind, and what check_persona raises.
    """
    known = {field.name for field in fields(Persona)}
    unknown = sorted(set(stored) - known)
    if unknown:
        raise RequestRefused(f"A persona has no “{unknown[0]}”. It has: {', '.join(sorted(known))}.")
    values: dict[str, Any] = {}
    for name, value in stored.items():
        values[name] = _checked(name, value)
    return check_persona(Persona(**values))


def _checked(name: str, value: Any) -> Any:
    if name == "age":
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise RequestRefused("The age has to be a whole number of years.")
        return int(value)
    if name == "height_cm":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise RequestRefused("The height has to be a number of centimetres.")
        return value if value is None else float(value)
    if name == "personality":
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise RequestRefused("The personality has to be a list of words.")
        return tuple(words)
    if name == "gender" and value not in get_args(Gender):
        raise RequestRefused(f"“{value}” is not a gender. Choose one of: {', '.join(get_args(Gender))}.")
    if not isinstance(value, str):
        raise RequestRefused(f"“{name}” has to be a text.")
    return value
