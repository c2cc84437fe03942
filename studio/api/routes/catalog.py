"""GET /health: what is the same for everyone."""

from __future__ import annotations

from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response, status
from fastapi.responses import JSONResponse

from studio.api.asker import Asker
from studio.api.errors import problems
from studio.api.health_answers import ReportOut
from studio.studio import Studio
from studio.vocabulary.queue import StudioReport

HEALTH_THREADS = 4  # of its own: uploads may have all the others
HEALTH_RESPONSES: dict[int | str, dict[str, Any]] = {
    503: {"model": ReportOut, "description": "A part does not work; `parts` says which."}
}

ABOUT = "Whether each part works, in words; how much waits, and how much space there is."
ABOUT_UNSIGNED = "Who is not signed in hears whether it works, and no more."


def catalog_routes(studio: Studio) -> APIRouter:
    """The routes of what is public."""
    router = APIRouter(tags=["studio"])
    threads = CapacityLimiter(HEALTH_THREADS)

    def report() -> StudioReport:
        return studio.monitoring.report(studio.maintenance.health())

    @router.get(
        "/health",
        response_model=ReportOut,
        responses={**HEALTH_RESPONSES, **problems(422)},
        description=ABOUT if studio.settings.mode == "single" else f"{ABOUT} {ABOUT_UNSIGNED}",
    )
    async def get_health(response: Response, asker: Asker) -> Any:
        found = await to_thread.run_sync(report, limiter=threads)
        if not found.health.ok:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        if not asker.may("read"):
            return JSONResponse(
                {"ok": found.health.ok}, status_code=response.status_code or status.HTTP_200_OK
            )
        return ReportOut.of(found)

    return router
