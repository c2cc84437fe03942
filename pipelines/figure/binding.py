"""Binding: meshes drawn on the canonical body, carried along by the posed one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.mesh import Part
from pipelines.figure.shell import Wearer

NEAREST = 4  # surface points that say where the surface is
ANCHORS = 8  # body vertices that carry each point
NEAR_M = (0.12, 0.05)  # further than the first a point is not pushed out, nearer than the second fully


def bind(points: np.ndarray, wearer: Wearer, region: np.ndarray) -> np.ndarray:
    """Canonical points (N, 3) in the world, each carried by the frames of the nearest vertices of a region (V,)."""
    from scipy.spatial import cKDTree

    body = wearer.map
    chosen = np.nonzero(region)[0]
    distance, nearest = cKDTree(body.canonical[chosen]).query(points, k=ANCHORS, workers=1)
    anchor = chosen[nearest]
    share = 1 / (distance + 1e-3) ** 2
    share = (share / share.sum(1, keepdims=True)).astype(np.float32)
    used, place = np.unique(anchor, return_inverse=True)
    at_rest = _frames(body.canonical, body.normals, used, body.neighbour[used])
    posed = _frames(wearer.vertices, wearer.normals, used, body.neighbour[used])
    turn = np.einsum("nki,nkj->nij", posed, at_rest)[place.reshape(anchor.shape)]
    offset = points[:, None] - body.canonical[anchor]
    carried = wearer.vertices[anchor] + np.einsum("naij,naj->nai", turn, offset)
    return (carried * share[..., None]).sum(1).astype(np.float32)


def _frames(vertices: np.ndarray, normals: np.ndarray, index: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(N, 3, 3) rows: normal, tangent towards a neighbour, their cross product."""
    normal = normals[index]
    towards = vertices[other] - vertices[index]
    tangent = unit(towards - (towards * normal).sum(1, keepdims=True) * normal)
    return np.stack([normal, tangent, np.cross(normal, tangent)], axis=1)


def push_out(
    points: np.ndarray, parts: Sequence[Part], wearer: Wearer, bare: np.ndarray, gap_m: float | np.ndarray
) -> np.ndarray:
    """Points (N, 3) moved out of cloth and uncovered skin (bare (V,)) until they lie that far above."""
    from scipy.spatial import cKDTree

    low, high = points.min(0) - NEAR_M[0], points.max(0) + NEAR_M[0]
    places, normals = [], []
    for vertices, facing, shown in [
        *((part.vertices[: len(part.shown)], part.normals[: len(part.shown)], part.shown) for part in parts),
        (wearer.vertices, wearer.normals, bare),
    ]:
        x, y, z = vertices.T
        near = (
            shown & (x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1]) & (z > low[2]) & (z < high[2])
        )
        places.append(vertices[near])
        normals.append(facing[near])
    surface, normal = np.concatenate(places), np.concatenate(normals)
    if len(surface) < NEAREST:
        return points
    distance, nearest = cKDTree(surface).query(points, k=NEAREST, workers=1)
    share = 1 / (distance + 1e-3)
    share /= share.sum(1, keepdims=True)
    above = (((points[:, None] - surface[nearest]) * normal[nearest]).sum(-1) * share).sum(1)
    direction = unit((normal[nearest] * share[..., None]).sum(1))
    push = np.maximum(gap_m - above, 0) * smoothstep(*NEAR_M, distance[:, 0])
    return (points + direction * push[:, None]).astype(np.float32)
