"""Base colours as textures: a piece's own paint, asked for at every texel."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.export.pieces import SkinnedPiece
from pipelines.figure.materials import Palette, Surface
from pipelines.figure.mesh import BodyPoints
from pipelines.figure.raster import Soup, rasterize

if TYPE_CHECKING:
    from PIL import Image

TEXEL_M = {"skin": 0.0012, "eye": 0.0004, "cloth": 0.0016, "hair": 0.0016, "prop": 0.002}
HEAD_TEXEL_M = 0.0006
SMALLEST, LARGEST = 64, 1024
QUALITY = 88  # of the JPEG


def texture_size(piece: SkinnedPiece, texel_m: float) -> int:
    """The side of a square texture on which a texel is about that large: a power of two."""
    side = _metres_per_texture(piece) / texel_m
    return int(np.clip(2 ** np.round(np.log2(max(side, 1))), SMALLEST, LARGEST))


def bake(piece: SkinnedPiece, palette: Palette, size: int) -> Image.Image:
    """The piece's base colour, (size, size) sRGB; the gaps between islands hold the nearest colour."""
    from PIL import Image

    count = len(piece.vertices)
    soup = Soup(
        points=(piece.texture * size).astype(np.float32),
        inverse_depth=np.ones(count, np.float32),
        faces=piece.faces,
        clip=np.ones(count, np.float32),
        two_sided=np.ones(len(piece.faces), bool),
        nearness=_outwardness(piece),
    )
    seen = rasterize(soup, size, size)
    points = piece.points
    columns = [points.canonical, np.stack([points.along_arm, points.arm, piece.field], 1)]
    table = np.concatenate(columns, axis=1).astype(np.float32)
    mixed = np.einsum("sk,skc->sc", seen.weights(), table[piece.faces[seen.face]])
    here = BodyPoints(
        canonical=np.ascontiguousarray(mixed[:, :3]), along_arm=mixed[:, 3].copy(), arm=mixed[:, 4].copy()
    )
    field_of = piece.part.pattern.field_of
    surface = Surface(
        canonical=here.canonical,
        field=field_of(here).astype(np.float32) if field_of else mixed[:, 5].copy(),
        along_arm=here.along_arm,
        arm=here.arm,
        back=np.zeros(len(mixed), bool),
        pixel_m=np.full(len(mixed), _metres_per_texture(piece) / size, np.float32),
    )
    albedo = piece.part.material.paint(surface, palette).albedo
    image = np.zeros((size, size, 3), np.uint8)
    image.reshape(-1, 3)[seen.place] = _srgb(albedo)
    painted = np.zeros(size * size, np.uint8)
    painted[seen.place] = 1
    return Image.fromarray(_fill_gaps(image, painted.reshape(size, size)))


def encode(image: Image.Image) -> bytes:
    """The texture as JPEG."""
    held = io.BytesIO()
    image.save(held, "JPEG", quality=QUALITY)
    return held.getvalue()


def _metres_per_texture(piece: SkinnedPiece) -> float:
    """How many metres of the surface one whole side of the texture would show."""
    a, b, c = (piece.vertices[piece.faces[:, k]] for k in range(3))
    u, v, w = (piece.texture[piece.faces[:, k]].astype(np.float64) for k in range(3))
    solid = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    flat = np.abs(np.cross(v - u, w - u)).sum()
    return float(np.sqrt(solid / max(flat, 1e-9)))


def _outwardness(piece: SkinnedPiece) -> np.ndarray:
    """(F,) float32, 1 and more: where two faces share a texel, the outer one is painted."""
    middles = piece.vertices[piece.faces].mean(1)
    return (1 + np.linalg.norm(middles - middles.mean(0), axis=1)).astype(np.float32)


def _srgb(color: np.ndarray) -> np.ndarray:
    """uint8 sRGB of linear light (IEC 61966-2-1)."""
    share = np.clip(color, 0, 1)
    curved = np.where(share <= 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055)
    return (curved * 255 + 0.5).astype(np.uint8)


def _fill_gaps(image: np.ndarray, painted: np.ndarray) -> np.ndarray:
    """The image with unpainted texels taking the colour of the nearest painted one."""
    import cv2

    _, label = cv2.distanceTransformWithLabels(1 - painted, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    color_of = np.zeros((int(label.max()) + 1, 3), np.uint8)
    there = painted.astype(bool)
    color_of[label[there]] = image[there]
    return color_of[label]
