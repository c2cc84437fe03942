"""Fewer triangles: quadric edge collapse on the welded mesh, with everything else carried along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipelines.figure.export.rigged import FaceUnit, RiggedPiece

# How dear a triangle is: hair and shoes come from a lattice finer than they need to be.
WORTH = {"skin": 1.0, "eye": 4.0, "cloth": 1.2, "hair": 0.35, "prop": 0.5}
FACE_WORTH, SHOE_WORTH = 1.6, 0.3
SAME_PLACE_M = 1e-5
STEPS = 40  # of the bisection that shares the triangles out
TRIES = 4
GENTLE = 4  # the library's aggressiveness: lower is slower and truer


def decimate(pieces: Sequence[RiggedPiece], triangles: int) -> tuple[RiggedPiece, ...]:
    """The pieces with about that many triangles in all, seldom more; as they are where they have no more."""
    goal, made = triangles, tuple(pieces)
    for _ in range(TRIES):
        made = _share_out(pieces, goal)
        excess = sum(len(piece.faces) for piece in made) - triangles
        if excess <= 0:
            break
        goal -= excess + 1  # small pieces keep more than their share
    return made


def _share_out(pieces: Sequence[RiggedPiece], triangles: int) -> tuple[RiggedPiece, ...]:
    counts = np.array([len(piece.faces) for piece in pieces])
    if counts.sum() <= triangles:
        return tuple(pieces)
    worth = np.array([_worth(piece) for piece in pieces])
    low, high = 0.0, 1 / float(worth.min())
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _shares(counts, worth, middle).sum() <= triangles else (low, middle)
    return tuple(
        _simplify(piece, int(target)) if target < len(piece.faces) else piece
        for piece, target in zip(pieces, _shares(counts, worth, low), strict=True)
    )


def _worth(piece: RiggedPiece) -> float:
    if piece.name.startswith("Shoes"):
        return SHOE_WORTH
    return WORTH[piece.tone] * (FACE_WORTH if piece.is_of_face else 1.0)


def _shares(counts: np.ndarray, worth: np.ndarray, scale: float) -> np.ndarray:
    return np.floor(counts * np.minimum(worth * scale, 1))


def _simplify(piece: RiggedPiece, target: int) -> RiggedPiece:
    """Places of the simplified mesh; normals, joints and face units of the old vertex nearest to each; texture
    coordinates of the nearest one on the same island, so that no island is torn from its neighbour."""
    import fast_simplification

    _, first, weld = np.unique(
        np.round(piece.vertices / SAME_PLACE_M).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    weld = weld.ravel()
    welded = piece.vertices[first]
    faces = weld[piece.faces]
    points, _, collapses = fast_simplification.simplify(
        welded, faces.astype(np.int32), target_count=target, agg=GENTLE, return_collapses=True
    )
    points, _, mapping = fast_simplification.replay_simplification(welded, faces.astype(np.int32), collapses)
    went_to = mapping[weld]  # (N,) the new point of each old vertex
    kept = _whole_faces(went_to[piece.faces])
    island = _islands(piece)
    corners = piece.faces[kept]
    keys = went_to.astype(np.int64) * (island.max() + 1) + island
    away = np.linalg.norm(piece.vertices - points[went_to], axis=1)
    by_key, by_point = _nearest_of(keys, away), _nearest_of(went_to, away)
    used, renamed = np.unique(keys[corners], return_inverse=True)
    on_island = by_key[np.searchsorted(np.unique(keys), used)]
    point = went_to[on_island]
    standing = by_point[np.searchsorted(np.unique(went_to), point)]
    return replace(
        piece,
        vertices=points[point].astype(np.float32),
        normals=piece.normals[standing],
        texture=piece.texture[on_island],
        faces=renamed.reshape(-1, 3),
        joints=piece.joints[standing],
        shares=piece.shares[standing],
        units=tuple(_carry(one, standing, len(piece.vertices)) for one in piece.units),
    )


def _whole_faces(faces: np.ndarray) -> np.ndarray:
    """Rows of the faces that are still triangles, each once."""
    ordered = np.sort(faces, axis=1)
    whole = np.flatnonzero((ordered[:, 0] != ordered[:, 1]) & (ordered[:, 1] != ordered[:, 2]))
    _, once = np.unique(ordered[whole], axis=0, return_index=True)
    return whole[np.sort(once)]


def _islands(piece: RiggedPiece) -> np.ndarray:
    """(N,) which island of the texture each vertex is on."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    count = len(piece.vertices)
    edges = np.concatenate([piece.faces[:, [0, 1]], piece.faces[:, [1, 2]]])
    links = sparse.coo_matrix((np.ones(len(edges)), edges.T), shape=(count, count))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _nearest_of(keys: np.ndarray, away: np.ndarray) -> np.ndarray:
    """For each distinct key, rising, the row with the least distance."""
    order = np.lexsort((away, keys))
    _, first = np.unique(keys[order], return_index=True)
    return order[first]


def _carry(one: FaceUnit, rows: np.ndarray, count: int) -> FaceUnit:
    offsets = np.zeros((count, 3), np.float32)
    offsets[one.rows] = one.offsets
    moved = offsets[rows]
    still = np.flatnonzero(np.abs(moved).max(1) > 0)
    return FaceUnit(name=one.name, rows=still, offsets=moved[still])
