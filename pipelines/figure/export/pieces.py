"""Skinned pieces: the parts of a dressed figure as plain meshes, cut at their hems, with texture coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import unit
from pipelines.figure.export.unwrap import Corners, unwrap_body, unwrap_boxes
from pipelines.figure.mesh import BodyPoints, Part, Pattern

if TYPE_CHECKING:
    from scipy import sparse

LEAST_TRIANGLES = 4  # smaller shreds are left out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkinnedPiece:
    """A mesh of N vertices and F faces.

    vertices, normals (N, 3) world, metres; faces (F, 3); texture (N, 2) 0..1, v down, as glTF has it; points, field
    (N,): what its material asks for; mix (N, P): each vertex as a mean of the part's.
    """

    name: str
    part: Part
    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    texture: np.ndarray
    points: BodyPoints
    field: np.ndarray
    mix: sparse.csr_matrix

    def pick(self, rows: np.ndarray) -> SkinnedPiece:
        """The piece with only these faces (rows of `faces`), and the vertices that they use."""
        used, faces = np.unique(self.faces[rows], return_inverse=True)
        points = self.points
        return replace(
            self,
            vertices=self.vertices[used],
            normals=self.normals[used],
            faces=faces.reshape(-1, 3),
            texture=self.texture[used],
            points=BodyPoints(
                canonical=points.canonical[used], along_arm=points.along_arm[used], arm=points.arm[used]
            ),
            field=self.field[used],
            mix=self.mix[used],
        )


def cut_piece(
    name: str, part: Part, body: BodyMap, texture_of_body: tuple[np.ndarray, np.ndarray]
) -> SkinnedPiece | None:
    """The drawn side of a part's hems as a mesh; None where nothing of it is drawn.

    texture_of_body: texture coordinates (T, 2) and faces over them (F, 3) of the body's mesh.
    """
    from scipy import sparse

    pattern = part.pattern
    drawn = (pattern.clip[pattern.faces] > 0).any(1)
    if drawn.sum() < LEAST_TRIANGLES:
        return None
    faces = _close_cracks(pattern.faces[drawn], pattern)
    if is_of_body(part, body):
        corners = unwrap_body(faces, _ancestry(part), body.faces, texture_of_body)
    else:
        corners = unwrap_boxes(part.vertices, faces)
    mix, faces, texture = _cut_at_clip(corners, pattern.clip)
    count = len(pattern.field)
    shares = sparse.csr_matrix(
        (mix.shares.ravel(), mix.vertices.ravel(), np.arange(0, 2 * len(mix.shares) + 1, 2)),
        shape=(len(mix.shares), count),
    )
    shares.sum_duplicates()
    points = pattern.points
    piece = SkinnedPiece(
        name=name,
        part=part,
        vertices=shares @ part.vertices,
        normals=unit(shares @ part.normals).astype(np.float32),
        faces=faces,
        texture=texture,
        points=BodyPoints(
            canonical=shares @ points.canonical, along_arm=shares @ points.along_arm, arm=shares @ points.arm
        ),
        field=shares @ pattern.field,
        mix=shares,
    )
    return piece.pick(_solid(piece.vertices, faces))


def _close_cracks(faces: np.ndarray, pattern: Pattern) -> np.ndarray:
    """The faces, split too where a neighbour's corner lies amid an edge of theirs: it opens when the edge bends."""
    count = len(pattern.clip)
    one, other = (
        (np.concatenate(ends) for ends in zip(*pattern.parents, strict=True)) if pattern.parents else ((), ())
    )
    if not len(one):
        return faces
    keys = np.minimum(one, other).astype(np.int64) * count + np.maximum(one, other)
    order = np.argsort(keys)
    keys, middles = keys[order], (pattern.base_count + np.arange(len(one)))[order]
    while True:
        used = np.zeros(count, bool)
        used[faces] = True
        start, end = faces.astype(np.int64), np.roll(faces, -1, axis=1).astype(np.int64)
        wanted = np.minimum(start, end) * count + np.maximum(start, end)
        found = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
        open_at = (keys[found] == wanted) & used[middles[found]]
        rows = np.flatnonzero(open_at.any(1))
        if not len(rows):
            return faces
        edge = open_at[rows].argmax(1)
        middle = middles[found[rows, edge]]
        a, b, c = (faces[rows, (edge + k) % 3] for k in range(3))
        halves = [np.stack([a, middle, c], 1), np.stack([middle, b, c], 1)]
        faces = np.concatenate([np.delete(faces, rows, axis=0), *halves])


def is_of_body(part: Part, body: BodyMap) -> bool:
    """Whether a part is made of the body's own mesh."""
    return part.pattern.base_count == len(body.canonical)


def _ancestry(part: Part) -> sparse.csr_matrix:
    """(N, base_count) each vertex as a mean of those before the pattern was split."""
    from scipy import sparse

    made = sparse.identity(part.pattern.base_count, np.float32, format="csr")
    for one, other in part.pattern.parents:
        made = sparse.vstack([made, 0.5 * (made[one] + made[other])], format="csr")
    return made


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Mix:
    """New vertices between two old ones each: vertices (N, 2), shares (N, 2)."""

    vertices: np.ndarray
    shares: np.ndarray


def _cut_at_clip(corners: Corners, clip: np.ndarray) -> tuple[_Mix, np.ndarray, np.ndarray]:
    """Faces with what lies beyond the hem cut off: new vertices, faces over them, and texture coordinates."""
    source, faces, texture = corners.vertex, corners.faces, corners.texture
    value = clip[source].astype(np.float64)
    inside = value > 0
    number = inside[faces].sum(1)
    pieces = [faces[number == 3]]
    cuts: list[np.ndarray] = []

    def crossing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Numbers of the new vertices on the edges from an inner to an outer vertex, counted on from the old ones."""
        start = len(source) + sum(len(cut) for cut in cuts)
        cuts.append(np.stack([one, other], 1))
        return np.arange(start, start + len(one))

    for inner, triangles in ((1, faces[number == 1]), (2, faces[number == 2])):
        odd = inside[triangles] if inner == 1 else ~inside[triangles]
        turn = (odd.argmax(1)[:, None] + np.arange(3)) % 3
        a, b, c = np.take_along_axis(triangles, turn, 1).T  # a is the one on its own side
        if inner == 1:
            pieces.append(np.stack([a, crossing(a, b), crossing(a, c)], 1))
        else:
            ab, ac = crossing(b, a), crossing(c, a)
            pieces += [np.stack([ab, b, c], 1), np.stack([ab, c, ac], 1)]
    edges = np.concatenate(cuts)
    keys, place = np.unique(edges[:, 0] * len(source) + edges[:, 1], return_inverse=True)
    one, other = keys // len(source), keys % len(source)
    share = value[one] / (value[one] - value[other])
    old = np.arange(len(source))
    rename = np.concatenate([old, len(source) + place])
    mix = _Mix(
        vertices=np.concatenate([np.stack([source, source], 1), np.stack([source[one], source[other]], 1)]),
        shares=np.concatenate([np.full((len(source), 2), 0.5), np.stack([1 - share, share], 1)]).astype(
            np.float32
        ),
    )
    between = texture[one] * (1 - share[:, None]) + texture[other] * share[:, None]
    return mix, rename[np.concatenate(pieces)], np.concatenate([texture, between]).astype(np.float32)


def _solid(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Rows of the faces that have an area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.flatnonzero(np.linalg.norm(np.cross(b - a, c - a), axis=1) > LEAST_AREA_M2)


LEAST_AREA_M2 = 1e-11
