"""POST /bodies and POST /generations: orders become jobs; an Idempotency-Key makes a repeated order the same job."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response, status

from studio.api.answers import JobRef
from studio.api.asker import Mine
from studio.api.body_schemas import BodyOfImage, BodyOrderIn
from studio.api.errors import problems
from studio.api.order_answers import accepted, answer_of_orders
from studio.api.order_pictures import IsWanted, read_image, read_sent_order
from studio.api.parameters import IdempotencyKey
from studio.api.schemas import GenerationOrderIn
from studio.api.seats import run_while_wanted
from studio.personal_studio import PersonalStudio
from studio.services.sent_pictures import keep_sent
from studio.studio import Studio
from studio.vocabulary.generation import Ordered


def order_routes(studio: Studio) -> APIRouter:
    """The routes of orders."""
    router = APIRouter(tags=["orders"])
    Became = answer_of_orders(studio.settings)

    @router.post(
        "/bodies",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 408, 409, 413, 422, 429, 503),
    )
    async def order_body(
        request: Request,
        order: Annotated[BodyOrderIn, Body()],
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> JobRef:
        """Measure the person in a photo. The job's result names a new avatar."""
        job_id = await run_while_wanted(
            request, lambda is_wanted: _order_body(mine, order, idempotency_key or None, is_wanted)
        )
        return accepted(response, job_id)

    @router.post(
        "/generations",
        response_model=Became,
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 408, 409, 413, 422, 429, 503),
    )
    async def order_generation(
        request: Request,
        order: GenerationOrderIn,
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> Any:
        """Draw a persona in a pose, one picture a view. `not_drawn`: words of yours that it will not draw."""
        ordered = await run_while_wanted(
            request,
            lambda is_wanted: _order_generation(studio, mine, order, idempotency_key or None, is_wanted),
        )
        accepted(response, ordered.job_id)
        return Became.of(ordered)

    return router


def _order_body(mine: PersonalStudio, order: BodyOrderIn, key: str | None, is_wanted: IsWanted) -> str:
    """Order a body, of a kept photo or of one that is sent along; the job's id."""
    with keep_sent(mine.photos, is_wanted) as keep:
        if isinstance(order, BodyOfImage):
            photo_id = keep(read_image(order.image), "person")
        else:
            photo_id = order.photo_id
        return mine.bodies.order(
            photo_id,
            order.to_known(),
            name=order.name,
            extractor=order.extractor,
            person=order.person,
            side_photo_id=order.side_photo_id,
            back_photo_id=order.back_photo_id,
            avatar_id=order.avatar_id,
            idempotency_key=key,
        )


def _order_generation(
    studio: Studio, mine: PersonalStudio, order: GenerationOrderIn, key: str | None, is_wanted: IsWanted
) -> Ordered:
    """Order pictures, with the pictures that are sent along."""
    with keep_sent(mine.photos, is_wanted) as keep:
        wanted = read_sent_order(studio.presets, mine, order, keep, is_wanted)
        return mine.generations.order(wanted, idempotency_key=key)
