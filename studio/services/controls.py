"""Control maps of a dressed persona, or of the body alone, as pictures."""

from __future__ import annotations

import json

from pipelines.body.anny import open_anny
from pipelines.control.dressed import SEGMENTS_CHUNK, render_dressed_maps
from pipelines.control.maps import DRAWERS as BODY_DRAWERS
from pipelines.control.maps import render_control_map
from pipelines.errors import RequestRefused
from pipelines.figure.held.all import frame_scene
from pipelines.image.provenance import sign_picture
from pipelines.options import SIDE_PX
from pipelines.pose.template import PoseTemplate
from pipelines.types import BodyParameters, ControlKind, Framing, Persona, View
from studio.worker.drafts import DRAWN_BY_RULES
from studio.worker.scenes import make_scene


def render_control(
    kind: ControlKind,
    persona: Persona,
    pose: str | PoseTemplate,
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
    low, high = SIDE_PX
    if not all(low <= side <= high for side in (width, height)):
        raise RequestRefused(f"A side of this picture can be {low} to {high} pixels.")
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
    camera = frame_scene(scene, bare, width, height)
    return sign_picture(render_control_map(kind, bare, camera), DRAWN_BY_RULES)
