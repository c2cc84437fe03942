"""Where the points of the face mesh lie on the free body's head, as prepared by `pipelines.figure.prepare_likeness`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

ASSET = Path(__file__).parents[2] / "assets" / "body" / "face_points.npz"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FacePoints:
    """The 468 points of the face mesh on the middle face: canonical (468, 3) metres, where they lie on its skin; seen
    (468, 3), where the mesh takes them to be; moves (S, 468, 3), how far that changes with each of the sliders at 1."""

    canonical: np.ndarray
    seen: np.ndarray
    sliders: tuple[str, ...]
    moves: np.ndarray


@lru_cache(1)
def face_points() -> FacePoints:
    """Read the asset once per process, as prepared by `pipelines.figure.prepare_likeness`."""
    with np.load(ASSET, allow_pickle=False) as stored:
        return FacePoints(
            canonical=stored["canonical"],
            seen=stored["seen"],
            sliders=tuple(map(str, stored["sliders"])),
            moves=stored["moves"].astype(np.float32),
        )
