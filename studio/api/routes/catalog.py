"""GET /poses and GET /health: what is the same for everyone."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Response, status
from pydantic import Field, create_model

from pipelines.bounds import KeyOf
from pipelines.pose.search import FILTERS
from studio.api.answers import HealthOut, PoseList, PoseOut
from studio.api.errors import problems
from studio.studio import Studio

LONGEST_SEARCH = 200
HEALTH_THREADS = 4  # of its own: uploads may have all the others
HEALTH_RESPONSES: dict[int | str, dict[str, Any]] = {
    503: {"model": HealthOut, "description": "A part does not work; `parts` says which."}
}

# One query parameter for each of the gallery's filters, as the gallery has them.
_FIELDS: dict[str, Any] = {
    "q": (Annotated[str, Field(max_length=LONGEST_SEARCH, description="Words, or synonyms of theirs.")], "")
}
_FIELDS |= {name: (Annotated[str, KeyOf(("", *words))], "") for name, words in FILTERS.items()}
PoseFilters: Any = create_model("PoseFilters", **_FIELDS)


def catalog_routes(studio: Studio) -> APIRouter:
    """The routes of what is public."""
    router = APIRouter(tags=["studio"])
    threads = CapacityLimiter(HEALTH_THREADS)

    @router.get("/poses", responses=problems(422))
    def list_poses(wanted: Annotated[PoseFilters, Query()]) -> PoseList:
        """The pose gallery; what a search and all filters let through."""
        return PoseList(items=[PoseOut.of(pose) for pose in studio.poses.search(**wanted.model_dump())])

    @router.get("/health", responses={**HEALTH_RESPONSES, **problems(422)})
    async def get_health(response: Response) -> HealthOut:
        """Whether each part works, in words."""
        health = await to_thread.run_sync(studio.maintenance.health, limiter=threads)
        if not health.ok:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return HealthOut.of(health)

    return router
