"""Solids made of little cubes: distance to the body, and their surface as a mesh."""

from __future__ import annotations

import numpy as np


def lattice(low: np.ndarray, high: np.ndarray, cell_m: float) -> np.ndarray:
    """(X, Y, Z, 3) float32 points of a regular lattice from low up to high."""
    axes = [np.arange(a, b, cell_m, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def signed_distance(points: np.ndarray, surface: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Distance of points (..., 3) to the nearest surface point (N, 3), negative behind its normal; metres."""
    from scipy.spatial import cKDTree

    flat = points.reshape(-1, 3)
    distance, nearest = cKDTree(surface).query(flat, workers=1)
    inside = ((flat - surface[nearest]) * normals[nearest]).sum(1) < 0
    return np.where(inside, -distance, distance).reshape(points.shape[:-1]).astype(np.float32)


def march(
    solid: np.ndarray, low: np.ndarray, cell_m: float, smooth_cells: float
) -> tuple[np.ndarray, np.ndarray]:
    """Surface (vertices (N, 3), faces (F, 3)) of a solid (X, Y, Z) bool, smoothed by that many cells."""
    from scipy import ndimage
    from skimage.measure import marching_cubes

    soft = ndimage.gaussian_filter(np.pad(solid.astype(np.float32), 2), smooth_cells)
    vertices, faces, _, _ = marching_cubes(soft, 0.5)
    placed = (vertices - 2) * cell_m + low
    return placed.astype(np.float32), faces[:, ::-1].astype(np.int64)
