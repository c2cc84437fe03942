"""GET /tags: every tag that is used, and on how much."""

from __future__ import annotations

from operator import attrgetter

from fastapi import APIRouter

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.paging import LimitOrAll, PagedList, page_of
from studio.api.parameters import Cursor


class TagOut(Answer):
    """A tag, and how many generations and photos it is on; what lies in the trash does not count."""

    name: str
    generations: int
    photos: int


class TagsOut(PagedList):
    """The most used first."""

    items: list[TagOut]


def tag_routes() -> APIRouter:
    """The route of tags."""
    router = APIRouter(tags=["tags"])

    @router.get("/tags", responses=problems(404, 422))
    def list_tags(mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None) -> TagsOut:
        """Every tag that is used. `GET /generations?tag=` finds what it is on."""
        page = page_of(mine.generations.list_tags(), attrgetter("name"), cursor, limit)
        return TagsOut(items=[TagOut.of(tag) for tag in page.items], next_cursor=page.next_cursor)

    return router
