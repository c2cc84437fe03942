"""The rasterizer: which triangle each pixel sees, where in the triangle, and how far away (numpy alone)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.render.camera import Camera

NEAR_M = 0.02  # triangles that reach closer to the camera are not drawn
MIN_AREA_PX2 = 1e-9  # twice the area below which a triangle is a line
EDGE_SLACK_PX = 1e-4  # a pixel centre this close to an edge belongs to both triangles: no cracks
FACE_BITS = 32  # the low half of a z-buffer entry holds the triangle, the high half its nearness


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """The pixels that a mesh covers, nearest surface only; one row of each array a covered pixel, rows ordered
    by pixel.

    pixels (N,) int64, index into the flattened picture; faces (N,) int32; barycentric (N, 3) float32,
    perspective-correct weights of the triangle's corners; depths (N,) float32, metres along the camera's axis.
    """

    width: int
    height: int
    pixels: np.ndarray
    faces: np.ndarray
    barycentric: np.ndarray
    depths: np.ndarray

    def interpolate(self, faces: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Vertex values (V,) or (V, K) at the covered pixels, (N,) or (N, K). `faces` are the mesh's (F, 3)."""
        corners = faces[self.faces]
        weights = self.barycentric if values.ndim == 1 else self.barycentric[:, :, None]
        total = values[corners[:, 0]] * weights[:, 0]
        total += values[corners[:, 1]] * weights[:, 1]
        total += values[corners[:, 2]] * weights[:, 2]
        return total

    def spread(self, values: np.ndarray, background: float = 0.0) -> np.ndarray:
        """Pixel values (N,) or (N, K) laid out as a picture (height, width) or (height, width, K)."""
        shape = (self.height * self.width, *values.shape[1:])
        picture = np.full(shape, background, values.dtype)
        picture[self.pixels] = values
        return picture.reshape(self.height, self.width, *values.shape[1:])


def rasterize(vertices: np.ndarray, faces: np.ndarray, camera: Camera) -> Raster:
    """The surface that a camera sees of a closed mesh.

    vertices (V, 3) metres, world frame; faces (F, 3) counter-clockwise seen from outside: faces seen from behind
    are not drawn. Each triangle is cut into exact rows of pixels by its three edges, so that the work grows with
    the pixels covered and not with the boxes around the triangles. Equal nearness: the later triangle wins.
    """
    width, height = camera.width, camera.height
    projected = camera.project(np.asarray(vertices, np.float64))
    kept, rows = _seen_triangles(projected, faces, height)
    corners = projected[faces[kept]]  # (K, 3, 3): x, y, depth
    planes, area = _edge_planes(corners)
    weights = planes / area[:, None, None]
    nearness = 1.0 / corners[:, :, 2]
    nearness_plane = (weights * nearness[:, :, None]).sum(1)  # 1/depth as a plane over the picture
    triangle, row, start, count = _row_spans(planes, rows, width)
    entries = _draw_spans(nearness_plane, kept, (triangle, row, start, count), width, height)

    pixels = np.nonzero(entries)[0]
    seen = (entries[pixels] & ((1 << FACE_BITS) - 1)).astype(np.int64)
    position = np.empty(len(faces), np.int64)
    position[kept] = np.arange(len(kept))
    local = position[seen]
    x, y = pixels % width + 0.5, pixels // width + 0.5
    parts = np.empty((len(pixels), 3))
    for corner in range(3):
        plane = weights[:, corner][local]
        parts[:, corner] = (plane[:, 0] * x + plane[:, 1] * y + plane[:, 2]) * nearness[:, corner][local]
    total = parts.sum(1)
    return Raster(
        width=width,
        height=height,
        pixels=pixels,
        faces=seen.astype(np.int32),
        barycentric=(parts / total[:, None]).astype(np.float32),
        depths=(1.0 / total).astype(np.float32),
    )


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals (V, 3) pointing outwards: the mean of the faces around each vertex, weighted by area."""
    a, b, c = vertices[faces[:, 0]], vertices[faces[:, 1]], vertices[faces[:, 2]]
    face_normals = np.cross(b - a, c - a)
    corners = faces.T.ravel()
    normals = np.stack(
        [np.bincount(corners, np.tile(face_normals[:, k], 3), minlength=len(vertices)) for k in range(3)],
        axis=1,
    )
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return (normals / np.maximum(lengths, 1e-12)).astype(np.float32)


def _seen_triangles(projected: np.ndarray, faces: np.ndarray, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices (K,) of the triangles that face the camera and cross a row, and their first and last row (K, 2)."""
    a, b, c = projected[faces[:, 0]], projected[faces[:, 1]], projected[faces[:, 2]]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low = np.minimum(np.minimum(a, b), c)
    high = np.maximum(a[:, 1], np.maximum(b[:, 1], c[:, 1]))
    first = np.clip(np.ceil(low[:, 1] - 0.5), 0, height)
    last = np.clip(np.floor(high - 0.5), -1, height - 1)
    # outward counter-clockwise faces turn clockwise in a picture whose y points down: their area is negative
    kept = np.nonzero((last >= first) & (area < -MIN_AREA_PX2) & (low[:, 2] > NEAR_M))[0]
    return kept, np.stack([first[kept], last[kept]], axis=1).astype(np.int64)


def _edge_planes(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Planes (K, 3, 3) a x + b y + c that divided by the area (K,) give each corner's weight at a pixel."""
    planes = np.empty((len(corners), 3, 3))
    for corner, (i, j) in enumerate(((1, 2), (2, 0), (0, 1))):
        xi, yi, xj, yj = corners[:, i, 0], corners[:, i, 1], corners[:, j, 0], corners[:, j, 1]
        planes[:, corner] = np.stack([yi - yj, xj - xi, xi * yj - xj * yi], axis=1)
    return planes, planes[:, :, 2].sum(1)


Spans = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # triangle, row, first column, columns


def _row_spans(planes: np.ndarray, rows: np.ndarray, width: int) -> Spans:
    """The runs of pixels of every triangle in every row it crosses; empty runs are left out."""
    per_triangle = rows[:, 1] - rows[:, 0] + 1
    triangle = np.repeat(np.arange(len(rows)), per_triangle)
    before = np.cumsum(per_triangle) - per_triangle
    row = np.arange(len(triangle)) - before[triangle] + rows[:, 0][triangle]
    y = row + 0.5
    low, high = np.full(len(triangle), 0.5), np.full(len(triangle), width - 0.5)
    for corner in range(3):
        slope, offset = planes[:, corner, 0][triangle], planes[:, corner, 1][triangle] * y
        offset += planes[:, corner, 2][triangle]
        flat = np.abs(slope) < 1e-12
        crossing = -offset / np.where(flat, 1.0, slope)
        # the area is negative, so inside means that the plane is not positive
        low = np.where(~flat & (slope < 0), np.maximum(low, crossing), low)
        high = np.where(~flat & (slope > 0), np.minimum(high, crossing), high)
        high = np.where(flat & (offset > 0), -1.0, high)
    start = np.ceil(low - 0.5 - EDGE_SLACK_PX).astype(np.int64)
    count = np.floor(high - 0.5 + EDGE_SLACK_PX).astype(np.int64) - start + 1
    kept = count > 0
    return triangle[kept], row[kept], start[kept], count[kept]


def _draw_spans(nearness: np.ndarray, kept: np.ndarray, spans: Spans, width: int, height: int) -> np.ndarray:
    """The z-buffer (height * width,) int64: nearness in the high half, triangle in the low half, 0 where empty.

    Positive floats order like their bits, so the larger entry is the nearer surface.
    """
    triangle, row, start, count = spans
    plane = nearness[triangle]
    first = plane[:, 0] * (start + 0.5) + plane[:, 1] * (row + 0.5) + plane[:, 2]
    span = np.repeat(np.arange(len(triangle)), count)
    step = np.arange(len(span)) - (np.cumsum(count) - count)[span]
    values = np.maximum(first[span] + plane[:, 0][span] * step, 1e-9).astype(np.float32)
    entries = (values.view(np.int32).astype(np.int64) << FACE_BITS) | kept[triangle][span]
    buffer = np.zeros(width * height, np.int64)
    np.maximum.at(buffer, (row * width + start)[span] + step, entries)
    return buffer
