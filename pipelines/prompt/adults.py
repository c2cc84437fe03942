"""Words that speak of somebody under 18: refused wherever a person writes freely, because image models draw words."""

from __future__ import annotations

import re

from pipelines.errors import PersonaRefused
from pipelines.options import ADULT_AGE

NUMBER_WORDS = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
)
# An age: "12 years old", "a 12-year-old", "12yo", "aged 12", "age: 12", "twelve years of age".
_NUMBER = rf"(?<!ty-)(?P<number>\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
_AGES = (
    re.compile(rf"\b{_NUMBER}[\s-]*(?:years?|yrs?)[\s-]*(?:old|of age|young)\b"),
    re.compile(rf"\b{_NUMBER}[\s-]*y[\s/.]?o\b"),
    re.compile(rf"\b(?:aged?|age of|turning)[\s:=-]*{_NUMBER}\b"),
)
_MONTHS = re.compile(rf"\b{_NUMBER}[\s-]*(?:months?|weeks?)[\s-]*old\b")
# Words for somebody young. "Kid leather", "baby blue", "childhood" and "grandchildren" are not.
_YOUNG = re.compile(
    r"\b(?:pre-?teens?|teens?|teen-?age(?:d|rs?)?|tweens?|toddlers?|infants?|newborns?|under-?aged?|minors"
    r"|school[ -]?(?:girl|boy|kid|child)(?:s|ren)?|(?:little|young|adolescent) (?:girl|boy|kid)s?"
    r"|lolis?|lolitas?|shotas?|child(?:ren)?|child-?like|kids?(?! (?:leather|gloves?|suede))|adolescents?"
    r"|pre-?pubescent|bab(?:y|ies)(?![- ](?:blue|pink|yellow|green|blonde?|hair|grand|doll dress)))\b"
)
# Whom an adult looks after is not who is drawn; and what is not wanted may be said.
_BESIDE = re.compile(
    r"\b(?:teach(?:es|ing)?|coach(?:es|ing)?|treats?|raised"
    r"|(?:mother|father|parent|nurse|doctor|teacher|coach|books|clothes) (?:of|for)) "
    r"(?:\w+ )?(?:children|kids|teens|teenagers|toddlers|babies|adolescents)\b"
    r"|\b(?:no|without) (?:children|child|kids?|teens?|bab(?:y|ies))\b"
)


def refuse_minors(*texts: str) -> None:
    """Raises PersonaRefused where one of the texts gives an age under 18 or a word for somebody that young."""
    for text in texts:
        plain = " ".join(text.casefold().replace("_", " ").split())
        if _MONTHS.search(plain) or any(
            _is_minor(found["number"]) for age in _AGES for found in age.finditer(plain)
        ):
            raise PersonaRefused
        young = _YOUNG.search(_BESIDE.sub(" ", plain))
        if young:
            raise PersonaRefused(
                f"This studio makes adults only. Leave “{young[0]}” out of the words: a picture would show it."
            )


def _is_minor(number: str) -> bool:
    return (NUMBER_WORDS.index(number) if number in NUMBER_WORDS else int(number)) < ADULT_AGE
