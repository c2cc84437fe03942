"""Short movements of an exported figure: idle, walk, turntable, wave, and a pose that is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.body.anny import AnnyBodyModel, rotation_matrices
from pipelines.figure.export.choices import ClipName
from pipelines.figure.export.skeleton import Skeleton
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.types import BodyParameters, Pose

STANDING, WAVING = "relaxed-stand", "waving-hello"
LEFT, BACK, UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)  # reference axes

BREATH_S, BREATH_DEG, HEAD_DEG = 4.0, 1.2, 2.5
TURN_S, TURN_STEPS = 8.0, 8
WAVE_S, WAVES, WAVE_DEG = 2.4, 3, 16.0
HOLD_S = 1.0
# A stride of one leg from heel strike to heel strike, degrees at eighths of it (after Perry, Gait Analysis, 1992).
STRIDE_S, STRIDE_STEPS = 1.1, 16
HIP_BENT = (27.0, 22.0, 8.0, -4.0, -11.0, -2.0, 20.0, 29.0)
KNEE_BENT = (5.0, 17.0, 9.0, 5.0, 10.0, 41.0, 59.0, 27.0)
FOOT_DOWN = (0.0, 5.0, -5.0, -9.0, -3.0, 17.0, 3.0, -1.0)
ARM_SWING_DEG, ARM_BACK_DEG, ELBOW_BENT_DEG, HIP_TURN_DEG = 20.0, -2.0, 14.0, 4.0


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

    def make(self, name: ClipName) -> Clip:
        """One of the clips."""
        if name == "turntable":
            return self._turntable()
        seconds, poses = {"idle": self._idle, "walk": self._walk, "wave": self._wave}[name]()
        return self._play(name, np.linspace(0, seconds, len(poses)), poses)

    def hold(self, pose: Pose) -> Clip:
        """A pose that is held."""
        return self._play("pose", np.array([0.0, HOLD_S]), [pose, pose])

    def _find(self, slug: str) -> Pose:
        return adapt_pose(load_library().find(slug), self._model, self._parameters)

    def _play(self, name: str, times: np.ndarray, poses: Sequence[Pose]) -> Clip:
        bodies = [self._model.build(self._parameters, pose) for pose in poses]
        return Clip(
            name=name,
            times=times.astype(np.float32),
            turns=_steady(np.stack([_quaternions(self._skeleton.turns(body)) for body in bodies])),
            hips=np.stack([body.joints[0] for body in bodies]).astype(np.float32),
        )

    def _turned(self, pose: Pose, *turns: tuple[str, tuple[float, float, float], float]) -> Pose:
        """The pose with bones turned further about axes of the room, by degrees."""
        for bone, axis, degrees in turns:
            at = self._model.bone_names.index(bone)
            frame = self._turn_of(pose, self._model.bone_parents[at])
            further = rotation_matrices(np.array(axis, np.float32) * np.float32(np.deg2rad(degrees)))
            local = frame.T @ further @ self._turn_of(pose, at)
            pose = replace(pose, rotations={**pose.rotations, bone: _vector(local)})
        return pose

    def _turn_of(self, pose: Pose, bone: int) -> np.ndarray:
        """(3, 3) how a bone is turned in the room; -1 stands for the room itself."""
        turn = np.eye(3, dtype=np.float32)
        while bone >= 0:
            own = pose.rotations.get(self._model.bone_names[bone], (0.0, 0.0, 0.0))
            turn = rotation_matrices(np.array(own, np.float32)) @ turn
            bone = self._model.bone_parents[bone]
        return turn

    def _idle(self) -> tuple[float, list[Pose]]:
        """Breathing: the chest rises and falls, the head looks about a little."""
        still = self._find(STANDING)
        poses = []
        for share in np.linspace(0, 1, 9):
            breath, glance = np.sin(2 * np.pi * share), np.sin(2 * np.pi * share + 0.8) - np.sin(0.8)
            poses.append(
                self._turned(
                    still,
                    ("spine02", LEFT, -BREATH_DEG * breath),
                    ("neck01", LEFT, BREATH_DEG * breath),
                    ("head", UP, HEAD_DEG * glance),
                )
            )
        return BREATH_S, poses

    def _wave(self) -> tuple[float, list[Pose]]:
        """The raised forearm to and fro."""
        still = self._find(WAVING)
        body = self._model.build(self._parameters, still)
        side = max((".L", ".R"), key=lambda ending: float(body.joint("wrist" + ending)[1]))
        shares = np.linspace(0, 1, 4 * WAVES + 1)
        return WAVE_S, [
            self._turned(still, ("lowerarm01" + side, BACK, WAVE_DEG * np.sin(2 * np.pi * WAVES * share)))
            for share in shares
        ]

    def _walk(self) -> tuple[float, list[Pose]]:
        """Two steps on the spot."""
        hands = self._find(STANDING)
        still = replace(
            hands,
            rotations={bone: turn for bone, turn in hands.rotations.items() if not bone.startswith(LEGS)},
        )
        poses = []
        for share in np.linspace(0, 1, STRIDE_STEPS + 1):
            turns: list[tuple[str, tuple[float, float, float], float]] = []
            swing = np.cos(2 * np.pi * share)  # 1 where the right heel strikes
            turns += [("root", UP, HIP_TURN_DEG * swing), ("spine02", UP, -2 * HIP_TURN_DEG * swing)]
            for side, late, sign in ((".R", 0.0, 1), (".L", 0.5, -1)):
                hip, knee, foot = (_at(table, share + late) for table in (HIP_BENT, KNEE_BENT, FOOT_DOWN))
                inwards = LEG_INWARDS_DEG * (1 if side == ".L" else -1)
                turns += [
                    ("upperleg01" + side, BACK, inwards),
                    ("upperleg01" + side, LEFT, -hip),
                    ("lowerleg01" + side, LEFT, knee),
                    ("foot" + side, LEFT, foot),
                    ("upperarm01" + side, LEFT, ARM_BACK_DEG + ARM_SWING_DEG * swing * sign),
                    ("lowerarm01" + side, LEFT, -ELBOW_BENT_DEG * (1 - 0.6 * swing * sign)),
                ]
            poses.append(self._turned(still, *turns))
        return STRIDE_S, poses

    def _turntable(self) -> Clip:
        """Once round, standing."""
        still = self._play("turntable", np.zeros(1), [self._find(STANDING)])
        angle = np.linspace(0, 2 * np.pi, TURN_STEPS + 1)
        turns = np.repeat(still.turns, len(angle), axis=0)
        round_y = np.stack([0 * angle, np.sin(angle / 2), 0 * angle, np.cos(angle / 2)], 1)
        turns[:, 0] = _multiply(round_y, turns[:, 0])
        return Clip(
            name="turntable",
            times=np.linspace(0, TURN_S, len(angle)).astype(np.float32),
            turns=_steady(turns).astype(np.float32),
            hips=np.repeat(still.hips * [0, 1, 0], len(angle), axis=0).astype(np.float32),
        )


LEGS = ("upperleg", "lowerleg", "foot", "toe", "pelvis", "root")
LEG_INWARDS_DEG = 4.0  # legs stand apart in the reference pose


def _at(table: tuple[float, ...], share: float) -> float:
    """The value of a table of one round, between its rows by a periodic cubic (Catmull and Rom)."""
    place = share % 1 * len(table)
    row, t = int(place), place - int(place)
    a, b, c, d = (table[(row + k) % len(table)] for k in (-1, 0, 1, 2))
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def _vector(matrix: np.ndarray) -> tuple[float, float, float]:
    from scipy.spatial.transform import Rotation

    x, y, z = Rotation.from_matrix(matrix.astype(np.float64)).as_rotvec()
    return float(x), float(y), float(z)


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
