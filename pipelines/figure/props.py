"""Props: the plain furniture that a body sits or leans on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.figure.colors import linear
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import Part, link_vertices, neighbour_average, vertex_normals, whole_pattern
from pipelines.types import Prop

STEP_M = 0.025  # the block's mesh is as fine as the figure's, so that light and shadow reach it alike
ROUND_M = 0.012  # radius of its edges
BLOCK = linear("#d9d3c8")
LARGEST_M = 4.0
SEAT_M, LEG_M = 0.05, 0.045  # a stool's seat is so thick, its legs are so wide
LOWEST_STOOL_M = 0.25  # lower ones stay whole: they are boxes


@dataclass(frozen=True, slots=True)
class BlockMaterial:
    """Smooth plaster in a quiet tone."""

    @property
    def tone(self) -> Tone:
        """A block is its own tone in both finishes."""
        return "prop"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """One colour."""
        return Paint(
            albedo=np.broadcast_to(BLOCK, surface.canonical.shape).astype(np.float32),
            height=np.zeros(len(surface.canonical), np.float32),
            specular=0.05,
            gloss=14.0,
        )


def props_of_goals(goals: Mapping[str, Any]) -> tuple[Prop, ...]:
    """The boxes that a pose template's goals name under "props"; a stool becomes a seat on four legs.

    Raises ValueError for one that is no box.
    """
    props = []
    for stored in goals.get("props", ()):
        size, center = (tuple(float(value) for value in stored[key]) for key in ("size_m", "center_m"))
        if len(size) != 3 or len(center) != 3 or not all(0 < value <= LARGEST_M for value in size):
            raise ValueError(f"a prop is no box: {stored!r}")
        prop = Prop(size_m=size, center_m=center)
        stool = stored.get("name") == "stool" and min(size[0], size[2]) > 3 * LEG_M
        props += _stool(prop) if stool and size[1] >= LOWEST_STOOL_M else [prop]
    return tuple(props)


def _stool(block: Prop) -> list[Prop]:
    """A seat and four legs where the block is: its top stays where the body sits."""
    (width, height, depth), (x, y, z) = block.size_m, block.center_m
    long = height - SEAT_M
    seat = Prop(size_m=(width, SEAT_M, depth), center_m=(x, y + long / 2, z))
    away_x, away_z = (width - LEG_M) / 2 - ROUND_M, (depth - LEG_M) / 2 - ROUND_M
    return [
        seat,
        *(
            Prop(
                size_m=(LEG_M, long, LEG_M),
                center_m=(x + across * away_x, y - SEAT_M / 2, z + along * away_z),
            )
            for across in (-1, 1)
            for along in (-1, 1)
        ),
    ]


def build_props(props: Sequence[Prop]) -> list[Part]:
    """A part for each prop: a box with rounded edges."""
    return [_build_block(prop) for prop in props]


@lru_cache(16)
def _build_block(prop: Prop) -> Part:
    half = np.asarray(prop.size_m, np.float64) / 2
    radius = min(ROUND_M, float(half.min()))
    pieces, faces, count = [], [], 0
    for axis in range(3):
        for side in (1.0, -1.0):
            grid, quads = _face_grid(half, axis, side)
            pieces.append(grid)
            faces.append(quads + count)
            count += len(grid)
    flat = np.concatenate(pieces)
    core = np.clip(flat, -(half - radius), half - radius)  # each point is pulled onto the rounded box
    away = flat - core
    length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    rounded = (core + away / length * radius + np.asarray(prop.center_m)).astype(np.float32)
    triangles = np.concatenate(faces)
    links = link_vertices(triangles, len(rounded))
    return Part(
        name="Block",
        material=BlockMaterial(),
        pattern=replace(whole_pattern(triangles, rounded), smoothing=neighbour_average(links)),
        vertices=rounded,
        normals=vertex_normals(rounded, triangles),
    )


def _face_grid(half: np.ndarray, axis: int, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) and outward triangles of one face, closer together along its edges."""
    u, v = (axis + 1) % 3, (axis + 2) % 3
    us, vs = _stops(float(half[u])), _stops(float(half[v]))
    points = np.empty((len(us), len(vs), 3))
    points[..., axis] = side * half[axis]
    points[..., u], points[..., v] = us[:, None], vs[None]
    index = np.arange(len(us) * len(vs)).reshape(len(us), len(vs))
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    order = ((a, b, c), (a, c, d)) if side > 0 else ((a, c, b), (a, d, c))
    triangles = np.concatenate([np.stack(corners, -1).reshape(-1, 3) for corners in order])
    return points.reshape(-1, 3), triangles


def _stops(half: float) -> np.ndarray:
    inner = max(half - ROUND_M, 0.0)
    middle = np.linspace(-inner, inner, max(round(2 * inner / STEP_M), 1) + 1)
    edge = np.array([0.35, 0.7, 1.0]) * (half - inner)
    return np.unique(np.concatenate([-inner - edge, middle, inner + edge]))
