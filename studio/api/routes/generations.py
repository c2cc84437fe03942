"""GET /generations in pages, GET and DELETE /generations/{id}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from studio.api.answers import GenerationOut, GenerationPage
from studio.api.errors import problems
from studio.api.fields import CURSOR_PATTERN, ID_PATTERN
from studio.api.owners import Owner
from studio.studio import Studio

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


def generation_routes(studio: Studio) -> APIRouter:
    """The routes of kept generations."""
    router = APIRouter(tags=["generations"])

    @router.get("/generations", responses=problems(404, 422))
    def list_generations(owner: Owner, cursor: Cursor = "", limit: Limit = PAGE_SIZE) -> GenerationPage:
        """The history, newest first, page by page."""
        page = studio.list_generations(owner, cursor=cursor or None, limit=limit)
        return GenerationPage(
            items=[GenerationOut.of(item) for item in page.items], next_cursor=page.next_cursor
        )

    @router.get("/generations/{generation_id}", responses=problems(404))
    def get_generation(generation_id: GenerationId, owner: Owner) -> GenerationOut:
        """One generation with its full request and its pictures."""
        return GenerationOut.of(studio.get_generation(owner, generation_id))

    @router.delete(
        "/generations/{generation_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404)
    )
    def delete_generation(generation_id: GenerationId, owner: Owner) -> None:
        """Delete a generation and its pictures."""
        studio.delete_generation(owner, generation_id)

    return router
