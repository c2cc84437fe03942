"""Moving a rig: joint angles to bones, surface points, sample points and overlaps, and how each angle moves them.

A joint angle turns everything below its bone about one axis in space: with the axis w and a point m of it moment,
the velocity of a point p is w x p + m (a twist). So the derivative of any point is a cross product, and nothing has
to be derived through the chain of bones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from pipelines.pose.limits import ANGLES, SIDES
from pipelines.pose.rig import PoseRig
from pipelines.pose.skeleton import BONE, CHAIN, FACTORS, TOES, JointMap
from pipelines.pose.surface_points import FINGER_TIPS

SMALL_RAD2 = 1e-12  # added to squared angles, so that nothing is divided by zero
ROOT_PLACES = 3  # the first angles are the root's place
# OpenBLAS uses threads from 262,144 products of numbers on, from 9,216 where a matrix meets a vector.
SHARED_FROM, SHARED_FROM_VECTOR = 250_000, 9_000
WORLD = -1  # in place of a bone: the world, which nothing turns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turns:
    """Which angle turns which bone, T of them: one for each angle, bone and factor of its rotation, by angle.

    starts: the first turn of each angle but the root's places, which turn nothing.
    """

    factors: np.ndarray  # (T,)
    bones: np.ndarray  # (T,)
    axes: np.ndarray  # (T, 3) in the axes of the factor
    below: (
        np.ndarray
    )  # (T, C + 1) 1 where a turn carries a bone; the last column is the world, which none carries
    starts: np.ndarray  # (A - 3,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moved:
    """A moved rig: reference frame, metres."""

    angles: np.ndarray  # (A,)
    factors: np.ndarray  # (3, C, 3, 3) of each bone's own rotation
    vectors: np.ndarray  # (3, C, 3) and their rotation vectors
    rotations: np.ndarray  # (C + 1, 3, 3) global; the last is the world's
    heads: np.ndarray  # (C, 3)
    points: np.ndarray  # (N, 3)
    samples: np.ndarray  # (P, 3) sample points of the parts


class Mover:
    """Moves one rig with two hand shapes.

    Points are numbered as in rig.points, then come those of `blends`: weighted means of these, and of bone heads.
    """

    def __init__(self, rig: PoseRig, hands: tuple[str, str], blends: np.ndarray | None = None) -> None:
        """`blends` (n, N) weights on rig.points."""
        blends = np.zeros((0, len(rig.points))) if blends is None else blends
        self.rig = rig
        self.turns = _list_turns(rig)
        self._matrix = rig.joints.matrix.reshape(-1, len(ANGLES))
        self._levels = _tree_levels(rig.parents)
        weights, levers = _point_levers(rig, hands)
        self.weights = np.concatenate([weights, blends @ weights])
        self.levers = np.concatenate([levers, np.einsum("bn,nck->bck", blends, levers)])
        self._flat_levers = self.levers.reshape(len(self.levers), -1)
        self.samples = rig.parts.points.copy()
        for shape, side in zip(hands, SIDES, strict=True):
            self.samples[rig.parts.point_part == rig.parts.names.index("hand" + side)] = rig.hand_points[
                shape, side
            ]
        self.sample_bones = rig.parts.drivers[rig.parts.point_part]

    def move(self, angles: np.ndarray) -> Moved:
        """Joint angles (A,) to a moved rig."""
        offset = self.rig.joints.offset
        vectors = multiply(self._matrix, angles).reshape(offset.shape) + offset
        factors = rotation_matrices(vectors)
        local = factors[0] @ factors[1] @ factors[2]
        rotations = np.empty((len(CHAIN) + 1, 3, 3))
        heads = np.empty((len(CHAIN), 3))
        rotations[-1] = np.eye(3)
        rotations[0], heads[0] = local[0], angles[:ROOT_PLACES]
        for bones, parents in self._levels:
            above = rotations[parents]
            rotations[bones] = above @ local[bones]
            heads[bones] = heads[parents] + (above @ self.rig.offsets[bones][:, :, None])[:, :, 0]
        turned = rotations[:-1].transpose(0, 2, 1).reshape(-1, 3)
        return Moved(
            angles=angles,
            factors=factors,
            vectors=vectors,
            rotations=rotations,
            heads=heads,
            points=self._flat_levers @ turned + self.weights @ heads,
            samples=(rotations[self.sample_bones] * self.samples[:, None, :]).sum(-1)
            + heads[self.sample_bones],
        )

    def motion(self, moved: Moved) -> Motion:
        """How the angles move this rig where it is."""
        return Motion(self, moved)


class Motion:
    """Derivatives of a moved rig by its angles."""

    def __init__(self, mover: Mover, moved: Moved) -> None:
        self._mover, self._moved, turns = mover, moved, mover.turns
        self._below = turns.below
        local = left_jacobians(moved.vectors[turns.factors, turns.bones]) @ turns.axes[:, :, None]
        parents = np.array(mover.rig.parents)[turns.bones]
        for factor in range(FACTORS - 1, 0, -1):
            later = turns.factors >= factor
            local[later] = moved.factors[factor - 1, turns.bones[later]] @ local[later]
        self.axes = (moved.rotations[parents] @ local)[:, :, 0]  # (T, 3)
        self.moments = cross(moved.heads[turns.bones], self.axes)  # (T, 3)

    def of_points(self, ids: np.ndarray) -> np.ndarray:
        """(n, 3, A) derivatives of points of those numbers."""
        mover, moved = self._mover, self._moved
        weights = mover.weights[ids]
        carried = (moved.rotations[:-1] @ mover.levers[ids].transpose(1, 2, 0)).transpose(0, 2, 1)
        carried += weights.T[:, :, None] * moved.heads[:, None]  # (C, n, 3)
        below = self._below[:, :-1]
        places = multiply(below, carried.reshape(len(CHAIN), 3 * len(ids))).reshape(len(below), len(ids), 3)
        rows = cross(self.axes[:, None], places) + (below @ weights.T)[:, :, None] * self.moments[:, None]
        whole = self._by_angle(rows)
        whole[:, :, :ROOT_PLACES] += weights.sum(1)[:, None, None] * np.eye(3)
        return whole

    def of_directions(self, vectors: np.ndarray, bones: np.ndarray) -> np.ndarray:
        """(n, 3, A) derivatives of vectors (n, 3) that bones carry; WORLD carries none."""
        return self._by_angle(cross(self.axes[:, None], vectors) * self._below[:, bones][:, :, None])

    def of_gaps(
        self, points: np.ndarray, normals: np.ndarray, bones: np.ndarray, against: np.ndarray
    ) -> np.ndarray:
        """(n, A) derivatives of points (n, 3) on bones, along normals (n, 3) that other bones or WORLD carry."""
        along = self.axes @ cross(points, normals).T + self.moments @ normals.T
        rows = self._by_angle(along * (self._below[:, bones] - self._below[:, against]))
        rows[:, :ROOT_PLACES] += normals * (against == WORLD)[:, None]
        return rows

    def _by_angle(self, rows: np.ndarray) -> np.ndarray:
        """Derivatives (T, …) by turns to (…, A) by angles: the turns of an angle add up."""
        whole = np.zeros((len(ANGLES), *rows.shape[1:]))
        whole[ROOT_PLACES:] = np.add.reduceat(rows, self._mover.turns.starts, axis=0)
        return np.moveaxis(whole, 0, -1)


def bone_rotations(joints: JointMap, angles: np.ndarray) -> dict[str, tuple[float, float, float]]:
    """The rotation vectors of a pose from its joint angles (A,), as a Pose carries them (without fingers)."""
    vectors = joints.matrix @ angles + joints.offset
    rotation = scipy.spatial.transform.Rotation.from_rotvec
    turns = rotation(vectors[0]) * rotation(vectors[1]) * rotation(vectors[2])
    named: dict[str, tuple[float, float, float]] = {}
    for bone, vector in zip(CHAIN, turns.as_rotvec(), strict=True):
        names = [toe + bone[-2:] for toe in TOES] if bone.startswith("toe") else [bone]
        for name in names:
            named[name] = (float(vector[0]), float(vector[1]), float(vector[2]))
    return named


def multiply(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The product of a matrix and a matrix or vector, in pieces so small that no BLAS shares them among threads.

    It would wait for its threads longer than it works, and the last digits would depend on how many there are.
    """
    rows = max(1, (SHARED_FROM if second.ndim > 1 else SHARED_FROM_VECTOR) // max(second.size, 1))
    if rows >= len(first):
        return np.asarray(first @ second)
    return np.concatenate([first[start : start + rows] @ second for start in range(0, len(first), rows)])


def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cross products (…, 3); numpy's own is several times slower on few vectors."""
    a, b, c = first[..., 0], first[..., 1], first[..., 2]
    x, y, z = second[..., 0], second[..., 1], second[..., 2]
    return np.stack([b * z - c * y, c * x - a * z, a * y - b * x], axis=-1)


def cross_matrices(vectors: np.ndarray) -> np.ndarray:
    """(…, 3, 3) matrices that do what v x does."""
    matrices = np.zeros((*vectors.shape, 3))
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    matrices[..., 0, 1], matrices[..., 0, 2], matrices[..., 1, 2] = -z, y, -x
    matrices[..., 1, 0], matrices[..., 2, 0], matrices[..., 2, 1] = z, -y, x
    return matrices


def rotation_matrices(vectors: np.ndarray) -> np.ndarray:
    """Rotation matrices (…, 3, 3) of rotation vectors (…, 3) (Rodrigues)."""
    square = (vectors * vectors).sum(-1)[..., None, None] + SMALL_RAD2
    angle = np.sqrt(square)
    turn = cross_matrices(vectors)
    return np.eye(3) + np.sin(angle) / angle * turn + (1 - np.cos(angle)) / square * (turn @ turn)


def left_jacobians(vectors: np.ndarray) -> np.ndarray:
    """(…, 3, 3) J with exp(v + d) = exp(J d) exp(v) for a small d (Barfoot, State Estimation for Robotics, 7.1.4)."""
    square = (vectors * vectors).sum(-1)[..., None, None] + SMALL_RAD2
    angle = np.sqrt(square)
    turn = cross_matrices(vectors)
    first, second = (1 - np.cos(angle)) / square, (angle - np.sin(angle)) / (square * angle)
    return np.eye(3) + first * turn + second * (turn @ turn)


def _point_levers(rig: PoseRig, hands: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (N, C) and weighted levers (N, C, 3) of rig.points: a point is a weighted mean of the places that bones
    carry it to, linear in rotations and heads. Finger tips belong to the wrist, in the hand's shape."""
    first = 1 + len(CHAIN)
    weights = np.zeros((len(rig.points), len(CHAIN)))
    levers = np.zeros((len(rig.points), len(CHAIN), 3))
    weights[1:first] = np.eye(len(CHAIN))
    weights[first:] = rig.surface_weights
    levers[first:] = rig.surface_weights[:, :, None] * rig.surface_offsets
    for shape, side in zip(hands, SIDES, strict=True):
        wrist = BONE["wrist" + side]
        for tip, place in zip(FINGER_TIPS, rig.hand_tips[shape, side], strict=True):
            row = rig.points.index(tip + side)
            weights[row], levers[row] = 0.0, 0.0
            weights[row, wrist], levers[row, wrist] = 1.0, place
    return weights, levers


def _list_turns(rig: PoseRig) -> Turns:
    matrix = rig.joints.matrix
    angles, factors, bones = np.nonzero(np.abs(matrix).sum(2).transpose(2, 0, 1))
    below = np.zeros((len(angles), len(CHAIN) + 1))
    for bone in range(len(CHAIN)):
        above = bone
        while above >= 0:
            below[bones == above, bone] = 1
            above = rig.parents[above]
    return Turns(
        factors=factors,
        bones=bones,
        axes=matrix[factors, bones, :, angles],
        below=below,
        starts=np.searchsorted(angles, np.arange(ROOT_PLACES, len(ANGLES))),
    )


def _tree_levels(parents: tuple[int, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The bones of each level of the tree below the root, and their parents."""
    levels: list[tuple[np.ndarray, np.ndarray]] = []
    above = [0]
    while True:
        bones = [bone for bone, parent in enumerate(parents) if parent in above]
        if not bones:
            return levels
        levels.append((np.array(bones), np.array([parents[bone] for bone in bones])))
        above = bones
