"""Meshes of the figure: patterns that are the same in every pose, the parts cut from them, normals, affine fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.curves import unit

if TYPE_CHECKING:
    from scipy import sparse

    from pipelines.figure.materials import Material

HEM_BAND_M = 0.004  # a triangle is split when a hem comes this near to one of its corners
HEM_SPLITS = 2  # each split makes four of one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyPoints:
    """Points on the body's surface in canonical coordinates; see `pipelines.figure.body_map`.

    canonical (N, 3) metres, reference frame; along_arm (N,) metres from the shoulder, negative on the torso;
    arm (N,) 0..1, how much the arm's bones move the point.
    """

    canonical: np.ndarray
    along_arm: np.ndarray
    arm: np.ndarray


FieldOf = Callable[[BodyPoints], np.ndarray]
ClipOf = Callable[[BodyPoints, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """What a part is in every pose.

    faces (F, 3), outward counter-clockwise; points: where on the canonical body each vertex (N) is; field (N,):
    signed metres from the nearest hem, positive inside the cloth; clip (N,): what is drawn, where positive;
    parents: for each round of splitting, the two vertices (2, n) that each new vertex lies between;
    field_of, clip_of: ask both again at any point; smoothing (base_count, base_count): average of the neighbours,
    where the part is smoothed by its own mesh.
    """

    faces: np.ndarray
    points: BodyPoints
    field: np.ndarray
    clip: np.ndarray
    parents: tuple[np.ndarray, ...] = ()
    field_of: FieldOf | None = None
    clip_of: ClipOf | None = None
    smoothing: sparse.csr_matrix | None = None

    @property
    def base_count(self) -> int:
        """How many vertices it had before it was split."""
        return len(self.field) - sum(pair.shape[1] for pair in self.parents)

    def inherit(self, values: np.ndarray) -> np.ndarray:
        """Values (base_count, ...) at the first vertices, carried on to those that splitting added."""
        if not self.parents:
            return values
        carried = np.empty((len(self.field), *values.shape[1:]), np.float32)
        end = len(values)
        carried[:end] = values
        for one, other in self.parents:
            carried[end : end + len(one)] = 0.5 * (carried[one] + carried[other])
            end += len(one)
        return carried


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One piece of the figure: a pattern in a pose.

    vertices, normals (N, 3) world frame; layer: how far out it lies when two pieces touch; turn (3, 3): canonical
    directions to world, for hair; tucks_hair_z: canonical height below which long hair is tucked away in it.
    """

    name: str
    material: Material
    pattern: Pattern
    vertices: np.ndarray
    normals: np.ndarray
    layer: float = 0.0
    two_sided: bool = False
    turn: np.ndarray | None = None
    tucks_hair_z: float | None = None

    @property
    def shown(self) -> np.ndarray:
        """(base_count,) bool: vertices inside the hem, of those before splitting."""
        return self.pattern.field[: self.pattern.base_count] > 0


def whole_pattern(faces: np.ndarray, canonical: np.ndarray, field: np.ndarray | None = None) -> Pattern:
    """A pattern that is drawn whole: no hem clips it. field: metres from its edge, where it has one."""
    ones = np.ones(len(canonical), np.float32)
    points = BodyPoints(canonical=canonical.astype(np.float32), along_arm=-0.2 * ones, arm=0 * ones)
    return Pattern(faces=faces, points=points, field=ones if field is None else field, clip=ones)


def split_at_hems(pattern: Pattern) -> Pattern:
    """The pattern with the triangles that a hem crosses split and the field asked again there: smooth hems."""
    if pattern.field_of is None or pattern.clip_of is None:
        return pattern
    for _ in range(HEM_SPLITS):
        clip, field = pattern.clip[pattern.faces], pattern.field[pattern.faces]
        crossed = (clip.max(1) > -HEM_BAND_M) & (clip.min(1) < HEM_BAND_M)
        crossed |= np.abs(field).min(1) < HEM_BAND_M
        if crossed.any():
            pattern = _split(pattern, pattern.field_of, pattern.clip_of, crossed)
    return pattern


def _split(pattern: Pattern, field_of: FieldOf, clip_of: ClipOf, chosen: np.ndarray) -> Pattern:
    faces = pattern.faces[chosen]
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    count = len(pattern.field)
    keys, place = np.unique(edges[:, 0] * count + edges[:, 1], return_inverse=True)
    one, other = keys // count, keys % count
    m01, m12, m20 = place.reshape(3, -1) + count

    def halved(values: np.ndarray) -> np.ndarray:
        return (0.5 * (values[one] + values[other])).astype(np.float32)

    points = pattern.points
    middle = BodyPoints(
        canonical=halved(points.canonical), along_arm=halved(points.along_arm), arm=halved(points.arm)
    )
    field = field_of(middle).astype(np.float32)
    clip = clip_of(middle, field).astype(np.float32)
    a, b, c = faces.T
    pieces = [
        np.stack(corners, 1) for corners in ((a, m01, m20), (m01, b, m12), (m20, m12, c), (m01, m12, m20))
    ]
    return replace(
        pattern,
        faces=np.concatenate([pattern.faces[~chosen], *pieces]),
        points=BodyPoints(
            canonical=np.concatenate([points.canonical, middle.canonical]),
            along_arm=np.concatenate([points.along_arm, middle.along_arm]),
            arm=np.concatenate([points.arm, middle.arm]),
        ),
        field=np.concatenate([pattern.field, field]),
        clip=np.concatenate([pattern.clip, clip]),
        parents=(*pattern.parents, np.stack([one, other])),
    )


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(N, 3) float32 unit normals, faces weighted by their area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    u, v = b - a, c - a
    across = (
        u[:, 1] * v[:, 2] - u[:, 2] * v[:, 1],
        u[:, 2] * v[:, 0] - u[:, 0] * v[:, 2],
        u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0],
    )
    corners = faces.T.ravel()
    count = len(vertices)
    sums = [np.bincount(corners, np.tile(part, 3), minlength=count) for part in across]
    return unit(np.stack(sums, axis=1)).astype(np.float32)


def fit_affine(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(4, 3) least-squares map with [source, 1] @ map = target."""
    homogeneous = np.concatenate([source, np.ones((len(source), 1))], axis=1).astype(np.float64)
    solved = np.linalg.solve(homogeneous.T @ homogeneous, homogeneous.T @ target.astype(np.float64))
    return np.asarray(solved, np.float32)


def apply_affine(points: np.ndarray, mapping: np.ndarray) -> np.ndarray:
    """(N, 3) points through a (4, 3) map."""
    return (points @ mapping[:3] + mapping[3]).astype(np.float32)


def link_vertices(faces: np.ndarray, count: int) -> sparse.csr_matrix:
    """(N, N) float32: 1 where an edge joins two vertices."""
    from scipy import sparse

    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    ones = np.ones(len(edges), np.float32)
    one_way = sparse.coo_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(count, count)).tocsr()
    return ((one_way + one_way.T) > 0).astype(np.float32)


def neighbour_average(links: sparse.csr_matrix) -> sparse.csr_matrix:
    """(N, N) float32: each row averages the neighbours."""
    from scipy import sparse

    degree = np.maximum(np.asarray(links.sum(1)).ravel(), 1)
    return (sparse.diags(1 / degree).astype(np.float32) @ links).tocsr()
