"""The live draft: a scene in, a small picture out; nothing of it is kept. And control maps of a dressed persona."""

from __future__ import annotations

import json
from typing import Any

from pipelines.body.anny import open_anny
from pipelines.control.dressed import SEGMENTS_CHUNK, render_dressed_maps
from pipelines.control.maps import DRAWERS as BODY_DRAWERS
from pipelines.control.maps import render_control_map
from pipelines.errors import RequestRefused
from pipelines.image.provenance import sign_picture
from pipelines.render.camera import frame_body
from pipelines.types import BodyParameters, ControlKind, Framing, Persona, View
from store.store import Store
from studio.services.avatars import view_avatar
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
    kind: ControlKind,
    persona: Persona,
    pose: str,
    view: View,
    width: int,
    height: int,
    *,
    body: BodyParameters | None = None,
    framing: Framing | None = None,
    dressed: bool = True,
) -> bytes:
    """One control map, PNG: of the dressed persona with props and floor, or of the body alone.

    `body`: a measured one, None the persona's own; `framing`: None the pose's own. A map of segments carries their
    colours as a text chunk. Raises UnknownName, PersonaRefused, RequestRefused.
    """
    for side in (width, height):
        refuse_side(side, CONTROL_SIDES_PX)
    scene = make_scene(
        persona, body=body, pose=pose, view=view, framing=framing, finish="coloured", backdrop="plain"
    )
    if dressed:
        drawn = render_dressed_maps((kind,), scene, width, height)[kind]
        texts = {SEGMENTS_CHUNK: json.dumps(drawn.segments)} if drawn.segments else None
        return sign_picture(drawn.image, DRAWN_BY_RULES, texts=texts)
    if kind not in BODY_DRAWERS:
        can = ", ".join(BODY_DRAWERS)
        raise RequestRefused(f"The body alone has no {kind} map. It has: {can}. Or take the dressed one.")
    bare = open_anny().build(scene.body, scene.pose)
    camera = frame_body(bare, scene.camera, width, height)
    return sign_picture(render_control_map(kind, bare, camera), DRAWN_BY_RULES)


def render_owned_control(
    store: Store,
    owner: str,
    *,
    kind: ControlKind,
    pose: str,
    view: View,
    width: int,
    height: int,
    persona: Persona | None = None,
    avatar_id: str | None = None,
    framing: Framing | None = None,
    dressed: bool = True,
) -> bytes:
    """One control map of a persona or of a kept avatar with its measured body, PNG. Raises NotFound, and as
    render_control."""
    body = None
    if avatar_id is not None:
        kept = view_avatar(store.avatars.get(owner, avatar_id))
        persona = persona or kept.persona
        body = kept.body.parameters if kept.body else None
    return render_control(
        kind,
        persona or Persona(),
        pose,
        view,
        width,
        height,
        body=body,
        framing=framing,
        dressed=dressed,
    )


def refuse_side(side: int, allowed: tuple[int, int]) -> None:
    """Raises RequestRefused for a picture too small or too large."""
    low, high = allowed
    if not low <= side <= high:
        raise RequestRefused(f"A side of this picture can be {low} to {high} pixels.")
