"""The span rasteriser: triangles to visible samples, with hems clipped inside it.

Every triangle is the set of points where three linear functions are positive. The hem's signed distance, divided by
depth, is linear on the screen too, so it is simply a fourth such function: rows of exact spans come out, without an
alpha test per sample. The nearest span wins through a 64-bit key of depth and triangle number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_AREA = 1e-9  # square samples: thinner triangles are left out
ROUND_OFF = 1e-4  # samples: a sample on a shared edge belongs to both triangles
FLAT = 1e-12
HEM_LIMIT_M = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Soup:
    """Triangles on the screen. points (N, 2) sample units; inverse_depth (N,) 1/m; faces (F, 3); clip (N,) metres
    inside the hem; two_sided (F,) bool; nearness (F,): factor on the inverse depth that lets outer layers win."""

    points: np.ndarray
    inverse_depth: np.ndarray
    faces: np.ndarray
    clip: np.ndarray
    two_sided: np.ndarray
    nearness: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Visible samples, by rising place in the picture: place (S,) = row * width + column; face (S,); weights (S, 3)
    of the face's corners; depth (S,) metres; back (S,): seen from behind."""

    width: int
    height: int
    place: np.ndarray
    face: np.ndarray
    weights: np.ndarray
    depth: np.ndarray
    back: np.ndarray


def rasterize(soup: Soup, width: int, height: int) -> Samples:
    """The visible samples of a width x height picture."""
    chosen, area, first_row, last_row = _select(soup, width, height)
    edges, corner, inverse = _edge_functions(soup, chosen, area)
    triangle, row, start, length = _spans(edges, first_row, last_row, width)
    winners = _resolve(soup, chosen, (triangle, row, start, length), inverse, (width, height))
    place = np.nonzero(winners)[0]
    local = (winners[place] & 0xFFFFFFFF).astype(np.int64)
    x = (place % width + 0.5)[:, None]
    y = (place // width + 0.5)[:, None]
    plane = corner[local]
    weights = plane[..., 0] * x + plane[..., 1] * y + plane[..., 2]
    total = weights.sum(1, keepdims=True)
    return Samples(
        width=width,
        height=height,
        place=place,
        face=chosen[local],
        weights=(weights / total).astype(np.float32),
        depth=(1 / total[:, 0]).astype(np.float32),
        back=area[local] > 0,
    )


def _select(soup: Soup, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Triangles that can be seen: index, signed area, first and last row."""
    a, b, c = (soup.points[soup.faces[:, k]] for k in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    xs, ys = np.stack([a[:, 0], b[:, 0], c[:, 0]]), np.stack([a[:, 1], b[:, 1], c[:, 1]])
    first = np.ceil(ys.min(0) - 0.5).clip(0, height)
    last = np.floor(ys.max(0) - 0.5).clip(-1, height - 1)
    facing = (area < -LEAST_AREA) | (soup.two_sided & (area > LEAST_AREA))
    inside = (last >= first) & (xs.max(0) > 0) & (xs.min(0) < width)
    worn = soup.clip[soup.faces].max(1) > 0
    near = soup.inverse_depth[soup.faces].min(1) > 0
    chosen = np.nonzero(facing & inside & worn & near)[0]
    return chosen, area[chosen].astype(np.float64), first[chosen], last[chosen]


def _edge_functions(
    soup: Soup, chosen: np.ndarray, area: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(K, 4, 3) functions a x + b y + c that are positive inside; (K, 3, 3) corner weights over depth; (K, 3) the
    inverse depth as a plane."""
    faces = soup.faces[chosen]
    points = soup.points[faces].astype(np.float64)
    edges = np.empty((len(chosen), 4, 3))
    for i, (u, v) in enumerate(((1, 2), (2, 0), (0, 1))):
        pu, pv = points[:, u], points[:, v]
        edges[:, i, 0] = pu[:, 1] - pv[:, 1]
        edges[:, i, 1] = pv[:, 0] - pu[:, 0]
        edges[:, i, 2] = pu[:, 0] * pv[:, 1] - pu[:, 1] * pv[:, 0]
    corner = edges[:, :3] / area[:, None, None] * soup.inverse_depth[faces][..., None]
    clip = soup.clip[faces]
    edges[:, 3] = (corner * np.clip(clip, -HEM_LIMIT_M, HEM_LIMIT_M)[..., None]).sum(1)
    edges[clip.min(1) > 0, 3] = (0, 0, 1)
    edges[:, :3] *= np.sign(area)[:, None, None]
    return edges, corner, corner.sum(1)


def _spans(
    edges: np.ndarray, first: np.ndarray, last: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Spans inside all four functions: triangle, row centre, first column, length."""
    rows = (last - first + 1).astype(np.int64)
    triangle = np.repeat(np.arange(len(rows)), rows)
    begin = np.cumsum(rows) - rows
    y = np.arange(len(triangle)) - begin[triangle] + first[triangle] + 0.5
    low = np.full(len(triangle), 0.5)
    high = np.full(len(triangle), width - 0.5)
    for i in range(4):
        slope, offset = edges[triangle, i, 0], edges[triangle, i, 1] * y + edges[triangle, i, 2]
        slanted = np.abs(slope) > FLAT
        root = -offset / np.where(slanted, slope, 1)
        low = np.where(slanted & (slope > 0), np.maximum(low, root), low)
        high = np.where(slanted & (slope < 0), np.minimum(high, root), high)
        high = np.where(~slanted & (offset < 0), -1.0, high)
    start = np.ceil(low - 0.5 - ROUND_OFF)
    length = np.maximum(np.floor(high - 0.5 + ROUND_OFF) - start + 1, 0).astype(np.int64)
    kept = length > 0
    return triangle[kept], y[kept], start[kept], length[kept]


def _resolve(
    soup: Soup,
    chosen: np.ndarray,
    spans: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    inverse: np.ndarray,
    size: tuple[int, int],
) -> np.ndarray:
    """(width * height,) keys of the nearest triangle at each sample; 0 where there is none."""
    triangle, row, start, length = spans
    width, height = size
    bias = soup.nearness[chosen][triangle]
    step = inverse[triangle, 0] * bias
    first = (inverse[triangle, 0] * (start + 0.5) + inverse[triangle, 1] * row + inverse[triangle, 2]) * bias
    base = ((row - 0.5) * width + start).astype(np.int64)
    span = np.repeat(np.arange(len(triangle)), length)
    column = np.arange(len(span)) - np.repeat(np.cumsum(length) - length, length)
    nearness = np.maximum(first[span] + step[span] * column, 1e-9).astype(np.float32)
    keys = (nearness.view(np.int32).astype(np.int64) << 32) | triangle[span]
    winners = np.zeros(width * height, np.int64)
    np.maximum.at(winners, base[span] + column, keys)
    return winners
