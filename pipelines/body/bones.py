"""The bones of the free body by name: which belong to a limb, and which carries a joint that people have names for.

A group holds the beginnings of bone names, in the form that `str.startswith` takes.
"""

from __future__ import annotations

SIDES = (".L", ".R")  # endings of a bone's name: the subject's left, right

# --- what moves together: beginnings of names ----------------------------------------------------
FINGER_BONES = ("finger", "metacarpal")
HAND_BONES = ("wrist", *FINGER_BONES)
FOREARM_BONES = ("lowerarm", *HAND_BONES)
ARM_BONES = ("upperarm", *FOREARM_BONES)
FOOT_BONES = ("foot", "toe")
SHIN_BONES = ("lowerleg", *FOOT_BONES)
LEG_BONES = ("upperleg", *SHIN_BONES)
SKULL_BONES = ("head",)
HEAD_BONES = (*SKULL_BONES, "neck", "eye")

# --- whole names ---------------------------------------------------------------------------------
SPINE_BONES = ("spine05", "spine04", "spine03", "spine02", "spine01")  # from the pelvis up
NECK_BONES = ("neck01", "neck02", "neck03")

# A joint is the head of the bone below it; each of these bones exists on both sides.
BONE_OF_JOINT = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
}
# "left_shoulder" … "right_ankle", as COCO names them, left before right joint by joint.
JOINT_BONES = {
    f"{side}_{joint}": bone + ending
    for joint, bone in BONE_OF_JOINT.items()
    for side, ending in zip(("left", "right"), SIDES, strict=True)
}
