"""Small scenes for the figure's tests."""

from __future__ import annotations

from typing import Any

from pipelines.appearance import Appearance
from pipelines.types import BodyParameters, BodyScene, CameraSpec, Pose

SHAPE = {"age": 0.7, "gender": 0.9, "weight": 0.5, "muscle": 0.5}
ARMS_DOWN = Pose(
    rotations={
        "upperarm01.L": (0.0, 0.52, 0.0),
        "upperarm01.R": (0.0, -0.52, 0.0),
        "lowerarm01.L": (0.5, 0.0, -0.2),
        "lowerarm01.R": (0.5, 0.0, 0.2),
    }
)


def make_scene(
    *,
    shape: dict[str, float] | None = None,
    pose: Pose = ARMS_DOWN,
    camera: CameraSpec | None = None,
    **look: Any,
) -> BodyScene:
    """A woman with her arms down; further words go to the look."""
    return BodyScene(
        body=BodyParameters(shape=shape or SHAPE),
        pose=pose,
        camera=camera or CameraSpec(),
        look=Appearance(**{"finish": "coloured", **look}),
    )
