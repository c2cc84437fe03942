"""From where the parts of a body point to a pose: how skeletons with other joints and other rests are taken over.

A foreign skeleton's limbs are of other lengths, so places do not carry over; directions do. The solver finds the
angles whose parts point there, within the joints' ranges, clear of each other and on the floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.frames import to_reference
from pipelines.pose.angles import POSE_BODY, read_angles
from pipelines.pose.exchange.found import round_rotations
from pipelines.pose.limits import INDEX
from pipelines.pose.motion import bone_rotations
from pipelines.pose.rig import PoseRig, prepare_rig
from pipelines.pose.skeleton import FORWARD, unit
from pipelines.pose.solve import Task, rest_angles, solve_pose
from pipelines.types import Pose

AIM_WEIGHT = 60.0  # a direction of a file over one of a hand-made pose: it is known, not wished for
SHORTEST = 1e-6  # of a limb, in its skeleton's own unit: one without length points nowhere
LIMBS = {
    "upperarm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
}
KNOWN_WEIGHT = 30.0  # of an angle that is known over one that is wished for
GUESSED: Mapping[str, float] = {
    "crown": 0.3,
    "pelvis": 0.5,
    "spine": 0.5,
    "sole": 0.3,
    "toes": 0.5,
    "palm": 0.6,
    "thumb": 0.6,
}
SIDE_OF = {"left": ".L", "right": ".R"}

Vector = np.ndarray  # (3,)
Joints = Mapping[str, Vector]  # "left_shoulder", "neck", … (see pipelines.pose.exchange.joint_names) -> place


@lru_cache(1)
def pose_rig() -> PoseRig:
    """The rig of the body that poses are made on."""
    return prepare_rig(open_anny(), POSE_BODY)


def aim_body(
    directions: Mapping[str, Vector],
    weights: Mapping[str, float] = GUESSED,
    angles: Mapping[str, float] | None = None,
    near: Pose | None = None,
) -> Pose:
    """The pose whose parts point there: name of a part (see pipelines.pose.skeleton) -> vector, reference frame.

    weights: of parts by the beginning of their name, where not 1; the standing ones suit directions between joints,
    of which some only stand for a part's own. angles: joint angles that are known, radians;
    near: a pose that is about the one.
    """
    goals: dict[str, Any] = {
        "directions": [
            {
                "of": part,
                "toward": [float(v) for v in vector],
                "weight": AIM_WEIGHT * weights.get(part.split(".")[0], 1.0),
            }
            for part, vector in sorted(directions.items())
        ],
        "angles": {name: [float(np.degrees(value)), KNOWN_WEIGHT] for name, value in (angles or {}).items()},
    }
    task = Task(goals=goals)
    first = rest_angles()
    if near is not None:
        first[3:] = read_angles(pose_rig().joints, near.rotations)[3:]
    elif "hips" in directions:
        first[INDEX["root_turn"]] = np.arctan2(directions["hips"][0], -directions["hips"][1])
    for name, value in (angles or {}).items():
        first[INDEX[name]] = value
    found = [solve_pose(pose_rig(), task, first), solve_pose(pose_rig(), task)]
    best = min(found, key=lambda solved: solved.loss)
    return Pose(rotations=round_rotations(bone_rotations(pose_rig().joints, best.angles)))


def directions_of(joints: Joints) -> dict[str, Vector]:
    """Where the parts of a skeleton point, of the places of its joints; world frame in, reference frame out.

    What cannot be told (a limb without length, a joint that is not there) is left out.
    """
    at = {name: to_reference(np.asarray(place, float)) for name, place in joints.items()}
    found: dict[str, Vector] = {}

    def add(part: str, vector: Vector) -> None:
        if float(np.linalg.norm(vector)) > SHORTEST:
            found[part] = unit(vector)

    for side, ending in SIDE_OF.items():
        for part, (start, end) in LIMBS.items():
            if f"{side}_{start}" in at and f"{side}_{end}" in at:
                add(part + ending, at[f"{side}_{end}"] - at[f"{side}_{start}"])
        if f"{side}_ankle" in at and f"{side}_toe" in at:
            add("foot" + ending, _along_sole(at, side))
        _add_hand(at, side, ending, add)
    _add_trunk(at, add)
    return found


def _along_sole(at: Mapping[str, Vector], side: str) -> Vector:
    """Where a foot points: from ankle to toe, less how high the ankle is above the sole."""
    toe = at[f"{side}_toe"] - at[f"{side}_ankle"]
    if f"{side}_knee" not in at:
        return toe
    shank = unit(at[f"{side}_ankle"] - at[f"{side}_knee"])
    drop = float(np.linalg.norm(toe)) * SOLE_DROP
    return toe - drop * unit(shank - 0.5 * (shank @ unit(toe)) * unit(toe))


SOLE_DROP = 0.35  # how much lower than its ankle a foot's toe is, over the way to it


def _add_hand(at: Mapping[str, Vector], side: str, ending: str, add) -> None:  # type: ignore[no-untyped-def]
    wrist, index, little = (at.get(f"{side}_{name}") for name in ("wrist", "index", "little"))
    middle = at.get(f"{side}_middle")
    if wrist is None or (middle is None and (index is None or little is None)):
        return
    knuckles = middle if middle is not None else (index + little) / 2  # type: ignore[operator]
    add("fingers" + ending, knuckles - wrist)
    if index is not None and little is not None:
        across = index - little
        palm = np.cross(knuckles - wrist, across) * (1.0 if side == "left" else -1.0)
        add("palm" + ending, palm)


def _add_trunk(at: Mapping[str, Vector], add) -> None:  # type: ignore[no-untyped-def]
    """Hips, chest and head: where they face and which way is up in them."""
    hips, shoulders = _across(at, "hip"), _across(at, "shoulder")
    if hips is None or shoulders is None:
        return
    (hip_line, hip_middle), (shoulder_line, shoulder_middle) = hips, shoulders
    spine = shoulder_middle - hip_middle
    add("hips", _facing(hip_line, spine))
    add("chest", _facing(shoulder_line, spine))
    add("spine", spine - (spine @ unit(shoulder_line)) * unit(shoulder_line))
    add("pelvis", spine - (spine @ unit(hip_line)) * unit(hip_line))
    if "head_top" in at and "head" in at:
        add("crown", at["head_top"] - at["head"])
    ears = _across(at, "ear")
    if ears is not None and "nose" in at:
        line, middle = ears
        ahead = at["nose"] - middle
        add("face", ahead - (ahead @ unit(line)) * unit(line))


def _across(at: Mapping[str, Vector], joint: str) -> tuple[Vector, Vector] | None:
    """From the right joint to the left one, and their middle."""
    left, right = at.get("left_" + joint), at.get("right_" + joint)
    if left is None or right is None or float(np.linalg.norm(left - right)) < SHORTEST:
        return None
    return left - right, (left + right) / 2


def _facing(left: Vector, up: Vector) -> Vector:
    """Ahead of a body with these ways to its left and up: reference frame, in which rest faces FORWARD."""
    ahead = np.cross(left, up)
    return ahead if float(np.linalg.norm(ahead)) > SHORTEST else FORWARD
