"""What the worker does, by kind of job, and its live draft."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from studio.presets import find_own_presets
from studio.services.bodies import measure_photo
from studio.services.generations import draw_pictures
from studio.services.models import download_weights, open_weights
from studio.services.stage import draw_scene
from studio.settings import Settings
from studio.worker.engine_pool import EnginePool
from studio.worker.jobs import Handler, JobContext

__all__ = ["draw_scene", "job_handlers"]


@lru_cache(1)
def job_handlers(settings: Settings) -> Mapping[str, Handler]:
    """What is done for each kind of job. The engines' room lives as long as the process."""
    find_own_presets(settings, again=False)
    room = EnginePool(settings)

    def draw(context: JobContext) -> Mapping[str, object]:
        return draw_pictures(context, room)

    def download(context: JobContext) -> Mapping[str, object]:
        return download_weights(context, open_weights(settings))

    return {"body": measure_photo, "generation": draw, "download": download}
