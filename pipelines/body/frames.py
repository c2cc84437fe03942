"""The three frames of reference (see pipelines.types) and the turns between them."""

from __future__ import annotations

import numpy as np

# Rows are the world axes written in the reference frame: x stays, y_world = z_ref, z_world = -y_ref.
WORLD_FROM_REFERENCE = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float32)


def to_world(points: np.ndarray) -> np.ndarray:
    """Reference-frame points (..., 3) in metres, in the world frame."""
    return points @ WORLD_FROM_REFERENCE.T


def to_reference(points: np.ndarray) -> np.ndarray:
    """World-frame points (..., 3) in metres, in the reference frame."""
    return points @ WORLD_FROM_REFERENCE
