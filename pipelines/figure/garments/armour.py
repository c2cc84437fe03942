"""Armour: breastplate, bracers, pauldrons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.garment import Cloth, ShellGarment, tint
from pipelines.figure.garments.tops import Top
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints
from pipelines.figure.noise import solid_noise

STEEL = Cloth(specular=1.2, gloss=40, sheen=0.0, folds=0.0, seam=False)
RIM_M = 0.012
LAMES_Z = (0.47, 0.40)  # heights of the plate's overlapping bands
PAULDRON_RADIUS_M = 0.105


def _forge(surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
    """What all plates share: a raised rim in the trim colour, and hammer marks."""
    field = surface.field
    paint.metal = True
    paint.height += 0.003 * smoothstep(0.0, 0.010, field) + 0.0012 * surface.line(field - 0.018, 0.004)
    paint.height += 0.00012 * solid_noise(surface.canonical, 0.012)
    tint(paint, surface.inside(RIM_M - field), palette.slot("trim"))
    shade += 0.3 * surface.line(field - RIM_M - 0.001, 0.0015)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breastplate(Top):
    """A ridged plate with lames below the chest."""

    cloth: Cloth = STEEL
    ease_m: float = 0.022
    relax_rounds: int = 40
    hem_z: float = 0.33
    sleeve: float | None = None
    tapers: bool = False

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the trim."""
        return (self.slot, "trim")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Rim, ridge, lames."""
        _forge(surface, palette, paint, shade)
        x, y, z = surface.canonical.T
        paint.height += 0.006 * smoothstep(0.012, 0.0, np.abs(x)) * (y < -0.02) * (z > 0.3)
        for height in LAMES_Z:
            paint.height += 0.004 * smoothstep(0.004, -0.004, z - height)
            shade += 0.5 * surface.line(z - height, 0.002)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracers(ShellGarment):
    """Plates round the forearms."""

    cloth: Cloth = STEEL
    ease_m: float = 0.016
    relax_rounds: int = 20

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the trim."""
        return (self.slot, "trim")

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """From below the elbow to above the wrist."""
        along = points.along_arm
        inside = np.minimum(along - body.elbow_m - 0.05, body.arm_m - 0.02 - along)
        return np.where(points.arm > 0.9, inside, -1.0)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Rims."""
        _forge(surface, palette, paint, shade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauldrons(ShellGarment):
    """Domes over the shoulders."""

    cloth: Cloth = STEEL
    relax_rounds: int = 34

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the trim."""
        return (self.slot, "trim")

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """Within a ball round the shoulder."""
        place = points.canonical.copy()
        place[:, 0] = np.abs(place[:, 0])
        away = (place - body.shoulder - [0.01, 0.0, 0.0]) * [1.0, 0.6, 1.0]
        inside = PAULDRON_RADIUS_M - np.linalg.norm(away, axis=1)
        return inside - 2.0 * (points.canonical[:, 2] < 0.4)

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Domed: furthest off in the middle."""
        return 0.028 + 0.10 * np.maximum(field, 0)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Rims."""
        _forge(surface, palette, paint, shade)
