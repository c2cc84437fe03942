"""Reading joint angles back from a pose's rotations: the inverse of pipelines.pose.motion.bone_rotations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import scipy

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.frames import to_reference
from pipelines.pose.limits import ANGLES, INDEX, SIDES
from pipelines.pose.skeleton import BONE, CLAVICLE_SHARES, SPINE_SHARES, JointMap, map_joints, unit
from pipelines.types import BodyParameters, Pose

# The body that poses are solved on: between woman and man, 175 cm, of average build.
POSE_BODY = BodyParameters(
    shape={"gender": 0.5, "age": 0.67, "muscle": 0.5, "weight": 0.45, "height": 0.42, "proportions": 0.6}
)
Vector = tuple[float, float, float]


def rest_heads(model: AnnyBodyModel, parameters: BodyParameters) -> dict[str, np.ndarray]:
    """Bone heads of a body in the reference pose, metres, reference frame, the root at the origin."""
    body = model.build(parameters, Pose(root_m=(0.0, 0.0, 0.0)))
    return dict(zip(model.bone_names, to_reference(body.joints).astype(np.float64), strict=True))


@lru_cache(1)
def pose_body_joints(model: AnnyBodyModel) -> JointMap:
    """The joint map of the body that the shipped poses were solved on."""
    return map_joints(rest_heads(model, POSE_BODY))


def read_angles(joints: JointMap, rotations: Mapping[str, Vector]) -> np.ndarray:
    """The angles (A,) in radians of a pose's rotations; the root's place is 0. Fingers are not read.

    Exact for rotations that angles made; of others, the nearest in each joint.
    """
    reader = _AngleReader(joints, rotations)
    reader.read_root()
    for region, shares in SPINE_SHARES.items():
        reader.read_shared([region + "_flex", region + "_side", region + "_twist"], list(shares))
    for side in SIDES:
        bones = [bone + side for bone in CLAVICLE_SHARES]
        reader.read_shared(["clavicle_up" + side, "clavicle_forward" + side], bones)
        reader.read_arm(side)
        reader.read_leg(side)
    return reader.angles


class _AngleReader:
    def __init__(self, joints: JointMap, rotations: Mapping[str, Vector]) -> None:
        self.joints = joints
        self.rotations = rotations
        self.angles = np.zeros(len(ANGLES))

    def axis(self, bone: str, angle: str, factor: int = 0) -> np.ndarray:
        """The axis of an angle at a bone, times the bone's share."""
        return self.joints.matrix[factor, BONE[bone], :, INDEX[angle]]

    def vector(self, bone: str) -> np.ndarray:
        return np.array(self.rotations.get(bone, (0.0, 0.0, 0.0)))

    def solve(self, bone: str, names: list[str], vector: np.ndarray) -> None:
        """Angles of one factor whose rotation vector is known (without the bone's own offset)."""
        axes = np.stack([self.axis(bone, name) for name in names], axis=1)
        values = np.linalg.lstsq(axes, vector - self.joints.offset[0, BONE[bone]], rcond=None)[0]
        for name, value in zip(names, values, strict=True):
            self.angles[INDEX[name]] = value

    def read_root(self) -> None:
        turn, lean, side = scipy.spatial.transform.Rotation.from_rotvec(self.vector("root")).as_euler("ZXY")
        self.angles[[INDEX["root_turn"], INDEX["root_lean"], INDEX["root_side"]]] = turn, lean, side

    def read_shared(self, names: list[str], bones: list[str]) -> None:
        """Angles that several bones share: their rotation vectors add up."""
        total = sum(np.stack([self.axis(bone, name) for name in names], axis=1) for bone in bones)
        values = np.linalg.lstsq(total, sum(self.vector(bone) for bone in bones), rcond=None)[0]
        for name, value in zip(names, values, strict=True):
            self.angles[INDEX[name]] = value

    def read_twist(self, name: str, lower: str, upper: str, factors: tuple[int, int]) -> np.ndarray:
        """A twist that a lower bone shows alone; the upper bone's rotation vector without its share of it."""
        axis = self.axis(lower, name, factors[0])
        twist = float(self.vector(lower) @ axis / (axis @ axis))
        self.angles[INDEX[name]] = twist
        return self.without(upper, twist * self.axis(upper, name, factors[1]))

    def without(self, bone: str, vector: np.ndarray) -> np.ndarray:
        """A bone's rotation vector before a last factor was applied."""
        rotation = scipy.spatial.transform.Rotation.from_rotvec
        return (rotation(self.vector(bone)) * rotation(-vector)).as_rotvec()

    def read_arm(self, side: str) -> None:
        swing = self.read_twist("shoulder_in" + side, "upperarm02" + side, "upperarm01" + side, (1, 1))
        self.solve("upperarm01" + side, ["shoulder_out" + side, "shoulder_front" + side], swing)
        bend = self.read_twist("pronation" + side, "lowerarm02" + side, "lowerarm01" + side, (1, 1))
        self.solve("lowerarm01" + side, ["elbow" + side], bend)
        pronation = self.angles[INDEX["pronation" + side]]
        hand = self.without("wrist" + side, pronation * self.axis("wrist" + side, "pronation" + side, 1))
        self.solve("wrist" + side, ["wrist_flex" + side, "wrist_side" + side], hand)

    def read_leg(self, side: str) -> None:
        """Flexion and abduction follow from where the thigh points: abduction first leaves the axis of flexion."""
        thigh = self.read_twist("hip_turn" + side, "upperleg02" + side, "upperleg01" + side, (1, 2))
        _, upper = self.joints.directions["thigh" + side]
        flexion, abduction = (
            self.axis("upperleg01" + side, "hip_flex" + side),
            self.axis("upperleg01" + side, "hip_out" + side, 1),
        )
        lateral = unit(np.cross(abduction, upper))
        pointing = scipy.spatial.transform.Rotation.from_rotvec(thigh).apply(upper)
        out = float(np.arcsin(np.clip(pointing @ flexion / (lateral @ flexion), -1, 1)))
        abducted = np.cos(out) * upper + np.sin(out) * lateral
        flex = float(
            np.arctan2(
                flexion @ np.cross(abducted, pointing),
                _across(abducted, flexion) @ _across(pointing, flexion),
            )
        )
        self.angles[[INDEX["hip_flex" + side], INDEX["hip_out" + side]]] = flex, out
        self.solve("lowerleg01" + side, ["knee" + side], self.vector("lowerleg01" + side))
        self.solve("foot" + side, ["ankle" + side, "ankle_in" + side], self.vector("foot" + side))
        self.solve("toe2-1" + side, ["toes" + side], self.vector("toe2-1" + side))


def _across(vector: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The part of a vector square to a unit axis."""
    return vector - (vector @ axis) * axis
