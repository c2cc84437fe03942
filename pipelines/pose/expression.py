"""What a face shows: who may say so, and what a pose's tags and mood and a personality show where nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipelines.appearance import Expression
from pipelines.pose.template import PoseTemplate
from pipelines.prompt.own_words import chosen_expression
from pipelines.prompt.person_words import PERSONALITY_EXPRESSIONS
from pipelines.types import Persona

# tag or mood -> expression, strength; of a pose's tags the first that is here counts, then its mood
OF_TAG: Mapping[str, tuple[str, float]] = {
    "joy": ("laugh", 0.8),
    "winner": ("laugh", 1.0),
    "party": ("laugh", 0.7),
    "friendly": ("smile", 1.0),
    "greeting": ("smile", 1.0),
    "thanks": ("smile", 0.6),
    "serious": ("serious", 0.8),
    "uniform": ("serious", 0.6),
    "weapon": ("serious", 0.8),
    "fight": ("angry", 0.6),
    "thinking": ("thoughtful", 1.0),
    "sad": ("sad", 1.0),
    "worried": ("sad", 0.6),
    "surprise": ("surprised", 0.8),
    "passport": ("neutral", 1.0),
    "reference": ("neutral", 1.0),
}
OF_MOOD: Mapping[str, tuple[str, float]] = {
    "cheerful": ("smile", 1.0),
    "playful": ("smile", 0.8),
    "romantic": ("smile", 0.4),
    "shy": ("smile", 0.3),
    "serious": ("serious", 0.7),
    "dramatic": ("serious", 0.5),
    "fierce": ("serious", 0.9),
    "thoughtful": ("thoughtful", 0.7),
    "sad": ("sad", 0.8),
    "surprised": ("surprised", 0.7),
}


def choose_expression(
    persona: Persona,
    template: PoseTemplate | None = None,
    *,
    words: str = "",
    ordered: Expression | None = None,
) -> Expression | None:
    """What the face shows; None where nothing is said of it: a friendly face. The first that says something counts:

    1. the order: its expression (`ordered`), then the own words of its prompt (`words`);
    2. the persona: its own words, then its expression;
    3. the pose: its expression;
    4. where nobody chose: the pose's tags and its mood, then the words for the personality.
    Raises what write_prompt raises.
    """
    return (
        ordered
        or chosen_expression(persona, words)
        or (expression_of_pose(template) if template else None)
        or expression_of_personality(persona.personality)
    )


def expression_of_pose(template: PoseTemplate) -> Expression | None:
    """The pose's own expression, else what its tags and its mood show."""
    if template.expression is not None:
        return template.expression
    for tag in template.tags:
        if tag in OF_TAG:
            return _shown(OF_TAG[tag])
    return _shown(OF_MOOD[template.mood]) if template.mood in OF_MOOD else None


def expression_of_personality(phrases: Iterable[str]) -> Expression | None:
    """What the first word shows that shows anything."""
    for word in re.findall(r"[a-z]+", " ".join(phrases).casefold()):
        if word in PERSONALITY_EXPRESSIONS:
            return _shown(PERSONALITY_EXPRESSIONS[word])
    return None


def _shown(row: tuple[str, float]) -> Expression:
    return Expression(name=row[0], strength=row[1])
