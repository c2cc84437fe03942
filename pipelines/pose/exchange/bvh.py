"""BVH files: ours stand at rest, y up, in centimetres, and come back exactly; of others one frame is taken over.

The zero pose of a file that is written is the free body's reference pose with the world's axes in every joint, so that
the channels are the pose's own rotations. Of a foreign skeleton the joints are recognised by their names (see
pipelines.pose.exchange.joint_names), and where its limbs point is taken over.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import scipy

from pipelines.body.anny import open_anny
from pipelines.body.frames import WORLD_FROM_REFERENCE, to_world
from pipelines.pose.angles import POSE_BODY, rest_heads
from pipelines.pose.exchange.bvh_text import POSITIONS, Bvh, read_bvh_text
from pipelines.pose.exchange.found import FoundPose, keep_within_limits, round_rotations
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.pose.exchange.skeletons import pose_of_joints
from pipelines.pose.skeleton import TOES
from pipelines.types import BodyParameters, Pose

CM_PER_M = 100.0
FRAME_TIME_S = 1 / 30
SAME_REST_CM = 0.05
ENDS_CM = 3.0  # length of the stub after a last joint
OUR_ORDER = "ZXY"
# Names that other programs know, for the bones that have one; the others keep their own.
FAMILIAR = {"root": "Hips", "head": "Head", "neck01": "Neck", "neck02": "Neck1", "neck03": "Neck2"} | {
    f"spine0{5 - i}": f"Spine{i or ''}" for i in range(5)
}
FAMILIAR_SIDED = {
    "pelvis": "HipJoint",
    "upperleg01": "UpLeg",
    "upperleg02": "UpLegRoll",
    "lowerleg01": "Leg",
    "lowerleg02": "LegRoll",
    "foot": "Foot",
    "toe2-1": "ToeBase",
    "clavicle": "Clavicle",
    "shoulder01": "Shoulder",
    "upperarm01": "Arm",
    "upperarm02": "ArmRoll",
    "lowerarm01": "ForeArm",
    "lowerarm02": "ForeArmRoll",
    "wrist": "Hand",
}
FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")
SIDE_NAMES = {".L": "Left", ".R": "Right"}


def familiar_name(bone: str) -> str | None:
    """What a bone is called in the file; None for one that is left out (eyes, single toes)."""
    if bone in FAMILIAR:
        return FAMILIAR[bone]
    stem, side = bone[:-2], SIDE_NAMES.get(bone[-2:], "")
    if stem in FAMILIAR_SIDED:
        return side + FAMILIAR_SIDED[stem]
    if stem.startswith("metacarpal"):
        return f"{side}InHand{FINGERS[int(stem[-1])]}"
    if stem.startswith("finger"):
        return f"{side}Hand{FINGERS[int(stem[6]) - 1]}{stem[-1]}"
    return None


@lru_cache(1)
def _skeleton() -> tuple[tuple[str, str, int, np.ndarray], ...]:
    """That of the body that poses are made on."""
    return _skeleton_of(POSE_BODY)


def _skeleton_of(body: BodyParameters) -> tuple[tuple[str, str, int, np.ndarray], ...]:
    """(bone, name, parent's row, offset in centimetres) of every bone in the file, parents first, world axes."""
    model = open_anny()
    heads = rest_heads(model, body)
    rows: list[tuple[str, str, int, np.ndarray]] = []
    row_of: dict[str, int] = {}
    for bone, parent in zip(model.bone_names, model.bone_parents, strict=True):
        name = familiar_name(bone)
        if name is None:
            continue
        above = model.bone_names[parent] if parent >= 0 else bone
        offset = to_world((heads[bone] - heads[above]).astype(np.float64)) * CM_PER_M
        row_of[bone] = len(rows)
        rows.append((bone, name, row_of.get(above, -1) if parent >= 0 else -1, np.round(offset, 4)))
    return tuple(rows)


def write_bvh(
    poses: Sequence[Pose], frame_time_s: float = FRAME_TIME_S, body: BodyParameters | None = None
) -> bytes:
    """Poses as the frames of one file, on the skeleton of a body; None: of the one that poses are made on, whose
    poses come back exactly."""
    rows = _skeleton() if body is None else _skeleton_of(body)
    lines = ["HIERARCHY"]
    _write_joint(lines, rows, 0, 0)
    lines += ["MOTION", f"Frames: {len(poses)}", f"Frame Time: {frame_time_s:.6f}"]
    order = _written_order(rows, 0)
    for pose in poses:
        root = open_anny().build(body or POSE_BODY, pose).joint("root").astype(float) * CM_PER_M
        numbers = [f"{value:.4f}" for value in root]
        for row in order:
            numbers += [f"{value:.6f}" for value in _euler(pose, rows[row][0])]
        lines.append(" ".join(numbers))
    return ("\n".join(lines) + "\n").encode("ascii")


def read_bvh(data: bytes, name: str, frame: int = 0) -> FoundPose:
    """The pose of one frame, counted from 0. Raises PoseFileRefused."""
    bvh = read_bvh_text(data)
    if not 0 <= frame < len(bvh.frames):
        raise PoseFileRefused(
            f"The file has {len(bvh.frames)} frames, counted from 0; there is no frame {frame}."
        )
    if not _is_ours(bvh):
        pose = pose_of_joints(bvh.places(bvh.frames[frame]), bvh.places(None))
        return FoundPose(name=name, pose=pose)
    bones = {familiar: bone for bone, familiar, _, _ in _skeleton()}
    rotations = {}
    for joint, turn in zip(bvh.joints, bvh.rotations(bvh.frames[frame]), strict=True):
        if joint.name in bones:
            vector = WORLD_FROM_REFERENCE.T.astype(float) @ turn.as_rotvec()
            for bone in _carried(bones[joint.name]):
                rotations[bone] = (float(vector[0]), float(vector[1]), float(vector[2]))
    pose, over = keep_within_limits(Pose(rotations=round_rotations(rotations)))
    remarks = (f"Brought within the joints' range: {', '.join(over)}.",) if over else ()
    return FoundPose(name=name, pose=pose, remarks=remarks)


def _is_ours(bvh: Bvh) -> bool:
    """Whether the skeleton is the one that is written here: its names and its rest."""
    there = {joint.name: joint for joint in bvh.joints}
    for _, name, parent, offset in _skeleton():
        joint = there.get(name)
        if joint is None or (parent >= 0 and np.abs(joint.offset - offset).max() > SAME_REST_CM):
            return False
    return True


def _carried(bone: str) -> tuple[str, ...]:
    """The bones that a joint of the file stands for: all toes bend together."""
    return tuple(toe + bone[-2:] for toe in TOES) if bone.startswith("toe") else (bone,)


def _euler(pose: Pose, bone: str) -> np.ndarray:
    vector = WORLD_FROM_REFERENCE.astype(float) @ np.array(pose.rotations.get(bone, (0.0, 0.0, 0.0)))
    return np.asarray(scipy.spatial.transform.Rotation.from_rotvec(vector).as_euler(OUR_ORDER, degrees=True))


def _children(rows: Sequence[tuple[str, str, int, np.ndarray]], row: int) -> list[int]:
    return [i for i, (_, _, parent, _) in enumerate(rows) if parent == row]


def _written_order(rows: Sequence[tuple[str, str, int, np.ndarray]], row: int) -> list[int]:
    """Rows in the order in which a file names them: each with all below it."""
    return [row, *(below for child in _children(rows, row) for below in _written_order(rows, child))]


def _write_joint(
    lines: list[str], rows: Sequence[tuple[str, str, int, np.ndarray]], row: int, depth: int
) -> None:
    _, name, parent, offset = rows[row]
    space = "  " * depth
    channels = [f"{axis}rotation" for axis in OUR_ORDER]
    channels = [*POSITIONS, *channels] if parent < 0 else channels
    lines += [f"{space}{'ROOT' if parent < 0 else 'JOINT'} {name}", space + "{"]
    lines.append(f"{space}  OFFSET {' '.join(f'{value:.4f}' for value in offset)}")
    lines.append(f"{space}  CHANNELS {len(channels)} {' '.join(channels)}")
    below = _children(rows, row)
    for child in below:
        _write_joint(lines, rows, child, depth + 1)
    if not below:
        length = offset / max(float(np.linalg.norm(offset)), 1e-9) * ENDS_CM
        if name == "Head":
            length = np.array([0.0, 20.0, 0.0])
        stub = " ".join(f"{value:.4f}" for value in length)
        lines += [f"{space}  End Site", space + "  {", f"{space}    OFFSET {stub}", space + "  }"]
    lines.append(space + "}")
