"""The BodyModel protocol and the table of body models."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

import numpy as np

from pipelines.errors import UnknownName
from pipelines.types import Body, BodyParameters, Pose


class BodyModel(Protocol):
    """A parametric body. Opening one reads its data; building a body from it is deterministic."""

    name: str
    faces: np.ndarray  # (F, 3) int32, outward counter-clockwise
    bone_names: tuple[str, ...]
    bone_parents: tuple[int, ...]  # -1 for the root
    weights: np.ndarray  # (V, B) float32 skinning weights, rows sum to 1
    texture_coordinates: np.ndarray  # (T, 2) float32
    texture_faces: np.ndarray  # (F, 3) int32, indices into texture_coordinates

    def build(self, parameters: BodyParameters, pose: Pose | None = None) -> Body:
        """The body with these parameters in this pose (None: the reference A-pose), its lowest point at y = 0
        unless the pose carries a root."""
        ...


BODY_MODELS = {"anny": "pipelines.body.anny:open_anny"}


def open_body_model(name: str) -> BodyModel:
    """The body model of that name, opened once per process.

    Raises UnknownName.
    """
    if name not in BODY_MODELS:
        raise UnknownName(f"There is no body model called “{name}”. Known: {', '.join(BODY_MODELS)}.")
    module, opener = BODY_MODELS[name].split(":")
    return getattr(import_module(module), opener)()
