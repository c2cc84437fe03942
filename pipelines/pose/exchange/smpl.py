"""SMPL, SMPL-H and SMPL-X poses (also AMASS) as NPZ: rotation vectors only; nothing of those bodies is needed.

Their rest is a T-pose, y up, facing +z, and a joint's rotation is relative to its parent's. Ours is an A-pose. For
each of their joints one of our bones carries the same part; a turn between the two rests (where the part points and
where its palm, hinge or front looks) makes one global rotation of the other. Joint order: github.com/vchoutas/smplx,
joint_names.py, in which the names are facts.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from scipy.spatial.transform import Rotation

from pipelines.body.anny import open_anny
from pipelines.body.frames import WORLD_FROM_REFERENCE
from pipelines.pose.angles import POSE_BODY, rest_heads
from pipelines.pose.exchange.aiming import aim_body, pose_rig
from pipelines.pose.exchange.archives import read_arrays
from pipelines.pose.exchange.found import FoundPose, round_rotations
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.pose.limits import INDEX, SIDES
from pipelines.pose.skeleton import BONE, hand_axes, unit
from pipelines.types import Pose

# (joint, its parent, our bone that carries the same part)
TRUNK = (
    ("pelvis", -1, "root"),
    ("left_hip", 0, "upperleg02.L"),
    ("right_hip", 0, "upperleg02.R"),
    ("spine1", 0, "spine03"),
    ("left_knee", 1, "lowerleg02.L"),
    ("right_knee", 2, "lowerleg02.R"),
    ("spine2", 3, "spine02"),
    ("left_ankle", 4, "foot.L"),
    ("right_ankle", 5, "foot.R"),
    ("spine3", 6, "spine01"),
    ("left_foot", 7, "toe2-1.L"),
    ("right_foot", 8, "toe2-1.R"),
    ("neck", 9, "neck03"),
    ("left_collar", 9, "shoulder01.L"),
    ("right_collar", 9, "shoulder01.R"),
    ("head", 12, "head"),
    ("left_shoulder", 13, "upperarm02.L"),
    ("right_shoulder", 14, "upperarm02.R"),
    ("left_elbow", 16, "lowerarm02.L"),
    ("right_elbow", 17, "lowerarm02.R"),
    ("left_wrist", 18, "wrist.L"),
    ("right_wrist", 19, "wrist.R"),
)
BODY = len(TRUNK)
FACE = ("jaw", "left_eye", "right_eye")  # SMPL-X has them before the hands
FINGERS = (
    2,
    3,
    5,
    4,
    1,
)  # index, middle, little, ring, thumb, as those models have them; ours count from the thumb
HAND = 3 * len(FINGERS)
# numbers of a frame's "poses" -> (how many joints of the body, where the hands begin; None: no hands)
LAYOUTS = {72: 0, 66: 0, 63 + 3: 0, 156: 3 * BODY, 165: 3 * (BODY + len(FACE))}
ARRAYS = (
    "poses",
    "global_orient",
    "root_orient",
    "body_pose",
    "pose_body",
    "left_hand_pose",
    "right_hand_pose",
    "pose_hand",
    "mocap_framerate",
    "mocap_frame_rate",
)
LARGEST_TURN_RAD = 100.0
MOST_FRAMES = 200_000
Z_UP = Rotation.from_euler("x", -90, degrees=True)  # AMASS writes its worlds z up
READ_PARTS = {
    "pelvis": ("hips", "pelvis"),
    "spine3": ("chest", "spine"),
    "head": ("face", "crown"),
    **{
        f"{side}_{joint}": tuple(part + ending for part in parts)
        for side, ending in zip(("left", "right"), SIDES, strict=True)
        for joint, parts in {
            "hip": ("thigh",),
            "knee": ("shank",),
            "ankle": ("foot", "sole"),
            "shoulder": ("upperarm",),
            "elbow": ("forearm",),
            "wrist": ("fingers", "palm", "thumb"),
        }.items()
    },
}


def write_smpl(pose: Pose) -> bytes:
    """One frame: "poses" (1, 165) in SMPL-X's order, and the same in its parts. y up, metres; the middle shape."""
    theirs = _their_rotations(pose)
    whole = np.zeros(3 * (BODY + len(FACE) + 2 * HAND))
    for row, (joint, _, _) in enumerate(TRUNK):
        whole[3 * row : 3 * row + 3] = theirs[joint]
    hands = 3 * (BODY + len(FACE))
    for number, side in enumerate(SIDES):
        for row, bone in enumerate(_finger_bones(side)):
            start = hands + 3 * (number * HAND + row)
            whole[start : start + 3] = theirs[bone]
    height = float(open_anny().build(POSE_BODY, pose).joint("root")[1])
    arrays = {
        "poses": whole[None],
        "trans": np.array([[0.0, height, 0.0]]),
        "betas": np.zeros(10),
        "global_orient": whole[None, :3],
        "body_pose": whole[None, 3 : 3 * BODY],
        "left_hand_pose": whole[None, hands : hands + 3 * HAND],
        "right_hand_pose": whole[None, hands + 3 * HAND :],
        "transl": np.array([[0.0, height, 0.0]]),
    }
    stream = io.BytesIO()
    np.savez_compressed(stream, **{name: values.astype(np.float32) for name, values in arrays.items()})
    return stream.getvalue()


def read_smpl(data: bytes, name: str, frame: int = 0) -> FoundPose:
    """The pose of one frame of an NPZ, counted from 0. Raises PoseFileRefused."""
    arrays = read_arrays(data, ARRAYS)
    body, left, right = _split(arrays, frame)
    whole: list[Rotation] = []
    for row, (_, parent, _) in enumerate(TRUNK):
        own = Rotation.from_rotvec(body[row])
        if row == 0 and ("mocap_framerate" in arrays or "mocap_frame_rate" in arrays):
            own = Z_UP * own
        whole.append(own if parent < 0 else whole[parent] * own)
    ours = {
        joint: _to_ours(turn) * _alignments()[bone]
        for (joint, _, bone), turn in zip(TRUNK, whole, strict=True)
    }
    directions = {
        part: ours[joint].apply(pose_rig().joints.directions[part][1])
        for joint, parts in READ_PARTS.items()
        for part in parts
    }
    pose = aim_body(directions, weights={}, angles=_known_angles(ours), near=_about(ours))
    fingers: dict[str, tuple[float, float, float]] = {}
    for side, values in zip(SIDES, (left, right), strict=True):
        if values is not None:
            fingers |= _our_fingers(values, side)
    return FoundPose(name=name, pose=Pose(rotations={**round_rotations(fingers), **pose.rotations}))


def _known_angles(ours: dict[str, Rotation]) -> dict[str, float]:
    """The angles of back, neck and shoulder girdle, radians: one joint of theirs stands for each region of ours."""
    joints = pose_rig().joints
    angles: dict[str, float] = {}
    regions = [("lumbar", "pelvis", "spine1", "spine05"), ("thorax", "spine1", "spine3", "spine02")]
    regions += [("neck", "spine3", "neck", "neck01"), ("head", "neck", "head", "head")]
    named = [
        ([f"{region}_{turn}" for turn in ("flex", "side", "twist")], above, below, bone)
        for region, above, below, bone in regions
    ]
    for side, ending in zip(("left", "right"), SIDES, strict=True):
        girdle = [f"clavicle_up{ending}", f"clavicle_forward{ending}"]
        named.append((girdle, "spine3", f"{side}_collar", "clavicle" + ending))
    for names, above, below, bone in named:
        vector = (ours[above].inv() * ours[below]).as_rotvec()
        axes = np.stack([unit(joints.matrix[0, BONE[bone], :, INDEX[name]]) for name in names], axis=1)
        angles |= dict(zip(names, np.linalg.lstsq(axes, vector, rcond=None)[0], strict=True))
    return {name: float(value) for name, value in angles.items()}


FIRST_BONE = {
    "upperleg02": "upperleg01",
    "lowerleg02": "lowerleg01",
    "upperarm02": "upperarm01",
    "lowerarm02": "lowerarm01",
}


def _about(ours: dict[str, Rotation]) -> Pose:
    """The pose with each joint's whole turn in the first bone of its part: where the solver begins."""
    rotations = {}
    for joint, parent, bone in TRUNK:
        turn = ours[joint] if parent < 0 else ours[TRUNK[parent][0]].inv() * ours[joint]
        x, y, z = turn.as_rotvec()
        rotations[FIRST_BONE.get(bone[:-2], bone[:-2]) + bone[-2:]] = (float(x), float(y), float(z))
    return Pose(rotations=rotations)


def count_frames(data: bytes) -> int:
    """How many frames an NPZ has. Raises PoseFileRefused."""
    arrays = read_arrays(data, ARRAYS)
    first = arrays.get("poses", arrays.get("body_pose", arrays.get("pose_body")))
    return 1 if first is None or first.ndim < 2 else len(first)


def _split(
    arrays: dict[str, np.ndarray], frame: int
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """Rotation vectors of the body (22, 3) and of each hand (15, 3) in a frame."""
    if "poses" in arrays:
        whole = _frame_of(arrays["poses"], frame, "poses")
        if len(whole) not in LAYOUTS:
            raise PoseFileRefused(
                f"“poses” has {len(whole)} numbers a frame; known are {', '.join(map(str, sorted(LAYOUTS)))}."
            )
        start = LAYOUTS[len(whole)]
        hands = whole[start:].reshape(2, HAND, 3) if start else None
        return whole[: 3 * BODY].reshape(BODY, 3), *(
            (hands[0], hands[1]) if hands is not None else (None, None)
        )
    root, rest = (
        next((arrays[key] for key in keys if key in arrays), None)
        for keys in (("global_orient", "root_orient"), ("body_pose", "pose_body"))
    )
    if rest is None:
        raise PoseFileRefused("The NPZ has neither “poses” nor “body_pose”: it is no SMPL pose.")
    first = np.zeros(3) if root is None else _frame_of(root, frame, "global_orient")
    later = _frame_of(rest, frame, "body_pose")
    if len(first) != 3 or len(later) < 3 * (BODY - 1):
        raise PoseFileRefused("“global_orient” and “body_pose” need 3 and 63 (or 69) numbers a frame.")
    body = np.concatenate([first, later[: 3 * (BODY - 1)]]).reshape(BODY, 3)
    both: list[np.ndarray | None] = [
        _frame_of(arrays[key], frame, key) if key in arrays else None
        for key in ("left_hand_pose", "right_hand_pose")
    ]
    if "pose_hand" in arrays and both == [None, None]:
        values = _frame_of(arrays["pose_hand"], frame, "pose_hand")
        both = [values[: 3 * HAND], values[3 * HAND :]]
    left, right = (one.reshape(HAND, 3) if one is not None and len(one) == 3 * HAND else None for one in both)
    return body, left, right


def _frame_of(values: np.ndarray, frame: int, name: str) -> np.ndarray:
    if values.ndim == 0 or values.size == 0 or np.abs(values).max() > LARGEST_TURN_RAD:
        raise PoseFileRefused(f"“{name}” holds no rotations.")
    if values.ndim == 1:
        values = values[None]
    if len(values) > MOST_FRAMES or not 0 <= frame < len(values):
        raise PoseFileRefused(
            f"The file has {len(values)} frames, counted from 0; there is no frame {frame}."
        )
    return np.asarray(values[frame].reshape(-1))


def _their_rotations(pose: Pose) -> dict[str, np.ndarray]:
    """The rotation vector of every joint of theirs, relative to its parent; fingers by our bones' names."""
    model = open_anny()
    turned = Rotation.from_matrix(model.build(POSE_BODY, pose).bone_rotations.astype(float))
    ours = dict(zip(model.bone_names, turned, strict=True))
    whole = [_to_theirs(ours[bone] * _alignments()[bone].inv()) for _, _, bone in TRUNK]
    vectors = {
        joint: (whole[row] if parent < 0 else whole[parent].inv() * whole[row]).as_rotvec()
        for row, (joint, parent, _) in enumerate(TRUNK)
    }
    for side in SIDES:
        above = whole[[bone for _, _, bone in TRUNK].index("wrist" + side)]
        for row, bone in enumerate(_finger_bones(side)):
            own = _to_theirs(ours[bone] * _alignments()["wrist" + side].inv())
            vectors[bone] = (above.inv() * own).as_rotvec()
            above = own if row % 3 < 2 else whole[[bone for _, _, bone in TRUNK].index("wrist" + side)]
    return vectors


def _our_fingers(values: np.ndarray, side: str) -> dict[str, tuple[float, float, float]]:
    """Our finger rotations of theirs (15, 3); what a hand's rest turns is the wrist's."""
    turn = _alignments()["wrist" + side].inv()
    return {
        bone: tuple((turn * _to_ours(Rotation.from_rotvec(vector)) * turn.inv()).as_rotvec())
        for bone, vector in zip(_finger_bones(side), values, strict=True)
    }


def _finger_bones(side: str) -> list[str]:
    return [f"finger{finger}-{joint}{side}" for finger in FINGERS for joint in (1, 2, 3)]


@lru_cache(1)
def _alignments() -> dict[str, Rotation]:
    """Bone of ours -> the turn, reference frame, that brings its part from our rest to theirs."""
    heads = rest_heads(open_anny(), POSE_BODY)
    directions = pose_rig().joints.directions
    turns = {bone: Rotation.identity() for _, _, bone in TRUNK}
    down, ahead = np.array([0.0, 0.0, -1.0]), np.array([0.0, -1.0, 0.0])
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        out = np.array([sign, 0.0, 0.0])
        upper, fore = (directions[part + side][1] for part in ("upperarm", "forearm"))
        hinge = unit(np.cross(upper, fore)) * sign
        fingers, palm, _ = hand_axes(heads, side, sign)
        theirs = _frame(out, down)
        turns["upperarm02" + side] = theirs * _frame(upper, hinge).inv()
        turns["lowerarm02" + side] = theirs * _frame(fore, hinge).inv()
        turns["wrist" + side] = theirs * _frame(fingers, palm).inv()
        for part, bone in (("thigh", "upperleg02"), ("shank", "lowerleg02")):
            turns[bone + side] = _frame(down, ahead) * _frame(directions[part + side][1], ahead).inv()
        foot = directions["foot" + side][1]
        turns["foot" + side] = turns["toe2-1" + side] = _frame(ahead, down) * _frame(foot, down).inv()
    return turns


def _frame(along: np.ndarray, beside: np.ndarray) -> Rotation:
    """The rotation whose first axis is `along`, and whose second is as near to `beside` as that allows."""
    first = unit(along)
    second = unit(beside - (beside @ first) * first)
    return Rotation.from_matrix(np.stack([first, second, np.cross(first, second)], axis=1))


WORLD = Rotation.from_matrix(WORLD_FROM_REFERENCE.astype(float))


def _to_theirs(turn: Rotation) -> Rotation:
    return WORLD * turn * WORLD.inv()


def _to_ours(turn: Rotation) -> Rotation:
    return WORLD.inv() * turn * WORLD
