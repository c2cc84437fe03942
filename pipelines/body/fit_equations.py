"""The fit's unknowns in one vector, and the normal equations that evidence adds up to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Where the parameters are in the vector: rotations, raw shape, root in the camera's frame, log of the
    focal, the camera's pitch in radians (positive looking down), and how far clothes stand off each clothed part in
    metres."""

    turns: slice
    shape: slice
    root: slice
    focal: int
    pitch: int
    cloth: slice
    size: int


class Equations:
    """Normal equations: what all evidence says together."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.matrix, self.slope = np.zeros((size, size)), np.zeros(size)

    def add(self, residuals: np.ndarray, jacobian: np.ndarray, weights: np.ndarray) -> None:
        """Residuals (n,) with their Jacobian (n, size) and weights (n,)."""
        weighted = jacobian * weights[:, None]
        self.matrix += weighted.T @ jacobian
        self.slope += weighted.T @ residuals
