"""The bones that a pose moves, and how joint angles are shared among them.

Rotations are "local-ref": a bone's rotation is written in the axes of the reference frame (x left, y back, z up),
G_child = G_parent @ exp(rotation). A bone's rotation is a product of up to three factors, each linear in the angles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.body.bones import NECK_BONES, SPINE_BONES
from pipelines.pose.limits import ANGLES, INDEX, SIDES

X, Y, Z = np.eye(3)
FORWARD, UP = -Y, Z
FACTORS = 3
SPINE_SHARES = {
    "lumbar": {"spine05": 0.35, "spine04": 0.35, "spine03": 0.30},
    "thorax": {"spine02": 0.55, "spine01": 0.45},
    "neck": {"neck01": 0.35, "neck02": 0.35, "neck03": 0.30},
    "head": {"head": 1.0},
}
CLAVICLE_SHARES = {"clavicle": 0.65, "shoulder01": 0.35}
PRONATION_SHARES = {
    "lowerarm01": 0.25,
    "lowerarm02": 0.55,
    "wrist": 0.20,
}  # spread, or the skin wraps like a sweet
TWIST_SHARES = (0.5, 0.5)  # upper and lower half of an upper arm or a thigh
MIDDLE_BONES = (*SPINE_BONES, *NECK_BONES, "head")
LIMB_BONES = (
    "pelvis",
    "upperleg01",
    "upperleg02",
    "lowerleg01",
    "lowerleg02",
    "foot",
    "toe2-1",
    "clavicle",
    "shoulder01",
    "upperarm01",
    "upperarm02",
    "lowerarm01",
    "lowerarm02",
    "wrist",
)
TOES = tuple(f"toe{n}-1" for n in range(1, 6))  # they bend together; toe2-1 stands for all
CHAIN = ("root", *MIDDLE_BONES, *(bone + side for bone in LIMB_BONES for side in SIDES))
BONE = {name: i for i, name in enumerate(CHAIN)}


Heads = dict[str, np.ndarray]
Directions = dict[str, tuple[str, np.ndarray]]
Turn = Callable[..., None]  # (bone, angle, axis, share, factor): adds an angle's share of an axis to a bone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointMap:
    """How angles become rotations: factor f of bone c is exp(matrix[f, c] @ angles + offset[f, c]).

    matrix (3, C, 3, A), offset (3, C, 3). directions: name -> (bone, unit vector in the reference pose).
    """

    matrix: np.ndarray
    offset: np.ndarray
    directions: dict[str, tuple[str, np.ndarray]]


def map_joints(heads: dict[str, np.ndarray]) -> JointMap:
    """The map for a body whose bone heads (reference pose, reference frame, metres) are given by name."""
    matrix = np.zeros((FACTORS, len(CHAIN), 3, len(ANGLES)))
    offset = np.zeros((FACTORS, len(CHAIN), 3))

    def turn(bone: str, angle: str, axis: np.ndarray, share: float = 1.0, factor: int = 0) -> None:
        matrix[factor, BONE[bone], :, INDEX[angle]] += share * axis

    for factor, (angle, axis) in enumerate((("root_turn", Z), ("root_lean", X), ("root_side", Y))):
        turn("root", angle, axis, factor=factor)
    for region, shares in SPINE_SHARES.items():
        for bone, share in shares.items():
            turn(bone, region + "_flex", X, share)
            turn(bone, region + "_side", Y, share)
            turn(bone, region + "_twist", Z, share)
    directions = {
        name: (bone, FORWARD) for name, bone in (("face", "head"), ("chest", "spine01"), ("hips", "root"))
    }
    directions |= {
        name: (bone, UP) for name, bone in (("crown", "head"), ("spine", "spine01"), ("pelvis", "root"))
    }
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        directions |= _map_arm(heads, side, sign, turn, offset)
        directions |= _map_leg(heads, side, sign, turn, offset)
    return JointMap(matrix=matrix, offset=offset, directions=directions)


def _map_arm(heads: Heads, side: str, sign: float, turn: Turn, offset: np.ndarray) -> Directions:
    """Shoulder girdle, shoulder, elbow, forearm and wrist of one side; the arm's directions."""
    for bone, share in CLAVICLE_SHARES.items():
        turn(bone + side, "clavicle_up" + side, -Y * sign, share)
        turn(bone + side, "clavicle_forward" + side, -Z * sign, share)
    upper = unit(heads["lowerarm01" + side] - heads["upperarm01" + side])
    fore = unit(heads["wrist" + side] - heads["lowerarm01" + side])
    hinge = unit(np.cross(upper, fore))
    outward = unit(
        np.array([sign * abs(upper[2]), 0.0, abs(upper[0])])
    )  # square to the arm, in the frontal plane
    turn("upperarm01" + side, "shoulder_out" + side, unit(np.cross(upper, outward)))
    turn("upperarm01" + side, "shoulder_front" + side, unit(np.cross(upper, FORWARD)))
    for bone, share in zip(("upperarm01", "upperarm02"), TWIST_SHARES, strict=True):
        turn(bone + side, "shoulder_in" + side, upper * sign, share, 1)
    turn("lowerarm01" + side, "elbow" + side, hinge)
    offset[0, BONE["lowerarm01" + side]] = -np.arccos(upper @ fore) * hinge  # the A-pose's elbow is bent
    fingers, palm, thumb = hand_axes(heads, side, sign)
    for bone, share in PRONATION_SHARES.items():
        turn(bone + side, "pronation" + side, fore * sign, share, 1)
    turn("wrist" + side, "wrist_flex" + side, unit(np.cross(fingers, palm)))
    turn("wrist" + side, "wrist_side" + side, unit(np.cross(fingers, -thumb)))
    return {
        "upperarm" + side: ("upperarm02" + side, upper),
        "forearm" + side: ("lowerarm02" + side, fore),
        "fingers" + side: ("wrist" + side, fingers),
        "palm" + side: ("wrist" + side, palm),
        "thumb" + side: ("wrist" + side, thumb),
    }


def _map_leg(heads: Heads, side: str, sign: float, turn: Turn, offset: np.ndarray) -> Directions:
    """Hip, knee, ankle and toes of one side; the leg's directions.

    The hip is flexion, then abduction, then rotation: a swing would hide 45 degrees of rotation in a
    cross-legged seat.
    """
    upper = unit(heads["lowerleg01" + side] - heads["upperleg01" + side])
    lower = unit(heads["foot" + side] - heads["lowerleg01" + side])
    turn("upperleg01" + side, "hip_flex" + side, unit(np.cross(upper, FORWARD)))
    turn("upperleg01" + side, "hip_out" + side, unit(np.cross(upper, sign * X)), 1.0, 1)
    turn("upperleg01" + side, "hip_turn" + side, -upper * sign, TWIST_SHARES[0], 2)
    turn("upperleg02" + side, "hip_turn" + side, -upper * sign, TWIST_SHARES[1], 1)
    turn("lowerleg01" + side, "knee" + side, X)
    offset[0, BONE["lowerleg01" + side]] = -np.arccos(upper @ lower) * X  # the A-pose's knee is bent a little
    foot = heads["toe3-1" + side] - heads["foot" + side]
    foot = unit(np.array([foot[0], foot[1], 0.0]))
    turn("foot" + side, "ankle" + side, X)
    turn("foot" + side, "ankle_in" + side, -foot * sign)
    turn("toe2-1" + side, "toes" + side, -X)
    return {
        "thigh" + side: ("upperleg02" + side, upper),
        "shank" + side: ("lowerleg02" + side, lower),
        "foot" + side: ("foot" + side, foot),
        "sole" + side: ("foot" + side, -UP),
    }


def hand_axes(
    heads: dict[str, np.ndarray], side: str, sign: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors of a hand in the reference pose: along the fingers, out of the palm, towards the thumb."""
    fingers = unit(heads["finger3-1" + side] - heads["wrist" + side])
    across = unit(heads["finger2-1" + side] - heads["finger5-1" + side])
    palm = unit(np.cross(fingers, across)) * sign
    return fingers, palm, unit(np.cross(palm, fingers)) * sign


def unit(vector: np.ndarray) -> np.ndarray:
    """The vector (…, 3) at length 1."""
    return vector / np.linalg.norm(vector, axis=-1, keepdims=True)
