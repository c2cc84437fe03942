"""Named points on the skin that poses touch and stand on, as vertices of the free body.

They are found by geometry on the default body in the reference pose ("the foremost vertex near the chin"), once, and
are the same vertices on every other body.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_reference
from pipelines.pose.limits import SIDES
from pipelines.pose.skeleton import FORWARD, UP, X, Y, hand_axes, unit
from pipelines.types import BodyParameters, Pose

BACK = Y
SEARCH_STEPS = 8  # when no vertex is near enough, the nearest ones are searched
AXIS_PENALTY = 4.0  # how much a vertex loses for each metre it lies beside the ray it is searched along
FINGER_TIPS = ("indextip", "middletip", "thumbtip", "knuckles")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rest:
    """The default body in the reference pose, and who owns which vertex."""

    vertices: np.ndarray  # (V, 3) metres, reference frame
    heads: dict[str, np.ndarray]
    weights: np.ndarray  # (V, B)
    bone_names: tuple[str, ...]

    def owned(self, *prefixes: str) -> np.ndarray:
        """How much of each vertex (V,) the bones whose names start so own."""
        return self.weights[:, [i for i, b in enumerate(self.bone_names) if b.startswith(prefixes)]].sum(1)

    def extreme(
        self, mask: np.ndarray, toward: np.ndarray, center: np.ndarray, radius: float, axes: tuple[int, ...]
    ) -> int:
        """Of the vertices within a radius of a center, measured along some axes alone, the furthest one."""
        away = np.linalg.norm((self.vertices - center)[:, list(axes)], axis=1)
        found = np.nonzero(mask & (away < radius))[0]
        if not len(found):
            owned = np.nonzero(mask)[0]
            found = owned[np.argsort(away[owned], kind="stable")[:SEARCH_STEPS]]
        return int(found[np.argmax(self.vertices[found] @ toward)])

    def along(self, mask: np.ndarray, start: np.ndarray, toward: np.ndarray) -> int:
        """The vertex that a ray from a point inside the body leaves by."""
        found = np.nonzero(mask)[0]
        beside = np.linalg.norm(np.cross(self.vertices[found] - start, unit(toward)), axis=1)
        return int(found[np.argmax(self.vertices[found] @ toward - AXIS_PENALTY * beside)])


@lru_cache(1)
def find_surface_points() -> dict[str, int]:
    """Name of a surface point -> vertex of the free body."""
    rest = default_rest(open_anny())
    found = _head_and_trunk(rest)
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        for part in (_arm(rest, side, sign), _around_the_head(rest, sign), _hip_and_leg(rest, side, sign)):
            found |= {name + side: vertex for name, vertex in part.items()}
    return found


def default_rest(model: AnnyBodyModel) -> Rest:
    body = model.build(BodyParameters(), Pose(root_m=(0.0, 0.0, 0.0)))
    joints = to_reference(body.joints).astype(np.float64)
    return Rest(
        vertices=to_reference(body.vertices).astype(np.float64),
        heads=dict(zip(model.bone_names, joints, strict=True)),
        weights=model.weights,
        bone_names=model.bone_names,
    )


def _point(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> np.ndarray:
    return np.array([x, y, z])


def _trunk_mask(rest: Rest) -> np.ndarray:
    arms = rest.owned("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    return (arms < 0.3) & (rest.owned("eye") < 0.1) & (rest.owned("head", "neck") < 0.5)


def _head_mask(rest: Rest) -> np.ndarray:
    return (rest.owned("head") > 0.5) & (rest.owned("eye") < 0.1)


def _head_and_trunk(rest: Rest) -> dict[str, int]:
    trunk, head, find = _trunk_mask(rest), _head_mask(rest), rest.extreme
    eye, heads = rest.heads["eye.L"][2], rest.heads
    spine = _point(z=heads["spine04"][2])
    return {
        "chin": find(head, FORWARD - UP, _point(z=eye - 0.1), 0.04, (0,)),
        "nose": find(head, FORWARD, _point(z=eye - 0.035), 0.03, (0, 2)),
        "mouth": find(head, FORWARD, _point(z=eye - 0.075), 0.015, (0, 2)),
        "forehead": find(head, FORWARD, _point(z=eye + 0.045), 0.015, (0, 2)),
        "crown": find(head, UP, _point(), 0.03, (0,)),
        "headback": find(head, BACK, _point(z=eye + 0.01), 0.02, (0, 2)),
        "nape": find(
            rest.owned("neck", "head") > 0.5, BACK, _point(z=heads["neck03"][2] - 0.01), 0.02, (0, 2)
        ),
        "sternum": find(trunk, FORWARD, _point(z=heads["clavicle.L"][2] - 0.06), 0.02, (0, 2)),
        "belly": find(trunk, FORWARD, spine + 0.01 * UP, 0.02, (0, 2)),
        "lowback": find(trunk, BACK, spine, 0.02, (0, 2)),
        "midback": find(trunk, BACK, _point(z=heads["spine02"][2]), 0.02, (0, 2)),
        "crotch": find(trunk, -UP, _point(), 0.015, (0,)),
    }


def _around_the_head(rest: Rest, sign: float) -> dict[str, int]:
    head, find, lateral = _head_mask(rest), rest.extreme, sign * X
    eye, base = rest.heads["eye.L"][2], rest.heads["head"]
    return {
        "cheek": find(head, lateral + 0.6 * FORWARD, _point(z=eye - 0.065), 0.01, (2,)),
        "temple": find(head, lateral + 0.5 * FORWARD, _point(z=eye + 0.02), 0.01, (2,)),
        "ear": find(head, lateral, _point(y=base[1] + 0.01, z=eye - 0.02), 0.035, (1, 2)),
        "brow": find(head, FORWARD, _point(x=sign * 0.04, z=eye + 0.03), 0.012, (0, 2)),
        "occiput": find(head, BACK, _point(x=sign * 0.035, z=eye - 0.01), 0.02, (0, 2)),
    }


def _arm(rest: Rest, side: str, sign: float) -> dict[str, int]:
    heads, along = rest.heads, rest.along
    wrist, knuckle = heads["wrist" + side], heads["finger3-1" + side]
    shoulder, elbow = heads["upperarm01" + side], heads["lowerarm01" + side]
    fingers, palm, _ = hand_axes(heads, side, sign)
    upper, fore = unit(elbow - shoulder), unit(wrist - elbow)
    this_side = np.sign(rest.vertices[:, 0]) == sign
    hand = (rest.owned("wrist" + side, "finger", "metacarpal") > 0.5) & this_side
    whole = rest.owned("upperarm01" + side, "upperarm02" + side) > 0.5
    forearm = rest.owned("lowerarm01" + side, "lowerarm02" + side) > 0.5

    def tip(finger: str) -> int:
        mask = rest.owned(f"{finger}-3{side}") > 0.4
        return rest.extreme(
            mask, unit(heads[f"{finger}-3{side}"] - heads[f"{finger}-2{side}"]), _point(), 9.0, (0,)
        )

    return {
        "palm": along(hand, (wrist + knuckle) / 2, palm),
        "handback": along(hand, (wrist + knuckle) / 2, -palm),
        "knuckles": along(hand, knuckle, -palm + 0.4 * fingers),
        "heel": along(hand, wrist * 0.85 + knuckle * 0.15, palm),
        "indextip": tip("finger2"),
        "middletip": tip("finger3"),
        "thumbtip": tip("finger1"),
        "ringtip": tip("finger4"),
        "littletip": tip("finger5"),
        "elbow": along(rest.owned("lowerarm01" + side, "upperarm02" + side) > 0.5, elbow, unit(upper - fore)),
        "foreside": along(forearm, (elbow + wrist) / 2, unit(np.cross(fore, np.cross(upper, fore)))),
        "biceps": along(whole, (shoulder + elbow) / 2, FORWARD),
        "triceps": along(whole, (shoulder + elbow) / 2, unit(sign * X + 0.3 * BACK)),
        "shoulder": rest.extreme(rest.owned("eye") < 0.1, UP, shoulder, 0.03, (0, 1)),
    }


def _hip_and_leg(rest: Rest, side: str, sign: float) -> dict[str, int]:
    heads, find, lateral = rest.heads, rest.extreme, sign * X
    hip, knee, foot = heads["upperleg01" + side], heads["lowerleg01" + side], heads["foot" + side]
    trunk = _trunk_mask(rest)
    thigh = rest.owned("upperleg01" + side, "upperleg02" + side)
    shank = rest.owned("lowerleg01" + side, "lowerleg02" + side)
    sole = (rest.owned("foot" + side, "toe") > 0.6) & (np.sign(rest.vertices[:, 0]) == sign)
    leg = thigh + shank > 0.5
    mid_thigh = 0.45 * hip + 0.55 * knee
    return {
        "chest": find(trunk, FORWARD, _point(sign * 0.085, 0, heads["spine01"][2] - 0.005), 0.015, (0, 2)),
        "hip": find(trunk, lateral, _point(y=-0.01, z=hip[2] + 0.11), 0.02, (1, 2)),
        "hipback": find(trunk, BACK, _point(sign * 0.09, 0, hip[2] + 0.09), 0.02, (0, 2)),
        "pocket": find(thigh > 0.2, lateral + 0.35 * FORWARD, _point(y=-0.03, z=hip[2] - 0.02), 0.02, (1, 2)),
        "backpocket": find(trunk, BACK, _point(sign * 0.085, 0, hip[2]), 0.02, (0, 2)),
        "seat": find(trunk, BACK - UP, _point(sign * 0.085, 0, hip[2] - 0.075), 0.02, (0, 2)),
        "thighfront": find(thigh > 0.5, FORWARD, mid_thigh, 0.02, (0, 2)),
        "thighside": find(thigh > 0.3, lateral, 0.6 * hip + 0.4 * knee, 0.03, (1, 2)),
        "knee": find(leg, FORWARD, knee, 0.02, (0, 2)),
        "kneein": find(leg, -lateral, knee + 0.03 * UP, 0.03, (1, 2)),
        "kneeout": find(leg, lateral, knee + 0.02 * UP, 0.03, (1, 2)),
        "shin": find(shank > 0.5, FORWARD, (knee + foot) / 2, 0.03, (0, 2)),
        "calf": find(shank > 0.5, BACK, 0.65 * knee + 0.35 * foot, 0.03, (0, 2)),
        "ankle": find(shank + rest.owned("foot" + side) > 0.5, lateral, foot, 0.02, (1, 2)),
        "heelfoot": find(sole, -UP + 0.8 * BACK, _point(), 9.0, (0,)),
        "ballin": find(sole, -UP - 0.15 * lateral, heads["toe1-1" + side], 0.025, (0, 1)),
        "ballout": find(sole, -UP + 0.15 * lateral, heads["toe5-1" + side], 0.025, (0, 1)),
        "toetip": find(sole, FORWARD, _point(), 9.0, (0,)),
        "instep": find(sole, UP, (heads["toe2-1" + side] + foot) / 2, 0.02, (0, 1)),
    }
