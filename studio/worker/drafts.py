"""Draws the stage's live draft; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.image.provenance import sign_picture
from pipelines.types import BodyParameters
from studio.vocabulary.codec import from_json
from studio.vocabulary.views import StageScene
from studio.worker.engine_pool import held_by_all, release_all
from studio.worker.scenes import make_scene

RELEASED, BUSY = b"released", b"busy"
DRAWN_BY_RULES = "algorithmicMedia"


def draw_scene(request: Mapping[str, Any]) -> bytes:
    """A WEBP; or, where asked to release the GPU, whether that was done; or what is held of it."""
    if request.get("release"):
        return RELEASED if release_all() else BUSY
    if request.get("held"):
        return str(held_by_all()).encode("ascii")
    from pipelines.image.draft import draw_preview

    stage = from_json(StageScene, request["scene"])
    scene = make_scene(
        stage.persona,
        body=from_json(BodyParameters, request["body"]) if request["body"] else None,
        pose=stage.pose,
        view=stage.view,
        framing=stage.framing,
        finish=stage.look,
        backdrop="dark" if stage.dark else "paper",
    )
    return sign_picture(draw_preview(scene, stage.width, stage.height), DRAWN_BY_RULES, file_format="WEBP")
