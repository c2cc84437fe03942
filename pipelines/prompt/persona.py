"""What a persona may be: one table of options per attribute, adults only, and the JSON form.

Another option is another row; the figure and the prompt writer look their words and colours up here or by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_args

from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.prompt.adults import refuse_minors
from pipelines.types import ADULT_AGE, HEIGHT_RANGE_CM, Gender, Persona

OLDEST_AGE = 110
LONGEST_WORDS = 2000  # characters in a free text
LONGEST_NAME = 80
MOST_PERSONALITY_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: the key that is stored, the label in the window, the words in a prompt, a colour where it has one."""

    key: str
    label: str
    words: str
    swatch: str = ""  # "#rrggbb"


def _options(*rows: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(
        Option(key=row[0], label=row[1], words=row[2], swatch=row[3] if len(row) > 3 else "") for row in rows
    )


GENDERS = _options(
    ("female", "Woman", "woman"),
    ("male", "Man", "man"),
    ("neutral", "Neutral", "androgynous person"),
)
BODY_TYPES = _options(
    ("slim", "Slim", "slim build"),
    ("average", "Average", "average build"),
    ("athletic", "Athletic", "athletic build"),
    ("curvy", "Curvy", "curvy build"),
    ("heavy", "Heavy", "heavy build"),
)
HAIR_STYLES = _options(
    ("bald", "Bald", "bald head"),
    ("buzz", "Buzz cut", "buzz cut"),
    ("crop", "Short crop", "short cropped hair"),
    ("side-part", "Side part", "short side-parted hair"),
    ("curly", "Curly", "curly hair"),
    ("afro", "Afro", "afro hair"),
    ("bob", "Bob", "bob cut hair"),
    ("wavy", "Wavy", "shoulder-length wavy hair"),
    ("long", "Long", "long straight hair"),
    ("ponytail", "Ponytail", "hair in a ponytail"),
    ("bun", "Bun", "hair in a bun"),
    ("braid", "Braid", "braided hair"),
)
HAIR_COLORS = _options(
    ("black", "Black", "black", "#1d1a1b"),
    ("dark-brown", "Dark brown", "dark brown", "#3a2619"),
    ("brown", "Brown", "brown", "#5d3f28"),
    ("auburn", "Auburn", "auburn", "#7a3a22"),
    ("red", "Red", "red", "#a8502a"),
    ("blonde", "Blonde", "blonde", "#c9a263"),
    ("grey", "Grey", "grey", "#8e8b87"),
    ("white", "White", "white", "#dedad3"),
)
FACIAL_HAIR = _options(
    ("none", "None", ""),
    ("stubble", "Stubble", "light stubble"),
    ("moustache", "Moustache", "moustache"),
    ("beard", "Beard", "full beard"),
)
EYE_COLORS = _options(
    ("brown", "Brown", "brown", "#5b3a21"),
    ("hazel", "Hazel", "hazel", "#7d6234"),
    ("amber", "Amber", "amber", "#a9712a"),
    ("green", "Green", "green", "#5c7a4c"),
    ("blue", "Blue", "blue", "#4f7ea8"),
    ("grey", "Grey", "grey", "#7c8790"),
)
SKIN_TONES = _options(
    ("porcelain", "Porcelain", "porcelain", "#f3d9c9"),
    ("fair", "Fair", "fair", "#eac3a8"),
    ("light", "Light", "light", "#dca988"),
    ("medium", "Medium", "medium", "#c68c66"),
    ("tan", "Tan", "tan", "#a86d48"),
    ("brown", "Brown", "brown", "#7f4f34"),
    ("deep", "Deep", "deep brown", "#533425"),
)
STYLES = _options(
    ("casual", "Casual", "casual everyday clothes"),
    ("professional", "Professional", "professional business attire"),
    ("business-casual", "Business casual", "business casual attire"),
    ("sporty", "Sporty", "athletic sportswear"),
    ("elegant", "Elegant", "elegant evening wear"),
    ("streetwear", "Streetwear", "modern streetwear"),
    ("outdoor", "Outdoor", "practical outdoor clothing"),
    ("fantasy", "Fantasy", "detailed fantasy costume"),
)
PERSONALITY_WORDS = (
    "confident",
    "warm",
    "calm",
    "curious",
    "playful",
    "thoughtful",
    "determined",
    "cheerful",
    "bold",
    "gentle",
    "serious",
    "witty",
)
ETHNICITIES = (
    "African",
    "Afro-Caribbean",
    "East Asian",
    "European",
    "Indigenous American",
    "Latin American",
    "Middle Eastern",
    "Mixed",
    "North African",
    "Pacific Islander",
    "South Asian",
    "Southeast Asian",
)

OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "gender": GENDERS,
    "body_type": BODY_TYPES,
    "hair_style": HAIR_STYLES,
    "hair_color": HAIR_COLORS,
    "facial_hair": FACIAL_HAIR,
    "eye_color": EYE_COLORS,
    "skin_tone": SKIN_TONES,
    "style": STYLES,
}

# (first age, last age, words), as in "middle-aged adult (30-50 years old)".
AGE_RANGES = (
    (18, 29, "young adult (18-29 years old)"),
    (30, 50, "middle-aged adult (30-50 years old)"),
    (51, 65, "mature adult (51-65 years old)"),
    (66, OLDEST_AGE, "senior adult (over 65 years old)"),
)

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
