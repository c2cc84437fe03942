"""Measuring a body at rest with tape and ruler: plane sections and lines between landmarks.

Every measure is one function that lays one or more lines on the body (`LINES`, a row for each of
`definitions.DEFINITIONS`); its value is their mean length. The same lines can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.bones import ARM_BONES, HEAD_BONES, SIDES
from pipelines.body.definitions import DEFINITIONS, MEASURE_NAMES
from pipelines.types import Body, BodyParameters, KnownMeasures, Measurement

CM_PER_M = 100.0
UP = np.array([0.0, 1.0, 0.0])
# The waist ring of Anny's own `anthropometry` module (Apache-2.0), as vertices of its mesh.
WAIST_RING = (
    *(4105, 10731, 10728, 10725, 10745, 10744, 10747, 10748, 10746, 10749, 10739, 10741, 10740, 10743, 10742),
    *(10782, 10802, 10784, 10785, 10786, 10787, 10788, 10789, 4165, 4164, 4163, 4162, 4161, 4160, 4159, 4180),
    *(4157, 4115, 4116, 4113, 4114, 4112, 4122, 4119, 4121, 4120, 4117, 4118, 4092, 4097, 4102),
)
# The body on which landmarks are found: an adult woman, so that the fullest points are unmistakable.
LANDMARK_SHAPE = {"gender": 1.0, "age": 0.67, "weight": 0.6}
BELOW_CROTCH_M = 0.03  # where a thigh is fullest without the other one
BELOW_WAIST_M = 0.03  # the buttocks are looked for below this
CALF_SHARES = (0.2, 0.27, 0.34, 0.41)  # of the way from knee to ankle
WRIST_SHARE = 0.95  # of the way from elbow to wrist
MIDLINE_M = 0.006
NECK_MIDLINE_M = 0.012
BELOW_EYES_M = 0.035  # where the tip of the nose is


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TapeMarks:
    """Where a tape is laid on every body: landmark vertices, and the faces of each part."""

    crotch: int
    nipples: tuple[int, int]
    adams_apple: int
    nose: int  # its tip; no measure's, but found like one
    torso: np.ndarray  # (n, 3) faces without arms
    neck: np.ndarray
    arms: tuple[np.ndarray, np.ndarray]  # left, right
    legs: tuple[np.ndarray, np.ndarray]
    bones: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A body at rest under the tape, world frame, metres."""

    marks: TapeMarks
    vertices: np.ndarray  # (V, 3) float64
    joints: np.ndarray  # (B, 3)

    def joint(self, bone: str) -> np.ndarray:
        return self.joints[self.marks.bones[bone]]

    @property
    def crotch_y(self) -> float:
        return float(self.vertices[self.marks.crotch, 1])

    @property
    def waist_y(self) -> float:
        return float(self.vertices[list(WAIST_RING), 1].mean())


def measure_body(model: AnnyBodyModel, subject: Body | BodyParameters) -> dict[str, float]:
    """Every measure of the table in cm, by name, taken on the body at rest (about 20 ms).

    Raises what `model.build` raises where parameters are given.
    """
    return take_measures(_place(model, subject), MEASURE_NAMES)


def take_measures(subject: Subject, names: Sequence[str]) -> dict[str, float]:
    """Some measures in cm, by name. Raises KeyError for an unknown name."""
    return {
        name: CM_PER_M * float(np.mean([_length(line) for line in LINES[name](subject)])) for name in names
    }


def measurements(
    values: Mapping[str, float], uncertainty: Mapping[str, float], known: KnownMeasures | None = None
) -> tuple[Measurement, ...]:
    """The values of `measure_body`, in the table's order, each with its uncertainty in cm, how it was taken, and what
    was told of it."""
    told = told_cm(known or KnownMeasures())
    return tuple(
        Measurement(
            name=row.name,
            cm=values[row.name],
            plus_minus_cm=uncertainty.get(row.name, 0.0),
            method=row.method,
            told_cm=told.get(row.name),
        )
        for row in DEFINITIONS
    )


def told_cm(known: KnownMeasures) -> dict[str, float]:
    """What was told of the measures, in cm by name: the height, and what a tape said."""
    return ({} if known.height_cm is None else {"height": known.height_cm}) | dict(known.tape)


def section_ring(model: AnnyBodyModel, body: Body, name: str) -> np.ndarray:
    """The line of one measure on `body.rest_vertices`: (N, 3) points in metres, world frame; a girth's ring closes
    on itself. Where it is taken on both sides this is the left one. Raises KeyError for an unknown name."""
    return LINES[name](_place(model, body))[0].astype(np.float32)


def standing_line(model: AnnyBodyModel, body: Body, name: str) -> np.ndarray:
    """The same on `body.vertices`, for a body in the reference pose: to be drawn on its mesh. Its length may differ by
    millimetres from the measure, which is taken at rest."""
    standing = Subject(
        marks=find_marks(model),
        vertices=body.vertices.astype(np.float64),
        joints=body.joints.astype(np.float64),
    )
    return LINES[name](standing)[0].astype(np.float32)


def _place(model: AnnyBodyModel, subject: Body | BodyParameters) -> Subject:
    body = model.build(subject) if isinstance(subject, BodyParameters) else subject
    return Subject(
        marks=find_marks(model),
        vertices=body.rest_vertices.astype(np.float64),
        joints=body.rest_joints.astype(np.float64),
    )


def _length(line: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


# --- the tape ------------------------------------------------------------------------------------


def _ring(vertices: np.ndarray, faces: np.ndarray, point: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """A tape pulled tight around the section of some faces by a plane: the closed convex hull, (N, 3) metres."""
    normal = normal / np.linalg.norm(normal)
    first = np.cross(normal, [1.0, 0, 0] if abs(normal[0]) < 0.9 else [0, 1.0, 0])
    first /= np.linalg.norm(first)
    axes = np.stack([first, np.cross(normal, first)])
    side = ((vertices - point) @ normal)[faces]
    cut = []
    for i, j in ((0, 1), (1, 2), (2, 0)):
        crossed = side[:, i] * side[:, j] < 0
        near, far = side[crossed, i], side[crossed, j]
        share = (near / (near - far))[:, None]
        cut.append(vertices[faces[crossed, i]] * (1 - share) + vertices[faces[crossed, j]] * share)
    points = np.concatenate(cut)
    hull = scipy.spatial.ConvexHull((points - point) @ axes.T).vertices
    return points[np.append(hull, hull[0])]


def _level(height: Callable[[Subject], float]) -> Callable[[Subject], list[np.ndarray]]:
    """A horizontal tape around the trunk at some height."""
    return lambda body: [_ring(body.vertices, body.marks.torso, UP * height(body), UP)]


def _nipple_height(body: Subject) -> float:
    return float(body.vertices[list(body.marks.nipples), 1].mean())


def _buttock_height(body: Subject) -> float:
    """The height of the rearmost point of the trunk between crotch and waist."""
    trunk = body.vertices[body.marks.torso.reshape(-1)]
    trunk = trunk[(trunk[:, 1] > body.crotch_y) & (trunk[:, 1] < body.waist_y - BELOW_WAIST_M)]
    return float(trunk[np.argmin(trunk[:, 2]), 1])


def _neck(body: Subject) -> list[np.ndarray]:
    axis = body.joint("head") - body.joint("neck01")
    return [_ring(body.vertices, body.marks.neck, body.vertices[body.marks.adams_apple], axis)]


def _thighs(body: Subject) -> list[np.ndarray]:
    rings = []
    for side, faces in zip(SIDES, body.marks.legs, strict=True):
        hip = body.joint("upperleg01" + side)
        axis = body.joint("lowerleg01" + side) - hip
        share = (body.crotch_y - BELOW_CROTCH_M - hip[1]) / axis[1]
        rings.append(_ring(body.vertices, faces, hip + share * axis, axis))
    return rings


def _calves(body: Subject) -> list[np.ndarray]:
    rings = []
    for side, faces in zip(SIDES, body.marks.legs, strict=True):
        knee = body.joint("lowerleg01" + side)
        axis = body.joint("foot" + side) - knee
        rings.append(
            max((_ring(body.vertices, faces, knee + s * axis, axis) for s in CALF_SHARES), key=_length)
        )
    return rings


def _arm_rings(upper: str, lower: str, share: float) -> Callable[[Subject], list[np.ndarray]]:
    """A tape at right angles to an arm bone, at a share of the way along it."""

    def lay(body: Subject) -> list[np.ndarray]:
        rings = []
        for side, faces in zip(SIDES, body.marks.arms, strict=True):
            start = body.joint(upper + side)
            axis = body.joint(lower + side) - start
            rings.append(_ring(body.vertices, faces, start + share * axis, axis))
        return rings

    return lay


def _upright(top: Callable[[Subject], np.ndarray]) -> Callable[[Subject], list[np.ndarray]]:
    """A ruler standing on the floor under some point."""

    def lay(body: Subject) -> list[np.ndarray]:
        head = top(body)
        return [np.array([[head[0], body.vertices[:, 1].min(), head[2]], head])]

    return lay


def _arms(body: Subject) -> list[np.ndarray]:
    return [
        np.array([body.joint(bone + side) for bone in ("upperarm01", "lowerarm01", "wrist")])
        for side in SIDES
    ]


def _shoulders(body: Subject) -> list[np.ndarray]:
    return [np.array([body.joint("upperarm01" + side) for side in SIDES])]


LINES: dict[str, Callable[[Subject], list[np.ndarray]]] = {
    "height": _upright(lambda body: body.vertices[np.argmax(body.vertices[:, 1])]),
    "chest": _level(_nipple_height),
    "waist": _level(lambda body: body.waist_y),
    "hip": _level(_buttock_height),
    "neck": _neck,
    "thigh": _thighs,
    "calf": _calves,
    "upper_arm": _arm_rings("upperarm01", "lowerarm01", 0.5),
    "wrist": _arm_rings("lowerarm01", "wrist", WRIST_SHARE),
    "inseam": _upright(lambda body: body.vertices[body.marks.crotch]),
    "shoulder_width": _shoulders,
    "arm_length": _arms,
}


# --- landmarks -----------------------------------------------------------------------------------


@lru_cache(4)
def find_marks(model: AnnyBodyModel) -> TapeMarks:
    """The landmark vertices and parts, found once on one body by bone names."""
    body = model.build(BodyParameters(shape=LANDMARK_SHAPE))
    vertices, joints = body.rest_vertices.astype(np.float64), body.rest_joints.astype(np.float64)
    bones = {bone: i for i, bone in enumerate(model.bone_names)}
    faces = np.asarray(model.faces)

    def weight(names: tuple[str, ...], side: str = "") -> np.ndarray:
        return model.weights[:, [bones[b] for b in bones if b.startswith(names) and b.endswith(side)]].sum(1)

    def part(names: tuple[str, ...], least: float, side: str = "") -> np.ndarray:
        return faces[weight(names, side)[faces].mean(1) > least]

    trunk = np.flatnonzero((weight(ARM_BONES) < 0.3) & (weight(HEAD_BONES) < 0.3))
    throat = np.flatnonzero(weight(("neck",)) > 0.5)
    shoulder_y = joints[bones["upperarm01.L"], 1]
    return TapeMarks(
        crotch=_find_crotch(vertices, trunk, joints[bones["upperleg01.L"], 1]),
        nipples=_find_nipples(vertices, trunk, joints[bones["spine02"], 1] - 0.05, shoulder_y - 0.05),
        adams_apple=_find_adams_apple(vertices, throat, joints[[bones["neck01"], bones["head"]], 1].mean()),
        nose=_find_nose(vertices, np.flatnonzero(weight(("head",)) > 0.5), joints[bones["eye.L"], 1]),
        torso=faces[weight(ARM_BONES)[faces].mean(1) <= 0.5],
        neck=part(("neck", "head"), 0.25),
        arms=(part(("upperarm", "lowerarm"), 0.3, ".L"), part(("upperarm", "lowerarm"), 0.3, ".R")),
        legs=(part(("upperleg", "lowerleg"), 0.3, ".L"), part(("upperleg", "lowerleg"), 0.3, ".R")),
        bones=bones,
    )


def _find_crotch(vertices: np.ndarray, trunk: np.ndarray, hip_y: float) -> int:
    """The lowest vertex of the trunk on the midline, near the hip joints' height."""
    x, y = vertices[trunk, 0], vertices[trunk, 1]
    near = trunk[(np.abs(x) < MIDLINE_M) & (y < hip_y + 0.03) & (y > hip_y - 0.25)]
    return int(near[np.argmin(vertices[near, 1])])


def _find_nipples(vertices: np.ndarray, trunk: np.ndarray, low: float, high: float) -> tuple[int, int]:
    """The foremost vertices of the chest, left and right of its middle."""
    chest = trunk[(vertices[trunk, 1] > low) & (vertices[trunk, 1] < high)]
    left, right = (chest[vertices[chest, 0] * sign > 0.03] for sign in (1, -1))
    return int(left[np.argmax(vertices[left, 2])]), int(right[np.argmax(vertices[right, 2])])


def _find_adams_apple(vertices: np.ndarray, throat: np.ndarray, middle_y: float) -> int:
    """The foremost vertex of the neck on the midline, at half its height."""
    x, y = vertices[throat, 0], vertices[throat, 1]
    near = throat[(np.abs(x) < NECK_MIDLINE_M) & (np.abs(y - middle_y) < 0.03)]
    return int(near[np.argmax(vertices[near, 2])])


def _find_nose(vertices: np.ndarray, head: np.ndarray, eye_y: float) -> int:
    """The foremost vertex of the head on the midline, a little below the eyes."""
    x, y = vertices[head, 0], vertices[head, 1]
    near = head[(np.abs(x) < NECK_MIDLINE_M) & (np.abs(y - eye_y + BELOW_EYES_M) < 0.03)]
    return int(near[np.argmax(vertices[near, 2])])
