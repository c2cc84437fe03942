"""prepare_inputs: the pictures of a request, ready made; one posed body drives the controls and the draft."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from pipelines.control.dressed import render_dressed_maps
from pipelines.control.keypoints import find_face
from pipelines.errors import RequestRefused
from pipelines.figure.drawing import Drawing
from pipelines.figure.held.all import frame_scene
from pipelines.figure.people import build_body
from pipelines.image.draft import DraftEngine
from pipelines.image.plan import refuse_size
from pipelines.image.redraw import make_mask
from pipelines.image.spec import Box, EngineInputs
from pipelines.photo.open import read_kept_photo
from pipelines.progress import OnProgress, ignore_progress
from pipelines.render.camera import Camera
from pipelines.types import Body, BodyScene, ControlKind, GenerationRequest, Normals, Reference

NO_FIRST_VIEW = "The first view of this order cannot be read. Order it again."
PNG = b"\x89PNG\r\n\x1a\n"  # how the pictures that are made here begin; kept photos are JPEGs
LARGEST_OWN_PX = 4096  # a side of what our engines make
LEAST_FACE_PX = 24  # brows to chin: of a smaller one there is nothing to draw over, only to invent
FACE_SEEN = 0.6  # share of each side of the face that must be within the picture


def prepare_inputs(
    request: GenerationRequest,
    read_reference: Callable[[str], bytes],
    find_lora: Callable[[str], Path | None],
    on_progress: OnProgress = ignore_progress,
    *,
    normals: Normals = "opengl",
) -> EngineInputs:
    """Everything that an engine needs besides the request.

    1. Control maps of the dressed scene, as its camera sees it, of the picture's size.
    2. The scene as the draft engine draws it, where the request starts from it.
    3. Where its face is, for a pass that draws it by itself.
    4. The references: kept photos and earlier pictures of the same order, by the SHA-256 of their bytes.
    5. The picture of which a part is drawn anew, and that part.
    6. The LoRAs' files; None from `find_lora` leaves a name to the preset's own components.

    `normals`: the convention of the preset that takes normals.
    Raises RequestRefused where there is no scene to draw, PhotoRefused for bytes that are no kept photo, and what
    read_reference, find_lora and on_progress raise.
    """
    references = tuple(
        (reference, _open_reference(reference, read_reference(reference.sha256)))
        for reference in request.references
    )
    has_own_start = any(reference.role == "init" for reference, _ in references)
    drawing = Drawing()  # the maps and the draft share what is seen
    kept, mask = open_redrawn(request, read_reference, drawing)
    found = {lora.name: find_lora(lora.name) for lora in request.loras}
    return EngineInputs(
        controls=render_controls(request, drawing, normals),
        references=references,
        draft=None
        if request.draft_strength is None or has_own_start
        else draw_draft(request, drawing, on_progress),
        loras={name: path for name, path in found.items() if path is not None},
        kept=kept,
        mask=mask,
        face_box=None if has_own_start else locate_face(request),
    )


def _open_reference(reference: Reference, data: bytes) -> Image.Image:
    """A kept photo, or a picture of our own, RGB. Raises PhotoRefused, RequestRefused where it is neither."""
    if not reference.pictures_back and not data.startswith(PNG):
        return Image.fromarray(read_kept_photo(data))
    return _open_own(data)


def _open_own(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) <= LARGEST_OWN_PX:
                return picture.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise RequestRefused(NO_FIRST_VIEW) from error
    raise RequestRefused(NO_FIRST_VIEW)


def open_redrawn(
    request: GenerationRequest, read_reference: Callable[[str], bytes], drawing: Drawing
) -> tuple[Image.Image | None, Image.Image | None]:
    """The finished picture and the mask of what is drawn anew; None and None where the whole is drawn. Raises
    RequestRefused, PhotoRefused."""
    redraw = request.redraw
    if redraw is None:
        return None, None
    kept = _open_own(read_reference(redraw.picture_sha256))
    if kept.size != (request.width, request.height):
        raise RequestRefused("A part is drawn anew at the size of its picture.")
    painted = (
        Image.fromarray(read_kept_photo(read_reference(redraw.mask_sha256))) if redraw.mask_sha256 else None
    )
    return kept, make_mask(request, drawing, painted)


def render_controls(
    request: GenerationRequest, drawing: Drawing, normals: Normals
) -> dict[ControlKind, Image.Image]:
    """The control maps that a request asks for, from one look at its scene. Raises RequestRefused without one."""
    if not request.controls:
        return {}
    if request.scene is None:
        raise RequestRefused("A control map shows a body in a pose: choose both.")
    kinds = [control.kind for control in request.controls]
    maps = render_dressed_maps(kinds, request.scene, request.width, request.height, drawing, normals=normals)
    return {kind: control_map.image for kind, control_map in maps.items()}


def locate_face(request: GenerationRequest) -> Box | None:
    """The face of the posed body in the picture, brows to chin; None where it looks away, is outside or tiny."""
    if request.face_pass is None or request.scene is None:
        return None
    face = find_face(*_stage(request, request.scene))
    if face is None:
        return None
    left, top, right, bottom = (round(side) for side in face)
    seen = min(right, request.width) - max(left, 0), min(bottom, request.height) - max(top, 0)
    if seen[0] < FACE_SEEN * (right - left) or seen[1] < FACE_SEEN * (bottom - top):
        return None
    return (left, top, right, bottom) if max(right - left, bottom - top) >= LEAST_FACE_PX else None


def _stage(request: GenerationRequest, scene: BodyScene) -> tuple[Body, Camera]:
    """The posed body, and the camera that shows it at the picture's size."""
    body = build_body(scene.body, scene.pose)
    return body, frame_scene(scene, body, request.width, request.height)


def draw_draft(
    request: GenerationRequest, drawing: Drawing, on_progress: OnProgress = ignore_progress
) -> Image.Image:
    """The scene as the draft engine draws it, RGB. Raises RequestRefused without a scene."""
    if request.scene is None:
        raise RequestRefused("A draft to start from shows a body in a pose: choose both.")
    refuse_size(DraftEngine.info, request.width, request.height)
    drawn = drawing.draw(request.scene, request.width, request.height, on_progress=on_progress)
    return drawn.convert("RGB")
