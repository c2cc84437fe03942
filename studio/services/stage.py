"""The live draft: a scene in, a small picture out; nothing of it is kept. And control maps of the default body."""

from __future__ import annotations

from typing import Any

from pipelines.body.anny import open_anny
from pipelines.control.maps import render_control_map
from pipelines.errors import RequestRefused
from pipelines.image.provenance import sign_picture
from pipelines.render.camera import frame_body
from pipelines.types import ControlKind, Persona, View
from store.store import Store
from studio.vocabulary.codec import to_json
from studio.vocabulary.views import StageScene
from studio.worker.drafts import DRAWN_BY_RULES
from studio.worker.scenes import make_scene

STAGE_SIDES_PX = (64, 1024)
CONTROL_SIDES_PX = (64, 2048)


def stage_request(store: Store, owner: str, scene: StageScene) -> dict[str, Any]:
    """What is sent to the worker: the scene, and the avatar's measured body in place of its id. Raises NotFound."""
    for side in (scene.width, scene.height):
        refuse_side(side, STAGE_SIDES_PX)
    body = None
    if scene.avatar_id is not None:
        kept = store.avatars.get(owner, scene.avatar_id).body
        body = kept["parameters"] if kept else None
    return {"scene": to_json(scene), "body": body}


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
