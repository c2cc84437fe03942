"""POST /bodies and POST /generations: orders become jobs; an Idempotency-Key makes a repeated order the same job."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response, status

from pipelines.types import Persona
from studio.api.answers import API_PREFIX, JobRef, OrderedOut
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.schemas import BodyOrderIn, GenerationOrderIn
from studio.studio import Studio
from studio.vocabulary.names import KEY_PATTERN

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="The same key with the same body is the same job; with another body it is refused.",
    ),
]


def order_routes(studio: Studio) -> APIRouter:
    """The routes of orders."""
    router = APIRouter(tags=["orders"])

    @router.post("/bodies", status_code=status.HTTP_202_ACCEPTED, responses=problems(404, 409, 413, 422))
    def order_body(
        order: BodyOrderIn, response: Response, mine: Mine, idempotency_key: IdempotencyKey = ""
    ) -> JobRef:
        """Measure the person in a photo. The job's result names a new avatar."""
        job_id = mine.bodies.order(
            order.photo_id,
            order.to_known(),
            name=order.name,
            extractor=order.extractor,
            side_photo_id=order.side_photo_id,
            back_photo_id=order.back_photo_id,
            idempotency_key=idempotency_key or None,
        )
        return _accepted(response, job_id)

    @router.post("/generations", status_code=status.HTTP_202_ACCEPTED, responses=problems(404, 409, 413, 422))
    def order_generation(
        order: GenerationOrderIn, response: Response, mine: Mine, idempotency_key: IdempotencyKey = ""
    ) -> OrderedOut:
        """Draw a persona in a pose, one picture a view. `not_drawn`: words of yours that it will not draw."""
        persona = Persona()
        if order.persona is not None:
            persona = order.persona
        elif order.avatar_id is not None:
            persona = mine.avatars.get(order.avatar_id).persona
        given = mine.poses.give_once(order.pose or "", order.pose_photo_id)
        wanted = order.to_order(persona, mine.poses.find_slug, studio.presets, given)
        ordered = mine.generations.order(wanted, idempotency_key=idempotency_key or None)
        _accepted(response, ordered.job_id)
        return OrderedOut.of(ordered)

    return router


def _accepted(response: Response, job_id: str) -> JobRef:
    response.headers["Location"] = f"{API_PREFIX}/jobs/{job_id}"
    return JobRef(job_id=job_id)
