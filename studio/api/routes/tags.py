"""GET /tags: every tag that is used, and on how much."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems


class TagOut(Answer):
    """A tag, and how many generations and photos it is on; what lies in the trash does not count."""

    name: str
    generations: int
    photos: int


class TagsOut(BaseModel):
    """The most used first."""

    items: list[TagOut]


def tag_routes() -> APIRouter:
    """The route of tags."""
    router = APIRouter(tags=["tags"])

    @router.get("/tags", responses=problems(422))
    def list_tags(mine: Mine) -> TagsOut:
        """Every tag that is used. `GET /generations?tag=` finds what it is on."""
        return TagsOut(items=[TagOut.of(tag) for tag in mine.generations.list_tags()])

    return router
