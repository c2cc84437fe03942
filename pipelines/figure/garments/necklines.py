"""Necklines: signed distances in canonical metres, positive where there is cloth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import smooth_max

NECK_CENTER_Y = -0.02
ELLIPSE_DEPTH = 0.95  # depth of the neck's ellipse over its width
CREASE_M = 0.012
FRONT_Y, BACK_Y = -0.08, 0.04  # where the front and back heights of a neckline are told
JAW_Y, JAW_Z = -0.080, 0.776  # cloth never climbs onto the jaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Neckline:
    """width_m: half width of the ellipse round the neck; front_z, back_z: heights below which there is cloth
    anyway; vee: (lowest z, slope) of a V cut into the front; rise_m: how far above the plane cloth may climb."""

    width_m: float
    front_z: float
    back_z: float
    vee: tuple[float, float] | None = None
    rise_m: float = 0.045

    def field(self, canonical: np.ndarray) -> np.ndarray:
        """(N,) metres inside the neckline."""
        x, y, z = canonical.T
        side = np.abs(x)
        ring = np.hypot(side / self.width_m, (y - NECK_CENTER_Y) / (self.width_m * ELLIPSE_DEPTH)) - 1
        outside = ring * self.width_m
        back_share = np.clip((y - FRONT_Y) / (BACK_Y - FRONT_Y), -0.2, 1.2)
        below = self.front_z + (self.back_z - self.front_z) * back_share - z
        field = smooth_max(outside, below, CREASE_M)
        if self.vee:
            lowest, slope = self.vee
            cut = (lowest - z + slope * side) / np.hypot(1, slope)
            field = np.where(y < 0, np.minimum(field, cut), field)
        field = np.minimum(field, below + self.rise_m)
        return np.minimum(field, np.maximum(y - JAW_Y, JAW_Z - z)).astype(np.float32)


CREW = Neckline(width_m=0.074, front_z=0.700, back_z=0.757)
HIGH = Neckline(width_m=0.060, front_z=0.768, back_z=0.798, rise_m=0.006)
SHIRT = Neckline(width_m=0.064, front_z=0.742, back_z=0.780, rise_m=0.006)
OPEN_SHIRT = Neckline(width_m=0.064, front_z=0.742, back_z=0.780, vee=(0.640, 2.1), rise_m=0.006)
VEE = Neckline(width_m=0.080, front_z=0.700, back_z=0.752, vee=(0.60, 1.9), rise_m=0.20)
SCOOP = Neckline(width_m=0.100, front_z=0.640, back_z=0.735, rise_m=0.20)
BOAT = Neckline(width_m=0.120, front_z=0.695, back_z=0.735)
TANK = Neckline(width_m=0.098, front_z=0.635, back_z=0.715, rise_m=0.20)
LAPEL = Neckline(width_m=0.070, front_z=0.715, back_z=0.772, vee=(0.455, 3.9))
WORN_OPEN = Neckline(width_m=0.070, front_z=0.715, back_z=0.772, vee=(0.36, 4.2))
STRAPLESS = Neckline(width_m=0.120, front_z=0.640, back_z=0.622, vee=(0.598, 0.50), rise_m=0.002)
