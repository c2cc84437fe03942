"""POST /generations/{id}/redraw: a part of a finished picture is drawn anew, by its name or by a mask."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from studio.api.answers import API_PREFIX, OrderedOut
from studio.api.asker import Mine
from studio.api.errors import RequestInvalid, problems
from studio.api.order_pictures import IsWanted, read_image
from studio.api.parameters import IdempotencyKey, PathId
from studio.api.seats import run_while_wanted
from studio.api.template_answers import RedrawIn
from studio.personal_studio import PersonalStudio
from studio.services.sent_pictures import keep_sent
from studio.vocabulary.generation import Ordered
from studio.vocabulary.order import RedrawWanted


def redraw_routes() -> APIRouter:
    """The one route."""
    router = APIRouter(tags=["generations"])

    @router.post(
        "/generations/{generation_id}/redraw",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 408, 409, 413, 422, 429, 503),
    )
    async def redraw_generation(
        request: Request,
        generation_id: PathId,
        wanted: RedrawIn,
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> OrderedOut:
        """Draw clothes, face, hair or background of a picture anew, or what a mask says; nothing else."""
        ordered = await run_while_wanted(
            request,
            lambda is_wanted: _redraw(mine, generation_id, wanted, idempotency_key or None, is_wanted),
        )
        response.headers["Location"] = f"{API_PREFIX}/jobs/{ordered.job_id}"
        return OrderedOut.of(ordered)

    return router


def _redraw(
    mine: PersonalStudio, generation_id: str, wanted: RedrawIn, key: str | None, is_wanted: IsWanted
) -> Ordered:
    """Order it, with the mask that is sent along."""
    if wanted.mask_image is not None and wanted.mask_photo_id is not None:
        raise RequestInvalid("Send either “mask_image” or “mask_photo_id”.")
    with keep_sent(mine.photos, is_wanted) as keep:
        mask = wanted.mask_photo_id
        if wanted.mask_image is not None:
            mask = keep(read_image(wanted.mask_image, "mask_image"), "init")
        return mine.variations.redraw(
            generation_id,
            RedrawWanted(
                picture_id=wanted.picture_id,
                parts=wanted.parts,
                mask_photo_id=mask,
                strength=wanted.strength,
            ),
            engine=wanted.engine,
            preset=wanted.preset,
            prompt=wanted.prompt,
            seed=wanted.seed,
            idempotency_key=key,
        )
