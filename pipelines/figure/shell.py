"""Cloth as a shell over the skin: hollows bridged, bulges followed, hems left where they were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import unit

if TYPE_CHECKING:
    from scipy import sparse

EASE_ROUNDS = 3  # smoothing rounds of the offset
LEAST_HEIGHT_M = -0.004  # skin under cloth is drawn deeper than this
PUSH_ROUNDS = 5
REACH_M = 0.10  # a limb further inside cloth than this is not pushed against
DIRECTIONS = 48  # directions in which the outline of what a row goes round is measured
CUT_M = 0.02  # half thickness of a row's plane
LEVELS_M = 0.24  # canonical height over which a row's own limbs are looked for
WIDEST_M = 0.12  # more than this a row is not widened
LEAST_EASE = 0.75  # share of the ease that smoothing must leave


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wearer:
    """A posed body that is being dressed: vertices and normals (V, 3), world frame, metres."""

    map: BodyMap
    vertices: np.ndarray
    normals: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """The part of the body that a garment is made on: vertices (n,) and the average of their neighbours within."""

    index: np.ndarray
    smoothing: sparse.csr_matrix


def cut_region(body: BodyMap, chosen: np.ndarray) -> Region:
    """The region of the chosen vertices (V,) bool."""
    from scipy import sparse

    index = np.flatnonzero(chosen)
    inner = body.smoothing[index][:, index]
    share = np.maximum(np.asarray(inner.sum(1)).ravel(), 1e-6)
    return Region(index=index, smoothing=(sparse.diags(1 / share).astype(np.float32) @ inner).tocsr())


def stay_over_skin(cloth: np.ndarray, wearer: Wearer, region: Region) -> np.ndarray:
    """(V, 3) the cloth, lifted where a bent body left it inside the skin."""
    index = region.index
    height = ((cloth[index] - wearer.vertices[index]) * wearer.normals[index]).sum(1)
    lift = np.clip(LEAST_HEIGHT_M - height, 0, None)
    if lift.any():
        lift = np.maximum(region.smoothing @ (region.smoothing @ lift), lift)
        cloth = cloth.copy()
        cloth[index] += wearer.normals[index] * lift[:, None]
    return cloth


def keep_outside(
    vertices: np.ndarray, wearer: Wearer, chosen: np.ndarray, gap_m: float, grid: tuple[int, int]
) -> None:
    """Push hanging cloth out of the body's chosen vertices (V,) bool, in place, so that no limb comes through it.

    vertices (rows * columns, 3) of a grid (rows, columns): what is pushed takes its neighbours along.
    """
    from scipy import ndimage
    from scipy.spatial import cKDTree

    points, normals = wearer.vertices[chosen], wearer.normals[chosen]
    tree = cKDTree(points)
    rows = vertices.reshape(*grid, 3)
    if _close(rows):
        levels = wearer.map.canonical[chosen, 2]
        own_level = np.median(levels[tree.query(vertices)[1]].reshape(grid), axis=1)
        near_level = (np.abs(levels - own_level[:, None]) < LEVELS_M) & (wearer.map.leg[chosen] > 0.5)
        vertices += _let_limbs_through(rows, points, near_level, gap_m).reshape(-1, 3).astype(vertices.dtype)
    for _ in range(PUSH_ROUNDS):
        away, nearest = tree.query(vertices, distance_upper_bound=REACH_M)
        near = np.flatnonzero(np.isfinite(away))
        normal = normals[nearest[near]]
        depth = ((vertices[near] - points[nearest[near]]) * normal).sum(1)
        push = np.zeros(vertices.shape, np.float64)
        push[near] = normal * np.clip(gap_m - depth, 0, REACH_M)[:, None]
        size = np.linalg.norm(push, axis=1)
        if not size.any():
            return
        soft = np.stack(
            [ndimage.gaussian_filter(push[:, k].reshape(grid), 1.2) for k in range(3)], -1
        ).reshape(-1, 3)
        vertices += np.where(size[:, None] > 0, push, soft).astype(vertices.dtype)


def _close(rows: np.ndarray) -> bool:
    """Whether rows (R, C, 3) go all the way round, as a skirt's do and a cape's do not."""
    steps = np.linalg.norm(np.diff(rows, axis=1), axis=2).max(1)
    return bool((np.linalg.norm(rows[:, 0] - rows[:, -1], axis=1) <= 2 * steps).all())


def _let_limbs_through(
    rows: np.ndarray, points: np.ndarray, near_level: np.ndarray, gap_m: float
) -> np.ndarray:
    """(R, C, 3) how far the rows of a closed grid are widened so that each goes round what its plane cuts of the
    limbs: points (n, 3), of which those near_level (R, n) are its own. A limb that leaves slantwise is cut long."""
    from scipy import ndimage

    centers = rows.mean(1)
    angles = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
    compass = np.stack([np.cos(angles), np.sin(angles)])
    outward, wider = np.empty(rows.shape), np.zeros(rows.shape[:2])
    for i, (row, center) in enumerate(zip(rows, centers, strict=True)):
        first, second, across = np.linalg.svd(row - center)[2]
        plane = np.stack([first, second], 1)
        flat = (row - center) @ plane
        radius = np.maximum(np.linalg.norm(flat, axis=1), 1e-6)
        outward[i] = (flat / radius[:, None]) @ plane.T
        beside = points[near_level[i]] - center
        cut = beside[np.abs(beside @ across) < CUT_M] @ plane
        if len(cut):
            facing = (flat / radius[:, None]) @ compass
            reach = np.where(facing > 0.15, (cut @ compass).max(0) / np.maximum(facing, 0.15), 9.0).min(1)
            wider[i] = np.where(reach > radius, np.minimum(reach + gap_m - radius, WIDEST_M), 0)
    soft = ndimage.gaussian_filter(wider, (1.5, 1.5), mode=("nearest", "wrap"))
    return outward * np.maximum(soft, wider)[..., None]


def drape_shell(wearer: Wearer, region: Region, ease_m: np.ndarray, rounds: int) -> np.ndarray:
    """(V, 3) cloth at least ease_m (V,) above the skin of the region, hollows bridged.

    The skin is relaxed for that many rounds, but the cloth moves along smoothed normals only: a tangential drift
    would bend every hem line.
    """
    smoothing, index = region.smoothing, region.index
    skin, normals, ease = wearer.vertices[index], wearer.normals[index], ease_m[index]
    both = np.concatenate([skin, normals], axis=1).astype(np.float32)
    normal_rounds = max(rounds // 3, 1)
    for _ in range(normal_rounds):
        both = smoothing @ both
    relaxed, direction = np.ascontiguousarray(both[:, :3]), unit(both[:, 3:])
    for _ in range(rounds - normal_rounds):
        relaxed = smoothing @ relaxed
    offset = np.maximum(((relaxed - skin) * normals).sum(1), ease)
    for _ in range(EASE_ROUNDS):
        offset = np.maximum(smoothing @ offset, LEAST_EASE * ease)
    cloth = wearer.vertices.astype(np.float32)
    cloth[index] = skin + direction * offset[:, None]
    return cloth
