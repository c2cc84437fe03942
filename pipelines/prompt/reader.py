"""Reads a person's own words for the draft, phrase by phrase.

Adjectives wait for the noun that they belong to; what no table knows is told back as it was written, with the words
that belong to it ("red dragon", "holding a sword").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pipelines.appearance import WornGarment
from pipelines.prompt.color_words import DARKER, LIGHTER, shade_color
from pipelines.prompt.description import Description, join_descriptions
from pipelines.prompt.garment_words import (
    PATTERN_COLORS,
    PATTERN_WORDS,
    ROLES,
    SETS,
    find_garment,
)
from pipelines.prompt.person_words import (
    ASKS_NOTHING,
    EXPRESSION_WORDS,
    EYE_COLOR_WORDS,
    FACIAL_HAIR_WORDS,
    HAIR_COLOR_WORDS,
    HAIR_COLORED_WORDS,
    HAIR_STYLE_WORDS,
    PLAIN_GROUNDS,
    SKIN_TONE_WORDS,
    STYLE_WORDS,
)
from pipelines.prompt.terms import Kind, Term, color_values, find_terms, garment_keys

Fate = Literal["drawn", "asks nothing", "joining", "doing", "setting", "waiting", "unknown"]
PHRASE_END = re.compile(r"[,;:()\[\]{}!?|\n]|\.(?!\d)|<[^>]*>")
FATES: dict[Kind, Fate] = {
    "joining": "joining",
    "and": "joining",
    "doing": "doing",
    "setting": "setting",
    "nothing": "asks nothing",
    "negation": "asks nothing",
    "unknown": "unknown",
    "color": "waiting",
    "pattern": "waiting",
    "modifier": "waiting",
}


def read_description(*texts: str) -> Description:
    """What the texts ask for together: a later text has the last word where two disagree."""
    whole = Description()
    for text in texts:
        whole = join_descriptions(whole, _read_text(text))
    return whole


def _read_text(text: str) -> Description:
    reader = _Reader(text)
    start = 0
    for end in (*PHRASE_END.finditer(text), None):
        reader.read_phrase(start, end.start() if end else len(text))
        start = end.end() if end else start
    return reader.description()


class _Reader:
    """One text while it is being read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._worn: dict[str, WornGarment] = {}  # by slot
        self._said: dict[str, str] = {}
        self._outfit, self._is_role = "", False
        self._outfit_colors: dict[str, str] = {}
        self._absent: set[str] = set()
        self._not_drawn: list[str] = []
        self._terms: list[Term] = []
        self._fates: list[Fate] = []
        self._waiting: list[int] = []  # colours, patterns and modifiers that no noun has taken yet
        self._last: str | None = None  # slot of the phrase's last garment

    def description(self) -> Description:
        """All that was read."""
        return Description(
            garments=tuple(self._worn.values()),
            outfit=self._outfit,
            outfit_colors=self._outfit_colors,
            absent=frozenset(self._absent - set(self._worn)),
            not_drawn=tuple(dict.fromkeys(self._not_drawn)),
            **self._said,
        )

    def read_phrase(self, start: int, end: int) -> None:
        """The words between two marks."""
        self._terms = list(find_terms(self._text, start, end))
        self._fates = [FATES.get(term.kind, "drawn") for term in self._terms]
        self._waiting, self._last = [], None
        negated = False
        for place, term in enumerate(self._terms):
            negated = negated or term.kind == "negation"
            if negated:
                self._leave_out(term)
                self._fates[place] = "asks nothing"
            else:
                self._take(place, term)
        self._give_last_color()
        for place in self._waiting:  # "soft studio light"
            if self._terms[place].value in ASKS_NOTHING:
                self._fates[place] = "asks nothing"
        self._not_drawn += self._undrawn_runs()

    def _take(self, place: int, term: Term) -> None:
        follows = self._terms[place + 1].kind if place + 1 < len(self._terms) else "nothing"
        if term.kind in ("color", "pattern", "modifier"):
            self._waiting.append(place)
        elif term.kind == "and":
            if not (self._waiting and follows in ("color", "pattern", "modifier")):
                self._give_last_color()
                self._waiting = []
        elif term.kind == "setting" and self._is_plain_ground(place):
            self._use(self._waiting)
        elif term.kind in ("unknown", "setting"):
            self._waiting = []
        elif term.kind == "hair-colored" and follows in ("hair", "hair-style", "color"):
            self._waiting.append(place)
            self._fates[place] = "waiting"
        elif term.kind not in FATES:
            getattr(self, f"_read_{term.kind.replace('-', '_')}")(place, term)

    # --- nouns -----------------------------------------------------------------------------------

    def _read_garment(self, place: int, term: Term) -> None:
        longer, used = term.value, []
        for i in self._waiting:  # "long red dress" is a long dress that is red
            adjusted = f"{self._terms[i].value} {term.value}"
            if adjusted in garment_keys():
                longer, used = adjusted, [i]
        garment = find_garment(garment_keys()[longer])
        if garment.slot in self._worn:
            self._fates[place] = "unknown"  # the place is taken: only one of both can be worn
            self._waiting = []
            return
        colors = [self._color(i) for i in self._waiting if self._color(i)]
        patterns = [
            PATTERN_WORDS[self._terms[i].value] for i in self._waiting if self._terms[i].kind == "pattern"
        ]
        pattern = patterns[0] if patterns else "plain"
        taken = [i for i in self._waiting if self._terms[i].kind != "modifier" or self._is_shade(i)]
        self._worn[garment.slot] = WornGarment(
            garment=garment.key,
            color=colors[0] if colors else PATTERN_COLORS.get(pattern, ""),
            second_color=colors[1] if len(colors) > 1 else "",
            pattern=pattern,
        )
        if garment.brings and not self._outfit:
            self._outfit, self._is_role = garment.brings, True
        self._last = garment.slot
        self._use([*used, *taken])

    def _read_set(self, place: int, term: Term) -> None:
        slots, outfit = SETS[term.value]
        if self._outfit and not self._is_role:
            self._fates[place] = "unknown"
            return
        self._outfit, self._is_role = outfit, False
        color = next((self._color(i) for i in self._waiting if self._color(i)), "")
        self._outfit_colors = dict.fromkeys(slots, color) if color else {}
        self._use([i for i in self._waiting if self._color(i)])

    def _read_role(self, place: int, term: Term) -> None:
        if not self._outfit:
            self._outfit, self._is_role = ROLES[term.value], True
        self._waiting = []

    def _read_second_color(self, place: int, term: Term) -> None:
        color = next((i for i in self._waiting if self._color(i)), None)
        if self._last is None or color is None:
            self._fates[place] = "unknown"
            return
        self._worn[self._last] = replace(self._worn[self._last], second_color=self._color(color))
        self._use([color])

    def _read_hair(self, place: int, term: Term) -> None:
        for i in self._waiting:
            style = HAIR_STYLE_WORDS.get(f"{self._terms[i].value} hair")
            if style:
                self._say("hair_style", style, [i])
        self._read_hair_color()

    def _read_hair_style(self, place: int, term: Term) -> None:
        self._say("hair_style", HAIR_STYLE_WORDS[term.value], [])
        self._read_hair_color()

    def _read_hair_color(self) -> None:
        for i in list(self._waiting):
            value = self._terms[i].value
            named = HAIR_COLOR_WORDS.get(value) or HAIR_COLORED_WORDS.get(value) or self._color(i)
            if named:
                self._say("hair_color", named, [i])
        if "long" in (self._terms[i].value for i in self._waiting):  # "long braid"
            self._use([i for i in self._waiting if self._terms[i].value == "long"])

    def _read_hair_colored(self, place: int, term: Term) -> None:
        self._say("hair_color", HAIR_COLORED_WORDS[term.value], [])

    def _read_facial_hair(self, place: int, term: Term) -> None:
        self._say(
            "facial_hair", FACIAL_HAIR_WORDS[term.value], [i for i in self._waiting if self._is_short(i)]
        )

    def _read_eyes(self, place: int, term: Term) -> None:
        for i in list(self._waiting):
            named = EYE_COLOR_WORDS.get(self._terms[i].value) or self._color(i)
            if named:
                self._say("eye_color", named, [i])

    def _read_skin(self, place: int, term: Term) -> None:
        for i in list(self._waiting):
            if tone := SKIN_TONE_WORDS.get(self._terms[i].value):
                self._say("skin_tone", tone, [i])

    def _read_style(self, place: int, term: Term) -> None:
        self._say("style", STYLE_WORDS[term.value], [])

    def _read_expression(self, place: int, term: Term) -> None:
        self._say("expression", EXPRESSION_WORDS[term.value], [])

    # --- what nouns need ---------------------------------------------------------------------------

    def _say(self, choice: str, value: str, used: list[int]) -> None:
        self._said.setdefault(choice, value)
        self._use(used)

    def _use(self, places: list[int]) -> None:
        """These words are drawn, or nothing to draw."""
        for place in places:
            self._fates[place] = "drawn"
        self._waiting = [place for place in self._waiting if place not in places]

    def _is_short(self, place: int) -> bool:
        return self._terms[place].value == "short"

    def _is_shade(self, place: int) -> bool:
        return self._terms[place].value in (*LIGHTER, *DARKER)

    def _color(self, place: int) -> str:
        """The colour that a waiting word names, as "light" or "dark" before it makes it; "" for none."""
        term = self._terms[place]
        if term.kind != "color":
            return ""
        color = term.value if term.value.startswith("#") else color_values()[term.value]
        return shade_color(color, self._terms[place - 1].value) if place - 1 in self._waiting else color

    def _is_plain_ground(self, place: int) -> bool:
        before = [term.value for term in self._terms[max(place - 2, 0) : place]]
        return (
            bool(self._waiting)
            and all(self._terms[i].value in PLAIN_GROUNDS or self._is_shade(i) for i in self._waiting)
            and not {"dark", "black"} & set(before)
        )

    def _give_last_color(self) -> None:
        """ "A dress in red": a colour after its garment."""
        if self._last is None or not self._waiting or self._worn[self._last].color:
            return
        first = self._waiting[0]
        if first and self._terms[first - 1].value in ("in", "of") and self._color(first):
            self._worn[self._last] = replace(self._worn[self._last], color=self._color(first))
            self._use([first])

    def _leave_out(self, term: Term) -> None:
        """ "No jacket", "without a beard"."""
        if term.kind == "garment":
            self._absent.add(find_garment(garment_keys()[term.value]).slot)
        elif term.kind == "facial-hair":
            self._said.setdefault("facial_hair", "none")
        elif term.kind == "hair":
            self._said.setdefault("hair_style", "bald")

    # --- words that nothing is drawn for -----------------------------------------------------------

    def _undrawn_runs(self) -> Iterator[str]:
        """What of the phrase is not drawn, as written: what is unknown, with what belongs to it."""
        cores = [i for i, fate in enumerate(self._fates) if fate in ("unknown", "waiting")]
        last = -1
        for core in cores:
            if core <= last:
                continue
            first, last = core, core
            while first and self._fates[first - 1] in ("doing", "joining"):
                first -= 1
            while first < core and self._fates[first] == "joining":
                first += 1
            ahead = core
            while ahead + 1 < len(self._fates) and self._fates[ahead + 1] not in ("drawn", "asks nothing"):
                ahead += 1
                if self._fates[ahead] in ("unknown", "waiting", "setting"):
                    last = ahead
            yield self._text[self._terms[first].start : self._terms[last].end]
