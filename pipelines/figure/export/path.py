"""A path between poses: from each to the next and back to the first, a moment's rest in each.

Joints turn the short way, slowly at first and at the end. The lowest point stays on the floor, and the foot that stands
in both poses stays where it is, as far as both have it in one place; nothing else is solved in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.figure.curves import smoothstep
from pipelines.types import Body, BodyParameters, Pose

REST_SHARE = 0.35  # of the time from pose to pose
STANDS_M = 0.12  # a foot's joint no higher than this above the floor is that of a foot that stands
FEET = ("foot.L", "foot.R")


class PosePath:
    """The poses of one body on its way through some of them, again and again."""

    def __init__(self, model: AnnyBodyModel, parameters: BodyParameters, poses: Sequence[Pose]) -> None:
        self._model = model
        self._parameters = parameters
        self._poses = list(poses)
        standing = [model.build(parameters, replace(pose, root_m=None)) for pose in poses]
        self._feet = [_feet(body) for body in standing]
        self._lifts = [
            0.0 if pose.root_m is None else pose.root_m[2] - float(body.joint("root")[1])
            for pose, body in zip(poses, standing, strict=True)
        ]

    def pose_at(self, share: float) -> Pose:
        """The pose at a share 0..1 of one round."""
        place = share % 1 * len(self._poses)
        number, within = int(place), place - int(place)
        if within <= REST_SHARE:
            return self._poses[number]
        share = float(smoothstep(REST_SHARE, 1.0, np.array(within)))
        return self._between(number, (number + 1) % len(self._poses), share)

    def _between(self, first: int, second: int, share: float) -> Pose:
        before, after = self._poses[first], self._poses[second]
        turns = {
            bone: _turn(before.rotations.get(bone, ZERO), after.rotations.get(bone, ZERO), share)
            for bone in {**before.rotations, **after.rotations}
        }
        free = replace(before, rotations=turns, root_m=None)
        body = self._model.build(self._parameters, free)
        here, ends = _feet(body), (self._feet[first], self._feet[second])
        lift = (1 - share) * self._lifts[first] + share * self._lifts[second]
        stands = [foot for foot in range(len(FEET)) if max(end[foot, 1] for end in ends) < STANDS_M]
        moved = np.zeros(3)
        if stands and not lift:
            held = min(stands, key=lambda foot: float(np.linalg.norm(ends[0][foot] - ends[1][foot])))
            moved = (1 - share) * ends[0][held] + share * ends[1][held] - here[held]
        x, y, z = body.joint("root")
        return replace(free, root_m=(float(x + moved[0]), float(-z - moved[2]), float(y + lift)))


def _feet(body: Body) -> np.ndarray:
    """(2, 3) metres, world frame."""
    return np.stack([body.joint(foot) for foot in FEET]).astype(np.float64)


ZERO = (0.0, 0.0, 0.0)


def _turn(
    before: tuple[float, float, float], after: tuple[float, float, float], share: float
) -> tuple[float, float, float]:
    """The rotation vector that far on the short way from one to the other."""
    from scipy.spatial.transform import Rotation

    first = Rotation.from_rotvec(before)
    way = (first.inv() * Rotation.from_rotvec(after)).as_rotvec()
    x, y, z = (first * Rotation.from_rotvec(share * way)).as_rotvec()
    return float(x), float(y), float(z)
