"""GET /poses and GET /health: what is the same for everyone."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response, status

from studio.api.answers import HealthOut, PoseList, PoseOut
from studio.api.errors import problems
from studio.studio import Studio

HEALTH_RESPONSES: dict[int | str, dict[str, Any]] = {
    503: {"model": HealthOut, "description": "A part does not work; `parts` says which."}
}


def catalog_routes(studio: Studio) -> APIRouter:
    """The routes of what is public."""
    router = APIRouter(tags=["studio"])

    @router.get("/poses", responses=problems())
    def list_poses() -> PoseList:
        """The pose gallery."""
        return PoseList(items=[PoseOut.of(pose) for pose in studio.list_poses()])

    @router.get("/health", responses={**HEALTH_RESPONSES, **problems()})
    def get_health(response: Response) -> HealthOut:
        """Whether each part works, in words."""
        health = studio.health()
        if not health.ok:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return HealthOut.of(health)

    return router
