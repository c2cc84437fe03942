"""The skeleton of an exported figure: the free body's bones under the names of the humanoid standard (VRM 1.0).

Toes, metacarpals and the like are moved by the bone that carries them: fewer bones a vertex, and names that other
programs know. Joints stand unturned at rest, so that a pose is the turns alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.frames import WORLD_FROM_REFERENCE
from pipelines.types import Body

MIDDLE_JOINTS: Mapping[str, str] = {
    "root": "hips",
    "spine05": "spine",
    "spine04": "spineMiddle",
    "spine03": "chest",
    "spine02": "chestMiddle",
    "spine01": "upperChest",
    "neck01": "neck",
    "neck02": "neckMiddle",
    "neck03": "neckUpper",
    "head": "head",
}
FINGERS = ("Thumb", "Index", "Middle", "Ring", "Little")  # finger1 … finger5
THUMB_JOINTS, FINGER_JOINTS = ("Metacarpal", "Proximal", "Distal"), ("Proximal", "Intermediate", "Distal")
SIDED_JOINTS: Mapping[str, str] = {
    "eye": "Eye",
    "clavicle": "Shoulder",
    "shoulder01": "ShoulderEnd",
    "upperarm01": "UpperArm",
    "upperarm02": "UpperArmTwist",
    "lowerarm01": "LowerArm",
    "lowerarm02": "LowerArmTwist",
    "wrist": "Hand",
    "pelvis": "Pelvis",
    "upperleg01": "UpperLeg",
    "upperleg02": "UpperLegTwist",
    "lowerleg01": "LowerLeg",
    "lowerleg02": "LowerLegTwist",
    "foot": "Foot",
    "toe2-1": "Toes",
    **{
        f"finger{number}-{part}": finger + joint
        for number, finger in enumerate(FINGERS, start=1)
        for part, joint in enumerate(THUMB_JOINTS if number == 1 else FINGER_JOINTS, start=1)
    },
}
JOINT_NAMES: Mapping[str, str] = {  # bone -> joint
    **MIDDLE_JOINTS,
    **{
        bone + ending: side + joint
        for ending, side in ((".L", "left"), (".R", "right"))
        for bone, joint in SIDED_JOINTS.items()
    },
}
# Joints between those of the standard: they twist and bend, and no other program knows them.
OWN_JOINTS = frozenset(
    ["spineMiddle", "chestMiddle", "neckMiddle", "neckUpper"]
    + [
        side + joint
        for side in ("left", "right")
        for joint in (
            "ShoulderEnd",
            "UpperArmTwist",
            "LowerArmTwist",
            "Pelvis",
            "UpperLegTwist",
            "LowerLegTwist",
        )
    ]
)
MIXAMO_PREFIX = "mixamorig:"
MIXAMO_MIDDLE: Mapping[str, str] = {
    "chest": "Spine1",
    "upperChest": "Spine2",
}  # others: the same, capitalised
MIXAMO_SIDED: Mapping[str, str] = {
    "UpperArm": "Arm",
    "LowerArm": "ForeArm",
    "UpperLeg": "UpLeg",
    "LowerLeg": "Leg",
    "Toes": "ToeBase",
    **{
        finger + joint: f"Hand{'Pinky' if finger == 'Little' else finger}{number}"
        for finger in FINGERS
        for number, joint in enumerate(THUMB_JOINTS if finger == "Thumb" else FINGER_JOINTS, start=1)
    },
}


def name_for_mixamo(joint: str) -> str:
    """A joint of ours by the name that Mixamo's characters have for it; one between those stays, capitalised."""
    for side in ("left", "right"):
        if joint.startswith(side):
            own = joint.removeprefix(side)
            return MIXAMO_PREFIX + side.capitalize() + MIXAMO_SIDED.get(own, own)
    return MIXAMO_PREFIX + MIXAMO_MIDDLE.get(joint, joint[0].upper() + joint[1:])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skeleton:
    """J joints, parents first: names; bones (J,) of the free body; parents (J,), -1 for the hips; heads (J, 3) world
    metres at rest; at_rest (J, 3, 3): how the body's bones are turned in the rest that the file is bound in;
    carriers (B,): the joint that moves each bone of the body."""

    names: tuple[str, ...]
    bones: np.ndarray
    parents: tuple[int, ...]
    heads: np.ndarray
    at_rest: np.ndarray
    carriers: np.ndarray

    def fold(self, weights: np.ndarray) -> np.ndarray:
        """(V, J) float32: skinning weights (V, B) of the body's bones, by the joints that move them."""
        folded = np.zeros((len(weights), len(self.names)), np.float32)
        for bone, joint in enumerate(self.carriers):
            folded[:, joint] += weights[:, bone]
        return folded

    def turns(self, body: Body) -> np.ndarray:
        """(J, 3, 3) world axes: how each joint is turned against its parent in a posed body."""
        world = WORLD_FROM_REFERENCE
        turned = body.bone_rotations[self.bones] @ self.at_rest.transpose(0, 2, 1)
        turned = world @ turned @ world.T
        parents = np.array(self.parents)
        local = turned.copy()
        local[1:] = turned[parents[1:]].transpose(0, 2, 1) @ turned[1:]
        return local


def build_skeleton(model: AnnyBodyModel, body: Body) -> Skeleton:
    """The skeleton of a body, bound in the pose that it stands in."""
    kept = [index for index, name in enumerate(model.bone_names) if name in JOINT_NAMES]
    joint_of = {bone: joint for joint, bone in enumerate(kept)}

    def carrier(bone: int) -> int:
        while bone not in joint_of:
            bone = toes[bone] if bone in toes else model.bone_parents[bone]
        return joint_of[bone]

    # Toes and what lies beyond them bend together, by the second toe.
    toes = {
        bone: model.bone_names.index("toe2-1" + name[-2:])
        for bone, name in enumerate(model.bone_names)
        if name.startswith("toe")
    }
    parents = [-1 if bone == 0 else carrier(model.bone_parents[bone]) for bone in kept]
    return Skeleton(
        names=tuple(JOINT_NAMES[model.bone_names[bone]] for bone in kept),
        bones=np.array(kept),
        parents=tuple(parents),
        heads=body.joints[kept].astype(np.float32),
        at_rest=body.bone_rotations[kept],
        carriers=np.array([carrier(bone) for bone in range(len(model.bone_names))]),
    )
