"""GET /health/live and /health/ready: for whoever watches over the process, outside of REST and its log-in."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response, status

from studio.api.answers import HealthOut
from studio.api.asker import Asker
from studio.api.media import NEVER_STORED
from studio.services.maintenance import VERSION
from studio.studio import Studio

THREADS = 4  # of their own: uploads and drafts may have all the others
RETRY_AFTER_S = 5


def vital_routes(studio: Studio) -> APIRouter:
    """The two routes."""
    router = APIRouter(include_in_schema=False)
    threads = CapacityLimiter(THREADS)

    @router.get("/health/live")
    async def get_live(response: Response) -> HealthOut:
        """The process answers. When it does not, start it anew."""
        response.headers.update(NEVER_STORED)
        return HealthOut(ok=True, version=VERSION, parts={})

    @router.get("/health/ready")
    async def get_ready(response: Response, asker: Asker) -> HealthOut:
        """Work can be taken: 200, or 503 with what does not work; it comes back by itself where it can."""
        response.headers.update(NEVER_STORED)
        health = await to_thread.run_sync(studio.vitals.readiness, limiter=threads)
        if not health.ok:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
        if not asker.may("read"):  # nobody is signed in: whether, and not what
            return HealthOut(ok=health.ok, version=VERSION, parts={})
        return HealthOut.of(health)

    return router
