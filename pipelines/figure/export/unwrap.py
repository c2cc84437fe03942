"""Texture coordinates: the body's own where a part is made of its mesh, else projections along six directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.curves import unit

if TYPE_CHECKING:
    from scipy import sparse

SMOOTH_ROUNDS = 6  # of the direction that a face is looked at from: fewer and larger islands
ISLAND_GAP = 0.012  # between islands, as a share of the texture


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corners:
    """A mesh whose vertices stand once for each texture coordinate: vertex (N,) of the part; texture (N, 2) 0..1, v
    down; faces (F, 3) over them."""

    vertex: np.ndarray
    texture: np.ndarray
    faces: np.ndarray


def unwrap_body(
    faces: np.ndarray,
    ancestry: sparse.csr_matrix,
    body_faces: np.ndarray,
    texture_of_body: tuple[np.ndarray, np.ndarray],
) -> Corners:
    """Faces (F, 3) that were split out of the body's, with the texture coordinates that the body has there.

    ancestry (N, V): each vertex as a mean of the body's.
    """
    coordinates, over = texture_of_body
    union = (ancestry[faces[:, 0]] + ancestry[faces[:, 1]] + ancestry[faces[:, 2]]).tocsr()
    union.sort_indices()
    assert (np.diff(union.indptr) == 3).all()
    triple = union.indices.reshape(-1, 3).astype(np.int64)
    order = np.argsort(body_faces, axis=1)
    count = ancestry.shape[1]

    def code(rows: np.ndarray) -> np.ndarray:
        return (rows[:, 0] * count + rows[:, 1]) * count + rows[:, 2]

    known = code(np.take_along_axis(body_faces.astype(np.int64), order, 1))
    by_code = np.argsort(known)
    of = by_code[np.searchsorted(known[by_code], code(triple))]  # (F,) the face of the body that each lies in
    at = coordinates[np.take_along_axis(over, order, 1)[of]]  # (F, 3, 2) in the order of `triple`
    rows = np.repeat(faces[:, :, None], 3, 2).ravel()
    columns = np.repeat(triple[:, None, :], 3, 1).ravel()
    shares = np.asarray(ancestry[rows, columns]).reshape(-1, 3, 3)
    corners = np.einsum("fck,fkx->fcx", shares, at)
    return _weld(faces, corners.reshape(-1, 2) * [1, -1] + [0, 1])


def unwrap_boxes(vertices: np.ndarray, faces: np.ndarray) -> Corners:
    """Faces projected along the axis that they face most, the six views laid side by side.

    Where a mesh lies behind itself two places share a texel: cloth and hair have the same colour there.
    """
    side = _facing(vertices, faces)
    corners = np.zeros((len(faces), 3, 2))
    boxes = []
    for view in range(6):
        chosen = side == view
        if not chosen.any():
            continue
        flat = vertices[faces[chosen]][:, :, [k for k in range(3) if k != view % 3]].astype(np.float64)
        low = flat.reshape(-1, 2).min(0)
        corners[chosen] = flat - low
        boxes.append((view, flat.reshape(-1, 2).max(0) - low))
    places, extent = _lay_out(boxes)
    for view, place in places.items():
        corners[side == view] += place
    return _weld(faces, corners.reshape(-1, 2) / extent)


def _facing(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) 0..5: +x, +y, +z, -x, -y, -z, by the mean direction round each face."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    direction = unit(np.cross(b - a, c - a))
    for _ in range(SMOOTH_ROUNDS):
        at_vertex = np.stack(
            [
                np.bincount(faces.ravel(), np.repeat(direction[:, k], 3), minlength=len(vertices))
                for k in range(3)
            ],
            axis=1,
        )
        direction = unit(at_vertex[faces].sum(1))
    axis = np.abs(direction).argmax(1)
    return axis + 3 * (np.take_along_axis(direction, axis[:, None], 1)[:, 0] < 0)


def _lay_out(boxes: list[tuple[int, np.ndarray]]) -> tuple[dict[int, np.ndarray], float]:
    """Places of boxes in a square, row by row, and its side."""
    width = max(
        max(float(size[0]) for _, size in boxes),
        float(np.sqrt(sum(size[0] * size[1] for _, size in boxes)) * 1.1),
    )
    gap = ISLAND_GAP * width
    places: dict[int, np.ndarray] = {}
    x = y = gap
    tall = widest = 0.0
    for view, size in sorted(boxes, key=lambda box: -box[1][1]):
        if x > gap and x + size[0] > width + gap:
            x, y, tall = gap, y + tall + gap, 0.0
        places[view] = np.array([x, y])
        x += float(size[0]) + gap
        tall, widest = max(tall, float(size[1])), max(widest, x)
    return places, max(widest, y + tall + gap)


def _weld(faces: np.ndarray, corners: np.ndarray) -> Corners:
    """One vertex for each pair of a part's vertex and a texture coordinate. corners (3 F, 2)."""
    grid = np.round(corners * 65536).astype(np.int64)
    keys = (faces.ravel().astype(np.int64) << 36) + (grid[:, 0] << 18) + grid[:, 1]
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return Corners(
        vertex=faces.ravel()[first],
        texture=corners[first].astype(np.float32),
        faces=place.reshape(-1, 3),
    )
