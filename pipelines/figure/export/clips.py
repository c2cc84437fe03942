"""Movements of an exported figure as the turns of its joints over time, and a pose that is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.figure.export.movements import BodyMovement
from pipelines.figure.export.skeleton import Skeleton
from pipelines.types import BodyParameters, Pose

HOLD_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """Joints over time: times (K,) seconds; turns (K, J, 4) quaternions x y z w against the parent; hips (K, 3) world
    metres, on a floor at 0."""

    name: str
    times: np.ndarray
    turns: np.ndarray
    hips: np.ndarray


class Choreographer:
    """Makes the clips of one body on one skeleton."""

    def __init__(self, model: AnnyBodyModel, parameters: BodyParameters, skeleton: Skeleton) -> None:
        self._model = model
        self._parameters = parameters
        self._skeleton = skeleton

    def play(self, movement: BodyMovement) -> Clip:
        """A movement as a clip of its name, its last key like its first."""
        shares = np.linspace(0, 1, movement.steps + 1)
        times = movement.seconds * shares
        if movement.turns:
            return self._go_round(movement, times, np.radians([movement.turn_at(share) for share in shares]))
        return self._play(movement.name, times, [movement.pose_at(share) for share in shares])

    def hold(self, pose: Pose) -> Clip:
        """A pose that is held."""
        return self._play("pose", np.array([0.0, HOLD_S]), [pose, pose])

    def _play(self, name: str, times: np.ndarray, poses: Sequence[Pose]) -> Clip:
        bodies = [self._model.build(self._parameters, pose) for pose in poses]
        return Clip(
            name=name,
            times=times.astype(np.float32),
            turns=_steady(np.stack([_quaternions(self._skeleton.turns(body)) for body in bodies])),
            hips=np.stack([body.joints[0] for body in bodies]).astype(np.float32),
        )

    def _go_round(self, movement: BodyMovement, times: np.ndarray, angles: np.ndarray) -> Clip:
        """The pose that a movement has throughout, the hips turned about the vertical by angles (K,), radians."""
        still = self._play(movement.name, np.zeros(1), [movement.pose_at(0.0)])
        turns = np.repeat(still.turns, len(angles), axis=0)
        round_y = np.stack([0 * angles, np.sin(angles / 2), 0 * angles, np.cos(angles / 2)], 1)
        turns[:, 0] = _multiply(round_y, turns[:, 0])
        return Clip(
            name=movement.name,
            times=times.astype(np.float32),
            turns=_steady(turns).astype(np.float32),
            hips=np.repeat(still.hips * [0, 1, 0], len(angles), axis=0).astype(np.float32),
        )


def _quaternions(matrices: np.ndarray) -> np.ndarray:
    """(N, 4) x y z w."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_matrix(matrices.astype(np.float64)).as_quat()


def _steady(turns: np.ndarray) -> np.ndarray:
    """Quaternions (K, J, 4) whose signs follow each other: the short way from key to key."""
    turns = turns.astype(np.float32).copy()
    for key in range(1, len(turns)):
        flip = (turns[key] * turns[key - 1]).sum(-1) < 0
        turns[key][flip] *= -1
    return turns


def _multiply(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    from scipy.spatial.transform import Rotation

    return (Rotation.from_quat(one) * Rotation.from_quat(other)).as_quat()
