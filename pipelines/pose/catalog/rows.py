"""Reading the whitelist of the grammar: one pose a line, put together from named stances, arms and looks.

  name | stance | left arm | right arm | look | bend | yaw | words
stance: a name of STANCES, or several with "+"; arms: names of ARMS, "-" where the stance moves the arm itself;
look: where the face goes from the viewer: left, down, tilted left, degrees; "-" leaves the head to the rest;
bend: the trunk forwards, left, turned left; yaw: how far the body is turned to its left for the front view;
words: tags, and mood:…, f or m (gender presentation), @framing, +prop, +thing@place (of HELD_THINGS), #difficulty,
L=shape, R=shape (hands).
"""

from __future__ import annotations

from pipelines.pose.catalog.arm_table import ARMS
from pipelines.pose.catalog.entry import Entry
from pipelines.pose.catalog.stances import STANCES
from pipelines.pose.vocabulary import (
    DIFFICULTIES,
    HELD_OF_PROP,
    HELD_PLACES,
    PROPS,
    TAGS,
    Difficulty,
    GenderPresentation,
)
from pipelines.props import Held
from pipelines.types import FRAMINGS, Framing

COLUMNS = 8
FACE_MOST_DEG = 72.0  # as far as the head turns from the trunk to look at the viewer
GENDERS: dict[str, GenderPresentation] = {"f": "feminine", "m": "masculine"}


def read_rows(category: str, text: str) -> tuple[Entry, ...]:
    """The entries of a table. Raises ValueError with the line that cannot be read."""
    return tuple(_read_row(category, line) for line in text.strip().splitlines() if line.strip())


def _read_row(category: str, line: str) -> Entry:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != COLUMNS:
        raise ValueError(f"{len(cells)} columns, not {COLUMNS}: {line}")
    name, stance, left, right, look, bend, yaw, words = cells
    turned = float(yaw or 0)
    framing: Framing = "full"
    gender: GenderPresentation = "any"
    difficulty: Difficulty | None = None
    mood, tags, props, held = "", list[str](), list[str](), list[Held]()
    hands: list[str | None] = [None, None]
    for word in words.split():
        if word in GENDERS:
            gender = GENDERS[word]
        elif word.startswith("mood:"):
            mood = word[5:]
        elif word[0] == "+":
            prop, found = _read_prop(word[1:], line)
            props.append(prop)
            held += found
        elif word[:2] in ("L=", "R="):
            hands["LR".index(word[0])] = word[2:]
        elif word in TAGS:
            tags.append(word)
        else:
            framing = next((known for known in FRAMINGS if word == f"@{known}"), framing)
            difficulty = next((known for known in DIFFICULTIES if word == f"#{known}"), difficulty)
            if word not in (f"@{framing}", f"#{difficulty}"):
                raise ValueError(f"“{word}” is no word of a row: {line}")
    try:
        return Entry(
            name=name,
            category=category,
            legs=tuple(STANCES[part] for part in stance.split("+")),
            left=ARMS[left],
            right=ARMS[right],
            bend=_three(bend) if bend else None,
            face=None if look == "-" else _face(_three(look or "0 0 0"), turned),
            hands=(hands[0], hands[1]),
            tags=tuple(tags),
            framing=framing,
            yaw=turned,
            mood=mood,
            gender=gender,
            props=tuple(dict.fromkeys(props)),
            held=tuple(held),
            difficulty=difficulty,
        )
    except KeyError as problem:
        raise ValueError(f"{problem} is neither a stance nor an arm: {line}") from problem


def _read_prop(word: str, line: str) -> tuple[str, list[Held]]:
    """A prop, and what of it is held: "stool", "suitcase@L". Raises ValueError."""
    thing, _, place = word.partition("@")
    prop = next((known for known, things in HELD_OF_PROP.items() if place and thing in things), thing)
    if prop not in PROPS or (place and place not in HELD_PLACES):
        raise ValueError(f"“+{word}” is no prop of a row: {line}")
    return prop, [Held(name=thing, place=place)] if place else []


def _three(text: str) -> tuple[float, float, float]:
    first, second, third = (float(part) for part in text.split())
    return first, second, third


def _face(look: tuple[float, float, float], yaw: float) -> tuple[float, float, float]:
    """From where the viewer is to where the body is turned."""
    left = max(-FACE_MOST_DEG, min(FACE_MOST_DEG, look[0] - yaw))
    return left, look[1], look[2]
