"""The free body in torch: the numbers of pipelines.body.anny, differentiable, for all vertices or for a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.body.anny_data import ANCHORS, PHENOTYPES, AnnyData

SQUARE_EPSILON = 1e-12  # keeps the gradient of a zero rotation finite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TorchShape:
    """A body at rest: tensors, reference frame, metres."""

    vertices: Any  # (V, 3)
    joints: Any  # (B, 3)
    turns: Any  # (B, 3, 3) from each bone's rest to its reference orientation; carries no gradient


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TorchBody:
    """A posed body: tensors, reference frame, metres."""

    vertices: Any  # (V, 3)
    joints: Any  # (B, 3)
    rotations: Any  # (B, 3, 3) global turns since the reference pose


class AnnyTorch:
    """The forward pass in float32. Importing torch is left to whoever constructs one."""

    def __init__(
        self,
        data: AnnyData,
        local_names: Sequence[str] = (),
        vertex_index: np.ndarray | None = None,
        bones: Sequence[str] | None = None,
    ) -> None:
        """`local_names`: the local changes that `shape` takes; `vertex_index` (N,): the vertices to compute, None
        for all; `bones`: the bones that `pose` turns, None for all. Raises ValueError for an unknown name."""
        import torch

        self._torch = torch
        self.local_names = tuple(local_names)
        self.vertex_index = np.arange(len(data.template_vertices)) if vertex_index is None else vertex_index
        rows = [row for name in self.local_names for row in data.local_rows(name)]
        picked = self.vertex_index
        local = np.zeros((len(rows), len(picked), 3), np.float32)
        for place, row in enumerate(rows):
            local[place] = data.local_shape(row)[picked]
        self._vertices = _Blend(data.template_vertices[picked], data.basis_vertices[:, picked], local)
        self._joints = _Blend(data.template_heads, data.basis_heads, data.local_heads[rows])
        self._orientations = _Blend(
            data.template_orientations, data.basis_orientations, data.local_orientations[rows]
        )
        self._masks = torch.tensor(data.variation_masks) > 0
        self._projection = torch.tensor(data.variation_projection)
        order = [variation for name in PHENOTYPES for variation, _ in ANCHORS[name]]
        self._order = torch.tensor([order.index(name) for name in data.variation_names])
        self._reference = torch.tensor(data.reference_orientations)
        self._weights = torch.tensor(data.weights[picked])
        self.bone_names = data.bone_names
        self.bones = tuple(data.bone_names if bones is None else bones)
        self._tree = _Tree(data.bone_parents, [data.bone_names.index(bone) for bone in self.bones])

    def shape(self, phenotypes: Any, local: Any) -> TorchShape:
        """The body at rest of phenotypes (6,), in the order of PHENOTYPES, 0..1, and local changes (L,), -1..1."""
        torch = self._torch
        variations = torch.cat(
            [
                _share(phenotypes[i], [place for _, place in ANCHORS[name]])
                for i, name in enumerate(PHENOTYPES)
            ]
        )[self._order]
        products = torch.where(self._masks, variations[None], variations.new_ones(())).prod(1)
        basis = products @ self._projection
        sides = torch.stack([local.clamp(min=0), (-local).clamp(min=0)], 1).reshape(-1)
        with torch.no_grad():
            turns = self._reference @ _nearest_rotations(self._orientations.at(basis, sides)).transpose(1, 2)
            turns[0] = torch.eye(3)  # the root is never turned by the shape
        return TorchShape(
            vertices=self._vertices.at(basis, sides), joints=self._joints.at(basis, sides), turns=turns
        )

    def pose(self, shape: TorchShape, rotations: Any, root: Any) -> TorchBody:
        """That body with rotation vectors (len(bones), 3) in radians, as in types.Pose, and its root at (3,) metres."""
        torch = self._torch
        total = self._tree.turn(rotation_matrices(rotations))
        carried = total @ shape.turns
        parents = self._tree.parents
        steps = shape.joints[1:] - shape.joints[parents[1:]]
        steps = (carried[parents[1:]] @ steps[:, :, None])[:, :, 0]
        joints = self._tree.ancestry @ torch.cat([root[None], steps])
        shift = joints - (carried @ shape.joints[:, :, None])[:, :, 0]
        blend = self._weights @ torch.cat([carried.reshape(-1, 9), shift], 1)
        linear, shift = blend[:, :9].reshape(-1, 3, 3), blend[:, 9:]
        vertices = (linear * shape.vertices[:, None, :]).sum(2) + shift
        return TorchBody(vertices=vertices, joints=joints, rotations=total)


class _Blend:
    """template + basis weights x basis + local weights x local, over arrays of any one shape."""

    def __init__(self, template: np.ndarray, basis: np.ndarray, local: np.ndarray) -> None:
        import torch

        rows = np.concatenate([basis, local]).reshape(len(basis) + len(local), -1)
        self._template = torch.tensor(template)
        self._rows = torch.tensor(rows)

    def at(self, basis: Any, sides: Any) -> Any:
        import torch

        return self._template + (torch.cat([basis, sides]) @ self._rows).reshape(self._template.shape)


class _Tree:
    """The skeleton as index tensors: which bones turn, and who carries whom."""

    def __init__(self, parents: Sequence[int], turning: Sequence[int]) -> None:
        import torch

        count = len(parents)
        self.parents = torch.tensor([max(parent, 0) for parent in parents])
        ancestry = np.eye(count, dtype=np.float32)
        carrier = [-1] * count  # the nearest turning bone at or above each bone
        self._steps: list[
            tuple[int, int]
        ] = []  # (place in `turning`, place of the one that carries it, or -1)
        place = {bone: i for i, bone in enumerate(turning)}
        for bone, parent in enumerate(parents):  # parents come before their children
            above = carrier[parent] if parent >= 0 else -1
            if parent >= 0:
                ancestry[bone] += ancestry[parent]
            carrier[bone] = place.get(bone, above)
            if bone in place:
                self._steps.append((place[bone], above))
        self.ancestry = torch.tensor(ancestry)
        self._carrier = torch.tensor(carrier) + 1  # 0: carried by nothing

    def turn(self, rotations: Any) -> Any:
        """Global turns (B, 3, 3) of the turning bones' own (len(turning), 3, 3)."""
        import torch

        done: dict[int, Any] = {}
        own = rotations.unbind(0)
        for bone, above in self._steps:
            done[bone] = own[bone] if above < 0 else done[above] @ own[bone]
        still = torch.eye(3, dtype=rotations.dtype)
        return torch.stack([still, *(done[i] for i in range(len(own)))])[self._carrier]


def rotation_matrices(vectors: Any) -> Any:
    """(N, 3, 3) rotations of rotation vectors (N, 3) in radians (Rodrigues)."""
    import torch

    square = (vectors**2).sum(1)[:, None, None] + SQUARE_EPSILON
    angle = square.sqrt()
    x, y, z = vectors.unbind(1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], 1).reshape(-1, 3, 3)
    return torch.eye(3) + angle.sin() / angle * cross + (1 - angle.cos()) / square * (cross @ cross)


def _share(value: Any, places: Sequence[float]) -> Any:
    """How much each variation takes part at a value, (len(places),): linear between anchors, clamped outside."""
    import torch

    value = value.clamp(places[0], places[-1])
    shares = []
    for i, place in enumerate(places):
        rising = (value - places[i - 1]) / (place - places[i - 1]) if i else torch.ones_like(value)
        falling = (
            (places[i + 1] - value) / (places[i + 1] - place)
            if i + 1 < len(places)
            else torch.ones_like(value)
        )
        shares.append(torch.minimum(rising, falling).clamp(0, 1))
    return torch.stack(shares)


def _nearest_rotations(matrices: Any) -> Any:
    """(B, 3, 3) rotations nearest to given matrices (orthogonal Procrustes, determinant +1)."""
    import torch

    left, _, right = torch.linalg.svd(matrices)
    sign = torch.linalg.det(left @ right).sign()
    left = torch.cat([left[:, :, :2], left[:, :, 2:] * sign[:, None, None]], 2)
    return left @ right
