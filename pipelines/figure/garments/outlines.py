"""Outlines of what is sewn on: signed distances in canonical metres, positive inside."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import segment_distance
from pipelines.figure.mesh import BodyPoints

FRONT_Y = -0.02  # in front of this a point is on the front of the body


def on_front(points: BodyPoints) -> np.ndarray:
    """(N,) metres in front of the side seam."""
    return FRONT_Y - points.canonical[:, 1]


def on_back(points: BodyPoints) -> np.ndarray:
    """(N,) metres behind the side seam."""
    return points.canonical[:, 1] - FRONT_Y


def off_arm(points: BodyPoints) -> np.ndarray:
    """(N,) positive where the arm moves a point less than half."""
    return 0.5 - points.arm


def box(
    x: np.ndarray, z: np.ndarray, center: tuple[float, float], half: tuple[float, float], slope: float = 0.0
) -> np.ndarray:
    """(N,) metres inside a rectangle in the plane of x and z; slope: how much it rises with x."""
    dx, dz = x - center[0], z - center[1] - slope * (x - center[0])
    return np.minimum(half[0] - np.abs(dx), half[1] - np.abs(dz))


def band(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """(N,) metres inside a band."""
    return np.minimum(value - low, high - value)


def every(*fields: np.ndarray) -> np.ndarray:
    """(N,) inside all of them."""
    return np.minimum.reduce(fields)


def slanted_welts(
    points: BodyPoints, top: tuple[float, float], bottom: tuple[float, float], half_m: float
) -> np.ndarray:
    """(N,) metres inside the welts of two slanted side pockets; top, bottom: canonical (distance from the middle, z)
    of an opening's ends."""
    welt = half_m - segment_distance(np.abs(points.canonical[:, 0]), points.canonical[:, 2], top, bottom)
    return every(welt, on_front(points), off_arm(points))
