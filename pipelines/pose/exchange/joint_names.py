"""What joints are called elsewhere: names of BVH files, glTF skeletons and body models, in one set of names."""

from __future__ import annotations

import re
from collections.abc import Iterable

SIDED = {
    # ours: (when a skeleton has it, its upper arm is called so), every name after normalising
    "shoulder": ("upperarm01", "upperarm", "uparm", "arm", "shoulder", "shldr", "humerus"),
    "elbow": ("lowerarm01", "lowerarm", "forearm", "loarm", "elbow", "radius"),
    "wrist": ("wrist", "hand"),
    "hip": ("upperleg01", "upperleg", "upleg", "thigh", "hip", "femur"),
    "knee": ("lowerleg01", "lowerleg", "leg", "shin", "calf", "knee", "tibia"),
    "ankle": ("foot", "ankle"),
    "toe": ("toe21", "toebase", "toes", "toe", "ball", "toe0"),
    "index": ("finger21", "handindex1", "indexproximal", "index1", "findex01", "index01"),
    "middle": ("finger31", "handmiddle1", "middleproximal", "middle1", "fmiddle01", "middle01"),
    "little": ("finger51", "handpinky1", "littleproximal", "pinky1", "fpinky01", "pinky01"),
}
MIDDLE = {
    "hips": ("hips", "pelvis", "root", "hip", "chips"),
    "neck": ("neck", "neck01", "neck1", "cneck"),
    "head": ("head", "chead"),
    "head_top": ("headtopend", "headend", "headtop", "headsite", "headnub"),
}
SIDE = (
    (
        "left",
        re.compile(r"^(?:left|l(?=[A-Z_.\- ])|lt_)|(?:[._\- ](?:l|left)|left)$|(?<=[._])l(?=[._])", re.I),
    ),
    (
        "right",
        re.compile(r"^(?:right|r(?=[A-Z_.\- ])|rt_)|(?:[._\- ](?:r|right)|right)$|(?<=[._])r(?=[._])", re.I),
    ),
)
PREFIX = re.compile(
    r"^(?:mixamorig\d*|[\w]+(?=:)|bip\d+|bip001|j_bip|def|character\d*|valvebiped)[:_. ]", re.I
)


def name_joints(names: Iterable[str]) -> dict[str, str]:
    """Our name ("left_shoulder", "hips") -> the skeleton's own, for every joint that is recognised."""
    plain: dict[tuple[str, str], str] = {}
    for name in names:
        side, word = split_side(name)
        plain.setdefault((side, word), name)
    found: dict[str, str] = {}
    for side in ("left", "right"):
        for joint, words in SIDED.items():
            # a "LeftHip" beside a "LeftUpLeg" is a joint of the pelvis, and a "LeftShoulder" beside a "LeftArm" a
            # clavicle: so the first word that the skeleton has is the one
            own = next((plain[side, word] for word in words if (side, word) in plain), None)
            if own is not None:
                found[f"{side}_{joint}"] = own
    for joint, words in MIDDLE.items():
        own = next((plain["", word] for word in words if ("", word) in plain), None)
        if own is not None:
            found[joint] = own
    return found


def split_side(name: str) -> tuple[str, str]:
    """Side ("left", "right", "") and the small letters and digits of the rest of a joint's name."""
    bare = PREFIX.sub("", PREFIX.sub("", name.strip()))
    for side, pattern in SIDE:
        match = _side_match(pattern, bare)
        if match:
            bare = bare[: match.start()] + bare[match.end() :]
            return side, _letters(bare)
    return "", _letters(bare)


def _side_match(pattern: re.Pattern[str], name: str) -> re.Match[str] | None:
    """Where a name says its side; a first letter alone ("LThumb") only where a capital follows it."""
    for match in pattern.finditer(name):
        if len(match.group()) > 1 or match.start() > 0:
            return match
        following = name[match.end() : match.end() + 1]
        if match.group().isupper() and (following.isupper() or not following.isalnum()):
            return match
        if match.group().islower() and (following.isupper() or following in ("_", ".", "-")):
            return match
    return None


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
