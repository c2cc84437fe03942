"""GET /health: what is the same for everyone."""

from __future__ import annotations

from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response, status

from studio.api.answers import HealthOut
from studio.api.errors import problems
from studio.studio import Studio

HEALTH_THREADS = 4  # of its own: uploads may have all the others
HEALTH_RESPONSES: dict[int | str, dict[str, Any]] = {
    503: {"model": HealthOut, "description": "A part does not work; `parts` says which."}
}


def catalog_routes(studio: Studio) -> APIRouter:
    """The routes of what is public."""
    router = APIRouter(tags=["studio"])
    threads = CapacityLimiter(HEALTH_THREADS)

    @router.get("/health", responses={**HEALTH_RESPONSES, **problems(422)})
    async def get_health(response: Response) -> HealthOut:
        """Whether each part works, in words."""
        health = await to_thread.run_sync(studio.maintenance.health, limiter=threads)
        if not health.ok:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return HealthOut.of(health)

    return router
