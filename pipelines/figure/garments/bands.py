"""What lies close round a part of the body: scarf, belt, watch, gloves, necklace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.garments.garment import KNIT, LEATHER, Cloth, ShellGarment, tint
from pipelines.figure.garments.necklines import CREW
from pipelines.figure.garments.outlines import band
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints
from pipelines.figure.noise import solid_noise

SCARF_Z, SCARF_SLOPE = (0.700, 0.785), 0.45  # heights in front; how much higher behind, per metre
BELT_Z = (0.272, 0.310)
KNOT_M = 0.020  # half width of a tied belt's knot
WATCH_M, DIAL_M = (0.046, 0.022), 0.014  # from the wrist; the dial's radius
GLOVE_M = 0.025  # above the wrist
CHAIN_M, CHAIN_OFF_M = 0.0022, 0.024  # half width; how far outside the neck's edge it lies
METAL = Cloth(specular=1.2, gloss=40, sheen=0.0, folds=0.0, seam=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scarf(ShellGarment):
    """A knitted scarf laid round the neck."""

    cloth: Cloth = KNIT
    ease_m: float = 0.030
    relax_rounds: int = 24

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """A ring round the neck that rises behind."""
        x, y, z = points.canonical.T
        level = z - SCARF_SLOPE * (y + 0.06)
        ring = 0.115 - np.hypot(x, 0.8 * (y + 0.02))
        return np.where(points.arm > 0.3, -1.0, np.minimum(band(level, *SCARF_Z), ring))

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Rounded: furthest off in the middle."""
        return (self.ease_m * np.sqrt(np.clip(field / 0.035, 0.15, 1))).astype(np.float32)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Soft folds round the neck."""
        level = surface.canonical[:, 2] - SCARF_SLOPE * surface.canonical[:, 1]
        folds = np.sin(level * 260 + 2.0 * solid_noise(surface.canonical, 0.06))
        paint.height += (0.003 * folds).astype(np.float32)
        shade += (0.12 * np.clip(-folds, 0, 1)).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaistBelt(ShellGarment):
    """A leather belt round the waist, over whatever is worn there, with a buckle in the trim colour."""

    cloth: Cloth = LEATHER
    ease_m: float = 0.024
    relax_rounds: int = 30
    z: tuple[float, float] = BELT_Z
    has_buckle: bool = True

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the buckle's."""
        return (self.slot, "buckle") if self.has_buckle else (self.slot,)

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """A band round the waist."""
        return np.where(points.arm > 0.2, -1.0, band(points.canonical[:, 2], *self.z))

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin: it lies on other garments."""
        return None

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """The buckle; without one a knot."""
        x, y, z = surface.canonical.T
        if not self.has_buckle:
            shade += 0.45 * surface.line(np.abs(x) - KNOT_M, 0.002) * (y < -0.02)
            return
        plate = np.minimum(0.020 - np.abs(x), 0.017 - np.abs(z - sum(self.z) / 2))
        tint(paint, surface.inside(plate) * (y < -0.02), palette.slot("buckle"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(ShellGarment):
    """A watch on the left wrist, its dial in the trim colour."""

    cloth: Cloth = LEATHER
    ease_m: float = 0.0045
    relax_rounds: int = 2

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the dial's."""
        return (self.slot, "dial")

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """A band above the left wrist."""
        inside = band(points.along_arm, body.arm_m - WATCH_M[0], body.arm_m - WATCH_M[1])
        return np.where((points.arm > 0.9) & (points.canonical[:, 0] > 0), inside, -1.0)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin."""
        return None

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """The dial, on the back of the wrist."""
        outwards = surface.canonical - surface.canonical.mean(0)
        side = outwards[:, 0] * 0.7 + outwards[:, 2] * 0.7
        tint(paint, (side > DIAL_M * 0.8).astype(np.float32), palette.slot("dial"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gloves(ShellGarment):
    """Gloves on both hands."""

    cloth: Cloth = LEATHER
    ease_m: float = 0.0025
    relax_rounds: int = 1

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """From above the wrist to the fingertips."""
        return np.where(points.arm > 0.9, points.along_arm - (body.arm_m - GLOVE_M), -1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Necklace(ShellGarment):
    """A fine chain round the neck."""

    cloth: Cloth = METAL
    ease_m: float = 0.004
    relax_rounds: int = 2

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """A line at one distance from the neck's edge, lower in front."""
        z = points.canonical[:, 2]
        line = CHAIN_M - np.abs(CREW.field(points.canonical) - CHAIN_OFF_M)
        return np.where((points.arm > 0.2) | (z < 0.60) | (z > 0.79), -1.0, line)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin."""
        return None

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """It shines."""
        paint.metal = True
