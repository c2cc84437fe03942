"""Draws the stage's live draft; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.image.provenance import sign_picture
from pipelines.types import BodyParameters
from studio.vocabulary.codec import from_json
from studio.vocabulary.pose import template_of_json
from studio.vocabulary.stage import StageScene
from studio.worker.frames import Reply
from studio.worker.scenes import make_scene

DRAWN_BY_RULES = "algorithmicMedia"


def draw_scene(arguments: Mapping[str, Any], _: bytes = b"") -> Reply:
    """A WEBP of the stage's scene (see studio.services.stage)."""
    from pipelines.image.draft import draw_preview

    stage = from_json(StageScene, arguments["scene"])
    given = stage.given_poses.get(stage.pose)
    scene = make_scene(
        stage.persona,
        body=from_json(BodyParameters, arguments["body"]) if arguments["body"] else None,
        pose=stage.pose if given is None else template_of_json(given),
        view=stage.view,
        framing=stage.framing,
        finish=stage.look,
        backdrop="dark" if stage.dark and stage.set == "paper" else stage.set,
        words=stage.words,
        style=stage.picture_style,
        light=stage.light,
        expression=stage.expression,
    )
    picture = draw_preview(scene, stage.width, stage.height)
    return Reply(body=sign_picture(picture, DRAWN_BY_RULES, file_format="WEBP"))
