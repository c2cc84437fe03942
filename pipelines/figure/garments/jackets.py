"""Jackets: the blazer with its lapels, and the outdoor jacket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.colors import linear
from pipelines.figure.curves import line, polyline, segment_distance, smoothstep
from pipelines.figure.garments.garment import WOOL, Cloth, tint
from pipelines.figure.garments.necklines import LAPEL, Neckline
from pipelines.figure.garments.tops import Top
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints

BUTTONS_Z = (0.43, 0.335)
BUTTON_X = 0.010
BUTTON_RADIUS_M = 0.0075
BUTTON = linear("#14161c")
CUTAWAY_Z, CUTAWAY_SLOPE = 0.335, 0.26  # below the last button the fronts part
LAPEL_HEIGHTS = (0.45, 0.60, 0.645, 0.70, 0.76)
LAPEL_WIDTHS = (0.002, 0.050, 0.060, 0.042, 0.030)
NOTCH = ((0.105, 0.650), (0.150, 0.632))
WELT_POCKET = ((0.075, 0.56), (0.13, 0.572))


@dataclass(frozen=True, slots=True, kw_only=True)
class Blazer(Top):
    """A two-button jacket with notched lapels and cut-away fronts."""

    cloth: Cloth = WOOL
    ease_m: float = 0.018
    relax_rounds: int = 40
    hem_z: float = 0.115
    sleeve: float | None = 0.93
    neck: Neckline = LAPEL

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """A top whose fronts part below the last button."""
        field = Top.field(self, points, body)
        x, y, z = points.canonical.T
        parted = np.maximum((np.abs(x) - CUTAWAY_SLOPE * (CUTAWAY_Z - z)) * 0.97, z - CUTAWAY_Z)
        return np.where(y < 0, np.minimum(field, parted), field)

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Slimmer sleeves."""
        return Top.ease(self, body, field) - 0.006 * smoothstep(-0.02, 0.08, body.points.along_arm)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Lapels with notches, front edge, buttons, breast pocket."""
        x, y, z = surface.canonical.T
        side, front = np.abs(x), y < -0.02
        width = polyline(z, LAPEL_HEIGHTS, LAPEL_WIDTHS)
        paint.height += 0.0042 * (front & (z > 0.40) & (surface.field < width))
        shade += 0.45 * line(surface.field - width, 0.0014) * front * (z > 0.46) * (z < 0.72)
        shade += 0.60 * line(segment_distance(side, z, *NOTCH), 0.0016) * front
        shade += 0.50 * line(x, 0.0014) * front * (z < 0.475)
        shade += 0.30 * line(segment_distance(x, z, *WELT_POCKET), 0.0016) * front
        for height in BUTTONS_Z:
            tint(paint, (np.hypot(x - BUTTON_X, z - height) < BUTTON_RADIUS_M) & front, BUTTON)
