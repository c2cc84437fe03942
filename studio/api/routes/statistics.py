"""GET /stats: how much you have made, how it ended, how long it took and what it takes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.studio import Studio

Everybody = Annotated[bool, Query(alias="all", description="Of everybody together: an admin may ask.")]


def _count_as_zero(used: int | None) -> int:
    """Programs read one shape in every studio; the window keeps silent where there is no price."""
    return used or 0


class EngineTimesOut(Answer):
    """How long the completed generations of one preset took, in seconds."""

    engine: str
    preset: str
    completed: int
    average_s: float
    p95_s: float = Field(description="19 of 20 took no longer.")


class StatisticsOut(Answer):
    """Your totals, without the trash."""

    total: int = Field(description="Generations.")
    completed: int
    failed: int
    cancelled: int
    queued: int
    running: int
    pictures: int
    avatars: int
    photos: int
    average_processing_time_s: float | None = Field(
        description="Of a completed generation, from its start to its end, over the newest 10,000; null before one."
    )
    engines: list[EngineTimesOut]
    storage_bytes: int = Field(description="What your files take, the trash included.")
    credits_used: Annotated[int, BeforeValidator(_count_as_zero)] = Field(
        description="0 where nothing has a price."
    )


def statistics_routes(studio: Studio) -> APIRouter:
    """The route of statistics; it says nothing of others where nobody else is."""
    router = APIRouter(tags=["studio"])

    def get_statistics(mine: Mine) -> Any:
        """Your totals, counted now."""
        return StatisticsOut.of(mine.statistics.look())

    def get_statistics_of_all(mine: Mine, everybody: Everybody = False) -> Any:
        """Your totals, counted now; or, for an admin, those of everybody together."""
        return StatisticsOut.of(mine.statistics.sum_up() if everybody else mine.statistics.look())

    is_shared = studio.settings.mode == "shared"
    router.add_api_route(
        "/stats",
        get_statistics_of_all if is_shared else get_statistics,
        response_model=StatisticsOut,
        responses=problems(422),
    )
    return router
