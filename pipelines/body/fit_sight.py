"""What the fit is given of one person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.types import KnownMeasures


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """What was seen of one person: the detector's points_px (33, 2), visibility (33,) and world_m (33, 3), as in
    pipelines.photo.landmarks.Person, the silhouette's mask (height, width) bool, what the person told, and how
    loose the clothes look (pipelines.photo.looseness)."""

    points_px: np.ndarray
    visibility: np.ndarray
    world_m: np.ndarray
    mask: np.ndarray
    known: KnownMeasures
    looseness: float = 0.0
