"""Between pictures and tensors, and the refusal of what is no picture: not a number, one colour, the wrong size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pipelines.errors import PictureRefused

if TYPE_CHECKING:
    import torch

NEARLY_BLACK = 4  # of 255: the brightest pixel of a picture that failed
NEARLY_FLAT = 1  # of 255: the spread of a picture that is one even colour


def to_tensor(picture: Image.Image, width: int, height: int) -> torch.Tensor:
    """A picture at that size as (1, 3, height, width) float32, -1..1."""
    import torch

    rgb = picture.convert("RGB")
    if rgb.size != (width, height):
        rgb = rgb.resize((width, height), Image.Resampling.LANCZOS)
    pixels = np.asarray(rgb, np.float32) / 127.5 - 1
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]


def to_picture(pixels: torch.Tensor, width: int, height: int) -> Image.Image:
    """(1, 3, height, width), -1..1, as a picture.

    Raises PictureRefused where it is not a number, black, one even colour, or of another size.
    """
    import torch

    if not torch.isfinite(pixels).all():
        raise PictureRefused("The picture broke while it was drawn (not a number). Try another seed.")
    if tuple(pixels.shape[-2:]) != (height, width):
        raise PictureRefused(
            f"The engine made a picture of {pixels.shape[-1]} × {pixels.shape[-2]} instead of {width} × {height}. "
            "Try again."
        )
    scaled = ((pixels[0].float() + 1) * 127.5).round().clamp(0, 255)
    array = scaled.permute(1, 2, 0).to(torch.uint8).cpu().numpy()
    if array.max() <= NEARLY_BLACK or int(array.max()) - int(array.min()) <= NEARLY_FLAT:
        raise PictureRefused
    return Image.fromarray(array)
