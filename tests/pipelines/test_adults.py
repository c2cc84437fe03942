"""Words about somebody under 18 are refused; words that only sound like it are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.errors import PersonaRefused
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.persona import EXAMPLE_PERSONA, check_persona

REFUSED = (
    "a 12 year old girl",
    "a 17-year-old boy",
    "16yo, smiling",
    "15 y/o",
    "girl aged 9",
    "Age: 14",
    "at the age of 13",
    "a twelve-year-old",
    "fourteen years of age",
    "an 18-month-old",
    "a child on a swing",
    "portrait of two children",
    "school girl in uniform",
    "schoolboy",
    "a little girl with a kite",
    "young boy",
    "a TEENAGER",
    "teen fashion",
    "pre-teen",
    "a kid in a garden",
    "toddler",
    "baby in a cot",
    "underage",
    "loli",
    "childlike body",
    "mother of three children, and a toddler",
)
TAKEN = (
    "",
    "34 years old, middle-aged adult (30-50 years old)",
    "an 18-year-old woman",
    "aged 70",
    "a girl at a café",
    "boyish haircut, boyfriend jeans",
    "ten years of experience, a 12 minute walk, size 8, 5 foot 9",
    "baby blue eyes, kid leather gloves",
    "teaches children to swim",
    "mother of two children",
    "childhood memories, grandchildren",
    "no children, without kids in the background",
    "a minor scar, page 12, teenagent",
    "stage 3, image 12",
    "forty-five years old, sixteenth century dress",
)


@pytest.mark.parametrize("words", REFUSED)
def test_somebody_under_18_is_refused(words: str) -> None:
    with pytest.raises(PersonaRefused, match="adults only"):
        refuse_minors("a woman", words)


@pytest.mark.parametrize("words", TAKEN)
def test_an_adult_is_taken(words: str) -> None:
    refuse_minors(words)


@pytest.mark.parametrize("field", ["name", "background", "clothing", "own_words"])
def test_every_text_of_a_persona_is_read(field: str) -> None:
    with pytest.raises(PersonaRefused):
        check_persona(replace(EXAMPLE_PERSONA, **{field: "as a 12 year old"}))
    with pytest.raises(PersonaRefused):
        check_persona(replace(EXAMPLE_PERSONA, personality=("childlike",)))
