"""Shirts: placket, buttons, collar, and a tie where one is worn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.colors import linear
from pipelines.figure.curves import line, polyline, smoothstep
from pipelines.figure.garments.garment import tint
from pipelines.figure.garments.tops import Top
from pipelines.figure.materials import Paint, Palette, Surface

BUTTON = linear("#e5e2dc")
BUTTON_RADIUS_M = 0.0048
BUTTON_STEP_M = 0.085
PLACKET_M = 0.016
TIE_HEIGHTS = (0.30, 0.36, 0.665, 0.684, 0.70, 0.740)
TIE_HALF_WIDTHS = (0.002, 0.036, 0.018, 0.014, 0.018, 0.021)
TIE_KNOT_Z = 0.685


@dataclass(frozen=True, slots=True, kw_only=True)
class Shirt(Top):
    """A buttoned shirt; tie: whether one is worn."""

    tapers: bool = False
    tie: bool = False

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot, and the tie's."""
        return (self.slot, "tie") if self.tie else (self.slot,)

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """The collar stands off the neck."""
        ease = Top.ease(self, body, field)
        high = smoothstep(0.05, 0.0, field) * smoothstep(0.70, 0.73, body.canonical[:, 2])
        return ease + 0.014 * high * (body.arm < 0.1)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Placket, buttons, collar leaves, tie."""
        x, y, z = surface.canonical.T
        side, front = np.abs(x), y < -0.02
        paint.height += 0.0007 * ((side < PLACKET_M) & front)
        shade += 0.18 * line(side - PLACKET_M, 0.0011) * front
        button = np.hypot(x, (z + 0.12) % BUTTON_STEP_M - BUTTON_STEP_M / 2)
        tint(paint, (button < BUTTON_RADIUS_M) & front, BUTTON)
        if self.tie:
            self._tie(surface, palette, paint, shade)

    def _tie(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        x, y, z = surface.canonical.T
        half = polyline(z, TIE_HEIGHTS, TIE_HALF_WIDTHS)
        tie = (y < -0.02) & (np.abs(x) < half) & (z > 0.30) & (z < 0.738)
        twill = 1 + 0.25 * (np.sin((x + z) * 420) > 0.55)
        share = tie.astype(np.float32)[:, None]
        paint.albedo += (palette.slot("tie") * twill[:, None] - paint.albedo) * share
        paint.height[tie] = 0.004
        shade[tie] = 0.35 * line(z[tie] - TIE_KNOT_Z, 0.0015)
