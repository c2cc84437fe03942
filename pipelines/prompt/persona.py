"""What a persona may be: adults only, of the options that there are; and the JSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, get_args

from pipelines.appearance import Expression, Gender, WornGarment
from pipelines.bounds import find_bound
from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.options import (
    ADULT_AGE,
    AGE_RANGES,
    EXPRESSIONS,
    LARGEST_FACE_SEED,
    LONGEST_NAME,
    LONGEST_WORDS,
    MOST_PERSONALITY_WORDS,
    MOST_WORN,
    OLDEST_AGE,
    OPTIONS,
    Option,
)
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.color_words import color_value
from pipelines.prompt.garment_words import PATTERNS, find_garment
from pipelines.types import HEIGHT_RANGE_CM, Persona

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
        chosen = persona.hair if attribute == "hair_style" else getattr(persona, attribute)
        find_option(attribute, chosen)
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
    for name, numbers in (("ancestry", persona.ancestry), ("face", persona.face)):
        _refuse_numbers(name, numbers)
    if not 0 <= persona.face_seed <= LARGEST_FACE_SEED:
        raise RequestRefused(f"The number of a face can be 0 to {LARGEST_FACE_SEED}.")
    _refuse_clothes((*persona.outfit, *persona.accessories))
    if persona.expression:
        _refuse_expression(persona.expression)
    return persona


def _refuse_numbers(name: str, numbers: Mapping[str, float]) -> None:
    bound = find_bound(Persona, name)
    for key, number in numbers.items():
        if key not in bound.keys:
            raise RequestRefused(f"“{key}” is not part of the {name}. It has: {', '.join(bound.keys)}.")
        if not bound.least <= number <= bound.most:
            raise RequestRefused(f"“{key}” of the {name} can be {bound.least:.0f} to {bound.most:.0f}.")


def _refuse_clothes(worn: Sequence[WornGarment]) -> None:
    slots = [find_garment(one.garment).slot for one in worn]
    if twice := next((slot for slot in slots if slots.count(slot) > 1), None):
        raise RequestRefused(f"Two of the garments take the same place ({twice}): leave one out.")
    for one in worn:
        if one.pattern not in PATTERNS:
            raise RequestRefused(f"“{one.pattern}” is not a pattern. Choose one of: {', '.join(PATTERNS)}.")
        color_value(one.color)
        color_value(one.second_color)


def _refuse_expression(expression: Expression) -> None:
    known = [option.key for option in EXPRESSIONS]
    if expression.name not in known:
        raise RequestRefused(f"“{expression.name}” is not an expression. Choose one of: {', '.join(known)}.")
    if not 0 <= expression.strength <= 1:
        raise RequestRefused("The strength of an expression can be 0 to 1.")


def persona_to_json(persona: Persona) -> dict[str, Any]:
    """The plain form that is stored and sent."""
    plain = asdict(persona)
    return plain | {name: list(plain[name]) for name in ("personality", "outfit", "accessories")}


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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read_worn(name: str, value: Any) -> tuple[WornGarment, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_WORN:
        raise RequestRefused(f"“{name}” has to be a list of at most {MOST_WORN} garments.")
    known, worn = {field.name for field in fields(WornGarment)}, []
    for one in value:
        given = {"garment": one} if isinstance(one, str) else one
        if not isinstance(given, Mapping) or not {"garment"} <= set(given) <= known:
            raise RequestRefused(
                f"Each of “{name}” has to be a garment, with colours and a pattern where wanted."
            )
        if not all(isinstance(text, str) for text in given.values()):
            raise RequestRefused(f"Each of “{name}” is written in texts.")
        worn.append(WornGarment(**given))
    return tuple(worn)


def read_expression(value: Any) -> Expression | None:
    """An expression from its plain form: a name, or a name and a strength; None is none. Raises RequestRefused."""
    given = {"name": value} if isinstance(value, str) else value
    if given is None:
        return None
    fits = isinstance(given, Mapping) and {"name"} <= set(given) <= {"name", "strength"}
    if not fits or not isinstance(given["name"], str) or not _is_number(given.get("strength", 1.0)):
        raise RequestRefused(
            "The expression has to be a name, and a strength from 0 to 1 where that is wanted."
        )
    expression = Expression(name=given["name"], strength=float(given.get("strength", 1.0)))
    _refuse_expression(expression)
    return expression


def _checked(name: str, value: Any) -> Any:
    if name == "age":
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise RequestRefused("The age has to be a whole number of years.")
        return int(value)
    if name in ("ancestry", "face"):
        if not isinstance(value, Mapping) or not all(map(_is_number, value.values())):
            raise RequestRefused(f"The {name} has to be an object of numbers.")
        return {str(key): float(number) for key, number in value.items()}
    if name == "face_seed":
        if not _is_number(value) or value != int(value):
            raise RequestRefused("The number of a face has to be a whole number.")
        return int(value)
    if name in ("outfit", "accessories"):
        return _read_worn(name, value)
    if name == "expression":
        return read_expression(value)
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
    if name == "hair_style" and value is None:  # as is usual
        return None
    if not isinstance(value, str):
        raise RequestRefused(f"“{name}” has to be a text.")
    return value
