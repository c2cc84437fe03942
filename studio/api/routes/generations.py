"""GET /generations, found and in pages; GET, PATCH, DELETE /generations/{id}, and what is done to one or several."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response, status
from pydantic import create_model

from studio.api.answers import API_PREFIX, GenerationOut, OrderedOut
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.library_answers import (
    BulkDone,
    BulkIn,
    CountsOut,
    GenerationChangeIn,
    GenerationPage,
    LibraryFilters,
    to_search,
)
from studio.api.order_answers import answer_of_orders
from studio.api.parameters import PAGE_SIZE, Cursor, IdempotencyKey, Limit, PathId
from studio.api.query import Purge
from studio.api.template_answers import ContinueIn, VariationsIn
from studio.studio import Studio
from studio.vocabulary.generation import Ordered

PageWanted: Any = create_model(
    "PageWanted", __base__=LibraryFilters, limit=(Limit, PAGE_SIZE), cursor=(Cursor, "")
)


def generation_routes(studio: Studio) -> APIRouter:
    """The routes of kept generations."""
    router = APIRouter(tags=["generations"])
    Became = answer_of_orders(studio.settings)

    def accept(response: Response, ordered: Ordered) -> OrderedOut:
        response.headers["Location"] = f"{API_PREFIX}/jobs/{ordered.job_id}"
        return Became.of(ordered)

    @router.get("/generations", responses=problems(404, 422))
    def list_generations(wanted: Annotated[PageWanted, Query()], mine: Mine) -> GenerationPage:
        """The history, or what of it fits all that is asked, page by page; and how many fit, of each kind."""
        search = to_search(wanted)
        page = mine.generations.list_page(search, cursor=wanted.cursor or None, limit=wanted.limit)
        return GenerationPage(
            items=[GenerationOut.of(item) for item in page.items],
            next_cursor=page.next_cursor,
            counts=CountsOut.of(mine.generations.count(search)),
        )

    @router.post("/generations/bulk", responses=problems(404, 413, 422))
    def change_several(bulk: BulkIn, mine: Mine) -> BulkDone:
        """Do one thing to several: delete, restore, purge, favourite, unfavourite, move, tag, untag."""
        done = mine.generations.bulk(bulk.ids, bulk.action, project_id=bulk.project_id, tags=bulk.tags)
        return BulkDone(changed=done)

    @router.get("/generations/{generation_id}", responses=problems(404))
    def get_generation(generation_id: PathId, mine: Mine) -> GenerationOut:
        """One generation with its full request and its pictures."""
        return GenerationOut.of(mine.generations.get(generation_id))

    @router.patch("/generations/{generation_id}", responses=problems(404, 413, 422))
    def change_generation(generation_id: PathId, change: GenerationChangeIn, mine: Mine) -> GenerationOut:
        """Change title, tags, favourite, rating, notes or project of a generation."""
        return GenerationOut.of(mine.generations.update(generation_id, **change.said()))

    @router.post(
        "/generations/{generation_id}/retry",
        response_model=Became,
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 409, 422, 429),
    )
    def retry_generation(generation_id: PathId, response: Response, mine: Mine) -> Any:
        """Order a failed or cancelled generation anew; sent twice it is ordered once."""
        return accept(response, mine.generations.retry(generation_id))

    @router.post(
        "/generations/{generation_id}/again",
        response_model=Became,
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 409, 422, 429),
    )
    def make_again(
        generation_id: PathId, response: Response, mine: Mine, idempotency_key: IdempotencyKey = ""
    ) -> Any:
        """Send the stored requests of a generation again, to the letter."""
        again = mine.generations.again(generation_id, idempotency_key=idempotency_key or None)
        return accept(response, again)

    @router.post(
        "/generations/{generation_id}/variations",
        response_model=Became,
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 409, 413, 422, 429),
    )
    def vary_generation(
        generation_id: PathId,
        wanted: VariationsIn,
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> Any:
        """Order the same with other seeds."""
        key = idempotency_key or None
        return accept(response, mine.variations.vary(generation_id, wanted.count, idempotency_key=key))

    @router.post(
        "/generations/{generation_id}/continue",
        response_model=Became,
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 409, 413, 422, 429),
    )
    def continue_generation(
        generation_id: PathId,
        wanted: ContinueIn,
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> Any:
        """Order the same of another engine: make this draft real."""
        ordered = mine.variations.proceed(
            generation_id,
            engine=wanted.engine,
            preset=wanted.preset,
            draft_strength=wanted.draft_strength,
            idempotency_key=idempotency_key or None,
        )
        return accept(response, ordered)

    @router.delete(
        "/generations/{generation_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404)
    )
    def delete_generation(generation_id: PathId, mine: Mine, purge: Purge = False) -> None:
        """Put a generation and its pictures into the trash, or delete it for good."""
        mine.generations.delete(generation_id, purge=purge)

    @router.post("/generations/{generation_id}/restore", responses=problems(404, 422))
    def restore_generation(generation_id: PathId, mine: Mine) -> GenerationOut:
        """Take a generation out of the trash."""
        return GenerationOut.of(mine.generations.restore(generation_id))

    return router
