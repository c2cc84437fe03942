"""The look on a face: expressions of face units, the years' lines, laid over whatever body is drawn.

Measurements never see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from pipelines.appearance import Appearance, Gender
from pipelines.body.anny import open_anny
from pipelines.body.frames import to_world
from pipelines.errors import UnknownName
from pipelines.figure.builds import GENDERS
from pipelines.figure.face_data import read_face_data
from pipelines.figure.face_shape import shape_face
from pipelines.figure.people import canonical_map
from pipelines.types import Body

# The face of somebody who was told nothing: local changes of the free body, a little larger than life.
FRIENDLY: Mapping[str, float] = {
    "mouth-angles-up": 0.75,
    "mouth-scale-horiz-incr": 0.25,
    "mouth-laugh-lines-out": 0.4,
    "l-cheek-trans-up": 0.5,
    "r-cheek-trans-up": 0.5,
    "l-cheek-volume-incr": 0.3,
    "r-cheek-volume-incr": 0.3,
    "l-eye-scale-incr": 0.25,
    "r-eye-scale-incr": 0.25,
}
OPEN_EYES: Mapping[str, float] = {"l-eye-scale-incr": 0.25, "r-eye-scale-incr": 0.25}


def _both(**amounts: float) -> dict[str, float]:
    """Face units that come as a left and a right one."""
    return {f"{name}{side}": amount for name, amount in amounts.items() for side in ("Left", "Right")}


# name -> face units at full strength (ARKit's names).
EXPRESSIONS: dict[str, Mapping[str, float]] = {
    "neutral": {},
    "smile": _both(mouthSmile=0.75, cheekSquint=0.45, eyeSquint=0.15, mouthDimple=0.2),
    "laugh": _both(mouthSmile=0.9, cheekSquint=0.75, eyeSquint=0.45, mouthUpperUp=0.35, mouthLowerDown=0.15)
    | {"jawOpen": 0.32, "browInnerUp": 0.15},
    "serious": _both(browDown=0.6, mouthPress=0.4, eyeSquint=0.2, mouthFrown=0.10),
    "sad": _both(mouthFrown=0.75, eyeLookDown=0.25, eyeSquint=0.15)
    | {"browInnerUp": 0.95, "mouthShrugLower": 0.35},
    "angry": _both(browDown=1.0, noseSneer=0.6, mouthPress=0.35, eyeSquint=0.35, mouthFrown=0.4)
    | {"jawForward": 0.15},
    "surprised": _both(browOuterUp=0.8, eyeWide=0.8)
    | {"browInnerUp": 0.8, "jawOpen": 0.45, "mouthFunnel": 0.25},
    "wink": _both(mouthSmile=0.6, cheekSquint=0.35)
    | {"eyeBlinkLeft": 1.0, "cheekSquintLeft": 0.8, "browDownLeft": 0.35, "browOuterUpRight": 0.3},
    "thoughtful": _both(mouthPress=0.35, eyeLookUp=0.35)
    | {"browDownLeft": 0.4, "browOuterUpRight": 0.55, "mouthLeft": 0.35, "eyeLookOutRight": 0.4, "eyeLookInLeft": 0.4},
}  # fmt: skip
# What the years add, fully at OLD_AGE.
AGED: Mapping[str, float] = {
    "mouth-laugh-lines-out": -0.7,
    "l-eye-bag-incr": 0.8,
    "r-eye-bag-incr": 0.8,
    "l-eye-eyefold-up": -0.5,
    "r-eye-eyefold-up": -0.5,
    "l-cheek-volume-incr": -0.5,
    "r-cheek-volume-incr": -0.5,
    "l-cheek-inner-incr": -0.4,
    "r-cheek-inner-incr": -0.4,
    "neck-double-incr": 0.35,
    "mouth-upperlip-volume-incr": -0.4,
}
FIRST_LINES_AGE, OLD_AGE = 40, 80
AGE_STEP = 5  # years that share a face

Pairs = tuple[tuple[str, float], ...]


def share_of_age(age: int) -> float:
    """0..1: how much of what the years add is drawn."""
    rounded = round(age / AGE_STEP) * AGE_STEP
    return min(max((rounded - FIRST_LINES_AGE) / (OLD_AGE - FIRST_LINES_AGE), 0.0), 1.0)


def face_key(appearance: Appearance) -> tuple[Pairs, Pairs, int, Gender, float, str, float]:
    """What decides a face: equal keys are equal faces."""
    return (
        tuple(sorted(appearance.ancestry.items())),
        tuple(sorted(appearance.face.items())),
        appearance.face_seed,
        appearance.gender,
        share_of_age(appearance.age),
        appearance.expression,
        appearance.expression_strength,
    )


@lru_cache(32)
def _displacement(
    ancestry: Pairs,
    face: Pairs,
    face_seed: int,
    gender: Gender,
    aged: float,
    expression: str,
    strength: float,
) -> np.ndarray:
    """(V, 3) metres at rest, reference frame."""
    data, units = open_anny().data, read_face_data()
    total = shape_face(dict(ancestry), dict(face), face_seed, female=GENDERS[gender], aged=aged)
    amounts = dict(OPEN_EYES if expression else FRIENDLY)
    for name, amount in AGED.items():
        amounts[name] = amounts.get(name, 0.0) + amount * aged
    for name, amount in amounts.items():
        up, down = data.local_rows(name)
        total += abs(amount) * data.local_shape(up if amount > 0 else down)
    if expression:
        for name, amount in find_expression(expression).items():
            units.add_unit(total, name, amount * strength)
    return total.astype(np.float32)


def find_expression(name: str) -> Mapping[str, float]:
    """The face units of that expression. Raises UnknownName."""
    if name not in EXPRESSIONS:
        raise UnknownName(f"There is no expression called “{name}”. Known: {', '.join(EXPRESSIONS)}.")
    return EXPRESSIONS[name]


def put_on_face(body: Body, appearance: Appearance) -> np.ndarray:
    """The body's vertices (V, 3), world frame, with the face of that appearance. Raises UnknownName."""
    turn = body.bone_rotations[body.bone_names.index("head")]
    moved = _displacement(*face_key(appearance))
    face = np.nonzero(np.abs(moved).max(1) > 0)[0]
    vertices = body.vertices.copy()
    vertices[face] += to_world((moved[face] * size_of_head(body)) @ turn.T)
    return vertices


def size_of_head(body: Body) -> np.float32:
    """The head's height over that of the body that faces are made for."""
    core = canonical_map().head_core
    return np.float32(np.ptp(body.rest_vertices[core, 1]) / np.ptp(canonical_map().canonical[core, 2]))
