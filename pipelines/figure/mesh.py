"""Meshes of the figure: parts, normals, and the splitting of triangles that a hem crosses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.curves import unit

if TYPE_CHECKING:
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
class Part:
    """One piece of the figure.

    vertices, normals (N, 3) world frame; faces (F, 3) int64, outward counter-clockwise; points: where on the
    canonical body each vertex is; field (N,): signed metres from the nearest hem, positive inside the cloth;
    clip (N,): what is drawn, where positive; layer: how far out it lies when two pieces touch;
    field_of, clip_of: ask both again at any point; turn (3, 3): canonical directions to world, for hair;
    parents: for each round of splitting, the two vertices (2, n) that each new vertex lies between.
    """

    name: str
    material: Material
    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    points: BodyPoints
    field: np.ndarray
    clip: np.ndarray
    layer: float = 0.0
    two_sided: bool = False
    field_of: FieldOf | None = None
    clip_of: ClipOf | None = None
    turn: np.ndarray | None = None
    parents: tuple[np.ndarray, ...] = ()

    @property
    def base_count(self) -> int:
        """How many vertices it had before it was split."""
        return len(self.vertices) - sum(pair.shape[1] for pair in self.parents)

    def inherit(self, values: np.ndarray) -> np.ndarray:
        """Values (base_count,) at the first vertices, carried on to those that splitting added."""
        for pair in self.parents:
            values = np.concatenate([values, 0.5 * (values[pair[0]] + values[pair[1]])])
        return values


def plain_part(
    name: str,
    material: Material,
    vertices: np.ndarray,
    faces: np.ndarray,
    canonical: np.ndarray,
    *,
    layer: float = 0.0,
    two_sided: bool = False,
    turn: np.ndarray | None = None,
) -> Part:
    """A part that is drawn whole: no hem clips it."""
    whole = np.ones(len(vertices), np.float32)
    off_arm = np.full(len(vertices), -0.2, np.float32)
    return Part(
        name=name,
        material=material,
        vertices=vertices.astype(np.float32),
        normals=vertex_normals(vertices, faces),
        faces=faces,
        points=BodyPoints(canonical=canonical.astype(np.float32), along_arm=off_arm, arm=off_arm * 0),
        field=whole,
        clip=whole,
        layer=layer,
        two_sided=two_sided,
        turn=turn,
    )


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(N, 3) float32 unit normals, faces weighted by their area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    corners = faces.T.ravel()
    count = len(vertices)
    sums = [np.bincount(corners, np.tile(across[:, axis], 3), minlength=count) for axis in range(3)]
    return unit(np.stack(sums, axis=1)).astype(np.float32)


def split_at_hems(part: Part) -> Part:
    """Split the triangles that a hem crosses and ask the field again there, so that hems stay smooth curves."""
    if part.field_of is None or part.clip_of is None:
        return part
    for _ in range(HEM_SPLITS):
        clip, field = part.clip[part.faces], part.field[part.faces]
        crossed = (clip.max(1) > -HEM_BAND_M) & (clip.min(1) < HEM_BAND_M)
        crossed |= np.abs(field).min(1) < HEM_BAND_M
        if crossed.any():
            part = _split(part, crossed)
    return part


def _split(part: Part, chosen: np.ndarray) -> Part:
    faces = part.faces[chosen]
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    count = len(part.vertices)
    keys, place = np.unique(edges[:, 0] * count + edges[:, 1], return_inverse=True)
    one, other = keys // count, keys % count
    m01, m12, m20 = place.reshape(3, -1) + count

    def halved(values: np.ndarray) -> np.ndarray:
        return (0.5 * (values[one] + values[other])).astype(np.float32)

    points = part.points
    middle = BodyPoints(
        canonical=halved(points.canonical), along_arm=halved(points.along_arm), arm=halved(points.arm)
    )
    assert part.field_of is not None
    assert part.clip_of is not None
    field = part.field_of(middle).astype(np.float32)
    clip = part.clip_of(middle, field).astype(np.float32)
    a, b, c = faces.T
    pieces = [
        np.stack(corners, 1) for corners in ((a, m01, m20), (m01, b, m12), (m20, m12, c), (m01, m12, m20))
    ]
    return replace(
        part,
        vertices=np.concatenate([part.vertices, halved(part.vertices)]),
        normals=np.concatenate([part.normals, halved(part.normals)]),
        faces=np.concatenate([part.faces[~chosen], *pieces]),
        points=BodyPoints(
            canonical=np.concatenate([points.canonical, middle.canonical]),
            along_arm=np.concatenate([points.along_arm, middle.along_arm]),
            arm=np.concatenate([points.arm, middle.arm]),
        ),
        field=np.concatenate([part.field, field]),
        clip=np.concatenate([part.clip, clip]),
        parents=(*part.parents, np.stack([one, other])),
    )


def fit_affine(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(4, 3) least-squares map with [source, 1] @ map = target."""
    homogeneous = np.concatenate([source, np.ones((len(source), 1))], axis=1)
    solved = np.linalg.lstsq(homogeneous.astype(np.float64), target.astype(np.float64), rcond=None)[0]
    return np.asarray(solved, np.float32)


def apply_affine(points: np.ndarray, mapping: np.ndarray) -> np.ndarray:
    """(N, 3) points through a (4, 3) map."""
    return (points @ mapping[:3] + mapping[3]).astype(np.float32)
