"""Make assets/body/editor_mesh.npz: the vertices that the pose editor moves, and their faces.

    python -m pipelines.body.prepare_editor_mesh

Edges are collapsed onto one of their own ends, cheapest first, by the quadric error metric (Garland & Heckbert,
"Surface Simplification Using Quadric Error Metrics", 1997). So every vertex that stays is one of the body's own, with
its own skinning weights, on every body. Run by a developer, never by the studio.
"""

from __future__ import annotations

import heapq
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.bones import SIDES
from pipelines.types import BodyParameters, Pose

OUT = Path(__file__).parents[2] / "assets" / "body" / "editor_mesh.npz"
VERTICES = 3000
RIM_WEIGHT = 10.0  # how firmly the rims of openings keep their place
LEAST_TURN = 0.2  # cosine between a face's normals before and after: less would fold the surface
Face = tuple[int, int, int]


def main() -> None:
    """Write the asset."""
    model = open_anny()
    body = model.build(BodyParameters(), Pose(root_m=(0.0, 0.0, 0.0)))
    kept, faces = simplify(body.vertices.astype(np.float64), seen_faces(model), VERTICES)
    np.savez_compressed(OUT, vertices=kept.astype(np.uint16), faces=faces.astype(np.uint16))


def seen_faces(model: AnnyBodyModel) -> np.ndarray:
    """The faces (F, 3) of the skin and the eyes; what is inside the mouth is left out."""
    faces, count = model.faces, len(model.weights)
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    touching = sparse.coo_matrix((np.ones(len(sides)), (sides[:, 0], sides[:, 1])), shape=(count, count))
    _, part = connected_components(touching, directed=False)
    skin = np.bincount(part).argmax()
    is_eye = model.weights[:, [model.bone_names.index("eye" + side) for side in SIDES]].sum(1) > 0
    return np.asarray(faces[((part == skin) | is_eye)[faces[:, 0]]])


def simplify(vertices: np.ndarray, faces: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers (count,) of the vertices (V, 3) that stay, ascending, and faces (F, 3) between these, by their places."""
    mesh = _Mesh(vertices, faces)
    mesh.collapse_to(count)
    left = np.array(sorted({corner for face in mesh.faces.values() for corner in face}))
    place = {int(vertex): number for number, vertex in enumerate(left)}
    return left, np.array([[place[corner] for corner in mesh.faces[key]] for key in sorted(mesh.faces)])


class _Mesh:
    """A mesh whose edges are collapsed one after the other."""

    def __init__(self, vertices: np.ndarray, faces: np.ndarray) -> None:
        self.points = vertices
        self.faces: dict[int, Face] = {n: (int(a), int(b), int(c)) for n, (a, b, c) in enumerate(faces)}
        self.around: dict[int, set[int]] = {}
        for number, face in self.faces.items():
            for corner in face:
                self.around.setdefault(corner, set()).add(number)
        self.quadrics = np.zeros((len(vertices), 4, 4))
        self._add_quadrics()
        self.turn = dict.fromkeys(self.around, 0)  # raised when a vertex changes: older costs no longer count
        self.heap: list[tuple[float, int, int, int, int]] = []

    def collapse_to(self, count: int) -> None:
        for gone in list(self.around):
            self._offer(gone)
        while len(self.around) > count and self.heap:
            _, gone, kept, turn_gone, turn_kept = heapq.heappop(self.heap)
            if gone not in self.around or kept not in self.around:
                continue
            if (self.turn[gone], self.turn[kept]) != (turn_gone, turn_kept):
                continue
            if self._may_collapse(gone, kept):
                self._collapse(gone, kept)

    def neighbours(self, vertex: int) -> set[int]:
        return {corner for number in self.around[vertex] for corner in self.faces[number]} - {vertex}

    def _add_quadrics(self) -> None:
        sides: dict[tuple[int, int], list[int]] = {}
        for number, (a, b, c) in self.faces.items():
            normal = self._normal((a, b, c))
            area = float(np.linalg.norm(normal)) / 2
            if area > 0:
                self._add_plane((a, b, c), normal / (2 * area), area)
            for one, other in ((a, b), (b, c), (c, a)):
                sides.setdefault((min(one, other), max(one, other)), []).append(number)
        for (one, other), owners in sides.items():
            if len(owners) == 1:
                along = self.points[other] - self.points[one]
                across = np.cross(along, self._normal(self.faces[owners[0]]))
                length = float(np.linalg.norm(across))
                if length > 0:
                    self._add_plane((one, other), across / length, RIM_WEIGHT * float(along @ along))

    def _add_plane(self, corners: tuple[int, ...], normal: np.ndarray, weight: float) -> None:
        plane = np.append(normal, -normal @ self.points[corners[0]])
        for corner in corners:
            self.quadrics[corner] += weight * np.outer(plane, plane)

    def _normal(self, face: Face) -> np.ndarray:
        a, b, c = (self.points[corner] for corner in face)
        return np.asarray(np.cross(b - a, c - a))

    def _offer(self, vertex: int) -> None:
        """Put the cheaper direction of each of a vertex's edges on the heap."""
        for other in self.neighbours(vertex):
            ways = []
            for gone, kept in ((vertex, other), (other, vertex)):
                place = np.append(self.points[kept], 1.0)
                cost = float(place @ (self.quadrics[gone] + self.quadrics[kept]) @ place)
                ways.append((cost, gone, kept, self.turn[gone], self.turn[kept]))
            heapq.heappush(self.heap, min(ways))

    def _may_collapse(self, gone: int, kept: int) -> bool:
        """Whether the surface stays one: no third neighbour in common but those across the edge, no face folded."""
        shared = self.around[gone] & self.around[kept]
        if len(self.neighbours(gone) & self.neighbours(kept)) != len(shared):
            return False
        for number in self.around[gone] - shared:
            face = self.faces[number]
            a, b, c = (kept if corner == gone else corner for corner in face)
            before, after = self._normal(face), self._normal((a, b, c))
            size = float(np.linalg.norm(before) * np.linalg.norm(after))
            if size <= 0 or float(before @ after) < LEAST_TURN * size:
                return False
        return True

    def _collapse(self, gone: int, kept: int) -> None:
        bare = {gone}
        for number in list(self.around[gone]):
            face = self.faces[number]
            if kept in face:
                for corner in face:
                    self.around[corner].discard(number)
                bare |= {corner for corner in face if not self.around[corner]}
                del self.faces[number]
            else:
                a, b, c = (kept if corner == gone else corner for corner in face)
                self.faces[number] = (a, b, c)
                self.around[kept].add(number)
        for corner in bare:
            del self.around[corner]
        self.quadrics[kept] += self.quadrics[gone]
        self.turn[kept] += 1
        if kept in self.around:
            self._offer(kept)


if __name__ == "__main__":
    main()
