"""Cloth as a shell over the skin: hollows bridged, bulges followed, hems left where they were drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import unit

EASE_ROUNDS = 3  # smoothing rounds of the offset
LEAST_EASE = 0.75  # share of the ease that smoothing must leave


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wearer:
    """A posed body that is being dressed: vertices and normals (V, 3), world frame, metres."""

    map: BodyMap
    vertices: np.ndarray
    normals: np.ndarray


def drape_shell(wearer: Wearer, ease_m: np.ndarray, rounds: int) -> np.ndarray:
    """(V, 3) cloth at least ease_m (V,) above the skin, hollows bridged.

    The skin is relaxed for that many rounds, but the cloth moves along smoothed normals only: a tangential drift
    would bend every hem line.
    """
    smoothing = wearer.map.smoothing
    both = np.concatenate([wearer.vertices, wearer.normals], axis=1).astype(np.float32)
    normal_rounds = max(rounds // 3, 1)
    for _ in range(normal_rounds):
        both = smoothing @ both
    relaxed, direction = np.ascontiguousarray(both[:, :3]), unit(both[:, 3:])
    for _ in range(rounds - normal_rounds):
        relaxed = smoothing @ relaxed
    offset = np.maximum(((relaxed - wearer.vertices) * wearer.normals).sum(1), ease_m)
    for _ in range(EASE_ROUNDS):
        offset = np.maximum(smoothing @ offset, LEAST_EASE * ease_m)
    return (wearer.vertices + direction * offset[:, None]).astype(np.float32)
