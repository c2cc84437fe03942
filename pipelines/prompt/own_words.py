"""A person's own words, told apart from those that the program writes into a prompt."""

from __future__ import annotations

import re

from pipelines.appearance import Expression
from pipelines.prompt.description import Description
from pipelines.prompt.reader import read_description
from pipelines.prompt.styles import STYLES
from pipelines.prompt.write import write_prompt
from pipelines.types import Persona


def describe(persona: Persona, prompt: str = "") -> Description:
    """What the persona's and the prompt's own words ask the draft for; the prompt has the last word.

    Raises what write_prompt raises.
    """
    return read_description(persona.clothing, persona.own_words, own_part(persona, prompt))


def chosen_expression(persona: Persona, prompt: str = "") -> Expression | None:
    """What the prompt's and the persona's own words say of the face, else the persona's expression; None: nothing.

    Raises what write_prompt raises.
    """
    said = describe(persona, prompt).expression
    return Expression(name=said) if said else persona.expression


def find_undrawn_words(persona: Persona, prompt: str = "") -> tuple[str, ...]:
    """The person's own words that a draft does not draw, as written; empty where everything is drawn.

    Raises what write_prompt raises.
    """
    return describe(persona, prompt).not_drawn


def own_part(persona: Persona, prompt: str) -> str:
    """The prompt without the phrases that are written into it from the persona and the style."""
    if not prompt.strip():
        return ""
    written = {
        _folded(phrase)
        for realism in (True, False)
        for phrase in write_prompt(persona, realism=realism).split(",")
    }
    written |= {_folded(words) for style in STYLES for words in (*style.words, *style.more_words)}
    return ", ".join(phrase for phrase in re.split(r"[,;\n]+", prompt) if _folded(phrase) not in written)


def _folded(phrase: str) -> str:
    return " ".join(phrase.split()).strip(" .").casefold()
