"""Moving a rig with torch: joint angles to bones, landmarks, sample points, centre of mass and overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from pipelines.pose.landmarks import FINGER_TIPS
from pipelines.pose.limits import SIDES
from pipelines.pose.rig import PoseRig
from pipelines.pose.skeleton import BONE, CHAIN, TOES, JointMap

SMALL = 1e-12  # under the root, so that the gradient of a zero rotation is finite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moved:
    """A batch of moved rigs: tensors, reference frame, metres."""

    rotations: Any  # (B, C, 3, 3) global
    heads: Any  # (B, C, 3)
    points: Any  # (B, 1 + C + L, 3): origin, bones, landmarks
    samples: Any  # (B, P, 3) sample points of the parts
    mass: Any  # (B, 3)


class RigTensors:
    """A rig's arrays as tensors, with the hand shapes of each pose of a batch."""

    def __init__(self, rig: PoseRig, hands: Sequence[tuple[str, str]]) -> None:
        import torch

        def tensor(array: np.ndarray) -> Any:
            return torch.tensor(array, dtype=torch.float32)

        self.torch = torch
        self.matrix, self.offset = tensor(rig.joints.matrix), tensor(rig.joints.offset)
        self.offsets = tensor(rig.offsets)
        self.levels = _tree_levels(rig.parents)
        order = [bone for level, _ in self.levels for bone in level]
        self.back_in_order = torch.tensor(np.argsort(order))
        # a landmark is a weighted mean of the places that bones carry it to: linear in rotations and heads
        self.landmark_weights = tensor(rig.landmark_weights)
        self.landmark_levers = tensor(rig.landmark_weights[:, :, None] * rig.landmark_offsets)
        self.mass_weights = tensor(rig.mass_weights)
        parts = rig.parts
        self.normals, self.distances = tensor(parts.normals), tensor(parts.distances)
        self.centers, self.radii = tensor(parts.centers), tensor(parts.radii)
        self.drivers = torch.tensor(parts.drivers)
        self.point_drivers = torch.tensor(parts.drivers[parts.point_part])
        self.tested, self.neighbour = torch.tensor(parts.tested), tensor(parts.neighbour)
        samples = np.tile(parts.points, (len(hands), 1, 1))
        tips = np.zeros((len(hands), len(SIDES) * len(FINGER_TIPS), 3))
        for row, shapes in enumerate(hands):
            for place, (shape, side) in enumerate(zip(shapes, SIDES, strict=True)):
                samples[row, parts.point_part == parts.names.index("hand" + side)] = rig.hand_points[
                    shape, side
                ]
                tips[row, 4 * place : 4 * place + 4] = rig.hand_tips[shape, side]
        self.samples, self.tips = tensor(samples), tensor(tips)
        first = 1 + len(CHAIN)
        self.tip_landmarks = [rig.points.index(tip + side) - first for side in SIDES for tip in FINGER_TIPS]
        self.tip_bones = [BONE["wrist" + side] for side in SIDES for _ in FINGER_TIPS]

    def overlap(self, moved: Moved) -> tuple[Any, Any, Any, Any]:
        """How deep sample points are inside foreign hulls: depth (n,), and for each its pose, point and part.

        Bounding spheres choose the few pairs that are looked at closely.
        """
        torch = self.torch
        rotations, heads = moved.rotations[:, self.drivers], moved.heads[:, self.drivers]
        with torch.no_grad():
            centers = (rotations @ self.centers[None, ..., None])[..., 0] + heads
            near = (torch.cdist(moved.samples, centers) < self.radii) & self.tested
            pose, point, part = torch.nonzero(near, as_tuple=True)
        local = ((moved.samples[pose, point] - heads[pose, part])[:, None] @ rotations[pose, part])[:, 0]
        outside = (local @ self.normals.T - self.distances[part]).amax(-1)
        return torch.relu(-outside), pose, point, part


def move_rig(tensors: RigTensors, angles: Any) -> Moved:
    """Joint angles (B, A) to a moved rig."""
    torch = tensors.torch
    vectors = torch.einsum("bn,fckn->fbck", angles, tensors.matrix) + tensors.offset[:, None]
    turns = exp(vectors)
    local = turns[0] @ turns[1] @ turns[2]
    rotations, heads = [local[:, :1]], [angles[:, None, :3]]
    for bones, parents in tensors.levels[1:]:
        above, place = rotations[-1][:, parents], heads[-1][:, parents]
        rotations.append(above @ local[:, bones])
        heads.append(place + (above @ tensors.offsets[bones][None, :, :, None])[..., 0])
    turned = torch.cat(rotations, 1)[:, tensors.back_in_order]
    placed = torch.cat(heads, 1)[:, tensors.back_in_order]
    landmarks = (
        torch.einsum("bcik,lck->bli", turned, tensors.landmark_levers) + tensors.landmark_weights @ placed
    )
    landmarks[:, tensors.tip_landmarks] = (turned[:, tensors.tip_bones] @ tensors.tips[..., None])[
        ..., 0
    ] + placed[:, tensors.tip_bones]
    drivers = tensors.point_drivers
    samples = (turned[:, drivers] * tensors.samples[:, :, None, :]).sum(-1) + placed[:, drivers]
    origin = torch.zeros_like(placed[:, :1])
    return Moved(
        rotations=turned,
        heads=placed,
        points=torch.cat([origin, placed, landmarks], 1),
        samples=samples,
        mass=(placed * tensors.mass_weights[None, :, None]).sum(1),
    )


def bone_rotations(joints: JointMap, angles: np.ndarray) -> dict[str, tuple[float, float, float]]:
    """The rotation vectors of a pose from its joint angles (A,), as a Pose carries them (without fingers)."""
    vectors = joints.matrix @ angles + joints.offset
    turns = (
        Rotation.from_rotvec(vectors[0]) * Rotation.from_rotvec(vectors[1]) * Rotation.from_rotvec(vectors[2])
    )
    named: dict[str, tuple[float, float, float]] = {}
    for bone, vector in zip(CHAIN, turns.as_rotvec(), strict=True):
        names = [toe + bone[-2:] for toe in TOES] if bone.startswith("toe") else [bone]
        for name in names:
            named[name] = (float(vector[0]), float(vector[1]), float(vector[2]))
    return named


def exp(vectors: Any) -> Any:
    """Rotation matrices (…, 3, 3) of rotation vectors (…, 3), differentiable at zero (Rodrigues)."""
    import torch

    square = (vectors * vectors).sum(-1, keepdim=True)[..., None] + SMALL
    angle = square.sqrt()
    x, y, z = vectors.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*vectors.shape[:-1], 3, 3)
    return torch.eye(3) + torch.sin(angle) / angle * cross + (1 - torch.cos(angle)) / square * (cross @ cross)


def _tree_levels(parents: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """The bones of each level of the tree, and where their parents stand within the level above."""
    levels: list[tuple[list[int], list[int]]] = [([0], [])]
    while True:
        above = levels[-1][0]
        bones = [bone for bone, parent in enumerate(parents) if parent in above]
        if not bones:
            return levels
        levels.append((bones, [above.index(parents[bone]) for bone in bones]))
