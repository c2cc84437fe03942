"""What the worker does, by kind of job, and its live draft."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.image.presets import PresetShelf
from studio.services.bodies import measure_photo
from studio.services.generations import draw_pictures
from studio.services.models import download_weights, open_weights
from studio.services.stage import draw_scene
from studio.settings import Settings
from studio.worker.engine_pool import EnginePool
from studio.worker.jobs import Handler, JobContext

__all__ = ["draw_scene", "job_handlers"]


def job_handlers(settings: Settings, presets: PresetShelf) -> Mapping[str, Handler]:
    """What is done for each kind of job. They hold one engine pool together."""
    pool = EnginePool(settings, presets)

    def draw(context: JobContext) -> Mapping[str, object]:
        return draw_pictures(context, pool)

    def download(context: JobContext) -> Mapping[str, object]:
        return download_weights(context, open_weights(settings), presets)

    return {"body": measure_photo, "generation": draw, "download": download}
