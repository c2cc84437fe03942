"""What the fit is given of one person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.types import KnownMeasures


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """What was seen of one person: the detector's points_px (33, 2), visibility (33,) and world_m (33, 3), as in
    pipelines.photo.landmarks.Person, the silhouette's mask (height, width) bool, what the person told, how
    loose the clothes look (pipelines.photo.looseness), and how far the person is known to be turned from the camera, to
    the subject's left (a quarter in a side photo, half in one from the back)."""

    points_px: np.ndarray
    visibility: np.ndarray
    world_m: np.ndarray
    mask: np.ndarray
    known: KnownMeasures
    looseness: float = 0.0
    facing_rad: float = 0.0
