"""POST /avatars/{id}/body, GET …/comparison and …/sheet: measured again, beside what it was, and as a page to print."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import HTMLResponse

from studio.api.answers import JobRef
from studio.api.asker import Mine
from studio.api.body_comparison_answers import ComparisonOut
from studio.api.body_schemas import BodyAgain
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.order_answers import accepted
from studio.api.parameters import IdempotencyKey, PathId
from studio.vocabulary.avatar import SHEET_TYPE, LengthUnit, known_of
from studio.vocabulary.body_comparison import choose_before
from studio.vocabulary.names import Id

# It runs nothing and fetches nothing; what a person wrote is escaped in it besides.
SHEET_HEADERS = {
    **NEVER_STORED,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
}
Version = Annotated[
    int | None,
    Query(ge=1, le=1_000_000_000, description="Of GET /avatars/{id}/versions; left out: as it is now."),
]
BeforeVersion = Annotated[
    int | None,
    Query(
        ge=1,
        le=1_000_000_000,
        description="The earlier body is of this version; without it and `before`, the one that it had until then.",
    ),
]
Before = Annotated[
    Id | None, Query(description="The earlier body is of this avatar; left out: of the same one.")
]


def avatar_body_routes() -> APIRouter:
    """The routes of avatars' bodies."""
    router = APIRouter(tags=["avatars"])

    @router.get("/avatars/{avatar_id}/comparison", responses=problems(404, 409, 422))
    def compare_bodies(
        avatar_id: PathId,
        mine: Mine,
        version: Version = None,
        before: Before = None,
        before_version: BeforeVersion = None,
    ) -> ComparisonOut:
        """What differs between two measured bodies: of one avatar at two times, or of two avatars."""
        return ComparisonOut.of(
            mine.bodies.compare(
                *choose_before(avatar_id, version=version, before=before, before_version=before_version)
            )
        )

    @router.post(
        "/avatars/{avatar_id}/body",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(402, 404, 409, 413, 422, 429),
    )
    def measure_again(
        avatar_id: PathId,
        told: BodyAgain,
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> JobRef:
        """Measure an avatar's body once more from the same photos, with what is known now. The body that it has becomes
        a version, to be compared with."""
        known = told.to_known(known_of(mine.avatars.get(avatar_id)))
        job_id = mine.bodies.measure_again(avatar_id, known, idempotency_key=idempotency_key or None)
        return accepted(response, job_id)

    @router.get(
        "/avatars/{avatar_id}/sheet",
        response_class=Response,  # problems are JSON here too
        responses={200: {"content": {SHEET_TYPE: {}}}, **problems(404, 422)},
    )
    def get_sheet(
        avatar_id: PathId,
        mine: Mine,
        unit: Annotated[LengthUnit, Query(description="Of lengths.")] = "cm",
    ) -> HTMLResponse:
        """The body's measures as a page to print, with a drawing: two sides of A4 at most."""
        avatar = mine.avatars.get(avatar_id)
        return HTMLResponse(mine.bodies.sheet(avatar_id, avatar.persona, unit), headers=SHEET_HEADERS)

    return router
