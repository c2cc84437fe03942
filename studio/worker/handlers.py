"""What the worker does: a table of jobs by kind, and a table of calls by name."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.image.presets import PresetShelf
from store.records import LANES
from studio.body_settings import extractor_setup
from studio.settings import Settings
from studio.vocabulary.avatar_export import AVATAR_FILE
from studio.weights import open_weights
from studio.worker.avatar_exports import export_avatar
from studio.worker.bodies import measure_photo
from studio.worker.channel_server import Call
from studio.worker.detection import answer_detect
from studio.worker.downloads import download_weights
from studio.worker.drafts import draw_scene
from studio.worker.engine_pool import EnginePool, held_by_all, release_all
from studio.worker.exports import export_generations
from studio.worker.frames import Reply
from studio.worker.imports import import_archive
from studio.worker.jobs import Handler, JobContext
from studio.worker.pictures import draw_pictures
from studio.worker.portraits import answer_portrait

CALLS: Mapping[str, Call] = {
    "detect": answer_detect,
    "draw": draw_scene,
    "memory": lambda _arguments, _body: Reply(values={"held_gb": held_by_all()}),
    "portrait": answer_portrait,
    "release": lambda _arguments, _body: Reply(values={"released": release_all()}),
}


def job_handlers(settings: Settings, presets: PresetShelf) -> Mapping[str, Handler]:
    """What is done for each kind of job. Each lane has an engine pool: a draft neither waits for a picture on the GPU
    nor puts its engine out of memory."""
    pools = {lane: EnginePool(settings, presets) for lane in LANES}

    def draw(context: JobContext) -> Mapping[str, object]:
        return draw_pictures(context, pools[context.job.lane], presets)

    def download(context: JobContext) -> Mapping[str, object]:
        return download_weights(context, open_weights(settings), presets)

    def export(context: JobContext) -> Mapping[str, object]:
        return (export_avatar if AVATAR_FILE in context.payload else export_generations)(context)

    return {
        "body": lambda context: measure_photo(context, extractor_setup(settings)),
        "generation": draw,
        "download": download,
        "export": export,
        "import": lambda context: import_archive(context, settings),
    }
