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
LEAST_INVERSE = 1e-9  # 1/m: positive, so that the bits of a float sort like a number


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Planes:
    """Linear functions a x + b y + c of the chosen triangles (K,), one array a coefficient: four that are positive
    inside (edges and hem), three corner weights over depth, and the inverse depth."""

    inside: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    corners: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    inverse: tuple[np.ndarray, np.ndarray, np.ndarray]


def rasterize(soup: Soup, width: int, height: int) -> Samples:
    """The visible samples of a width x height picture."""
    chosen, area, first_row, last_row = _select(soup, width, height)
    planes = _plane_functions(soup, chosen, area)
    spans = _spans(planes, first_row, last_row, width)
    winners = _resolve(soup.nearness[chosen], planes, spans, (width, height))
    place = np.flatnonzero(winners)
    local = (winners[place] & 0xFFFFFFFF).astype(np.intp)
    x, y = place % width + 0.5, place // width + 0.5
    parts = [a[local] * x + b[local] * y + c[local] for a, b, c in planes.corners]
    depth = 1 / (parts[0] + parts[1] + parts[2])
    return Samples(
        width=width,
        height=height,
        place=place,
        face=chosen[local],
        weights=np.stack([(part * depth).astype(np.float32) for part in parts], axis=1),
        depth=depth.astype(np.float32),
        back=area[local] > 0,
    )


def _least(columns: tuple[np.ndarray, ...]) -> np.ndarray:
    return np.minimum(np.minimum(columns[0], columns[1]), columns[2])


def _most(columns: tuple[np.ndarray, ...]) -> np.ndarray:
    return np.maximum(np.maximum(columns[0], columns[1]), columns[2])


def _select(soup: Soup, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Triangles that can be seen: index, signed area, first and last row."""
    a, b, c = soup.faces.T
    worn = np.flatnonzero(_most((soup.clip[a], soup.clip[b], soup.clip[c])) > 0)
    corners = (a[worn], b[worn], c[worn])
    x, y = np.ascontiguousarray(soup.points[:, 0]), np.ascontiguousarray(soup.points[:, 1])
    xs, ys = tuple(x[k] for k in corners), tuple(y[k] for k in corners)
    area = (xs[1] - xs[0]) * (ys[2] - ys[0]) - (ys[1] - ys[0]) * (xs[2] - xs[0])
    first = np.ceil(_least(ys) - 0.5).clip(0, height)
    last = np.floor(_most(ys) - 0.5).clip(-1, height - 1)
    kept = (area < -LEAST_AREA) | (soup.two_sided[worn] & (area > LEAST_AREA))
    kept &= (last >= first) & (_most(xs) > 0) & (_least(xs) < width)
    kept &= _least(tuple(soup.inverse_depth[k] for k in corners)) > 0
    index = np.flatnonzero(kept)
    return worn[index], area[index].astype(np.float64), first[index], last[index]


def _plane_functions(soup: Soup, chosen: np.ndarray, area: np.ndarray) -> _Planes:
    faces = soup.faces[chosen].T
    xs = [soup.points[k, 0].astype(np.float64) for k in faces]
    ys = [soup.points[k, 1].astype(np.float64) for k in faces]
    sign = np.sign(area)
    inside, corners = [], []
    for k, (u, v) in enumerate(((1, 2), (2, 0), (0, 1))):
        edge = (ys[u] - ys[v], xs[v] - xs[u], xs[u] * ys[v] - ys[u] * xs[v])
        inside.append(tuple(value * sign for value in edge))
        scale = soup.inverse_depth[faces[k]] / area
        corners.append(tuple(value * scale for value in edge))
    hems = tuple(np.clip(soup.clip[k], -HEM_LIMIT_M, HEM_LIMIT_M) for k in faces)
    whole = _least(hems) > 0
    hem = [sum(corners[k][i] * hems[k] for k in range(3)) for i in range(3)]
    inside.append(tuple(np.where(whole, float(i == 2), hem[i]) for i in range(3)))
    inverse = tuple(corners[0][i] + corners[1][i] + corners[2][i] for i in range(3))
    return _Planes(inside=tuple(inside), corners=tuple(corners), inverse=inverse)


def _spans(
    planes: _Planes, first: np.ndarray, last: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Spans inside all four functions: triangle, row centre, first column, length."""
    rows = (last - first + 1).astype(np.int64)
    triangle = np.repeat(np.arange(len(rows)), rows)
    begin = np.cumsum(rows) - rows
    y = np.arange(len(triangle)) - np.repeat(begin - first, rows) + 0.5
    low = np.full(len(triangle), 0.5)
    high = np.full(len(triangle), width - 0.5)
    for a, b, c in planes.inside:
        flat = np.abs(a) <= FLAT
        slope = np.where(flat, 1.0, a)
        root = (-b / slope)[triangle] * y + (-c / slope)[triangle]
        rising, falling = (~flat & (a > 0))[triangle], (~flat & (a < 0))[triangle]
        np.copyto(low, np.maximum(low, root), where=rising)
        np.copyto(high, np.minimum(high, root), where=falling)
        if flat.any():
            outside = flat[triangle] & ((b[triangle] * y + c[triangle]) < 0)
            high[outside] = -1.0
    start = np.ceil(low - 0.5 - ROUND_OFF)
    length = np.maximum(np.floor(high - 0.5 + ROUND_OFF) - start + 1, 0).astype(np.int64)
    kept = np.flatnonzero(length)
    return triangle[kept], y[kept], start[kept], length[kept]


def _resolve(
    nearness: np.ndarray,
    planes: _Planes,
    spans: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    size: tuple[int, int],
) -> np.ndarray:
    """(width * height,) keys of the nearest triangle at each sample; 0 where there is none."""
    triangle, row, start, length = spans
    width, height = size
    a, b, c = (value * nearness for value in planes.inverse)
    step = a[triangle]
    first = step * (start + 0.5) + b[triangle] * row + c[triangle]
    base = ((row - 0.5) * width + start).astype(np.int64)
    column = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    near = np.repeat(first, length) + np.repeat(step, length) * column
    near = np.maximum(near, LEAST_INVERSE).astype(np.float32)
    keys = (near.view(np.int32).astype(np.int64) << 32) | np.repeat(triangle, length)
    winners = np.zeros(width * height, np.int64)
    np.maximum.at(winners, np.repeat(base, length) + column, keys)
    return winners
