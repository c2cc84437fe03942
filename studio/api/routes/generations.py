"""GET /generations in pages, GET and DELETE /generations/{id}, POST /generations/{id}/restore."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from studio.api.answers import GenerationOut, GenerationPage
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.query import Purge
from studio.vocabulary.names import CURSOR_PATTERN, ID_PATTERN

PAGE_SIZE = 60
LARGEST_PAGE = 200

GenerationId = Annotated[str, Path(pattern=ID_PATTERN)]
Cursor = Annotated[
    str,
    Query(
        pattern=CURSOR_PATTERN,
        description="The next_cursor of the page before; empty: the first.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many at most.")]


def generation_routes() -> APIRouter:
    """The routes of kept generations."""
    router = APIRouter(tags=["generations"])

    @router.get("/generations", responses=problems(404, 422))
    def list_generations(mine: Mine, cursor: Cursor = "", limit: Limit = PAGE_SIZE) -> GenerationPage:
        """The history, newest first, page by page."""
        page = mine.generations.list_page(cursor=cursor or None, limit=limit)
        return GenerationPage(
            items=[GenerationOut.of(item) for item in page.items], next_cursor=page.next_cursor
        )

    @router.get("/generations/{generation_id}", responses=problems(404))
    def get_generation(generation_id: GenerationId, mine: Mine) -> GenerationOut:
        """One generation with its full request and its pictures."""
        return GenerationOut.of(mine.generations.get(generation_id))

    @router.delete(
        "/generations/{generation_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404)
    )
    def delete_generation(generation_id: GenerationId, mine: Mine, purge: Purge = False) -> None:
        """Put a generation and its pictures into the trash, or delete it for good."""
        mine.generations.delete(generation_id, purge=purge)

    @router.post("/generations/{generation_id}/restore", responses=problems(404, 422))
    def restore_generation(generation_id: GenerationId, mine: Mine) -> GenerationOut:
        """Take a generation out of the trash."""
        return GenerationOut.of(mine.generations.restore(generation_id))

    return router
