"""Hand shapes: how far each finger bends, spreads, and where the thumb goes; and the rotations they mean.

Angles in degrees from the reference hand, which is itself slightly open. They were set by looking at them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandAxes:
    """The axes (3,) about which one hand's fingers turn.

    hinges: bone -> axis of its bend; spreads: bone -> axis of the fingers' spread, times its share;
    thumb: axes of its going away and across, and of its bend, in the order of HandShape.thumb.
    """

    hinges: dict[str, np.ndarray]
    spreads: dict[str, np.ndarray]
    thumb: tuple[np.ndarray, np.ndarray, np.ndarray]


def find_hand_axes(heads: dict[str, np.ndarray], side: str = ".L") -> HandAxes:
    """The axes of one hand; `heads` are bone heads in the reference pose."""
    sign = 1.0 if side == SIDES[0] else -1.0
    fingers, palm, thumb_side = hand_axes(heads, side, sign)
    hinges: dict[str, np.ndarray] = {}
    spreads: dict[str, np.ndarray] = {}
    for finger, share in enumerate(SPREAD_PER_FINGER, start=2):
        along = unit(heads[f"finger{finger}-2{side}"] - heads[f"finger{finger}-1{side}"])
        hinge = unit(np.cross(fingers, palm))
        hinge = unit(hinge - (hinge @ along) * along)
        hinges |= {f"finger{finger}-{joint}{side}": hinge for joint in (1, 2, 3)}
        spreads[f"finger{finger}-1{side}"] = share * palm * sign
    along = unit(heads["finger1-3" + side] - heads["finger1-1" + side])
    away_axis = unit(np.cross(along, thumb_side - 0.3 * fingers))
    across_axis = unit(np.cross(along, palm - 0.5 * thumb_side))
    bend_axis = unit(np.cross(along, -thumb_side + 0.6 * palm))
    return HandAxes(hinges=hinges, spreads=spreads, thumb=(away_axis, across_axis, bend_axis))


def hand_rotations(shape: HandShape, heads: dict[str, np.ndarray], side: str = ".L") -> dict[str, np.ndarray]:
    """Rotation vectors (3,) of one hand's finger bones; `heads` are bone heads in the reference pose."""
    axes = find_hand_axes(heads, side)
    rotations: dict[str, np.ndarray] = {}
    bends = (shape.index, shape.middle, shape.ring, shape.little)
    for finger, bend in enumerate(bends, start=2):
        for joint, degrees in enumerate(bend, start=1):
            bone = f"finger{finger}-{joint}{side}"
            rotations[bone] = np.radians(degrees) * axes.hinges[bone]
        base = f"finger{finger}-1{side}"
        rotations[base] = _compose(np.radians(shape.spread) * axes.spreads[base], rotations[base])
    away, across, bend_rad = np.radians(shape.thumb)
    away_axis, across_axis, bend_axis = axes.thumb
    rotations["finger1-1" + side] = _compose(away * away_axis, across * across_axis)
    rotations["finger1-2" + side] = 0.8 * bend_rad * bend_axis
    rotations["finger1-3" + side] = bend_rad * bend_axis
    return rotations


def _compose(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The rotation vector of exp(first) @ exp(second)."""
    rotation = scipy.spatial.transform.Rotation.from_rotvec
    return (rotation(first) * rotation(second)).as_rotvec()
