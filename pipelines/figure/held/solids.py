"""Simple solids of which held things are made: boxes, turned shapes, tubes and flat boards.

Their meshes are about as fine as the figure's, so that light and shadow reach them alike. Metres; x, y, z of the
thing's own frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held.stuff import Stuff
from pipelines.figure.mesh import Part, link_vertices, neighbour_average, vertex_normals, whole_pattern

STEP_M = 0.025
ROUND_M = 0.012  # radius of a box's edges, at most
AROUND = 20  # corners of a circle
THIN_M, THIN_AROUND = 0.006, 6  # a wire needs no more corners
Point = tuple[float, float, float]
Grid = tuple[np.ndarray, np.ndarray]  # (N, 3) vertices, (F, 3) triangles, counter-clockwise from outside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solid:
    """A closed mesh of one stuff: vertices (N, 3) metres, faces (F, 3) counter-clockwise from outside."""

    vertices: np.ndarray
    faces: np.ndarray
    stuff: Stuff


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """Where a thing is: its origin (3,), and its axes x, y, z as rows (3, 3), world metres."""

    origin: np.ndarray
    axes: np.ndarray

    def put(self, solids: Iterable[Solid]) -> list[Solid]:
        """Solids of the thing's own frame in the world."""
        return [replace(solid, vertices=solid.vertices @ self.axes + self.origin) for solid in solids]

    def at(self, x: float, y: float, z: float) -> np.ndarray:
        """A point of the thing's own frame in the world, (3,)."""
        return np.array([x, y, z]) @ self.axes + self.origin


def frame_of(origin: np.ndarray, *, y: np.ndarray, z: np.ndarray) -> Frame:
    """The right-handed frame whose y axis is given and whose z axis is as near to `z` as that allows."""
    up = unit(np.asarray(y, float))
    across = unit(np.cross(up, z))
    return Frame(origin=np.asarray(origin, float), axes=np.stack([across, up, np.cross(across, up)]))


def box(stuff: Stuff, size: Point, center: Point = (0, 0, 0), round_m: float = ROUND_M) -> Solid:
    """A box with rounded edges."""
    vertices, faces = _box(size, min(round_m, min(size) / 2))
    return Solid(vertices=vertices + center, faces=faces, stuff=stuff)


def turned(
    stuff: Stuff, profile: Sequence[tuple[float, float]], center: Point = (0, 0, 0), around: int = AROUND
) -> Solid:
    """A shape of revolution about the y axis: (radius, y) from one pole to the other, upwards."""
    vertices, faces = _turned(tuple(profile), around)
    return Solid(vertices=vertices + center, faces=faces, stuff=stuff)


def ball(stuff: Stuff, radius: float, center: Point = (0, 0, 0)) -> Solid:
    """A sphere."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, 13)
    return turned(stuff, [(radius * float(np.cos(a)), radius * float(np.sin(a))) for a in angles], center)


def rod(
    stuff: Stuff, start: Sequence[float] | np.ndarray, end: Sequence[float] | np.ndarray, radius: float
) -> Solid:
    """A straight round rod."""
    length = float(np.linalg.norm(np.subtract(end, start)))
    share = np.linspace(0, 1, max(2, round(length / STEP_M) + 1))[:, None]
    line = np.asarray(start, float) * (1 - share) + np.asarray(end, float) * share
    return tube(stuff, line, radius, around=THIN_AROUND if radius < THIN_M else 10)


def tube(stuff: Stuff, line: np.ndarray, radius: float | np.ndarray, around: int = 10) -> Solid:
    """A tube along a line (n, 3), its ends closed; radius in all, or (n,)."""
    line = np.asarray(line, float)
    along = unit(np.gradient(line, axis=0))
    across = unit(np.cross(along, _least_along(along)))
    second = np.cross(along, across)
    angle = np.arange(around) * 2 * np.pi / around
    circle = np.cos(angle)[None, :, None] * across[:, None] + np.sin(angle)[None, :, None] * second[:, None]
    rings = line[:, None] + np.broadcast_to(np.asarray(radius, float), len(line))[:, None, None] * circle
    vertices, faces = close_rings(rings, line[0], line[-1])
    return Solid(vertices=vertices, faces=faces, stuff=stuff)


def board(stuff: Stuff, outline: np.ndarray, thickness: float) -> Solid:
    """A flat board in the xy plane: its outline (n, 2), counter-clockwise, starlike about the origin of that plane."""
    rounds = np.linspace(1, 0, max(2, round(float(np.abs(outline).max()) / STEP_M)))[:-1]
    half = thickness / 2
    flat = np.concatenate([outline, np.zeros((len(outline), 1))], 1)
    rings = [flat * [share, share, 1] + [0, 0, -half] for share in rounds[::-1]]
    rings += [flat * [share, share, 1] + [0, 0, half] for share in rounds]
    vertices, faces = close_rings(np.stack(rings), np.array([0, 0, -half]), np.array([0, 0, half]))
    return Solid(vertices=vertices, faces=faces, stuff=stuff)


def part_of(solid: Solid, name: str) -> Part:
    """The solid as a part of the figure, in the world where it is."""
    vertices = solid.vertices.astype(np.float32)
    links = link_vertices(solid.faces, len(vertices))
    return Part(
        name=name,
        material=solid.stuff,
        pattern=replace(whole_pattern(solid.faces, vertices), smoothing=neighbour_average(links)),
        vertices=vertices,
        normals=vertex_normals(vertices, solid.faces),
    )


def _least_along(along: np.ndarray) -> np.ndarray:
    """An axis (3,) that no part of a line runs along, if any is."""
    return np.eye(3)[int(np.abs(along).max(0).argmin())]


def close_rings(rings: np.ndarray, first: np.ndarray, last: np.ndarray) -> Grid:
    """Rings (n, k, 3) joined to each other and to a pole at either end."""
    count, around = rings.shape[:2]
    here = np.arange(count * around).reshape(count, around)
    right = np.roll(here, -1, 1)
    low, low_right, high, high_right = (part.ravel() for part in (here[:-1], right[:-1], here[1:], right[1:]))
    pole, top = count * around, count * around + 1
    faces = np.concatenate(
        [
            np.stack([low, low_right, high], 1),
            np.stack([low_right, high_right, high], 1),
            np.stack([right[0], here[0], np.full(around, pole)], 1),
            np.stack([here[-1], right[-1], np.full(around, top)], 1),
        ]
    )
    return np.concatenate([rings.reshape(-1, 3), [first, last]]), faces


@lru_cache(64)
def _turned(profile: tuple[tuple[float, float], ...], around: int) -> Grid:
    angle = -np.arange(around) * 2 * np.pi / around
    inner = [(r, y) for r, y in profile if r > 0]
    rings = np.array([[[r * np.cos(a), y, r * np.sin(a)] for a in angle] for r, y in inner])
    return close_rings(rings, np.array([0, profile[0][1], 0]), np.array([0, profile[-1][1], 0]))


@lru_cache(64)
def _box(size: Point, radius: float) -> Grid:
    half = np.asarray(size, np.float64) / 2
    pieces, faces, count = [], [], 0
    for axis in range(3):
        for side in (1.0, -1.0):
            grid, quads = _face_grid(half, axis, side, radius)
            pieces.append(grid)
            faces.append(quads + count)
            count += len(grid)
    flat = np.concatenate(pieces)
    core = np.clip(flat, -(half - radius), half - radius)  # each point is pulled onto the rounded box
    away = flat - core
    length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    return core + away / length * radius, np.concatenate(faces)


def _face_grid(half: np.ndarray, axis: int, side: float, radius: float) -> Grid:
    """Points (N, 3) and outward triangles of one face, closer together along its edges."""
    u, v = (axis + 1) % 3, (axis + 2) % 3
    us, vs = _stops(float(half[u]), radius), _stops(float(half[v]), radius)
    points = np.empty((len(us), len(vs), 3))
    points[..., axis] = side * half[axis]
    points[..., u], points[..., v] = us[:, None], vs[None]
    index = np.arange(len(us) * len(vs)).reshape(len(us), len(vs))
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    order = ((a, b, c), (a, c, d)) if side > 0 else ((a, c, b), (a, d, c))
    triangles = np.concatenate([np.stack(corners, -1).reshape(-1, 3) for corners in order])
    return points.reshape(-1, 3), triangles


def _stops(half: float, radius: float) -> np.ndarray:
    inner = max(half - radius, 0.0)
    middle = np.linspace(-inner, inner, max(round(2 * inner / STEP_M), 1) + 1)
    edge = np.array([0.35, 0.7, 1.0]) * (half - inner)
    return np.unique(np.concatenate([-inner - edge, middle, inner + edge]))
