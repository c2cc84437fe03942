"""A face out of a photo on the free body's head: a texture in canonical coordinates.

The texture holds how much lighter, darker or redder than its own skin each place is, not colours: light and the
camera's cast are taken out, and the persona's skin tone is put in where it is painted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import smoothstep
from pipelines.figure.face import EYE_CENTER
from pipelines.figure.face_points import face_points

TEXEL_M = 0.0007
LEAST, MOST = (-0.085, 0.770), (0.085, 0.970)  # canonical x and z that the texture spans
WIDTH, HEIGHT = (round((most - least) / TEXEL_M) for least, most in zip(LEAST, MOST, strict=True))
EDGE_M = 0.014  # over which the texture fades into the skin round it
SEEN_FROM, SEEN_FULLY = 0.30, 0.60  # cosine between the skin and the look of the camera
LIGHT_M = 0.010  # what varies more slowly over the face is light, not skin
LIGHT_SHARE = 0.85  # of that is taken out; the rest is blush
UNLIKE_SKIN = 0.45  # logarithm by which a place is no skin but hair, glasses or a hand
DARKEST, LIGHTEST = 0.06, 1.25  # of the skin's own tone: highlights are light
# Boxes in which a face is meant to be unlike its skin: half widths from the middle, and heights.
FEATURES = ((0.034, 0.811, 0.846), (0.012, 0.848, 0.860))
NARROW_TEXELS = 19  # 13 mm
EYE_HALF_M = (0.019, 0.010)  # the same of an eye, from its middle
DARK_ON_PURPOSE = (0.066, 0.808, 0.941)  # the box round all of these: a shade here is no hair and no glasses
MOUTH, TEETH_M = (
    (0.027, 0.829),
    0.0025,
)  # half width and height of the line between the lips; what a smile shows there
COLOR_SHARE = 0.6  # of a colour's difference from the skin's is kept: the rest is noise, and coloured light
FEATURE_SHARE = 0.3  # how much eyes, lips and nostrils count for the light


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceTexture:
    """By canonical place: ratio (HEIGHT, WIDTH, 3) float32, linear, of the skin's own tone; share (HEIGHT, WIDTH)
    float32 0..1, how much of it is painted."""

    ratio: np.ndarray
    share: np.ndarray


def read_texture(image: np.ndarray, points: np.ndarray) -> FaceTexture:
    """The face of a photo (H, W, 3) uint8 RGB, upright, by its 468 points in pixels (see pipelines.photo.face_mesh)."""
    import cv2

    place = _places(points)
    known = np.isfinite(place[..., 0])
    place = np.nan_to_num(place, nan=-1.0).astype(np.float32)
    pixel_per_texel = np.ptp(points[:, 0]) * TEXEL_M / np.ptp(face_points().canonical[:, 0])
    if pixel_per_texel > 1:  # texels that are larger than pixels look at all of them
        image = cv2.GaussianBlur(image, (0, 0), float(pixel_per_texel) / 2)
    color = cv2.remap(image, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    light = _linear(color)
    share = _fade(known) * _seen(place)
    ratio, share = _flatten(light, share)
    return FaceTexture(ratio=ratio.astype(np.float32), share=share.astype(np.float32))


def lay_likeness(canonical: np.ndarray, texture: FaceTexture) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) of the skin's own tone, and how much of it (N,), at canonical points (N, 3)."""
    from scipy.ndimage import map_coordinates

    at = np.asarray(canonical[:, [0, 2]] - np.asarray(LEAST, np.float32)) / TEXEL_M - 0.5
    both = np.concatenate([texture.ratio, texture.share[..., None]], -1)
    laid = np.stack([map_coordinates(both[..., k], (at[:, 1], at[:, 0]), order=1) for k in range(4)], -1)
    front = smoothstep(-0.045, -0.075, canonical[:, 1])  # the texture is that of the front of the head alone
    return laid[:, :3], laid[:, 3] * front


def _places(points: np.ndarray) -> np.ndarray:
    """(HEIGHT, WIDTH, 3) where in the photo each texel is, as the points are; NaN outside the face."""
    from scipy.interpolate import LinearNDInterpolator

    z, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    grid = np.stack([x, z], -1) * TEXEL_M + TEXEL_M / 2 + np.asarray(LEAST, np.float32)
    return LinearNDInterpolator(face_points().canonical[:, [0, 2]], points)(grid)


def _fade(known: np.ndarray) -> np.ndarray:
    """(HEIGHT, WIDTH) 0..1: 0 at the face's edge, 1 well inside."""
    import cv2

    inside = cv2.distanceTransform(known.astype(np.uint8), cv2.DIST_L2, 5) * TEXEL_M
    return smoothstep(0.001, EDGE_M, inside)


def _seen(place: np.ndarray) -> np.ndarray:
    """(HEIGHT, WIDTH) 0..1: how squarely the camera looks at each place (HEIGHT, WIDTH, 3)."""
    normal = np.cross(np.gradient(place, axis=1), np.gradient(place, axis=0))
    facing = np.abs(normal[..., 2]) / np.maximum(np.linalg.norm(normal, axis=-1), 1e-9)
    return smoothstep(SEEN_FROM, SEEN_FULLY, _blur(facing, 0.003))


def _flatten(light: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of linear light (HEIGHT, WIDTH, 3): each place in shares of the skin's own tone, and what of it is skin."""
    import cv2

    z, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    z, side = z * TEXEL_M + LEAST[1], np.abs(x * TEXEL_M + LEAST[0])
    feature = np.hypot((side - EYE_CENTER[0]) / EYE_HALF_M[0], (z - EYE_CENTER[2]) / EYE_HALF_M[1]) < 1
    for width, low, high in FEATURES:
        feature |= (side < width) & (z > low) & (z < high)
    tone = np.log(np.maximum(light, 0.002))
    # Brows, lashes, nostrils and the mouth's line are narrow: once they are closed, what is dark is shade.
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (NARROW_TEXELS, NARROW_TEXELS))
    closed = cv2.morphologyEx(_blur(tone, 0.001), cv2.MORPH_CLOSE, kernel)
    width, low, high = DARK_ON_PURPOSE
    middle_face = (side < width) & (z > low) & (z < high)
    skin = share * np.where(feature, FEATURE_SHARE, 1)
    for _ in range(3):
        middle = (closed * skin[..., None]).sum((0, 1)) / max(skin.sum(), 1e-6)
        near = _blur(skin, LIGHT_M)[..., None] + 0.02
        slow = (_blur(closed * skin[..., None], LIGHT_M) + 0.02 * middle) / near
        off = (tone - slow).mean(-1)
        skin = share * np.where(feature, FEATURE_SHARE, middle_face | (np.abs(off) < UNLIKE_SKIN))
    relief = tone - middle - LIGHT_SHARE * (slow - middle)
    grey = relief.mean(-1, keepdims=True)
    ratio = np.exp(grey + COLOR_SHARE * (relief - grey))
    covered = (off < -UNLIKE_SKIN) & ~middle_face
    at_teeth = smoothstep(TEETH_M, 0.0, np.abs(z - MOUTH[1])) * (side < MOUTH[0])
    share = share * (1 - at_teeth) * smoothstep(0.6, 0.2, _blur(covered, 0.0025))
    return np.clip(ratio, DARKEST, LIGHTEST), share


def _blur(values: np.ndarray, sigma_m: float) -> np.ndarray:
    import cv2

    return cv2.GaussianBlur(
        values.astype(np.float32), (0, 0), sigma_m / TEXEL_M, borderType=cv2.BORDER_REPLICATE
    )


def _linear(color: np.ndarray) -> np.ndarray:
    """Linear light of sRGB uint8 (IEC 61966-2-1)."""
    share = color.astype(np.float32) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
