"""What is asked of a library of generations: words, filters that combine, an order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import Connection

Sort = Literal["newest", "oldest", "title", "rating"]
Facet = Literal[
    "project", "avatar", "tag", "favourite", "state", "engine", "pose", "style", "preset", "view", "category", "size",
    "person",
]  # fmt: skip
# (facet, value) → how many; ("total", "") is all of them; ("more", "") is there where not all were counted.
Counts = Counter[tuple[str, str]]
Categories = Mapping[str, str]  # slug of a pose of the gallery → what it is filed under

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search: all of it has to fit. `facets` is exact; of `words` the last may be the beginning of one.

    `since` is the first moment that fits, `until` the first that does not. `others` are further owners: those who put
    something into the project that is searched, where it is shared.
    """

    words: str = ""
    facets: Mapping[Facet, str] = field(default_factory=dict)
    not_favourite: bool = False
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = "newest"
    others: tuple[str, ...] = ()

    @property
    def has_filters(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.words.strip() or self.facets or self.not_favourite or self.since or self.until)


class TextSearch(Protocol):
    """The search of one database. What it knows is made of the rows, in the transactions that change them."""

    def prepare(self, connection: Connection, categories: Categories | None = None) -> None: ...
    def rebuild(self, connection: Connection, categories: Categories | None = None) -> None: ...
    def drop(self, connection: Connection) -> None: ...
    def forget_deleted(self, connection: Connection, *, is_first: bool) -> bool: ...
    def is_in_step(self, connection: Connection) -> bool: ...
    def is_ready(self, connection: Connection, categories: Categories | None = None) -> bool: ...
    def find(
        self, connection: Connection, owner: str, search: Search, cursor: str | None, limit: int
    ) -> Sequence[str]: ...
    def count(
        self, connection: Connection, owner: str, search: Search, most: int | None = None
    ) -> Counts: ...


def split_words(text: str) -> list[str]:
    """The words of a search; signs between them say nothing."""
    return _WORD.findall(text)
