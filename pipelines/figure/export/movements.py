"""Short movements of a body as poses over time: idle, walk, turntable, wave. Each is a loop: it ends as it begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.body.anny import AnnyBodyModel, rotation_matrices
from pipelines.figure.export.choices import PATH, ClipName
from pipelines.figure.export.path import PosePath
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.types import BodyParameters, Pose, View

STANDING, WAVING = "relaxed-stand", "waving-hello"
Axis = tuple[float, float, float]
LEFT, BACK, UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)  # reference axes

BREATH_S, BREATH_STEPS, BREATH_DEG, HEAD_DEG = 4.0, 8, 1.2, 2.5
ON_PATH_S, ON_PATH_STEPS = 1.8, 12  # from pose to pose
TURN_S, TURN_STEPS, ROUND_DEG = 8.0, 8, 360.0
WAVE_S, WAVES, WAVE_DEG = 2.4, 3, 16.0
# A stride of one leg from heel strike to heel strike, degrees at eighths of it (after Perry, Gait Analysis, 1992).
STRIDE_S, STRIDE_STEPS = 1.1, 16
HIP_BENT = (27.0, 22.0, 8.0, -4.0, -11.0, -2.0, 20.0, 29.0)
KNEE_BENT = (5.0, 17.0, 9.0, 5.0, 10.0, 41.0, 59.0, 27.0)
FOOT_DOWN = (0.0, 5.0, -5.0, -9.0, -3.0, 17.0, 3.0, -1.0)
ARM_SWING_DEG, ARM_BACK_DEG, ELBOW_BENT_DEG, HIP_TURN_DEG = 20.0, -2.0, 14.0, 4.0
LEGS = ("upperleg", "lowerleg", "foot", "toe", "pelvis", "root")
LEG_INWARDS_DEG = 4.0  # legs stand apart in the reference pose


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyMovement:
    """A body over time. pose_at: the pose at a share 0..1 of its seconds, the same at 1 as at 0; steps: how many keys
    show it well; view: from where it is seen best; turns: whether the whole body goes round once, to its own left."""

    name: ClipName
    seconds: float
    steps: int
    pose_at: Callable[[float], Pose]
    view: View = "front"
    turns: bool = False

    def turn_at(self, share: float) -> float:
        """How far the whole body is turned beside its pose, degrees."""
        return ROUND_DEG * share if self.turns else 0.0


class MovementMaker:
    """Makes the movements of one body."""

    def __init__(self, model: AnnyBodyModel, parameters: BodyParameters) -> None:
        self._model = model
        self._parameters = parameters

    def make(self, name: ClipName, through: Sequence[str] = ()) -> BodyMovement:
        """One of the movements; through: the poses of a path. Raises UnknownName."""
        if name == PATH:
            return self._path(through)
        return {"idle": self._idle, "walk": self._walk, "wave": self._wave, "turntable": self._turntable}[
            name
        ]()

    def list_poses(self, movement: BodyMovement, frame_s: float) -> list[Pose]:
        """A pose for each frame of so many seconds, the last as the first; where the body is turned is in its root."""
        count = max(1, round(movement.seconds / frame_s))
        shares = [frame / count for frame in range(count + 1)]
        return [self.turn(movement.pose_at(share), ("root", UP, movement.turn_at(share))) for share in shares]

    def turn(self, pose: Pose, *turns: tuple[str, Axis, float]) -> Pose:
        """The pose with bones turned further about axes of the room, by degrees."""
        for bone, axis, degrees in turns:
            at = self._model.bone_names.index(bone)
            frame = self._turn_of(pose, self._model.bone_parents[at])
            further = rotation_matrices(np.array(axis, np.float32) * np.float32(np.deg2rad(degrees)))
            local = frame.T @ further @ self._turn_of(pose, at)
            pose = replace(pose, rotations={**pose.rotations, bone: _vector(local)})
        return pose

    def _find(self, slug: str) -> Pose:
        return adapt_pose(load_library().find(slug), self._model, self._parameters)

    def _turn_of(self, pose: Pose, bone: int) -> np.ndarray:
        """(3, 3) how a bone is turned in the room; -1 stands for the room itself."""
        turn = np.eye(3, dtype=np.float32)
        while bone >= 0:
            own = pose.rotations.get(self._model.bone_names[bone], (0.0, 0.0, 0.0))
            turn = rotation_matrices(np.array(own, np.float32)) @ turn
            bone = self._model.bone_parents[bone]
        return turn

    def _idle(self) -> BodyMovement:
        """Breathing: the chest rises and falls, the head looks about a little."""
        still = self._find(STANDING)

        def pose_at(share: float) -> Pose:
            breath, glance = np.sin(2 * np.pi * share), np.sin(2 * np.pi * share + 0.8) - np.sin(0.8)
            return self.turn(
                still,
                ("spine02", LEFT, -BREATH_DEG * breath),
                ("neck01", LEFT, BREATH_DEG * breath),
                ("head", UP, HEAD_DEG * glance),
            )

        return BodyMovement(name="idle", seconds=BREATH_S, steps=BREATH_STEPS, pose_at=pose_at)

    def _wave(self) -> BodyMovement:
        """The raised forearm to and fro."""
        still = self._find(WAVING)
        body = self._model.build(self._parameters, still)
        side = max((".L", ".R"), key=lambda ending: float(body.joint("wrist" + ending)[1]))

        def pose_at(share: float) -> Pose:
            swing = np.sin(2 * np.pi * WAVES * share)
            return self.turn(still, ("lowerarm01" + side, BACK, WAVE_DEG * swing))

        return BodyMovement(name="wave", seconds=WAVE_S, steps=4 * WAVES, pose_at=pose_at)

    def _walk(self) -> BodyMovement:
        """Two steps on the spot."""
        hands = self._find(STANDING)
        still = replace(
            hands,
            rotations={bone: turn for bone, turn in hands.rotations.items() if not bone.startswith(LEGS)},
        )

        def pose_at(share: float) -> Pose:
            turns: list[tuple[str, Axis, float]] = []
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
            return self.turn(still, *turns)

        return BodyMovement(
            name="walk", seconds=STRIDE_S, steps=STRIDE_STEPS, pose_at=pose_at, view="quarter"
        )

    def _path(self, through: Sequence[str]) -> BodyMovement:
        """From pose to pose and back to the first."""
        path = PosePath(self._model, self._parameters, [self._find(slug) for slug in through])
        return BodyMovement(
            name="path",
            seconds=ON_PATH_S * len(through),
            steps=ON_PATH_STEPS * len(through),
            pose_at=path.pose_at,
        )

    def _turntable(self) -> BodyMovement:
        """Once round, standing."""
        still = self._find(STANDING)
        return BodyMovement(
            name="turntable", seconds=TURN_S, steps=TURN_STEPS, pose_at=lambda share: still, turns=True
        )


def _at(table: tuple[float, ...], share: float) -> float:
    """The value of a table of one round, between its rows by a periodic cubic (Catmull and Rom)."""
    place = share % 1 * len(table)
    row, t = int(place), place - int(place)
    a, b, c, d = (table[(row + k) % len(table)] for k in (-1, 0, 1, 2))
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def _vector(matrix: np.ndarray) -> Axis:
    from scipy.spatial.transform import Rotation

    x, y, z = Rotation.from_matrix(matrix.astype(np.float64)).as_rotvec()
    return float(x), float(y), float(z)
