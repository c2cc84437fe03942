"""From a persona to what is drawn: the numbers of the body, and the appearance that dresses it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipelines.appearance import Appearance, Backdrop, Expression, Finish, Gender, Light
from pipelines.body.anny import open_anny
from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.figure.builds import BUILDS, GENDERS, TYPICAL_HEIGHT_CM, age_on_scale
from pipelines.figure.wardrobe import add_worn_props, choose_garments, outfit_of_style
from pipelines.options import ADULT_AGE
from pipelines.pose.expression import choose_expression
from pipelines.pose.template import PoseTemplate
from pipelines.prompt.own_words import describe
from pipelines.types import BodyParameters, Persona

HEIGHT_PROBES = (
    0.25,
    0.6,
)  # two heights on the free body's scale; its length is linear in between and beyond


def appearance_of(
    persona: Persona,
    finish: Finish = "coloured",
    backdrop: Backdrop = "paper",
    *,
    words: str = "",
    style: str = "realistic",
    light: Light = "soft",
    pose: PoseTemplate | None = None,
    expression: Expression | None = None,
) -> Appearance:
    """How the draft figure of that persona is dressed and coloured.

    Garments, colours, hair and eyes that `clothing`, `own_words` or `words` (the order's prompt) name take the place
    of the style's and the persona's; a hat or glasses that the `pose` names are put on; `style` is a key of
    `pipelines.prompt.styles`. What the face shows in that `pose`, where the order's `expression` does not say it, is
    for pipelines.pose.expression to say.
    Raises PersonaRefused under 18, RequestRefused for an unknown style of clothes.
    """
    _refuse_minors(persona.age)
    said = describe(persona, words)
    shown = choose_expression(persona, pose, words=words, ordered=expression)
    outfit = said.outfit or outfit_of_style(persona)
    return Appearance(
        finish=finish,
        style=said.style or style,
        outfit=outfit,
        garments=add_worn_props(
            choose_garments(outfit, said, persona), outfit, pose.props if pose else (), said.absent
        ),
        hair_style=said.hair_style or persona.hair,
        hair_color=said.hair_color or persona.hair_color,
        facial_hair=said.facial_hair or persona.facial_hair,
        eye_color=said.eye_color or persona.eye_color,
        skin_tone=said.skin_tone or persona.skin_tone,
        age=persona.age,
        gender=persona.gender,
        ancestry=persona.ancestry,
        face=persona.face,
        face_seed=persona.face_seed,
        expression=shown.name if shown else "",
        expression_strength=shown.strength if shown else 1.0,
        backdrop=backdrop,
        light=light,
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
