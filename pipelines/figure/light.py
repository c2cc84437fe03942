"""The light dome: ambient occlusion, the soft key light's shadow and the shadow on the floor, by point splats.

The figure's vertices are splatted into one coarse depth grid per direction of light. What lies behind the nearest
by a few centimetres is in shadow; the same points projected along the direction onto the floor shade it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import smoothstep, unit

GOLDEN_ANGLE = 2.39996
CELL_M = 0.022  # cell of a depth grid
LIT_M, DARK_M = 0.028, 0.075  # a blocker this much nearer leaves a point lit, dark
KEY_SPREAD = 0.26  # radius of the key light's disc, as a share of its distance
FLOOR_CELL_M, FLOOR_CELLS = 0.025, 176  # the floor's shadow map
FLOOR_EVERY = 2  # every second point is enough for it
STEEPEST_ONLY = 0.3  # directions flatter than this leave streaks on the floor: faded out
AMBIENT_BLUR, KEY_BLUR = 2.1, 1.6  # cells

# Directions towards the lights in the camera's level frame: right, up, towards the camera.
KEY = unit(np.array([-0.52, 0.60, 0.60]))
FILL = unit(np.array([0.85, 0.10, 0.50]))
RIM = unit(np.array([0.55, 0.42, -0.75]))
SECOND_RIM = unit(np.array([-0.75, 0.25, -0.65]))


@dataclass(frozen=True, slots=True, kw_only=True)
class LightQuality:
    """How many directions are splatted."""

    ambient: int = 40
    key: int = 12


FINE, QUICK = LightQuality(), LightQuality(ambient=20, key=6)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shadows:
    """seen (N,): 0..1 how much of that light reaches each point; floor (FLOOR_CELLS, FLOOR_CELLS): how much of it
    is kept from the floor, rows along z, columns along x, round `center` (x, z)."""

    seen: np.ndarray
    floor: np.ndarray
    center: tuple[float, float]


def level_frame(rotation: np.ndarray) -> np.ndarray:
    """(3, 3) rows: the camera's right, up, and towards the camera, level with the floor, in world axes."""
    right = unit(rotation[0] * np.array([1, 0, 1]))
    up = np.array([0.0, 1.0, 0.0])
    return np.stack([right, up, np.cross(right, up)])


def ambient_shadows(points: np.ndarray, normals: np.ndarray, floor_y: float, count: int) -> Shadows:
    """Occlusion of the sky, cosine-weighted over `count` directions."""
    index = np.arange(count) + 0.5
    height = 1 - index / count * 0.97
    ring = np.sqrt(1 - height * height)
    turn = index * GOLDEN_ANGLE
    directions = np.stack([ring * np.cos(turn), height, ring * np.sin(turn)], 1).astype(np.float32)
    seen = np.zeros(len(points), np.float32)
    total = np.full(len(points), 1e-4, np.float32)
    floor = _Floor(points, floor_y)
    steep = np.maximum(directions[:, 1] - STEEPEST_ONLY, 0)
    for direction, share in zip(directions, steep / steep.sum(), strict=True):
        cosine = np.maximum(normals @ direction, 0)
        seen += cosine * _visibility(points, direction)
        total += cosine
        floor.shade(direction, float(share))
    return Shadows(seen=seen / total, floor=floor.blurred(AMBIENT_BLUR), center=floor.center)


def key_shadows(
    points: np.ndarray, floor_y: float, towards: np.ndarray, count: int, spread: float = KEY_SPREAD
) -> Shadows:
    """Shadow of a soft light whose middle lies in the direction `towards` (3,), over `count` directions."""
    key = unit(towards)
    across = unit(np.cross(key, [0.0, 1.0, 0.0]))
    upward = np.cross(key, across)
    index = np.arange(count) + 0.5
    radius = (spread * np.sqrt(index / count))[:, None]
    turn = (index * 2.4)[:, None]
    directions = unit(key + radius * (np.cos(turn) * across + np.sin(turn) * upward)).astype(np.float32)
    seen = np.zeros(len(points), np.float32)
    floor = _Floor(points, floor_y)
    for direction in directions:
        seen += _visibility(points, direction) / count
        floor.shade(direction, 1 / count)
    return Shadows(seen=seen, floor=floor.blurred(KEY_BLUR), center=floor.center)


def _visibility(points: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """(N,) 0..1: is anything nearer to the light in the same cell?"""
    first = unit(np.cross(direction, [0.123, 0.789, 0.456])).astype(np.float32)
    second = np.cross(direction, first).astype(np.float32)
    row, column = _cells(points @ first), _cells(points @ second)
    columns = int(column.max()) + 1
    place = row * columns + column
    depth = points @ direction
    nearest = np.full((int(row.max()) + 1) * columns, -9, np.float32)
    np.maximum.at(nearest, place, depth)
    return 1 - smoothstep(LIT_M, DARK_M, nearest[place] - depth)


def _cells(along: np.ndarray) -> np.ndarray:
    return ((along - along.min()) * np.float32(1 / CELL_M)).astype(np.intp)


class _Floor:
    """The floor's shadow map while it is being summed."""

    def __init__(self, points: np.ndarray, floor_y: float) -> None:
        spots = points[::FLOOR_EVERY]
        low, high = spots.min(0), spots.max(0)
        middle = (low + high) / 2
        self.center = (float(middle[0]), float(middle[2]))
        to_cells = np.float32(1 / FLOOR_CELL_M)
        self._x = (spots[:, 0] - middle[0]) * to_cells + np.float32(FLOOR_CELLS / 2)
        self._z = (spots[:, 2] - middle[2]) * to_cells + np.float32(FLOOR_CELLS / 2)
        self._height = (spots[:, 1] - np.float32(floor_y)) * to_cells
        self._map = np.zeros((FLOOR_CELLS, FLOOR_CELLS), np.float32)

    def shade(self, direction: np.ndarray, share: float) -> None:
        """Add the figure's shadow along that direction."""
        import cv2

        if share <= 0:
            return
        x = (self._x - (direction[0] / direction[1]) * self._height).astype(np.intp)
        z = (self._z - (direction[2] / direction[1]) * self._height).astype(np.intp)
        kept = (x >= 0) & (x < FLOOR_CELLS) & (z >= 0) & (z < FLOOR_CELLS)
        shadow = np.zeros(FLOOR_CELLS * FLOOR_CELLS, np.uint8)
        shadow[(z * FLOOR_CELLS + x)[kept]] = 1
        shadow = shadow.reshape(FLOOR_CELLS, FLOOR_CELLS)
        shadow = cv2.morphologyEx(shadow, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        self._map += shadow * np.float32(share)

    def blurred(self, cells: float) -> np.ndarray:
        """The map, softened."""
        import cv2

        return cv2.GaussianBlur(self._map, (0, 0), cells)
