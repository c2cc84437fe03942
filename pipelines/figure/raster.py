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
class _Triangles:
    """Triangles (K,) that can be seen: index, signed area, and the first and last row and column of samples."""

    index: np.ndarray
    area: np.ndarray
    rows: tuple[np.ndarray, np.ndarray]
    columns: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planes:
    """Linear functions a x + b y + c of the chosen triangles (K,), one array a coefficient: four that are positive
    inside (edges and hem), three corner weights over depth, and the inverse depth."""

    inside: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    corners: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    inverse: tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Visible samples by rising place (S,); face (S,); depth (S,) metres; back (S,): seen from behind. A place is
    row * width + column; of chosen pixels, number of the pixel * grid² + row * grid + column in it."""

    place: np.ndarray
    face: np.ndarray
    depth: np.ndarray
    back: np.ndarray
    triangle: np.ndarray  # (S,): row of the planes
    at: tuple[np.ndarray, np.ndarray]  # column and row (S,) in the picture of samples
    planes: Planes

    def weights(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """(n, 3) float32: of the corners of their faces, for all samples or those rows."""
        triangle = self.triangle[rows]
        x, y = self.at[0][rows] + 0.5, self.at[1][rows] + 0.5
        corners = [a[triangle] * x + b[triangle] * y + c[triangle] for a, b, c in self.planes.corners]
        depth = 1 / (corners[0] + corners[1] + corners[2])
        return np.stack([(corner * depth).astype(np.float32) for corner in corners], axis=1)


def rasterize(soup: Soup, width: int, height: int) -> Samples:
    """The visible samples of a width x height picture."""
    triangles = _select(soup, width, height)
    planes = _plane_functions(soup, triangles)
    place, keys = _keys(soup.nearness[triangles.index], planes, _spans(planes, triangles, width), width)
    winners = np.zeros(width * height, np.int64)
    np.maximum.at(winners, place, keys)
    place = np.flatnonzero(winners)
    return _read(triangles, planes, winners, place, (place % width, place // width))


def rasterize_within(soup: Soup, chosen: np.ndarray, grid: int) -> Samples:
    """The visible samples, grid x grid a pixel, of the chosen pixels (H, W) bool; they count row by row."""
    height, width = chosen.shape
    triangles = _near(_select(soup, width * grid, height * grid), chosen, grid)
    planes = _plane_functions(soup, triangles)
    spans = _spans(planes, triangles, width * grid)
    number, column, hit = _cross(spans, chosen, grid)
    triangle, row = spans[0][hit], spans[1][hit]
    a, b, c = (value * soup.nearness[triangles.index] for value in planes.inverse)
    keys = _pack(a[triangle] * (column + 0.5) + b[triangle] * row + c[triangle], triangle)
    winners = np.zeros(np.count_nonzero(chosen) * grid**2, np.int64)
    place = number * grid**2 + ((row - 0.5) % grid * grid + column % grid).astype(np.int64)
    np.maximum.at(winners, place, keys)
    place = np.flatnonzero(winners)
    pixel, sub = np.flatnonzero(chosen)[place // grid**2], place % grid**2
    at = (pixel % width * grid + sub % grid, pixel // width * grid + sub // grid)
    return _read(triangles, planes, winners, place, at)


def _cross(
    spans: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], chosen: np.ndarray, grid: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where spans cross chosen pixels: number of the pixel, column of the sample, and number of the span."""
    _, row, start, length = spans
    width = chosen.shape[1]
    before = np.concatenate([[0], np.cumsum(chosen)])  # chosen pixels before each
    start = start.astype(np.int64)
    line = (row - 0.5).astype(np.int64) // grid * width
    low, high = before[line + start // grid], before[line + (start + length - 1) // grid + 1]
    many = high - low
    hit = np.repeat(np.arange(len(row)), many)
    number = np.arange(len(hit)) - np.repeat(np.cumsum(many) - many, many) + low[hit]
    left = np.flatnonzero(chosen)[number] % width * grid
    column = left[:, None] + np.arange(grid)
    inside = (column >= start[hit, None]) & (column < (start + length)[hit, None])
    pair = np.nonzero(inside)[0]
    return number[pair], column[inside], hit[pair]


def _read(
    triangles: _Triangles,
    planes: Planes,
    winners: np.ndarray,
    place: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
) -> Samples:
    """What won at those places, whose column and row are `at`."""
    local = (winners[place] & 0xFFFFFFFF).astype(np.intp)
    a, b, c = (value[local] for value in planes.inverse)
    return Samples(
        place=place,
        face=triangles.index[local],
        depth=(1 / (a * (at[0] + 0.5) + b * (at[1] + 0.5) + c)).astype(np.float32),
        back=triangles.area[local] > 0,
        triangle=local,
        at=at,
        planes=planes,
    )


def _least(columns: tuple[np.ndarray, ...]) -> np.ndarray:
    return np.minimum(np.minimum(columns[0], columns[1]), columns[2])


def _most(columns: tuple[np.ndarray, ...]) -> np.ndarray:
    return np.maximum(np.maximum(columns[0], columns[1]), columns[2])


def _select(soup: Soup, width: int, height: int) -> _Triangles:
    a, b, c = soup.faces.T
    worn = np.flatnonzero(_most((soup.clip[a], soup.clip[b], soup.clip[c])) > 0)
    corners = (a[worn], b[worn], c[worn])
    x, y = np.ascontiguousarray(soup.points[:, 0]), np.ascontiguousarray(soup.points[:, 1])
    xs, ys = tuple(x[k] for k in corners), tuple(y[k] for k in corners)
    area = (xs[1] - xs[0]) * (ys[2] - ys[0]) - (ys[1] - ys[0]) * (xs[2] - xs[0])
    first = np.ceil(_least(ys) - 0.5).clip(0, height)
    last = np.floor(_most(ys) - 0.5).clip(-1, height - 1)
    kept = (area < -LEAST_AREA) | (soup.two_sided[worn] & (area > LEAST_AREA))
    left, right = _least(xs), _most(xs)
    kept &= (last >= first) & (right > 0) & (left < width)
    kept &= _least(tuple(soup.inverse_depth[k] for k in corners)) > 0
    index = np.flatnonzero(kept)
    return _Triangles(
        index=worn[index],
        area=area[index].astype(np.float64),
        rows=(first[index], last[index]),
        columns=(left[index].clip(0, width - 1), right[index].clip(0, width - 1)),
    )


def _near(triangles: _Triangles, chosen: np.ndarray, grid: int) -> _Triangles:
    """Those whose box has a chosen pixel in it."""
    sums = np.zeros((chosen.shape[0] + 1, chosen.shape[1] + 1), np.int32)
    sums[1:, 1:] = chosen.cumsum(0, dtype=np.int32).cumsum(1)
    top, bottom = (rows.astype(np.intp) // grid for rows in triangles.rows)
    left, right = (columns.astype(np.intp) // grid for columns in triangles.columns)
    inside = sums[bottom + 1, right + 1] - sums[top, right + 1] - sums[bottom + 1, left] + sums[top, left]
    near = np.flatnonzero(inside)
    return _Triangles(
        index=triangles.index[near],
        area=triangles.area[near],
        rows=(triangles.rows[0][near], triangles.rows[1][near]),
        columns=(triangles.columns[0][near], triangles.columns[1][near]),
    )


def _plane_functions(soup: Soup, triangles: _Triangles) -> Planes:
    faces, area = soup.faces[triangles.index].T, triangles.area
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
    return Planes(inside=tuple(inside), corners=tuple(corners), inverse=inverse)


def _spans(
    planes: Planes, triangles: _Triangles, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Spans inside all four functions: triangle, row centre, first column, length."""
    first, last = triangles.rows
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


def _keys(
    nearness: np.ndarray,
    planes: Planes,
    spans: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    width: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The samples of all spans: place (row * width + column), and a key that is largest where it is nearest."""
    triangle, row, start, length = spans
    a, b, c = (value * nearness for value in planes.inverse)
    step = a[triangle]
    first = step * (start + 0.5) + b[triangle] * row + c[triangle]
    base = ((row - 0.5) * width + start).astype(np.int32)
    begin = (np.cumsum(length) - length).astype(np.int32)
    column = np.arange(int(length.sum()), dtype=np.int32)
    column -= np.repeat(begin, length)
    near = np.repeat(step, length)  # in place from here on: these are the largest arrays of a picture
    near *= column
    near += np.repeat(first, length)
    column += np.repeat(base, length)
    return column, _pack(near, np.repeat(triangle.astype(np.int32), length))


def _pack(near: np.ndarray, triangle: np.ndarray) -> np.ndarray:
    """Keys of inverse depth and triangle that sort by the first."""
    bits = np.maximum(near, LEAST_INVERSE).astype(np.float32).view(np.int32)
    keys = bits.astype(np.int64)
    keys <<= 32
    keys |= triangle
    return keys
