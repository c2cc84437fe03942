"""What the worker does, by kind of job, and its live draft."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from studio.jobs import Handler, JobContext
from studio.presets import look_for_own_presets
from studio.settings import Settings
from studio.walks.bodies import measure_photo
from studio.walks.engines import EngineRoom
from studio.walks.models import download_weights, open_weights
from studio.walks.pictures import draw_pictures
from studio.walks.stage import draw_scene

__all__ = ["draw_scene", "job_handlers"]


@lru_cache(1)
def job_handlers(settings: Settings) -> Mapping[str, Handler]:
    """What is done for each kind of job. The engines' room lives as long as the process."""
    look_for_own_presets(settings, again=False)
    room = EngineRoom(settings)

    def draw(context: JobContext) -> Mapping[str, object]:
        return draw_pictures(context, room)

    def download(context: JobContext) -> Mapping[str, object]:
        return download_weights(context, open_weights(settings))

    return {"body": measure_photo, "generation": draw, "download": download}
