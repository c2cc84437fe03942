"""Persona to words: golden prompts, and what no prompt may have."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.options import AGE_RANGES, OPTIONS
from pipelines.prompt.persona import EXAMPLE_PERSONA, age_in_words, persona_from_json, persona_to_json
from pipelines.prompt.styles import STYLES, PictureStyle, with_style
from pipelines.prompt.write import join_parts, write_negative_prompt, write_prompt
from pipelines.types import Persona

GOLDEN = Path(__file__).parents[1] / "golden" / "prompts.json"


@pytest.mark.parametrize(
    "case", json.loads(GOLDEN.read_text(encoding="utf-8")), ids=lambda case: case["case"]
)
def test_prompts_are_word_for_word_as_before(case: dict) -> None:
    persona = persona_from_json(case["persona"])
    assert write_prompt(persona, realism=case["realism"]) == case["prompt"]
    assert write_negative_prompt(persona, realism=case["realism"]) == case["negative_prompt"]
    before = {
        "prompt": write_prompt(persona, realism=case["realism"], earlier=True),
        "negative_prompt": write_negative_prompt(persona, realism=case["realism"], earlier=True),
    }
    assert before == case["earlier"], "stored orders are known by it as written"


TEXTS = st.text(alphabet=st.sampled_from("ab ,;.\nÄ"), max_size=20)


@given(
    name=TEXTS,
    age=st.integers(18, 110),
    personality=st.lists(TEXTS, max_size=4),
    clothing=TEXTS,
    own_words=TEXTS,
    hair=st.sampled_from([option.key for option in OPTIONS["hair_style"]]),
)
def test_no_prompt_has_an_empty_or_repeated_part(
    name: str, age: int, personality: list[str], clothing: str, own_words: str, hair: str
) -> None:
    persona = Persona(
        name=name,
        age=age,
        personality=tuple(personality),
        clothing=clothing,
        own_words=own_words,
        hair_style=hair,
    )
    for prompt in (write_prompt(persona), write_negative_prompt(persona)):
        phrases = [phrase.strip().casefold() for phrase in prompt.split(",")]
        assert all(phrases)
        assert len(phrases) == len(set(phrases))
        assert "\n" not in prompt
        assert "  " not in prompt


def test_the_persons_words_come_before_the_realism_terms() -> None:
    prompt = write_prompt(Persona(own_words="holding a paper lantern"))
    assert prompt.index("wearing") < prompt.index("holding a paper lantern") < prompt.index("photorealistic")


def test_a_wish_is_not_forbidden_in_the_same_breath() -> None:
    assert "cartoon" not in write_negative_prompt(Persona(own_words="as a cartoon, nudity")).split(", ")
    assert "nudity" in write_negative_prompt(Persona(own_words="as a cartoon, nudity"))


REALISM_OF_SEEDS = (
    "professional photo studio portrait, ultra realistic, high detail, professional photography, DSLR camera, "
    "85mm portrait lens, f/1.8 aperture, studio lighting, bokeh background, photorealistic, high resolution, 8k quality"
)
NEGATIVES_OF_SEEDS = (
    "ugly, blurry, low quality, distorted, deformed, bad anatomy, disfigured, poorly drawn face, cartoon, anime, "
    "3d render, painting, illustration, unrealistic, artificial, plastic, wax figure, mannequin"
)
ASKED_BY = {
    "cartoon": {"cartoon", "anime", "illustration", "unrealistic", "artificial", "plastic"},
    "anime": {"cartoon", "anime", "illustration", "unrealistic", "artificial"},
    "clay": {"3d render", "unrealistic", "artificial", "plastic", "mannequin"},
    "watercolour": {"painting", "illustration", "unrealistic", "artificial"},
    "blueprint": {"illustration", "unrealistic", "artificial"},
    "render": {"cartoon", "3d render", "unrealistic", "artificial", "plastic"},
    "realistic": set(),
}


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.key)
def test_what_the_seeds_write_is_written_less_what_the_style_asks_for(style: PictureStyle) -> None:
    real = style.key == "realistic"
    written = with_style(
        write_prompt(Persona(), realism=real), write_negative_prompt(Persona(), realism=real), style
    )
    prompt, negative = (set(words.split(", ")) for words in written)
    assert (set(REALISM_OF_SEEDS.split(", ")) <= prompt) == real
    assert set(NEGATIVES_OF_SEEDS.split(", ")) - negative == ASKED_BY[style.key]
    assert not negative & set(style.words)


def test_every_adult_age_has_words() -> None:
    assert age_in_words(40) == "middle-aged adult (30-50 years old)"
    for age in range(18, 111):
        assert any(first <= age <= last and age_in_words(age) == words for first, last, words in AGE_RANGES)


@pytest.mark.parametrize("age", [17, 0, -3])
def test_nobody_under_18_is_written(age: int) -> None:
    with pytest.raises(PersonaRefused):
        write_prompt(Persona(age=age))
    with pytest.raises(PersonaRefused):
        persona_from_json({"age": age})


@pytest.mark.parametrize(
    "stored",
    [
        {"hair_style": "beehive"},
        {"tail": "long"},
        {"age": "forty"},
        {"age": True},
        {"age": 31.5},
        {"age": 200},
        {"height_cm": 90},
        {"personality": [1]},
        {"gender": "woman"},
        {"name": ["x"]},
        {"own_words": "x" * 2001},
    ],
)
def test_what_no_table_has_is_refused(stored: dict) -> None:
    with pytest.raises(RequestRefused):
        persona_from_json(stored)


def test_json_there_and_back() -> None:
    stored = json.loads(json.dumps(persona_to_json(EXAMPLE_PERSONA)))
    assert persona_from_json(stored) == EXAMPLE_PERSONA
    assert persona_from_json({}) == Persona()


def test_every_default_is_in_its_table() -> None:
    for attribute, options in OPTIONS.items():
        keys = [option.key for option in options]
        assert (Persona().hair if attribute == "hair_style" else getattr(Persona(), attribute)) in keys
        assert len(keys) == len(set(keys))


def test_join_parts_keeps_the_first_spelling() -> None:
    assert join_parts(["Red scarf, , red scarf", ";blue. ", ""]) == "Red scarf, blue"


def test_persona_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        EXAMPLE_PERSONA.age = 3  # type: ignore[misc]
