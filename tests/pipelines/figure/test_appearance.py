"""From a persona to body and look: exact heights, adults only, words that colour clothes, tables that agree."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from pipelines.appearance import Appearance, WornGarment
from pipelines.body.anny import open_anny
from pipelines.errors import PersonaRefused, RequestRefused, UnknownName
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.beard import FACIAL_HAIR
from pipelines.figure.body_map import map_body
from pipelines.figure.builds import BUILDS
from pipelines.figure.colors import EYE_COLORS, HAIR_COLORS, SKIN_TONES, linear
from pipelines.figure.garments.patterns import LAYERS
from pipelines.figure.hair_styles import HAIR_STYLES
from pipelines.figure.outfits import OUTFITS
from pipelines.figure.palette import mix_palette
from pipelines.figure.pieces import PIECES
from pipelines.figure.wardrobe import STYLE_OUTFITS, open_wardrobe
from pipelines.options import OPTIONS
from pipelines.prompt.color_words import NAMED_COLORS
from pipelines.prompt.garment_words import GARMENTS, PATTERN_WORDS, PATTERNS, ROLES, SETS
from pipelines.prompt.own_words import find_undrawn_words
from pipelines.prompt.persona import EXAMPLE_PERSONA, persona_from_json, persona_to_json
from pipelines.prompt.write import write_prompt
from pipelines.types import Persona

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
        appearance_of(Persona(age=age))


def test_without_a_word_about_hair_a_man_s_is_short_as_drawn_and_as_written() -> None:
    for gender, hair in (("male", "crop"), ("female", "bob"), ("neutral", "bob")):
        persona = persona_from_json({"gender": gender})
        assert appearance_of(persona).hair_style == hair
        assert next(one.words for one in OPTIONS["hair_style"] if one.key == hair) in write_prompt(persona)
    assert appearance_of(Persona(gender="male", hair_style="long")).hair_style == "long"
    assert persona_from_json(persona_to_json(Persona(gender="male"))) == Persona(gender="male")


def test_unknown_words_are_refused() -> None:
    with pytest.raises(RequestRefused, match="body type"):
        body_of(Persona(body_type="tiny"))
    with pytest.raises(RequestRefused, match="style"):
        appearance_of(Persona(style="medieval"))


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


def test_the_wardrobe_has_exactly_the_garments_that_words_name() -> None:
    assert {key: piece.slot for key, piece in PIECES.items()} == {one.key: one.slot for one in GARMENTS}
    words = [word for one in GARMENTS for word in one.words]
    assert len(words) == len(set(words))
    brought = {*ROLES.values(), *(outfit for _, outfit in SETS.values()), *(one.brings for one in GARMENTS)}
    assert brought - {""} <= set(OUTFITS)
    assert {outfit for row in STYLE_OUTFITS.values() for outfit in row.values()} <= set(OUTFITS)
    assert set(LAYERS) | {"plain"} == set(PATTERNS) >= set(PATTERN_WORDS.values())


def test_every_garment_has_a_colour_for_every_slot_it_paints() -> None:
    for key, piece in PIECES.items():
        used = {slot for _, garment in piece.garments for slot in garment.slots}
        assert used <= {*piece.colors}, key
        assert all(linear(color).shape == (3,) for color in piece.colors.values()), key
    for name in OUTFITS:
        assert open_wardrobe(Appearance(outfit=name)).garments, name


@pytest.mark.parametrize(
    ("key", "pockets"),
    [("jacket", "SidePockets"), ("quilted-jacket", "SidePockets"), ("gilet", "SidePockets"),
     ("blazer", "Flaps"), ("hoodie", "Pouch")],
)  # fmt: skip
def test_what_hands_are_kept_in_has_pockets_on_both_sides(key: str, pockets: str) -> None:
    mapped = map_body(open_anny())
    sewn = [patch for _, garment in PIECES[key].garments for patch in garment.patches()]  # type: ignore[attr-defined]
    outline = next(patch.outline for patch in sewn if patch.name == pockets)
    inside = mapped.canonical[outline(mapped.points, mapped) > -0.004]
    assert (inside[:, 0] > 0.05).sum() == (inside[:, 0] < -0.05).sum() > 1


def worn(clothing: str, *, words: str = "", **persona: Any) -> dict[str, str]:
    """Garment -> colour of what somebody with these words wears."""
    look = appearance_of(Persona(clothing=clothing, **persona), words=words)
    return {one.garment: one.color for one in look.garments}


@pytest.mark.parametrize(
    ("style", "clothing", "expected"),
    [
        ("casual", "something nice", {}),
        ("professional", "navy blazer", {"dress-shirt": "", "tie": "", "trousers": "", "blazer": "#27324a",
                                         "leather-shoes": ""}),
        ("business-casual", "blue shirt", {"shirt": "#365c94", "chinos": "", "leather-shoes": ""}),
        ("casual", "blue armor", {"armour": "#365c94", "tunic": "", "fitted-trousers": "", "boots": ""}),
        ("elegant", "armour of silver", {"armour": "#b4b7bc", "tunic": "", "fitted-trousers": "", "boots": ""}),
        ("professional", "long red dress", {"long-dress": "#b5302c", "leather-shoes": ""}),
        ("casual", "green skirt", {"skirt": "#3d6b46", "t-shirt": "", "sneakers": ""}),
        ("casual", "red tie", {"tie": "#b5302c", "dress-shirt": "", "jeans": "", "sneakers": ""}),
        ("casual", "charcoal suit, no tie", {"dress-shirt": "", "trousers": "#3a3c42", "blazer": "#3a3c42",
                                             "leather-shoes": ""}),
        ("casual", "black cloak, barefoot", {"jeans": "", "t-shirt": "", "cape": "#1c1d21", "barefoot": ""}),
    ],
)  # fmt: skip
def test_words_dress_the_figure_whatever_the_style(
    style: str, clothing: str, expected: dict[str, str]
) -> None:
    chosen = worn(clothing, style=style)
    assert set(chosen) == set(expected)
    assert {key: color for key, color in chosen.items() if expected[key]} == {
        key: color for key, color in expected.items() if color
    }


def test_the_prompt_has_the_last_word() -> None:
    assert worn("teal blazer", words="yellow raincoat")["coat"] == NAMED_COLORS["yellow"]
    assert "blazer" not in worn("teal blazer", words="yellow raincoat")
    assert appearance_of(Persona(hair_color="brown"), words="pink hair").hair_color == NAMED_COLORS["pink"]
    assert appearance_of(Persona(), words="full beard").facial_hair == "beard"


def test_the_example_wears_what_its_words_say() -> None:
    look = appearance_of(EXAMPLE_PERSONA)
    slots = mix_palette(look).slots
    for slot, color in {"jacket": "#2c6a6c", "shirt": "#f1efea", "bottom": "#27324a"}.items():
        assert np.allclose(slots[slot], linear(color))
    assert {one.garment for one in look.garments} == {"shirt", "blazer", "leather-shoes", "chinos"}


def test_a_stored_appearance_of_old_is_drawn_as_before() -> None:
    look = Appearance(outfit="casual", garment_colors={"cape": "#ff0000", "top": "#00ff00"})
    slots = mix_palette(look).slots
    assert "cape" not in slots
    assert np.allclose(slots["top"], linear("#00ff00"))
    assert look.garments == ()
    assert look.style == "realistic"


def test_the_map_is_symmetric_and_in_its_place() -> None:
    body = map_body(open_anny())
    assert body.canonical[:, 2].min() == pytest.approx(-0.818, abs=1e-3)
    assert body.canonical[:, 2].max() == pytest.approx(1.0195, abs=1e-3)
    assert body.feet[0].sum() == body.feet[1].sum() > 100
    assert 0.25 < body.elbow_m < 0.35 < body.arm_m < 0.6
    assert 0.002 < body.eye_faces.mean() < 0.05
    assert np.allclose(np.asarray(body.smoothing.sum(1)), 1, atol=1e-5)


def test_a_persona_can_be_dressed_piece_by_piece() -> None:
    stored = {
        "outfit": [
            {"garment": "dress", "color": "navy", "pattern": "dots", "second_color": "#ffffff"},
            "boots",
        ],
        "accessories": ["glasses", {"garment": "hat", "color": "red"}],
    }
    persona = persona_from_json(stored)
    kept = persona_to_json(persona)
    assert persona_from_json(json.loads(json.dumps(kept))) == persona
    garments = {one.garment: one for one in appearance_of(persona).garments}
    assert set(garments) == {"dress", "boots", "glasses", "hat"}
    assert garments["dress"] == WornGarment(
        garment="dress", color=NAMED_COLORS["navy"], second_color="#ffffff", pattern="dots"
    )
    written = write_prompt(persona)
    assert "navy dotted dress" in written
    assert "red hat" in written
    assert find_undrawn_words(persona, written) == ()
    asked = {one.garment for one in appearance_of(persona, words="green trousers, no hat").garments}
    assert asked == {"trousers", "t-shirt", "boots", "glasses"}  # the prompt has the last word


def test_accessories_alone_leave_the_style_its_outfit() -> None:
    look = appearance_of(Persona(accessories=(WornGarment(garment="watch"),)))
    assert {one.garment for one in look.garments} == {"jeans", "t-shirt", "sneakers", "watch"}


@pytest.mark.parametrize(
    "broken",
    [
        {"outfit": [{"garment": "toga"}]},
        {"outfit": [{"garment": "dress", "color": "blurple"}]},
        {"outfit": [{"garment": "dress", "pattern": "zebra"}]},
        {"outfit": [{"garment": "dress", "size": "M"}]},
        {"outfit": ["jeans", "shorts"]},
        {"outfit": "jeans"},
        {"accessories": [3]},
    ],
)
def test_what_cannot_be_worn_is_refused(broken: dict) -> None:
    with pytest.raises((RequestRefused, UnknownName)):
        persona_from_json(broken)
