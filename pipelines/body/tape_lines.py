"""The lines that a tape or a ruler makes on a body: one function a measure, a row of `LINES` each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

from pipelines.body.bones import SIDES
from pipelines.body.tape_marks import FORWARD, TapeMarks

Lines = list[np.ndarray]  # each (N, 3) points in metres; of a measure of both sides the left one first
UP = np.array([0.0, 1.0, 0.0])
# The waist ring of Anny's own `anthropometry` module (Apache-2.0), as vertices of its mesh.
WAIST_RING = (
    *(4105, 10731, 10728, 10725, 10745, 10744, 10747, 10748, 10746, 10749, 10739, 10741, 10740, 10743, 10742),
    *(10782, 10802, 10784, 10785, 10786, 10787, 10788, 10789, 4165, 4164, 4163, 4162, 4161, 4160, 4159, 4180),
    *(4157, 4115, 4116, 4113, 4114, 4112, 4122, 4119, 4121, 4120, 4117, 4118, 4092, 4097, 4102),
)
BELOW_CROTCH_M = 0.03  # where a thigh is fullest without the other one
BELOW_WAIST_M = 0.03  # the buttocks are looked for below this
CALF_SHARES = (0.2, 0.27, 0.34, 0.41)  # of the way from knee to ankle
ANKLE_SHARES = (0.8, 0.84, 0.88, 0.92, 0.96)
WRIST_SHARE = 0.95  # of the way from elbow to wrist
ABOVE_EYES_M = (0.025, 0.035, 0.045, 0.055, 0.065)  # a head of 23 cm is fullest somewhere here
FLAT_M = 1e-4  # what stands out less does not bend a tape
BESIDE_CLEFT_M = 0.02  # the buttocks hold a tape that far from the middle
SPINE_LEVELS = 16  # from neck to waist
OFF_MIDLINE_M = 1e-4  # a cut along the vertices of the midline itself would miss every edge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A body at rest under the tape, world frame, metres."""

    marks: TapeMarks
    vertices: np.ndarray  # (V, 3) float64
    joints: np.ndarray  # (B, 3)

    def joint(self, bone: str) -> np.ndarray:
        return self.joints[self.marks.bones[bone]]

    @property
    def floor_y(self) -> float:
        return float(self.vertices[:, 1].min())

    @property
    def crotch_y(self) -> float:
        return float(self.vertices[self.marks.crotch, 1])

    @property
    def waist_y(self) -> float:
        return float(self.vertices[list(WAIST_RING), 1].mean())

    def height_of(self, pair: tuple[int, int]) -> float:
        """The mean height of a pair of landmarks."""
        return float(self.vertices[list(pair), 1].mean())


# --- the tape ------------------------------------------------------------------------------------


def _cut(vertices: np.ndarray, faces: np.ndarray, point: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Where the edges of some faces cross a plane: (N, 3) points, in no order."""
    side = ((vertices - point) @ normal)[faces]
    cut = []
    for i, j in ((0, 1), (1, 2), (2, 0)):
        crossed = side[:, i] * side[:, j] < 0
        near, far = side[crossed, i], side[crossed, j]
        share = (near / (near - far))[:, None]
        cut.append(vertices[faces[crossed, i]] * (1 - share) + vertices[faces[crossed, j]] * share)
    return np.concatenate(cut)


def _ring(vertices: np.ndarray, faces: np.ndarray, point: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """A tape pulled tight around the section of some faces by a plane: the closed convex hull, (N, 3) metres."""
    normal = normal / np.linalg.norm(normal)
    first = np.cross(normal, [1.0, 0, 0] if abs(normal[0]) < 0.9 else [0, 1.0, 0])
    first /= np.linalg.norm(first)
    axes = np.stack([first, np.cross(normal, first)])
    points = _cut(vertices, faces, point, normal)
    hull = scipy.spatial.ConvexHull((points - point) @ axes.T).vertices
    return points[np.append(hull, hull[0])]


def _taut(
    body: Subject, start: np.ndarray, end: np.ndarray, over: np.ndarray, beside_m: float = 0.0
) -> np.ndarray:
    """A tape pulled tight from one point to another over the trunk on the side of a third, all in one plane.

    With `beside_m` it also lies on what the skin has that far to its left and right: a tape is no blade.
    """
    length = float(np.linalg.norm(end - start))
    along = (end - start) / length
    away = over - start - ((over - start) @ along) * along
    away /= np.linalg.norm(away)
    across, faces = np.cross(along, away), body.marks.torso
    cuts = [
        _cut(body.vertices, faces, start + beside * across, across) for beside in (0.0, beside_m, -beside_m)
    ]
    points = np.concatenate(cuts if beside_m else cuts[:1]) - start
    flat = np.stack([points @ along, points @ away], axis=1)
    deepest = float((over - start) @ away) if beside_m else np.inf
    inside = (flat[:, 0] > 0) & (flat[:, 0] < length) & (flat[:, 1] > FLAT_M) & (flat[:, 1] <= deepest)
    if not inside.any():
        return np.stack([start, end])
    flat = np.concatenate([[[0.0, 0.0], [length, 0.0]], flat[inside]])
    path = flat[scipy.spatial.ConvexHull(flat).vertices]
    path = path[np.argsort(path[:, 0])]
    return start + path[:, :1] * along + path[:, 1:] * away


def _around(body: Subject, height_y: float) -> np.ndarray:
    """A horizontal tape around the trunk."""
    return _ring(body.vertices, body.marks.torso, UP * height_y, UP)


def _level(height: Callable[[Subject], float]) -> Callable[[Subject], Lines]:
    """A horizontal tape around the trunk at some height."""
    return lambda body: [_around(body, height(body))]


def _buttock_height(body: Subject) -> float:
    """The height of the rearmost point of the trunk between crotch and waist."""
    trunk = body.vertices[body.marks.torso.reshape(-1)]
    trunk = trunk[(trunk[:, 1] > body.crotch_y) & (trunk[:, 1] < body.waist_y - BELOW_WAIST_M)]
    return float(trunk[np.argmin(trunk[:, 2]), 1])


def _neck(body: Subject) -> Lines:
    axis = body.joint("head") - body.joint("neck01")
    return [_ring(body.vertices, body.marks.neck, body.vertices[body.marks.adams_apple], axis)]


def _head(body: Subject) -> Lines:
    brow = body.joint("eye.L")[1]
    rings = (_ring(body.vertices, body.marks.skull, UP * (brow + above), UP) for above in ABOVE_EYES_M)
    return [max(rings, key=length_of)]


def _thighs(body: Subject) -> Lines:
    level = UP * (body.crotch_y - BELOW_CROTCH_M)
    return [_ring(body.vertices, faces, level, UP) for faces in body.marks.legs]


def _shin_rings(body: Subject, shares: tuple[float, ...]) -> list[list[np.ndarray]]:
    """Tapes at right angles to each lower leg, at shares of the way from knee to ankle."""
    rings = []
    for side, faces in zip(SIDES, body.marks.legs, strict=True):
        knee = body.joint("lowerleg01" + side)
        axis = body.joint("foot" + side) - knee
        rings.append([_ring(body.vertices, faces, knee + share * axis, axis) for share in shares])
    return rings


def _calves(body: Subject) -> Lines:
    return [max(rings, key=length_of) for rings in _shin_rings(body, CALF_SHARES)]


def _ankles(body: Subject) -> Lines:
    return [min(rings, key=length_of) for rings in _shin_rings(body, ANKLE_SHARES)]


def _knees(body: Subject) -> Lines:
    return [rings[0] for rings in _shin_rings(body, (0.0,))]


def _upper_arms(body: Subject) -> Lines:
    rings = []
    for number, side in enumerate(SIDES):
        shoulder, elbow = body.vertices[body.marks.acromia[number]], body.vertices[body.marks.elbows[number]]
        axis = body.joint("lowerarm01" + side) - body.joint("upperarm01" + side)
        rings.append(_ring(body.vertices, body.marks.arms[number], (shoulder + elbow) / 2, axis))
    return rings


def _elbows(body: Subject) -> Lines:
    rings = []
    for side, faces in zip(SIDES, body.marks.arms, strict=True):
        elbow = body.joint("lowerarm01" + side)
        upper, lower = elbow - body.joint("upperarm01" + side), body.joint("wrist" + side) - elbow
        axis = upper / np.linalg.norm(upper) + lower / np.linalg.norm(lower)
        rings.append(_ring(body.vertices, faces, elbow, axis))
    return rings


def _wrists(body: Subject) -> Lines:
    rings = []
    for side, faces in zip(SIDES, body.marks.arms, strict=True):
        elbow = body.joint("lowerarm01" + side)
        axis = body.joint("wrist" + side) - elbow
        rings.append(_ring(body.vertices, faces, elbow + WRIST_SHARE * axis, axis))
    return rings


# --- the ruler -----------------------------------------------------------------------------------


def _upright(
    foot_y: Callable[[Subject], float], top: Callable[[Subject], np.ndarray]
) -> Callable[[Subject], Lines]:
    """A ruler that stands at some height, straight under some point."""

    def lay(body: Subject) -> Lines:
        head = top(body)
        return [np.array([[head[0], foot_y(body), head[2]], head])]

    return lay


def _waist_point(body: Subject, direction: np.ndarray) -> np.ndarray:
    """Where the waist reaches furthest in a direction."""
    ring = _around(body, body.waist_y)
    return ring[np.argmax(ring @ direction)]


def _waist_middle(body: Subject, forward: float) -> np.ndarray:
    """The waist's point on the midline, in front (1) or behind (-1)."""
    level = _cut(body.vertices, body.marks.torso, UP * body.waist_y, UP)
    near = level[(level[:, 2] * forward) > np.median(level[:, 2]) * forward]
    point = near[np.argmin(np.abs(near[:, 0]))]
    return np.array([OFF_MIDLINE_M, point[1], point[2]])


def _shoulders(body: Subject) -> Lines:
    left, right = body.vertices[list(body.marks.acromia)]
    return [_taut(body, left, right, body.vertices[body.marks.back_neck])]


def _arms(body: Subject) -> Lines:
    marks = body.marks
    return [
        body.vertices[list(points)] for points in zip(marks.acromia, marks.elbows, marks.wrists, strict=True)
    ]


def _across_back(body: Subject) -> Lines:
    """Halfway from the shoulder points to the armpits, from arm to arm."""
    left, right = body.vertices[list(body.marks.back_arms)]
    return [_taut(body, left, right, (left + right) / 2 - FORWARD)]


def _back_to_waist(body: Subject) -> Lines:
    """Down the spine, along the skin: its rearmost point in each of some levels."""
    nape, waist = body.vertices[body.marks.back_neck], _waist_middle(body, -1.0)
    points = _cut(body.vertices, body.marks.torso, np.array([OFF_MIDLINE_M, 0, 0]), np.array([1.0, 0, 0]))
    points = points[points[:, 2] < body.joint("spine02")[2]]
    level = np.floor((nape[1] - points[:, 1]) / (nape[1] - waist[1]) * SPINE_LEVELS)
    found = [points[level == number] for number in range(1, SPINE_LEVELS - 1)]
    spine = [there[np.argmin(there[:, 2])] for there in found if len(there)]
    return [np.stack([nape, *spine, waist])]


def _front_to_waist(body: Subject) -> Lines:
    """From the side of the neck over the breast, and straight down to the waist."""
    waist = _around(body, body.waist_y)
    lines = []
    for side, nipple in zip(body.marks.neck_sides, body.marks.nipples, strict=True):
        top, breast = body.vertices[side], body.vertices[nipple]
        front = waist[waist[:, 2] > np.median(waist[:, 2])]
        lines.append(np.stack([top, breast, front[np.argmin(np.abs(front[:, 0] - breast[0]))]]))
    return lines


def _crotch_length(body: Subject) -> Lines:
    """From the waist in front between the legs to the waist behind."""
    front, back = _waist_middle(body, 1.0), _waist_middle(body, -1.0)
    return [_taut(body, front, back, body.vertices[body.marks.crotch], BESIDE_CLEFT_M)]


def _outside_legs(body: Subject) -> Lines:
    """From the waist's side over the hip, and from its widest point straight down to the floor."""
    lines = []
    for sign in (1.0, -1.0):
        start = _waist_point(body, np.array([sign, 0, 0]))
        side = body.vertices[np.unique(body.marks.torso)]
        side = side[(side[:, 1] < start[1]) & (side[:, 1] > body.crotch_y) & (side[:, 0] * sign > 0)]
        widest = side[np.argmax(side[:, 0] * sign)]
        lines.append(
            np.concatenate(
                [
                    _taut(body, start, widest, start + np.array([sign, 0, 0])),
                    [[widest[0], body.floor_y, widest[2]]],
                ]
            )
        )
    return lines


def _hands(body: Subject) -> Lines:
    """From the wrist along the middle finger, as if it were straight."""
    bones = ("wrist", "finger3-1", "finger3-2", "finger3-3")
    return [
        np.array([*(body.joint(bone + side) for bone in bones), body.vertices[tip]])
        for side, tip in zip(SIDES, body.marks.fingertips, strict=True)
    ]


def _feet(body: Subject) -> Lines:
    """From the heel to the longest toe, on the floor along the foot."""
    lines = []
    for side, faces in zip(SIDES, body.marks.feet, strict=True):
        ankle, toe = body.joint("foot" + side), body.joint("toe2-1" + side)
        along = (toe - ankle) * (1 - UP)
        along /= np.linalg.norm(along)
        reach = (body.vertices[np.unique(faces)] - ankle) @ along
        floor = np.array([ankle[0], body.floor_y, ankle[2]])
        lines.append(np.stack([floor + reach.min() * along, floor + reach.max() * along]))
    return lines


LINES: dict[str, Callable[[Subject], Lines]] = {
    "height": _upright(lambda body: body.floor_y, lambda body: body.vertices[np.argmax(body.vertices[:, 1])]),
    "chest": _level(lambda body: body.height_of(body.marks.nipples)),
    "waist": _level(lambda body: body.waist_y),
    "hip": _level(_buttock_height),
    "neck": _neck,
    "thigh": _thighs,
    "calf": _calves,
    "upper_arm": _upper_arms,
    "wrist": _wrists,
    "inseam": _upright(lambda body: body.floor_y, lambda body: body.vertices[body.marks.crotch]),
    "shoulder_width": _shoulders,
    "arm_length": _arms,
    "underbust": _level(lambda body: body.height_of(body.marks.breast_folds)),
    "high_hip": _level(lambda body: (body.waist_y + _buttock_height(body)) / 2),
    "head": _head,
    "knee": _knees,
    "ankle": _ankles,
    "elbow": _elbows,
    "back_width": _across_back,
    "back_waist_length": _back_to_waist,
    "front_waist_length": _front_to_waist,
    "crotch_length": _crotch_length,
    "rise": _upright(lambda body: body.crotch_y, lambda body: _waist_middle(body, 1.0)),
    "outside_leg": _outside_legs,
    "hand_length": _hands,
    "foot_length": _feet,
}


def length_of(line: np.ndarray) -> float:
    """Metres along a line (N, 3)."""
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
