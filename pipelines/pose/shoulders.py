"""Residuals of the shoulder: the cone that an upper arm can reach, and the rhythm of the shoulder blade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.pose.limits import INDEX, SIDES
from pipelines.pose.motion import Motion, Moved
from pipelines.pose.residuals import Rows, flat, turn_all
from pipelines.pose.rig import PoseRig
from pipelines.pose.skeleton import BONE

CONE_WEIGHT = 60.0
RHYTHM_WEIGHT = 200.0
# The cone, for a unit upper arm in the chest's frame: how far back, up and across the middle it points. They were set
# so that textbook ranges (pipelines.pose.limits) end about where the cone does.
BACK_MOST, BACK_LESS_PER_UP = 0.55, 0.4
ACROSS_MOST, ACROSS_LESS_PER_BACK, ACROSS_LEVEL = 0.75, 0.6, 0.32
ACROSS_RAISED, RAISED_FROM = 0.35, 0.6
# The collarbone lifts by this much for an arm raised overhead: a third of textbook scapular rotation.
LIFT_RAD, LIFT_FROM = np.radians(24), -0.35
AHEAD_RAD, AHEAD_FROM = np.radians(14), -0.35  # and goes forwards with an arm reached forwards
KINDS = 6  # four faces of the cone, two rhythms


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """Excesses (6, 2) of both sides, their slopes (6, 2, 3) by back, up and across, and the arms (2, 3)."""

    values: np.ndarray
    slopes: np.ndarray
    arms: np.ndarray


class Shoulders:
    """Both shoulders of a rig."""

    def __init__(self, rig: PoseRig) -> None:
        own = [rig.joints.directions["upperarm" + side] for side in SIDES]
        self._bones = np.array([BONE[bone] for bone, _ in own])
        self._own = np.array([vector for _, vector in own])
        self._middle = np.array([-1.0, 1.0])  # towards the middle of the body, by side
        self._up = np.array([INDEX["clavicle_up" + side] for side in SIDES])
        self._forward = np.array([INDEX["clavicle_forward" + side] for side in SIDES])
        weights = np.array([CONE_WEIGHT] * (KINDS - 2) + [RHYTHM_WEIGHT] * 2)
        self._scale = np.sqrt(2 * weights)[:, None]

    def see(self, moved: Moved) -> Reach:
        arms = turn_all(moved, self._bones, self._own)
        arm = arms @ moved.rotations[BONE["spine01"]]
        back, up, across = arm[:, 1], arm[:, 2], self._middle * arm[:, 0]
        low, lifted, ahead = up < RAISED_FROM, up > LIFT_FROM, back < AHEAD_FROM
        lift, forward = LIFT_RAD / (1 - LIFT_FROM), AHEAD_RAD
        values = np.array(
            [
                back - BACK_MOST + BACK_LESS_PER_UP * up,
                across - ACROSS_MOST,
                across - ACROSS_LEVEL + ACROSS_LESS_PER_BACK * back,
                across - ACROSS_RAISED - low * (RAISED_FROM - up),
                moved.angles[self._up] - lift * lifted * (up - LIFT_FROM),
                moved.angles[self._forward] - forward * ahead * (AHEAD_FROM - back),
            ]
        )
        slopes = np.zeros((KINDS, len(SIDES), 3))
        slopes[0, :, 0], slopes[0, :, 1] = 1, BACK_LESS_PER_UP
        slopes[1:4, :, 2] = 1
        slopes[2, :, 0] = ACROSS_LESS_PER_BACK
        slopes[3, :, 1] = low
        slopes[4, :, 1] = -lift * lifted
        slopes[5, :, 0] = forward * ahead
        met = values <= 0
        met[4:] = False  # a rhythm is kept both ways
        values[met], slopes[met] = 0.0, 0.0
        return Reach(values=values, slopes=slopes, arms=arms)

    def loss(self, seen: Reach) -> float:
        return 0.5 * float(((seen.values * self._scale) ** 2).sum())

    def rows(self, seen: Reach, moved: Moved, motion: Motion) -> Rows:
        chest = BONE["spine01"]
        turning = motion.of_directions(seen.arms, self._bones) - motion.of_directions(
            seen.arms, np.full(len(SIDES), chest)
        )
        turning = moved.rotations[chest].T @ turning  # (2, 3, A) across, back and up in the chest's frame
        by_reach = np.stack([turning[:, 1], turning[:, 2], self._middle[:, None] * turning[:, 0]], axis=1)
        jacobian = np.einsum("rsk,ska->rsa", seen.slopes, by_reach)
        for side in range(len(SIDES)):
            jacobian[4, side, self._up[side]] += 1
            jacobian[5, side, self._forward[side]] += 1
        return flat(seen.values * self._scale, jacobian * self._scale[:, :, None])
