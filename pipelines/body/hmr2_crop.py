"""What HMR2's network looks at, and where its camera stands: the square around a person, and back to the photo.

As published (Goel et al. 2023): the box is widened to the crop's shape, its square blurred where it is shrunk, scaled
to 256 pixels, normalised, and its middle 192 columns are looked at. The camera is a weak perspective over that square,
brought to the photo with a focal length of 5000 pixels for 256.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipelines.types import CameraFit

SQUARE_PX, CROP_WIDTH_PX = 256, 192
CROP_SHAPE = SQUARE_PX / CROP_WIDTH_PX  # height over width
# Of ImageNet's pictures, RGB, 0..1: what the backbone was trained with.
MEAN, SPREAD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
BLURRED_FROM = 1.1  # half of how many pixels become one
FOCAL_OF_SQUARE_PX = 5000.0
LEAST_SCALE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class CropSquare:
    """The square around a person, in pixels of the photo."""

    center_px: tuple[float, float]
    side_px: float


def square_around(box: tuple[float, float, float, float]) -> CropSquare:
    """The square whose middle three quarters hold the box (x, y, width, height)."""
    x, y, width, height = box
    return CropSquare(center_px=(x + width / 2, y + height / 2), side_px=max(height, width * CROP_SHAPE, 1.0))


def cut_crop(photo: np.ndarray, square: CropSquare) -> np.ndarray:
    """(3, 256, 192) float32, normalised, of a photo (H, W, 3) uint8 RGB; black outside of it."""
    import cv2

    half = square.side_px / 2
    low = np.floor(np.array(square.center_px) - half - 2).astype(int).clip(0, None)
    high = np.ceil(np.array(square.center_px) + half + 2).astype(int)
    part = photo[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    shrunk = square.side_px / SQUARE_PX / 2
    if shrunk > BLURRED_FROM and part.size:
        sigma = (shrunk - 1) / 2
        part = ndimage.gaussian_filter(part, (sigma, sigma, 0), mode="nearest")
    scale = SQUARE_PX / square.side_px
    shift = SQUARE_PX / 2 - scale * (np.array(square.center_px) - low)
    turn = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    if part.size:
        flat = cv2.warpAffine(part, turn, (SQUARE_PX, SQUARE_PX), flags=cv2.INTER_LINEAR)
    else:
        flat = np.zeros((SQUARE_PX, SQUARE_PX, 3), np.float32)
    margin = (SQUARE_PX - CROP_WIDTH_PX) // 2
    normal = (flat[:, margin:-margin] / 255 - MEAN) / SPREAD
    return normal.transpose(2, 0, 1).astype(np.float32)


def place_camera(
    camera: np.ndarray, square: CropSquare, width: int, height: int
) -> tuple[CameraFit, np.ndarray]:
    """The pinhole camera of the whole photo, and where the body's origin is in its frame, (3,) metres.

    camera (3,): scale, x and y of the weak perspective over the square.
    """
    focal = FOCAL_OF_SQUARE_PX / SQUARE_PX * max(width, height)
    scale, x, y = (float(value) for value in camera)
    reach = square.side_px * scale + LEAST_SCALE
    beside = 2 * (np.array(square.center_px) - [width / 2, height / 2]) / reach
    place = np.array([beside[0] + x, beside[1] + y, 2 * focal / reach])
    return CameraFit(focal_px=focal, center_px=(width / 2, height / 2), width=width, height=height), place
