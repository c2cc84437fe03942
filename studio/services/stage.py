"""The live draft: a scene in, a small picture out; nothing of it is kept. And control maps of the default body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.body.anny import open_anny
from pipelines.control.maps import render_control_map
from pipelines.errors import RequestRefused
from pipelines.image.provenance import sign_picture
from pipelines.render.camera import frame_body
from pipelines.types import BodyParameters, ControlKind, Persona, View
from store.store import Store
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.views import StageScene
from studio.worker.engine_pool import held_by_all, release_all
from studio.worker.scenes import make_scene

STAGE_SIDES_PX = (64, 1024)
CONTROL_SIDES_PX = (64, 2048)
RELEASED, BUSY = b"released", b"busy"
DRAWN_BY_RULES = "algorithmicMedia"


def stage_request(store: Store, owner: str, scene: StageScene) -> dict[str, Any]:
    """What is sent to the worker: the scene, and the avatar's measured body in place of its id. Raises NotFound."""
    for side in (scene.width, scene.height):
        refuse_side(side, STAGE_SIDES_PX)
    body = None
    if scene.avatar_id is not None:
        kept = store.avatars.get(owner, scene.avatar_id).body
        body = kept["parameters"] if kept else None
    return {"scene": to_json(scene), "body": body}


def draw_scene(request: Mapping[str, Any]) -> bytes:
    """The worker's part: a WEBP; or, where asked to release the GPU, whether that was done; or what is held of it."""
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


def render_control(
    kind: ControlKind, persona: Persona, pose: str, view: View, width: int, height: int
) -> bytes:
    """One control map of a persona's body, PNG. Raises UnknownName, RequestRefused."""
    for side in (width, height):
        refuse_side(side, CONTROL_SIDES_PX)
    scene = make_scene(
        persona, body=None, pose=pose, view=view, framing=None, finish="clay", backdrop="plain"
    )
    body = open_anny().build(scene.body, scene.pose)
    camera = frame_body(body, scene.camera, width, height)
    return sign_picture(render_control_map(kind, body, camera), DRAWN_BY_RULES)


def refuse_side(side: int, allowed: tuple[int, int]) -> None:
    """Raises RequestRefused for a picture too small or too large."""
    low, high = allowed
    if not low <= side <= high:
        raise RequestRefused(f"A side of this picture can be {low} to {high} pixels.")
