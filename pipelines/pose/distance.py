"""How far apart two poses are: the mean distance of their body points, wherever they stand and face, or mirrored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.pose.openpose import BODY_POINTS, body_points
from pipelines.types import Body

HIPS = [BODY_POINTS.index("left_hip"), BODY_POINTS.index("right_hip")]
OTHER = {"left": "right", "right": "left"}


def _other(name: str) -> int:
    side, _, part = name.partition("_")
    return BODY_POINTS.index(f"{OTHER[side]}_{part}" if side in OTHER else name)


SWAPPED = [_other(name) for name in BODY_POINTS]


def pose_points(body: Body) -> np.ndarray:
    """The 18 body points (18, 3) in metres from the middle of the hips, turned about the vertical so that the hips
    face one way."""
    points = body_points(body)
    points = points - points[HIPS].mean(0)
    left = points[HIPS[0]] - points[HIPS[1]]
    yaw = np.arctan2(left[2], left[0])
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    return np.asarray(points @ turn.T)


def mirrored_points(points: np.ndarray) -> np.ndarray:
    """Points (..., 18, 3) of the mirror image, named by its own sides."""
    return np.asarray((points * np.array([-1.0, 1.0, 1.0]))[..., SWAPPED, :])


def pose_distances(points: Sequence[np.ndarray]) -> np.ndarray:
    """Mean distances (N, N) in metres of poses' points (N of (18, 3)), to the other pose or to its mirror image,
    whichever is nearer; infinite for a pose and itself."""
    stacked = np.stack(points).astype(np.float32)
    mirrored = mirrored_points(stacked)
    distances = np.empty((len(stacked), len(stacked)), np.float32)
    for row, one in enumerate(stacked):
        plain, turned = (np.linalg.norm(others - one, axis=2).mean(1) for others in (stacked, mirrored))
        distances[row] = np.minimum(plain, turned)
    np.fill_diagonal(distances, np.inf)
    return distances
