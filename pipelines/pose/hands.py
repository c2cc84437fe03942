"""Hand shapes: how far each finger bends, spreads, and where the thumb goes; and the rotations they mean.

Angles in degrees from the reference hand, which is itself slightly open. They were set by looking at them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from pipelines.pose.limits import SIDES
from pipelines.pose.skeleton import hand_axes, unit

SPREAD_PER_FINGER = (1.2, 0.1, -0.9, -2.0)  # index to little: how much of the spread each takes
Bend = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandShape:
    """Bend of the three joints of each finger, from the palm outwards; spread of the fingers; the thumb.

    thumb: away from the index finger in the plane of the palm, across the palm, bend of its two end joints.
    """

    index: Bend
    middle: Bend
    ring: Bend
    little: Bend
    spread: float
    thumb: Bend


HAND_SHAPES = {
    "relaxed": HandShape(
        index=(14, 18, 10),
        middle=(20, 26, 13),
        ring=(25, 32, 16),
        little=(28, 34, 17),
        spread=-8,
        thumb=(-24, 8, 16),
    ),
    "soft": HandShape(
        index=(2, 10, 6),
        middle=(12, 18, 10),
        ring=(16, 22, 12),
        little=(8, 16, 10),
        spread=-5,
        thumb=(-16, 10, 12),
    ),
    "flat": HandShape(
        index=(-6, -4, -4),
        middle=(-6, -4, -4),
        ring=(-6, -4, -4),
        little=(-6, -4, -4),
        spread=-9,
        thumb=(-18, 0, 0),
    ),
    "open": HandShape(
        index=(-8, 2, 0), middle=(-4, 4, 2), ring=(-4, 6, 4), little=(-8, 4, 2), spread=1, thumb=(4, 0, -4)
    ),
    "spread": HandShape(
        index=(-10, -6, -4),
        middle=(-8, -6, -4),
        ring=(-10, -6, -4),
        little=(-14, -6, -4),
        spread=11,
        thumb=(22, 0, -8),
    ),
    "fist": HandShape(
        index=(76, 92, 55),
        middle=(80, 95, 55),
        ring=(82, 95, 55),
        little=(82, 92, 55),
        spread=-6,
        thumb=(-36, -8, 50),
    ),
    "point": HandShape(
        index=(-6, -4, -2),
        middle=(78, 92, 55),
        ring=(82, 95, 55),
        little=(82, 92, 55),
        spread=-4,
        thumb=(-34, -8, 48),
    ),
    "grip": HandShape(
        index=(46, 60, 34),
        middle=(50, 64, 36),
        ring=(52, 66, 36),
        little=(52, 64, 34),
        spread=-6,
        thumb=(-12, 30, 30),
    ),
    "pinch": HandShape(
        index=(46, 50, 30),
        middle=(28, 30, 16),
        ring=(20, 26, 12),
        little=(12, 22, 10),
        spread=-2,
        thumb=(-10, 34, 22),
    ),
    "victory": HandShape(
        index=(-8, -4, -2),
        middle=(-8, -4, -2),
        ring=(78, 95, 55),
        little=(78, 92, 55),
        spread=6,
        thumb=(-34, -4, 50),
    ),
    "thumb-up": HandShape(
        index=(80, 95, 58),
        middle=(82, 96, 58),
        ring=(84, 96, 58),
        little=(84, 94, 58),
        spread=-2,
        thumb=(34, -22, -18),
    ),
    "pocket": HandShape(
        index=(8, 10, 6),
        middle=(8, 10, 6),
        ring=(10, 10, 6),
        little=(12, 12, 8),
        spread=-9,
        thumb=(-22, 6, 10),
    ),
    "claw": HandShape(
        index=(8, 50, 30),
        middle=(8, 52, 30),
        ring=(8, 52, 30),
        little=(8, 50, 28),
        spread=8,
        thumb=(16, 14, 24),
    ),
}


def hand_rotations(shape: HandShape, heads: dict[str, np.ndarray], side: str = ".L") -> dict[str, np.ndarray]:
    """Rotation vectors (3,) of one hand's finger bones; `heads` are bone heads in the reference pose."""
    sign = 1.0 if side == SIDES[0] else -1.0
    fingers, palm, thumb_side = hand_axes(heads, side, sign)
    rotations: dict[str, np.ndarray] = {}
    bends = (shape.index, shape.middle, shape.ring, shape.little)
    for finger, (bend, share) in enumerate(zip(bends, SPREAD_PER_FINGER, strict=True), start=2):
        along = unit(heads[f"finger{finger}-2{side}"] - heads[f"finger{finger}-1{side}"])
        hinge = unit(np.cross(fingers, palm))
        hinge = unit(hinge - (hinge @ along) * along)
        for joint, degrees in enumerate(bend, start=1):
            rotations[f"finger{finger}-{joint}{side}"] = np.radians(degrees) * hinge
        base = f"finger{finger}-1{side}"
        rotations[base] = _compose(np.radians(shape.spread * share) * palm * sign, rotations[base])
    along = unit(heads["finger1-3" + side] - heads["finger1-1" + side])
    away, across, bend = np.radians(shape.thumb)
    away_axis = unit(np.cross(along, thumb_side - 0.3 * fingers))
    across_axis = unit(np.cross(along, palm - 0.5 * thumb_side))
    bend_axis = unit(np.cross(along, -thumb_side + 0.6 * palm))
    rotations["finger1-1" + side] = _compose(away * away_axis, across * across_axis)
    rotations["finger1-2" + side] = 0.8 * bend * bend_axis
    rotations["finger1-3" + side] = bend * bend_axis
    return rotations


def _compose(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The rotation vector of exp(first) @ exp(second)."""
    return (Rotation.from_rotvec(first) * Rotation.from_rotvec(second)).as_rotvec()
