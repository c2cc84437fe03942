"""How like a pose on one body is to the same pose on another: by where its limbs point, so that size does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipelines.pose.limits import SIDES
from pipelines.types import Body

TRUNK_LIMBS = (("root", "spine01"), ("spine01", "neck01"), ("neck01", "head"))
ARM, LEG = ("upperarm01", "lowerarm01", "wrist"), ("upperleg01", "lowerleg01", "foot")  # heads of bones
ENDS = (("wrist", "finger3-1"), ("foot", "toe2-1"))
LIMBS = (
    *TRUNK_LIMBS,
    *((a + side, b + side) for a, b in ENDS for side in SIDES),
    *((a + side, b + side) for bones in (ARM, LEG) for a, b in pairwise(bones) for side in SIDES),
)
HINGES = tuple(
    (joint, LIMBS.index((upper + side, middle + side)), LIMBS.index((middle + side, lower + side)), side)
    for joint, (upper, middle, lower) in (("elbow", ARM), ("knee", LEG))
    for side in SIDES
)
# What still reads as the pose. Limbs that are copied to the heaviest build point up to 20° elsewhere already, as its
# joints lie elsewhere; arms around a thick trunk need about 35°. A kick instead of a raised knee is 80° and more.
TURN_MOST_DEG = 40.0
BEND_MOST_DEG = 25.0  # of a knee or an elbow


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far a pose has gone from what it was: the limb that turned most and the hinge whose bend changed most."""

    turn_deg: float
    limb: str
    bend_deg: float
    hinge: str

    @property
    def excess(self) -> float:
        """The worse of both as a share of what is allowed; up to 1 the pose is still itself."""
        return max(self.turn_deg / TURN_MOST_DEG, self.bend_deg / BEND_MOST_DEG)

    def __str__(self) -> str:
        return f"{self.limb} points {self.turn_deg:.0f}° elsewhere, {self.hinge} bends {self.bend_deg:.0f}° otherwise"


def limb_directions(body: Body) -> np.ndarray:
    """Where the limbs point, unit vectors (len(LIMBS), 3), turned so that the hips face one way."""
    hips = body.joint("upperleg01.L") - body.joint("upperleg01.R")
    yaw = np.arctan2(hips[2], hips[0])
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    limbs = np.stack([body.joint(end) - body.joint(start) for start, end in LIMBS]) @ turn.T
    return np.asarray(limbs / np.linalg.norm(limbs, axis=1)[:, None])


def find_drift(was: np.ndarray, now: np.ndarray) -> Drift:
    """How far the limbs' directions (see limb_directions) have gone."""
    turns = _angles_deg(was, now)
    bends = [
        abs(float(np.subtract(*(_angles_deg(limbs[[upper]], limbs[[lower]])[0] for limbs in (was, now)))))
        for _, upper, lower, _ in HINGES
    ]
    turned, bent = int(turns.argmax()), int(np.argmax(bends))
    return Drift(
        turn_deg=float(turns[turned]),
        limb=_name(LIMBS[turned]),
        bend_deg=bends[bent],
        hinge=HINGES[bent][0] + HINGES[bent][3],
    )


def _angles_deg(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(np.degrees(np.arccos(np.clip((first * second).sum(1), -1, 1))))


def _name(limb: Sequence[str]) -> str:
    return f"{limb[0]} to {limb[1]}"
