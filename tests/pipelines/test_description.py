"""A person's own words: what the draft draws of them, and what it says that it does not draw."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UnknownName
from pipelines.prompt.color_words import NAMED_COLORS
from pipelines.prompt.description import Description
from pipelines.prompt.garment_words import find_garment
from pipelines.prompt.own_words import find_undrawn_words, own_part
from pipelines.prompt.reader import read_description
from pipelines.prompt.styles import STYLES, with_style
from pipelines.prompt.write import REALISM_WORDS, write_prompt
from pipelines.types import Persona

REALISM = (
    "professional photo studio portrait, ultra realistic, high detail, professional photography, DSLR camera, "
    "85mm portrait lens, f/1.8 aperture, studio lighting, bokeh background, photorealistic, high resolution, "
    "8k quality"
)


def worn(said: Description) -> dict[str, str]:
    """Garment -> the name of its colour."""
    names = {value: name for name, value in reversed(NAMED_COLORS.items())}
    return {one.garment: names.get(one.color, one.color) for one in said.garments}


@pytest.mark.parametrize(
    ("words", "outfit", "garments", "not_drawn"),
    [
        ("warrior character, blue armor", "fantasy", {"armour": "blue"}, ()),
        ("knight, silver armor, red cape", "fantasy", {"armour": "silver", "cape": "red"}, ()),
        ("warrior", "fantasy", {}, ()),
        ("warrior character", "fantasy", {}, ()),
        (REALISM, "", {}, ()),
        ("navy blazer, white shirt", "", {"blazer": "navy blue", "shirt": "white"}, ()),
        ("White shirt and burgundy tie", "", {"shirt": "white", "tie": "burgundy"}, ()),
        ("dark green trousers over brown shoes", "", {"trousers": "dark green", "leather-shoes": "brown"}, ()),
        ("#336699 blazer", "", {"blazer": "#336699"}, ()),
        ("a dress in red", "", {"dress": "red"}, ()),
        ("a long red dress", "", {"long-dress": "red"}, ()),
        ("blue armor with gold trim", "fantasy", {"armour": "blue"}, ()),
        ("leather jacket, T-SHIRTS", "", {"jacket": "#3a2a20", "t-shirt": ""}, ()),
        ("red", "", {}, ("red",)),
        ("something nice", "", {}, ("something",)),
        ("a hat in orange", "", {"hat": "orange"}, ()),
        ("teal hijab", "", {"hijab": "teal"}, ()),
        ("a floral headscarf, white shirt", "", {"hijab": "", "shirt": "white"}, ()),
        ("a balloon in orange", "", {}, ("balloon in orange",)),
        ("warrior with a dragon", "fantasy", {}, ("dragon",)),
        ("knight riding a red dragon, castle in the background", "fantasy", {},
         ("riding a red dragon", "castle in the background")),
        ("woman in a white dress holding a sword", "", {"dress": "white"}, ("holding a sword",)),
        ("portrait of a man standing in front of a Castle, full body", "", {}, ("Castle",)),
        ("white background, plain backdrop", "", {}, ()),
        ("dark forest background", "", {}, ("dark forest background",)),
        ("hoodie, t-shirt", "", {"hoodie": ""}, ("t-shirt",)),
        ("(masterpiece:1.2), <lora:ink:0.8>, 1girl, green skirt", "", {"skirt": "green"}, ()),
        ("without glasses, no dragon", "", {}, ()),
    ],
)  # fmt: skip
def test_words_are_read_as_a_person_means_them(
    words: str, outfit: str, garments: dict[str, str], not_drawn: tuple[str, ...]
) -> None:
    said = read_description(words)
    assert (said.outfit, worn(said), said.not_drawn) == (outfit, garments, not_drawn)


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        ("long straight black hair", {"hair_style": "long", "hair_color": "black"}),
        ("blonde woman with curly hair and blue eyes", {"hair_color": "blonde", "hair_style": "curly",
                                                        "eye_color": "blue"}),
        ("red-haired, green-eyed", {"hair_color": "red", "eye_color": "green"}),
        ("pink ponytail", {"hair_color": NAMED_COLORS["pink"], "hair_style": "ponytail"}),
        ("dark skin, short beard", {"skin_tone": "deep", "facial_hair": "beard"}),
        ("anime style", {"style": "anime"}),
        ("no beard", {"facial_hair": "none"}),
    ],
)  # fmt: skip
def test_hair_eyes_skin_and_style_are_read(words: str, choices: dict[str, Any]) -> None:
    said = read_description(words)
    assert {key: getattr(said, key) for key in choices} == choices
    assert said.not_drawn == ()


def test_patterns_and_second_colours_are_read() -> None:
    shirt, jeans = read_description("black and white striped shirt, ripped denim trousers").garments
    assert (shirt.color, shirt.second_color, shirt.pattern) == (
        NAMED_COLORS["black"],
        NAMED_COLORS["white"],
        "stripes",
    )
    assert (jeans.garment, jeans.pattern) == ("trousers", "denim")
    assert read_description("tunic with gold trim").garments[0].second_color == NAMED_COLORS["gold"]


def test_light_and_dark_change_a_colour_that_has_no_name_of_its_own() -> None:
    light, dark = (read_description(f"{word} purple dress").garments[0].color for word in ("light", "dark"))
    assert light > NAMED_COLORS["purple"] > dark


def test_a_later_text_has_the_last_word() -> None:
    said = read_description("teal blazer, white shirt", "no blazer, black shirt")
    assert worn(said) == {"shirt": "black"}
    assert said.absent == {"jacket"}


def test_only_a_persons_own_words_are_told_back() -> None:
    persona = Persona(
        name="Mira", clothing="teal blazer, rollerskates", background="Keeps a dragon", own_words="a unicycle"
    )
    assert find_undrawn_words(persona) == ("rollerskates", "unicycle")
    for style in STYLES:
        written, _ = with_style(write_prompt(persona), "", style)
        assert own_part(persona, written) == ""
        assert find_undrawn_words(persona, written) == ("rollerskates", "unicycle")
    assert find_undrawn_words(persona, write_prompt(persona) + ", red unicorn") == (
        "rollerskates",
        "unicycle",
        "red unicorn",
    )
    assert find_undrawn_words(Persona(), "knight, silver armor, red cape") == ()


def test_words_about_the_quality_of_a_picture_ask_for_nothing() -> None:
    assert read_description(*REALISM_WORDS).not_drawn == ()


@given(st.text(alphabet=st.sampled_from("ab red-cape,. 'ädress\n(#12)<>"), max_size=60))
def test_whatever_is_not_drawn_stands_in_the_text(text: str) -> None:
    for phrase in read_description(text).not_drawn:
        assert phrase in text
        assert phrase.strip()


def test_a_garment_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(UnknownName, match="toga"):
        find_garment("toga")
