"""Small curves that everything painted on the figure is made of: steps, lines, blends and distances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """0 below low, 1 above high, a smooth cubic between; low > high gives the falling step."""
    t = np.clip((value - low) * np.float32(1 / (high - low)), 0, 1)
    return t * t * (3 - 2 * t)


def line(distance: np.ndarray, width: float) -> np.ndarray:
    """1 on a line, falling off like a bell of that half width (same unit as the distance)."""
    scaled = distance * np.float32(1 / width)
    return np.exp(-np.minimum(scaled * scaled, 60))


def polyline(value: np.ndarray, knots: Sequence[float], heights: Sequence[float]) -> np.ndarray:
    """The piecewise linear curve through (knots, heights), float32."""
    return np.interp(value, knots, heights).astype(np.float32)


def segment_distance(
    x: np.ndarray, z: np.ndarray, start: tuple[float, float], end: tuple[float, float]
) -> np.ndarray:
    """Distance of the points (x, z) to a straight segment in their plane."""
    ax, az = start
    dx, dz = end[0] - ax, end[1] - az
    t = np.clip(((x - ax) * dx + (z - az) * dz) / (dx * dx + dz * dz), 0, 1)
    return np.hypot(x - ax - t * dx, z - az - t * dz)


def smooth_max(first: np.ndarray, second: np.ndarray, radius: float) -> np.ndarray:
    """The larger of two distances, with the crease between them rounded by that radius."""
    over = np.maximum(radius - np.abs(first - second), 0)
    return np.maximum(first, second) + over * over / (4 * radius)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) at length one; zero vectors stay zero."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return vectors / np.maximum(length, 1e-9)
