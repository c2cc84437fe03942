"""The text of a BVH file: a hierarchy of joints with offsets and channels, and frames of numbers. None is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import scipy

from pipelines.pose.exchange.limits import LARGEST_NUMBER, LONGEST_NAME, MOST_FILE_BYTES, PoseFileRefused

MOST_JOINTS, MOST_DEPTH, MOST_FRAMES = 400, 64, 200_000
POSITIONS = ("Xposition", "Yposition", "Zposition")
ROTATIONS = ("Xrotation", "Yrotation", "Zrotation")
CHANNELS = (*POSITIONS, *ROTATIONS)


@dataclass(slots=True, kw_only=True)
class BvhJoint:
    """A joint: its parent's index (-1: none), offset in the file's unit, its channels and where they begin."""

    name: str
    parent: int
    offset: np.ndarray
    channels: tuple[str, ...] = ()
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bvh:
    """A skeleton, and its frames (F, channels) in the file's unit and degrees."""

    joints: list[BvhJoint] = field(default_factory=list)
    frames: np.ndarray
    frame_time_s: float

    def rotations(self, frame: np.ndarray) -> list[scipy.spatial.transform.Rotation]:
        """Every joint's own rotation in a frame (channels,)."""
        turns = []
        for joint in self.joints:
            named = [(i, name) for i, name in enumerate(joint.channels) if name in ROTATIONS]
            order = "".join(name[0] for _, name in named)
            angles = [frame[joint.first + i] for i, _ in named]
            turns.append(_turn(order, angles))
        return turns

    def places(self, frame: np.ndarray | None) -> dict[str, np.ndarray]:
        """Where the joints are, by name, in a frame (channels,); None is the rest."""
        turns = (
            self.rotations(frame)
            if frame is not None
            else [scipy.spatial.transform.Rotation.identity()] * len(self.joints)
        )
        placed: list[np.ndarray] = []
        whole: list[scipy.spatial.transform.Rotation] = []
        for joint, turn in zip(self.joints, turns, strict=True):
            offset = joint.offset
            if frame is not None and any(name in POSITIONS for name in joint.channels):
                offset = _position(joint, frame)
            if joint.parent < 0:
                placed.append(offset)
                whole.append(turn)
            else:
                placed.append(placed[joint.parent] + whole[joint.parent].apply(offset))
                whole.append(whole[joint.parent] * turn)
        return {joint.name: place for joint, place in zip(self.joints, placed, strict=True)}


def read_bvh_text(data: bytes) -> Bvh:
    """The skeleton and the frames of a file. Raises PoseFileRefused."""
    if len(data) > MOST_FILE_BYTES:
        raise PoseFileRefused(f"The BVH file is larger than {MOST_FILE_BYTES // 1_000_000} MB.")
    head, found, tail = data.partition(b"MOTION")
    if not found:
        raise PoseFileRefused("The BVH file has no MOTION: it breaks off.")
    joints = _read_hierarchy(_words(head))
    count = sum(len(joint.channels) for joint in joints)
    lines = tail.decode("ascii", "replace").split("\n", 4)
    words = " ".join(lines[:4]).split()
    try:
        where = words.index("Time:")
        frames, time_s = int(words[words.index("Frames:") + 1]), float(words[where + 1])
    except (ValueError, IndexError) as error:
        raise PoseFileRefused("The BVH file does not say how many frames it has.") from error
    if not 1 <= frames <= MOST_FRAMES or not 0 <= time_s < LARGEST_NUMBER:
        raise PoseFileRefused(f"A BVH file may have 1 to {MOST_FRAMES} frames; this one says {frames}.")
    numbers = tail.decode("ascii", "replace").split("Time:", 1)[1].split()[1:]
    if len(numbers) != frames * count or not count:
        raise PoseFileRefused("The BVH file has not as many numbers as its frames and channels need.")
    try:
        values = np.array(numbers, dtype=np.float64).reshape(frames, count)
    except ValueError as error:
        raise PoseFileRefused("The BVH file has something else where a number should be.") from error
    if not np.isfinite(values).all() or np.abs(values).max() > LARGEST_NUMBER:
        raise PoseFileRefused("The BVH file has a number that is no number, or too large.")
    return Bvh(joints=joints, frames=values, frame_time_s=time_s)


def _words(head: bytes) -> Iterator[str]:
    return iter(head.decode("utf-8", "replace").replace("{", " { ").replace("}", " } ").split())


def _read_hierarchy(words: Iterator[str]) -> list[BvhJoint]:
    """The joints, parents before children; an end site is a joint without channels."""
    joints: list[BvhJoint] = []
    names: set[str] = set()
    open_joints: list[int] = []
    channels = 0
    try:
        if next(words) != "HIERARCHY":
            raise PoseFileRefused("This is no BVH file: it does not begin with HIERARCHY.")
        for word in words:
            if word in ("ROOT", "JOINT", "End"):
                name = next(words) if word != "End" else _site(words, joints, open_joints)
                if (word == "ROOT") != (not open_joints) or name in names or len(name) > LONGEST_NAME:
                    raise PoseFileRefused(
                        f"The BVH file's joint “{name:.40}” is in the wrong place, or comes twice."
                    )
                names.add(name)
                joints.append(
                    BvhJoint(name=name, parent=open_joints[-1] if open_joints else -1, offset=np.zeros(3))
                )
                if next(words) != "{" or len(joints) > MOST_JOINTS or len(open_joints) >= MOST_DEPTH:
                    raise PoseFileRefused(
                        f"The BVH file has over {MOST_JOINTS} joints, or nests them too deeply."
                    )
                open_joints.append(len(joints) - 1)
            elif word == "OFFSET":
                joints[open_joints[-1]].offset = np.array([_number(next(words)) for _ in range(3)])
            elif word == "CHANNELS":
                said = tuple(next(words) for _ in range(min(int(next(words)), len(CHANNELS) + 1)))
                if len(set(said)) != len(said) or not set(said) <= set(CHANNELS):
                    raise PoseFileRefused("The BVH file has channels that are not known.")
                joints[open_joints[-1]].channels, joints[open_joints[-1]].first = said, channels
                channels += len(said)
            elif word == "}":
                open_joints.pop()
            else:
                raise PoseFileRefused(f"The BVH file's hierarchy has a “{word:.20}” that means nothing.")
    except (StopIteration, IndexError, ValueError) as error:
        raise PoseFileRefused("The BVH file's hierarchy breaks off or is broken.") from error
    if open_joints or not joints:
        raise PoseFileRefused("The BVH file's hierarchy breaks off.")
    return joints


def _site(words: Iterator[str], joints: list[BvhJoint], open_joints: list[int]) -> str:
    if next(words) != "Site":
        raise PoseFileRefused("The BVH file has an end that is no site.")
    return joints[open_joints[-1]].name + "Site"


def _number(word: str) -> float:
    number = float(word)
    if not np.isfinite(number) or abs(number) > LARGEST_NUMBER:
        raise PoseFileRefused("The BVH file has a number that is no number, or too large.")
    return number


def _turn(order: str, angles: list[float]) -> scipy.spatial.transform.Rotation:
    """Channels of rotation, from the outermost: each turns in the axes that those before it left."""
    turn = scipy.spatial.transform.Rotation.identity()
    for axis, angle in zip(order, angles, strict=True):
        turn = turn * scipy.spatial.transform.Rotation.from_euler(axis, angle, degrees=True)
    return turn


def _position(joint: BvhJoint, frame: np.ndarray) -> np.ndarray:
    place = joint.offset.copy()
    for i, name in enumerate(joint.channels):
        if name in POSITIONS:
            place[POSITIONS.index(name)] = frame[joint.first + i]
    return place
