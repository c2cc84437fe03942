"""Finding poses: filters by every structured field, and a search by words that knows synonyms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any

from pipelines.errors import UnknownName
from pipelines.pose.expression import expression_of_pose
from pipelines.pose.library import PoseLibrary
from pipelines.pose.template import PoseTemplate
from pipelines.pose.vocabulary import FILTERS

SHORTEST_STEM = 3  # a word that is at least so long also finds the words that begin with it
# words that people use for the same thing; each finds all the others of its row
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("phone", "mobile", "smartphone", "cell", "call", "telephone", "selfie"),
    ("sit", "sitting", "seated", "seat", "chair", "stool"),
    ("stand", "standing", "upright"),
    ("lie", "lying", "laying", "supine", "reclining", "asleep"),
    ("kneel", "kneeling", "knees", "knelt"),
    ("run", "running", "jogging", "sprint", "sprinting"),
    ("walk", "walking", "stride", "stroll", "strolling", "step"),
    ("happy", "joy", "cheerful", "glad", "celebrating", "celebration"),
    ("sad", "unhappy", "grief", "crying", "worried"),
    ("angry", "fierce", "furious", "aggressive", "rage"),
    ("sexy", "glamour", "glamorous", "sensual", "alluring"),
    ("model", "fashion", "catwalk", "runway", "editorial", "vogue"),
    ("catalogue", "catalog", "lookbook", "ecommerce", "product"),
    ("fight", "combat", "battle", "punch", "boxing", "martial", "weapon"),
    ("jump", "leap", "airborne", "midair", "flying"),
    ("coffee", "cup", "tea", "drink", "drinking", "mug"),
    ("eat", "eating", "meal", "food", "fork"),
    ("work", "office", "business", "professional"),
    ("computer", "laptop", "keyboard", "typing", "type"),
    ("read", "reading", "book", "newspaper"),
    ("think", "thinking", "thoughtful", "pondering", "pensive"),
    ("wave", "waving", "hello", "greeting", "hi", "goodbye"),
    ("crossed", "folded"),
    ("bag", "handbag", "purse", "shopping", "suitcase"),
    ("wizard", "mage", "magic", "spell", "caster", "fantasy"),
    ("superhero", "hero", "heroic"),
    ("woman", "female", "feminine"),
    ("man", "male", "masculine"),
    ("headshot", "portrait", "face", "closeup", "passport"),
    ("side", "profile"),
    ("behind", "back", "rear"),
    ("yoga", "stretch", "stretching", "asana"),
    ("gym", "fitness", "workout", "exercise", "training"),
    ("football", "soccer"),
    ("dance", "dancing", "dancer", "ballet"),
    ("sing", "singing", "singer", "microphone"),
    ("gun", "pistol", "weapon"),
    ("couple", "pair", "two", "partner", "together"),
    ("hug", "hugging", "embrace", "cuddle"),
    ("relax", "relaxed", "calm", "easy", "resting"),
    ("shy", "timid", "embarrassed"),
    ("t-pose", "tpose", "reference"),
)
ATTRIBUTES = {"hands": "hand_uses", "tag": "tags"}  # where a filter is not called as the template calls it
APOSTROPHE = "'"
MOST_REMEMBERED = 4096  # poses' words: the gallery, and what its readers have of their own
_said_of = attrgetter("name", *(ATTRIBUTES.get(field, field) for field in FILTERS))


def filter_poses(library: PoseLibrary, *, q: str = "", **wanted: str | None) -> tuple[PoseTemplate, ...]:
    """The poses that a search and all filters let through, in the gallery's order.

    q: words of which each, or a synonym of it, must be in the pose's name or fields. wanted: one word for any of
    FILTERS (category, framing, view, difficulty, gender, mood, hands, symmetry, support, props, tag); None and ""
    are no filter. A pose for "any" gender passes gender="any" alone.
    Raises UnknownName for a filter or a word of a filter that there is not, with those that there are.
    """
    return filter_templates(library.all(), q=q, **wanted)


def filter_templates(
    templates: Iterable[PoseTemplate], *, q: str = "", **wanted: str | None
) -> tuple[PoseTemplate, ...]:
    """As filter_poses, of these poses."""
    chosen = {field: word for field, word in wanted.items() if word}
    for field, word in chosen.items():
        if field not in FILTERS:
            raise UnknownName(f"Poses have no “{field}”. Filters: {', '.join(FILTERS)}.")
        if word not in FILTERS[field]:
            raise UnknownName(f"“{word}” is no {field} of a pose. Known: {', '.join(FILTERS[field])}.")
    needles = [_alternatives(word) for word in q.casefold().split()]
    return tuple(
        template
        for template in templates
        if all(word in _values(template, field) for field, word in chosen.items())
        and (not needles or _is_found(needles, _join_words(_said_of(template))))
    )


def count_values(templates: Iterable[PoseTemplate], field: str) -> dict[str, int]:
    """How many of some poses have each word of a filter's field; words that none has are left out."""
    counts: dict[str, int] = {}
    for template in templates:
        for value in _values(template, field):
            counts[value] = counts.get(value, 0) + 1
    return {word: counts[word] for word in FILTERS[field] if word in counts}


def describe_pose(template: PoseTemplate) -> dict[str, Any]:
    """What lists of the gallery say of a pose: plain values, the same names as the filters."""
    return {
        "slug": template.slug,
        "name": template.name,
        "category": template.category,
        "tags": list(template.tags),
        "framing": template.framing,
        "view": template.view,
        "difficulty": template.difficulty,
        "gender": template.gender,
        "mood": template.mood,
        "hands": list(template.hand_uses),
        "symmetry": template.symmetry,
        "support": template.support,
        "props": list(template.props),
        "expression": expression_of_pose(template),
    }


@lru_cache(maxsize=MOST_REMEMBERED)
def _join_words(said: tuple[str | tuple[str, ...], ...]) -> str:
    """Every word by which a pose is found that says this of itself, with a space before and after each."""
    words = [word for value in said for word in (value if isinstance(value, tuple) else (value,))]
    text = " ".join(words).casefold().replace(",", " ")
    return f" {' '.join({*text.replace(APOSTROPHE, ' ').split(), *text.replace('-', ' ').split()})} "


def _values(template: PoseTemplate, field: str) -> tuple[str, ...]:
    value = getattr(template, ATTRIBUTES.get(field, field))
    return value if isinstance(value, tuple) else (value,)


def _alternatives(word: str) -> list[str]:
    """How a word and its synonyms begin in joined words; one that is too short for a stem has to end there, too."""
    meant = {word}.union(*(row for row in SYNONYMS if word in row))
    return [f" {one}" if len(one) >= SHORTEST_STEM else f" {one} " for one in meant]


def _is_found(needles: Iterable[Iterable[str]], words: str) -> bool:
    return all(any(needle in words for needle in alternatives) for alternatives in needles)
