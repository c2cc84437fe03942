"""Redrawing a part of a finished picture: its mask, what is held in each step, and the rest laid over at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pipelines.control.dressed import see_dressed
from pipelines.control.parts import find_part
from pipelines.errors import RequestRefused
from pipelines.figure.drawing import Drawing
from pipelines.image.latents import mix_start
from pipelines.image.spec import EngineInputs
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch

GROWN = 160  # the shorter side over the pixels by which a named part is grown: its edge is drawn anew too
LIGHT = 128  # of 255: what of a painted mask is drawn anew


def make_mask(request: GenerationRequest, drawing: Drawing, painted: Image.Image | None) -> Image.Image:
    """What is drawn anew, as gray of the picture's size: 255 all of it, 0 nothing, between them it fades.

    Named parts are taken where either scene shows them: the one of the picture before, and the one to be drawn.
    Raises RequestRefused where nothing of them is seen.
    """
    import cv2

    redraw, size = request.redraw, (request.width, request.height)
    assert redraw is not None
    found = np.zeros((request.height, request.width), bool)
    if painted is not None:
        found |= np.asarray(painted.convert("L").resize(size, Image.Resampling.BILINEAR)) >= LIGHT
    for scene in (redraw.scene, request.scene) if redraw.parts else ():
        if scene is None:
            raise RequestRefused("That picture has no scene whose parts have names. Paint a mask instead.")
        seen = see_dressed(scene, *size, drawing, normals="opengl")
        for part in redraw.parts:
            found |= find_part(seen, part)
    if not found.any():
        raise RequestRefused(
            "Nothing of what is to be drawn anew is seen in that picture. Choose another part."
        )
    grown = max(2, min(size) // GROWN)
    whole = cv2.dilate(found.astype(np.uint8) * 255, np.ones((2 * grown + 1, 2 * grown + 1), np.uint8))
    return Image.fromarray(cv2.blur(whole, (2 * grown + 1, 2 * grown + 1)))


def keep_rest(drawn: Image.Image, inputs: EngineInputs) -> Image.Image:
    """What was drawn, inside of the mask, on the picture as it was; all of what was drawn where there is no mask."""
    if inputs.mask is None or inputs.kept is None:
        return drawn
    return Image.composite(drawn.convert(inputs.kept.mode), inputs.kept, inputs.mask)


def spread_mask(mask: Image.Image, latents: torch.Tensor) -> torch.Tensor:
    """The mask as latents of that shape (1, C, h, w): 1 where any of a latent's pixels is drawn anew, else 0."""
    import torch

    height, width = latents.shape[-2:]
    touched = torch.from_numpy((np.asarray(mask) > 0).astype(np.float32))[None, None]
    small = torch.nn.functional.adaptive_max_pool2d(touched, (height, width))
    return small.expand_as(latents)


def hold_rest(
    mask: torch.Tensor, picture: torch.Tensor, noise: torch.Tensor
) -> Callable[[torch.Tensor, float], torch.Tensor]:
    """After each step: the latents inside of the mask, around them the picture with that step's noise.

    The rule of diffusers' inpainting pipelines. All three as the pipeline hands out its latents.
    """
    return lambda latents, sigma: mask * latents + (1 - mask) * mix_start(picture, noise, sigma)
