"""The passes of one picture: the first, the second over the enlarged one, and the face's; each a request of its own.

A later pass is an ordinary run that starts from a picture: the same seed's noise, the same words, the control maps at
its own size. So a family that can start from a picture can do them all, and needs to know nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from pipelines.image.latents import start_step
from pipelines.image.sampling import DRAWING, DRAWING_FACE, DRAWING_LARGER
from pipelines.image.spec import Box, EngineInfo, EngineInputs, EnginePreset
from pipelines.types import GenerationRequest

FACE_MARGIN = (
    2.0  # sides of what is cut out over the longer one of the face, brows to chin: holds hair and jaw
)
FEATHER = 0.15  # share of the cut-out's side over which it fades into the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One run of a picture: what is drawn, where in the picture, and how many steps it counts for."""

    stage: str
    request: GenerationRequest
    steps: int
    region: Box | None = None  # None: the whole picture


def plan_passes(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs
) -> list[Pass]:
    """The passes of a request, in order. The steps that a person's own start picture spares count as done."""
    plain = replace(request, second_pass=None, face_pass=None)
    if request.second_pass is None:
        first = plain
    else:
        width, height = first_size(request, info.side_multiple)
        first = replace(plain, width=width, height=height)
    return [
        Pass(stage=DRAWING, request=first, steps=first.steps),
        *_second_pass(plain, request),
        *_face_pass(plain, request, inputs.face_box, _native_side(preset, info.side_multiple)),
    ]


def first_size(request: GenerationRequest, multiple: int) -> tuple[int, int]:
    """Width and height of the first pass: the request's over the second pass's scale, as the engine takes them."""
    scale = 1.0 if request.second_pass is None else request.second_pass.scale
    width, height = (
        max(1, round(side / scale / multiple)) * multiple for side in (request.width, request.height)
    )
    return width, height


def _second_pass(plain: GenerationRequest, request: GenerationRequest) -> Iterator[Pass]:
    settings = request.second_pass
    if settings is not None:
        again = replace(_start_over(plain), steps=settings.steps, draft_strength=settings.strength)
        yield Pass(stage=DRAWING_LARGER, request=again, steps=_steps_left(again))


def _face_pass(
    plain: GenerationRequest, request: GenerationRequest, face: Box | None, native_px: int
) -> Iterator[Pass]:
    """None where no face is seen, and none where it is drawn as large as the model draws best anyway.

    Without control maps: they were drawn for the whole picture, and what is there already holds the pose.
    """
    settings = request.face_pass
    if settings is None or face is None:
        return
    region = cut_around(face, request.width, request.height)
    if region is None or region[2] - region[0] >= native_px:
        return
    own = replace(
        _start_over(plain),
        width=native_px,
        height=native_px,
        steps=settings.steps,
        draft_strength=settings.strength,
        controls=(),
    )
    yield Pass(stage=DRAWING_FACE, request=own, steps=_steps_left(own), region=region)


def _start_over(request: GenerationRequest) -> GenerationRequest:
    """The request without its own start picture: the pass before takes its place."""
    looked_at = tuple(reference for reference in request.references if reference.role != "init")
    return replace(request, references=looked_at)


def _steps_left(request: GenerationRequest) -> int:
    assert request.draft_strength is not None
    return request.steps - start_step(request.steps, request.draft_strength)


def _native_side(preset: EnginePreset, multiple: int) -> int:
    """The side of the square that a preset draws best."""
    return min(preset.width, preset.height) // multiple * multiple


def cut_around(face: Box, width: int, height: int) -> Box | None:
    """The square around a face that is cut out, moved into the picture; None where the face's middle is outside."""
    left, top, right, bottom = face
    middle = ((left + right) / 2, (top + bottom) / 2)
    if not (0 <= middle[0] < width and 0 <= middle[1] < height):
        return None
    side = min(round(FACE_MARGIN * max(right - left, bottom - top)), width, height)
    if side < 1:
        return None
    x = min(max(0, round(middle[0] - side / 2)), width - side)
    y = min(max(0, round(middle[1] - side / 2)), height - side)
    return (x, y, x + side, y + side)


def inputs_of(one: Pass, inputs: EngineInputs, picture: Image.Image | None) -> EngineInputs:
    """What a pass is handed: the first all that came, a later one the picture so far, or the part that it draws."""
    if picture is None:
        return inputs
    looked_at = tuple(pair for pair in inputs.references if pair[0].role != "init")
    start = picture if one.region is None else picture.crop(one.region)
    return replace(inputs, draft=start, references=looked_at)


def lay_over(picture: Image.Image | None, drawn: Image.Image, region: Box | None) -> Image.Image:
    """The picture with what was drawn for a part of it, faded in from the edges; all of what was drawn for None."""
    if picture is None or region is None:
        return drawn
    size = (region[2] - region[0], region[3] - region[1])
    whole = picture.copy()
    whole.paste(drawn.resize(size, Image.Resampling.LANCZOS), region[:2], _soft_mask(*size))
    return whole


def _soft_mask(width: int, height: int) -> Image.Image:
    """255 in the middle, 0 at the edge, a smooth step in between."""

    def rise(side: int) -> np.ndarray:
        distance = np.minimum(np.arange(side), np.arange(side)[::-1])
        share = np.clip(distance / max(1.0, FEATHER * side), 0, 1)
        return share * share * (3 - 2 * share)

    mask = np.minimum.outer(rise(height), rise(width))
    return Image.fromarray(np.round(mask * 255).astype(np.uint8))
