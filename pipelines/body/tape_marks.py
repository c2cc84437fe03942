"""Landmarks on the skin and parts of the body, found once on one body by the names of its bones.

The free body's mesh is the same for everybody, so a vertex that is a landmark on one body is that landmark on all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.bones import ARM_BONES, FOOT_BONES, HEAD_BONES, SIDES
from pipelines.types import BodyParameters

# The body on which landmarks are found: an adult woman, so that the fullest points are unmistakable.
LANDMARK_SHAPE = {"gender": 1.0, "age": 0.67, "weight": 0.6}
DOWN, FORWARD = np.array([0.0, -1.0, 0.0]), np.array([0.0, 0.0, 1.0])
OUTWARD = {".L": np.array([1.0, 0.0, 0.0]), ".R": np.array([-1.0, 0.0, 0.0])}
MIDLINE_M = 0.006
NECK_MIDLINE_M = 0.012
BELOW_EYES_M = 0.035  # where the tip of the nose is
ACROMION_OUT_M = 0.018  # beyond the middle of the shoulder joint the shoulder blade ends
ACROMION_NEAR_M = 0.012  # seen from above
BACK_ARM_M = 0.02  # around half the height of the armhole
BREAST_M = 0.14  # below the nipples the fold under the breasts is looked for so far
BREAST_COLUMN_M = 0.015  # to the left and right of a nipple
NECK_SIDE_M = 0.03  # of the neck's root, up and down, where its side is


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TapeMarks:
    """Where a tape is laid on every body: landmark vertices, and the faces of each part. Pairs are left, right."""

    crotch: int
    nipples: tuple[int, int]
    breast_folds: tuple[int, int]  # under the breasts
    adams_apple: int
    nose: int  # its tip; no measure's, but found like one
    back_neck: int  # over the seventh vertebra of the neck
    neck_sides: tuple[int, int]  # where the neck meets the shoulder
    acromia: tuple[int, int]  # the shoulder points: the skin over the outer end of the shoulder blade
    back_arms: tuple[int, int]  # behind, where the arm meets the back, halfway from shoulder point to armpit
    elbows: tuple[int, int]  # the tip of the bent elbow
    wrists: tuple[int, int]  # the bone on the little finger's side
    fingertips: tuple[int, int]  # of the middle fingers
    torso: np.ndarray  # (n, 3) faces without arms
    neck: np.ndarray
    skull: np.ndarray
    arms: tuple[np.ndarray, np.ndarray]
    legs: tuple[np.ndarray, np.ndarray]
    feet: tuple[np.ndarray, np.ndarray]
    bones: Mapping[str, int]


@lru_cache(4)
def find_marks(model: AnnyBodyModel) -> TapeMarks:
    """The landmark vertices and parts of the free body."""
    return _LandmarkFinder(model).find()


class _LandmarkFinder:
    """Looks for landmarks on one body at rest: the subject's left is +x, up +y, forward +z; metres."""

    def __init__(self, model: AnnyBodyModel) -> None:
        body = model.build(BodyParameters(shape=LANDMARK_SHAPE))
        self.vertices = body.rest_vertices.astype(np.float64)
        self.joints = body.rest_joints.astype(np.float64)
        self.bones = {bone: i for i, bone in enumerate(model.bone_names)}
        self.faces, self.weights = np.asarray(model.faces), model.weights
        self.trunk = np.flatnonzero((self.weight(ARM_BONES) < 0.3) & (self.weight(HEAD_BONES) < 0.3))

    def find(self) -> TapeMarks:
        """All of them."""
        nipples = self.nipples()
        return TapeMarks(
            crotch=self.crotch(),
            nipples=nipples,
            breast_folds=self.both(lambda side, _: self.breast_fold(nipples[side])),
            adams_apple=self.adams_apple(),
            nose=self.nose(),
            back_neck=self.back_neck(),
            neck_sides=self.both(self.neck_side),
            acromia=self.both(self.acromion),
            back_arms=self.both(self.back_arm),
            elbows=self.both(self.elbow),
            wrists=self.both(self.wrist),
            fingertips=self.both(self.fingertip),
            torso=self.faces[self.weight(ARM_BONES)[self.faces].mean(1) <= 0.5],
            neck=self.part(("neck", "head"), 0.25),
            skull=self.part(("head",), 0.5),
            arms=(
                self.part(("upperarm", "lowerarm"), 0.3, ".L"),
                self.part(("upperarm", "lowerarm"), 0.3, ".R"),
            ),
            legs=(
                self.part(("upperleg", "lowerleg"), 0.3, ".L"),
                self.part(("upperleg", "lowerleg"), 0.3, ".R"),
            ),
            feet=(self.part(FOOT_BONES, 0.5, ".L"), self.part(FOOT_BONES, 0.5, ".R")),
            bones=self.bones,
        )

    def joint(self, bone: str) -> np.ndarray:
        return self.joints[self.bones[bone]]

    def weight(self, names: tuple[str, ...], side: str = "") -> np.ndarray:
        """(V,) how much of each vertex follows the bones whose names begin so."""
        bones = [self.bones[bone] for bone in self.bones if bone.startswith(names) and bone.endswith(side)]
        return np.asarray(self.weights[:, bones].sum(1))

    def part(self, names: tuple[str, ...], least: float, side: str = "") -> np.ndarray:
        return self.faces[self.weight(names, side)[self.faces].mean(1) > least]

    def near(self, point: np.ndarray, metres: float) -> np.ndarray:
        return np.flatnonzero(np.linalg.norm(self.vertices - point, axis=1) < metres)

    def furthest(self, among: np.ndarray, direction: np.ndarray) -> int:
        return int(among[np.argmax(self.vertices[among] @ direction)])

    @staticmethod
    def both(find: Callable[[int, str], int]) -> tuple[int, int]:
        """What is found on the left (0, its ending) and on the right (1, its ending)."""
        left, right = (find(number, ending) for number, ending in enumerate(SIDES))
        return left, right

    def crotch(self) -> int:
        """The lowest vertex of the trunk on the midline, near the hip joints' height."""
        x, y = self.vertices[self.trunk, 0], self.vertices[self.trunk, 1]
        hip_y = self.joint("upperleg01.L")[1]
        near = self.trunk[(np.abs(x) < MIDLINE_M) & (y < hip_y + 0.03) & (y > hip_y - 0.25)]
        return self.furthest(near, DOWN)

    def nipples(self) -> tuple[int, int]:
        """The foremost vertices of the chest, left and right of its middle."""
        low, high = self.joint("spine02")[1] - 0.05, self.joint("upperarm01.L")[1] - 0.05
        y = self.vertices[self.trunk, 1]
        chest = self.trunk[(y > low) & (y < high)]
        left, right = (
            self.furthest(chest[self.vertices[chest, 0] * sign > 0.03], FORWARD) for sign in (1, -1)
        )
        return left, right

    def breast_fold(self, nipple: int) -> int:
        """Below a nipple, where the skin lies furthest behind a ruler from it to the ribs."""
        x, y, z = self.vertices[self.trunk].T
        top = self.vertices[nipple]
        column = self.trunk[
            (np.abs(x - top[0]) < BREAST_COLUMN_M) & (y < top[1]) & (y > top[1] - BREAST_M) & (z > 0)
        ]
        ribs = self.vertices[column[np.argmin(self.vertices[column, 1])]]
        behind = np.cross(ribs - top, [1.0, 0.0, 0.0])
        return self.furthest(column, behind * -np.sign(behind[2]))

    def adams_apple(self) -> int:
        """The foremost vertex of the neck on the midline, at half its height."""
        throat = np.flatnonzero(self.weight(("neck",)) > 0.5)
        middle_y = (self.joint("neck01")[1] + self.joint("head")[1]) / 2
        x, y = self.vertices[throat, 0], self.vertices[throat, 1]
        return self.furthest(throat[(np.abs(x) < NECK_MIDLINE_M) & (np.abs(y - middle_y) < 0.03)], FORWARD)

    def nose(self) -> int:
        """The foremost vertex of the head on the midline, a little below the eyes."""
        head = np.flatnonzero(self.weight(("head",)) > 0.5)
        x, y = self.vertices[head, 0], self.vertices[head, 1]
        below = np.abs(y - self.joint("eye.L")[1] + BELOW_EYES_M) < 0.03
        return self.furthest(head[(np.abs(x) < NECK_MIDLINE_M) & below], FORWARD)

    def back_neck(self) -> int:
        """On the midline behind, at the height of the root of the neck."""
        root = self.joint("neck01")
        behind = np.flatnonzero((np.abs(self.vertices[:, 0]) < MIDLINE_M) & (self.vertices[:, 2] < root[2]))
        return int(behind[np.argmin(np.abs(self.vertices[behind, 1] - root[1]))])

    def neck_side(self, _: int, ending: str) -> int:
        """The outermost vertex at the height of the root of the neck, straight above the shoulder's line."""
        root = self.joint("neck01")
        off = np.abs(self.vertices - root)
        beside = np.flatnonzero((off[:, 1] < NECK_SIDE_M / 2) & (off[:, 2] < NECK_SIDE_M))
        return self.furthest(beside, OUTWARD[ending])

    def acromion(self, _: int, ending: str) -> int:
        """The highest vertex over the outer end of the shoulder blade (ISO 8559-1, 3.1.1: straight up to the skin)."""
        away = self.vertices - self.joint("upperarm01" + ending) - ACROMION_OUT_M * OUTWARD[ending]
        return self.furthest(np.flatnonzero(np.hypot(away[:, 0], away[:, 2]) < ACROMION_NEAR_M), -DOWN)

    def back_arm(self, number: int, ending: str) -> int:
        """Of the seam between arm and trunk, the rearmost vertex near half its height."""
        of_arm = self.weight(ARM_BONES)
        mixed = self.faces[(of_arm[self.faces].min(1) <= 0.5) & (of_arm[self.faces].max(1) > 0.5)]
        seam = np.unique(mixed)
        seam = seam[self.vertices[seam] @ OUTWARD[ending] > 0]
        armpit_y = self.vertices[seam, 1].min()
        middle_y = (self.vertices[self.acromion(number, ending), 1] + armpit_y) / 2
        return self.furthest(seam[np.abs(self.vertices[seam, 1] - middle_y) < BACK_ARM_M], -FORWARD)

    def elbow(self, _: int, ending: str) -> int:
        """The vertex near the elbow joint that stands out most where the arm bends."""
        shoulder, elbow, wrist = (self.joint(bone + ending) for bone in ("upperarm01", "lowerarm01", "wrist"))
        return self.furthest(self.near(elbow, 0.06), elbow - (shoulder + wrist) / 2)

    def wrist(self, _: int, ending: str) -> int:
        """The vertex around the wrist joint that stands out most to the little finger's side."""
        wrist, axis = (
            self.joint("wrist" + ending),
            self.joint("wrist" + ending) - self.joint("lowerarm02" + ending),
        )
        axis /= np.linalg.norm(axis)
        across = self.joint("finger5-1" + ending) - self.joint("finger2-1" + ending)
        around = self.near(wrist, 0.05)
        around = around[np.abs((self.vertices[around] - wrist) @ axis) < 0.012]
        return self.furthest(around, across - (across @ axis) * axis)

    def fingertip(self, _: int, ending: str) -> int:
        """The last vertex of the middle finger."""
        last, before = self.joint("finger3-3" + ending), self.joint("finger3-2" + ending)
        return self.furthest(np.flatnonzero(self.weight(("finger3-3",), ending) > 0.5), last - before)
