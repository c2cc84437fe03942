"""The library of generations: how it is searched, what a person says of what is in it, what is done to several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Final, Literal, get_args

from pipelines.bounds import ONE_LINE, Between, Several, Text
from studio.vocabulary.names import Id
from studio.vocabulary.project import TRIMMED

Sort = Literal["newest", "oldest", "title", "rating"]
SORTS: tuple[str, ...] = get_args(Sort)
BulkAction = Literal["delete", "restore", "purge", "favourite", "unfavourite", "move", "tag", "untag"]

LONGEST_SEARCH = 200
MOST_TAGS = 32
MOST_AT_ONCE = 500  # ids of one bulk action

SearchWords = Annotated[str, Text(LONGEST_SEARCH, pattern=ONE_LINE)]
Title = Annotated[str, Text(200, least=1, pattern=TRIMMED)]
Tag = Annotated[str, Text(64, least=1, pattern=TRIMMED)]
Tags = Annotated[tuple[Tag, ...], Several(MOST_TAGS, each_once=True)]
Rating = Annotated[int, Between(0, 5)]
Notes = Annotated[str, Text(4000)]
Ids = Annotated[tuple[Id, ...], Several(MOST_AT_ONCE, least=1, each_once=True)]


class Unchanged(Enum):
    """Stands for a value that is left as it is, where None is a value."""

    UNCHANGED = 0


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationSearch:
    """What is looked for: all of it has to fit; "" and None leave a filter out.

    The last of the words in `q` may be the beginning of one. `since` is inclusive, `until` exclusive; both with zone.
    All is as it was ordered: `size` is width x height before quality makes it larger, `category` is of its poses,
    `person` whether it says whom it shows: a kept avatar, or a photo of a person.
    """

    q: str = ""
    project_id: str = ""
    avatar_id: str = ""
    tag: str = ""
    favourite: bool | None = None
    state: str = ""
    engine: str = ""
    pose: str = ""
    style: str = ""
    preset: str = ""
    view: str = ""
    category: str = ""
    size: str = ""  # "1024x1536"
    person: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationCounts:
    """How many fit a search, and how many of those are of each state, project and so on: value → number.

    Where not `is_all`, more fit than `total`, and all numbers are of the newest `total` of them.
    """

    total: int
    is_all: bool = True
    favourite: int
    state: Mapping[str, int]
    project: Mapping[str, int]
    avatar: Mapping[str, int]
    tag: Mapping[str, int]
    engine: Mapping[str, int]
    pose: Mapping[str, int]
    style: Mapping[str, int]
    preset: Mapping[str, int]
    view: Mapping[str, int]
    category: Mapping[str, int]
    size: Mapping[str, int]
    person: int


def said_of(**given: Any) -> dict[str, Any]:
    """Of what may be changed, what is."""
    return {name: value for name, value in given.items() if value is not UNCHANGED}
