"""A page of a list that is short enough to be read whole: a part of it, and the mark of where the next one begins."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

from studio.api.parameters import LARGEST_PAGE
from studio.errors import CursorRefused

Item = TypeVar("Item")
LimitOrAll = Annotated[
    int | None, Field(ge=1, le=LARGEST_PAGE, description="How many at most. Left out: all of them.")
]
_CURSOR = re.compile(r"([0-9]{1,6})\.([0-9a-f]{16})")


class PagedList(BaseModel):
    """A list that is given whole, or page by page where a limit is named."""

    next_cursor: str | None = Field(description="null on the last page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOfList(Generic[Item]):
    """Some of a list's items, and the mark of the next page; None on the last."""

    items: Sequence[Item]
    next_cursor: str | None


def page_of(
    found: Sequence[Item], name_of: Callable[[Item], str], cursor: str, limit: int | None
) -> PageOfList[Item]:
    """The `limit` items after the one that the cursor names, or all of them; where that one is gone meanwhile, those
    after its place. `name_of` tells the items apart. Raises CursorRefused."""
    begin = _find_begin(found, name_of, cursor)
    end = len(found) if limit is None else begin + limit
    more = end < len(found)
    return PageOfList(
        items=found[begin:end],
        next_cursor=f"{end - 1}.{_shorten(name_of(found[end - 1]))}" if more else None,
    )


def _find_begin(found: Sequence[Item], name_of: Callable[[Item], str], cursor: str) -> int:
    if not cursor:
        return 0
    if (mark := _CURSOR.fullmatch(cursor)) is None:
        raise CursorRefused
    place, last = int(mark[1]), mark[2]
    if place < len(found) and _shorten(name_of(found[place])) == last:
        return place + 1
    moved = (number for number, item in enumerate(found) if _shorten(name_of(item)) == last)
    return next(moved, place - 1) + 1


def _shorten(name: str) -> str:
    """A tag's name can be any text, a cursor cannot."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]
