"""Solids as fields on a lattice of little cubes: distance to the body, balls, and their surface as a mesh."""

from __future__ import annotations

import numpy as np

FIELD_REACH_M = 0.02  # beyond this a field only says inside or outside


def lattice(low: np.ndarray, high: np.ndarray, cell_m: float) -> np.ndarray:
    """(X, Y, Z, 3) float32 points of a regular lattice from low up to high."""
    axes = [np.arange(a, b, cell_m, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def lattice_of(shape: tuple[int, ...], low: np.ndarray, cell_m: float) -> np.ndarray:
    """(X, Y, Z, 3) float32 points of a lattice of that shape from low up."""
    steps = [low[k] + cell_m * np.arange(count, dtype=np.float32) for k, count in enumerate(shape)]
    return np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).astype(np.float32)


def refine_lattice(values: np.ndarray, factor: int) -> np.ndarray:
    """Values (X, Y, Z) on a lattice that many times finer, linear in between; same low corner, same last cell."""
    for axis, count in enumerate(values.shape):
        place = np.arange((count - 1) * factor + 1) / factor
        low = np.minimum(place.astype(int), count - 2)
        shape = [1, 1, 1]
        shape[axis] = -1
        share = (place - low).astype(np.float32).reshape(shape)
        values = values.take(low, axis) * (1 - share) + values.take(low + 1, axis) * share
    return values.astype(np.float32)


def signed_distance(points: np.ndarray, surface: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Distance of points (..., 3) to the nearest surface point (N, 3), negative behind its normal; metres."""
    from scipy.spatial import cKDTree

    flat = points.reshape(-1, 3)
    distance, nearest = cKDTree(surface).query(flat, workers=1)
    inside = ((flat - surface[nearest]) * normals[nearest]).sum(1) < 0
    return np.where(inside, -distance, distance).reshape(points.shape[:-1]).astype(np.float32)


def ball_field(points: np.ndarray, centers: np.ndarray, radii: np.ndarray, reach_m: float) -> np.ndarray:
    """Metres inside the nearest of some balls for points (..., 3); -1 further than reach_m from every centre."""
    from scipy.spatial import cKDTree

    low, high = centers.min(0) - reach_m, centers.max(0) + reach_m
    flat = points.reshape(-1, 3)
    near = np.nonzero(((flat > low) & (flat < high)).all(1))[0]
    distance, nearest = cKDTree(centers).query(flat[near], workers=1, distance_upper_bound=reach_m)
    hit = nearest < len(centers)
    field = np.full(len(flat), -1, np.float32)
    field[near[hit]] = radii[nearest[hit]] - distance[hit]
    return field.reshape(points.shape[:-1])


def ellipsoid_field(
    points: np.ndarray, center: tuple[float, float, float], radii: tuple[float, float, float]
) -> np.ndarray:
    """About how many metres points (..., 3) lie inside an ellipsoid."""
    scaled = (points - np.asarray(center, np.float32)) / np.asarray(radii, np.float32)
    return (1 - np.sqrt(np.einsum("...i,...i->...", scaled, scaled))) * np.float32(min(radii))


def march_solid(
    solid: np.ndarray, low: np.ndarray, cell_m: float, smooth_cells: float
) -> tuple[np.ndarray, np.ndarray]:
    """Surface (vertices (N, 3), faces (F, 3)) of a solid (X, Y, Z) bool, smoothed by that many cells."""
    from scipy import ndimage

    return march_field(ndimage.gaussian_filter(solid.astype(np.float32), smooth_cells) - 0.5, low, cell_m)


def soften(field: np.ndarray, cells: float) -> np.ndarray:
    """A field (X, Y, Z) blurred by that many cells: edges where several cuts meet come out round."""
    from scipy import ndimage

    return ndimage.gaussian_filter(np.clip(field, -FIELD_REACH_M, FIELD_REACH_M), cells)


def march_field(field: np.ndarray, low: np.ndarray, cell_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Surface (vertices (N, 3), faces (F, 3), outward) where a field (X, Y, Z) is zero; it is positive inside."""
    from skimage.measure import marching_cubes

    outside = min(float(field.min()), -cell_m)
    padded = np.pad(field, 1, constant_values=outside)
    vertices, faces, _, _ = marching_cubes(padded, 0.0)
    placed = (vertices - 1) * cell_m + low
    return placed.astype(np.float32), faces[:, ::-1].astype(np.int64)
