"""From a persona to what is drawn: the numbers of the body, and the look that dresses it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.figure.builds import BUILDS, GENDERS, TYPICAL_HEIGHT_CM, age_on_scale
from pipelines.figure.colors import colors_of_words
from pipelines.figure.outfits import find_outfit
from pipelines.figure.wardrobe import choose_outfit
from pipelines.types import ADULT_AGE, Backdrop, BodyParameters, FigureLook, Finish, Gender, Persona

HEIGHT_PROBES = (
    0.25,
    0.6,
)  # two heights on the free body's scale; its length is linear in between and beyond


def look_of(persona: Persona, finish: Finish = "coloured", backdrop: Backdrop = "paper") -> FigureLook:
    """How the draft figure of that persona is dressed and coloured.

    Colours that `clothing` or `own_words` name fill the outfit's slots ("navy blazer, white shirt").
    Raises PersonaRefused under 18.
    """
    _refuse_minors(persona.age)
    outfit = choose_outfit(persona)
    slots = find_outfit(outfit).colors
    words = f"{persona.clothing}, {persona.own_words}"
    return FigureLook(
        finish=finish,
        outfit=outfit,
        garment_colors=colors_of_words(words, slots),
        hair_style=persona.hair_style,
        hair_color=persona.hair_color,
        facial_hair=persona.facial_hair,
        eye_color=persona.eye_color,
        skin_tone=persona.skin_tone,
        age=persona.age,
        gender=persona.gender,
        backdrop=backdrop,
    )


def body_of(persona: Persona) -> BodyParameters:
    """The free body's numbers for a persona: age, gender, build, and exactly its height where one is given.

    Raises PersonaRefused under 18, RequestRefused for an unknown body type.
    """
    _refuse_minors(persona.age)
    if persona.body_type not in BUILDS:
        raise RequestRefused(f"“{persona.body_type}” is not a body type. Choose one of: {', '.join(BUILDS)}.")
    height_cm = persona.height_cm or TYPICAL_HEIGHT_CM[persona.gender]
    return _solve_body(persona.gender, persona.body_type, persona.age, float(height_cm))


def _refuse_minors(age: int) -> None:
    if age < ADULT_AGE:
        raise PersonaRefused


@lru_cache(256)
def _solve_body(gender: Gender, body_type: str, age: int, height_cm: float) -> BodyParameters:
    build = BUILDS[body_type]
    shape = {
        "gender": GENDERS[gender],
        "age": age_on_scale(age),
        "muscle": build.muscle,
        "weight": build.weight,
        "proportions": build.proportions,
        **build.changes,
        **build.for_gender.get(gender, {}),
    }
    model = open_anny()

    def height_at(value: float) -> float:
        body = model.build(BodyParameters(shape={**shape, "height": value}))
        return float(np.ptp(body.rest_vertices[:, 1])) * 100

    low, high = HEIGHT_PROBES
    at_low, at_high = height_at(low), height_at(high)
    solved = low + (height_cm - at_low) * (high - low) / (at_high - at_low)
    return BodyParameters(shape={**shape, "height": round(float(np.clip(solved, 0, 1)), 6)})
