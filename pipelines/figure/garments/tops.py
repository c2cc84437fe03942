"""Tops: tee, tank, bodice, knitwear, tunic, hoodie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import line, polyline, smoothstep
from pipelines.figure.garments.garment import ShellGarment, tint
from pipelines.figure.garments.necklines import CREW, Neckline
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints
from pipelines.figure.shell import Wearer
from pipelines.figure.tailoring import hang_torso

SHOULDER_SEAM_Z = 0.5  # arm points below this belong to the sleeve, not to the neckline's planes
ARMHOLE = ((0.3, 0.5, 0.60, 0.72), (0.25, 0.215, 0.180, 0.165))  # heights, half widths of a sleeveless top
LOW_ARMHOLE = ((0.3, 0.5, 0.57, 0.68), (0.25, 0.205, 0.180, 0.135))
HANGS_BELOW_Z = 0.31  # tops whose hem is lower hang from the chest
TAPER_M = 0.035  # over this far from the neck edge the cloth comes nearer to the skin
TAPER_SHARE = 0.45
LEAST_EASE_M = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class Top(ShellGarment):
    """Anything worn on the torso. sleeve: share of the arm, or None for sleeveless."""

    hem_z: float = 0.2
    sleeve: float | None = 0.3
    neck: Neckline = CREW
    low_armhole: bool = False
    tapers: bool = True

    @property
    def hides_inner(self) -> bool:
        """A top hides what is worn beneath it."""
        return True

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """Above the hem, outside the neckline, before the cuff."""
        z = points.canonical[:, 2]
        field = np.minimum(z - self.hem_z, self.neck.field(points.canonical))
        if self.sleeve is None:
            heights, widths = LOW_ARMHOLE if self.low_armhole else ARMHOLE
            armhole = polyline(z, heights, widths) - np.abs(points.canonical[:, 0])
            return np.minimum(field, np.where(points.arm > 0.75, -0.3, armhole))
        cuff = self.sleeve * body.arm_m
        field = np.where((points.arm > 0.5) & (z < SHOULDER_SEAM_Z), 1.0, field)
        field = np.minimum(field, cuff - points.along_arm)
        return np.where((points.arm > 0.3) & (points.along_arm > cuff + 0.03), -1.0, field)

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Looser in a short sleeve and below the chest, closer at the neck."""
        ease = np.full(len(field), self.ease_m, np.float32)
        z = body.canonical[:, 2]
        if self.sleeve is not None:
            if self.sleeve < 0.5:
                ease += 0.008 * smoothstep(0.1, 0.3, body.points.along_arm)
            ease += 0.006 * smoothstep(0.50, 0.30, z) * (body.arm < 0.2)
        if self.tapers:
            share = TAPER_SHARE + (1 - TAPER_SHARE) * smoothstep(0, TAPER_M, self.neck.field(body.canonical))
            ease = np.maximum(ease * share, LEAST_EASE_M)
        return ease

    def tailor(self, cloth: np.ndarray, wearer: Wearer) -> np.ndarray:
        """Below the chest it hangs."""
        if self.hem_z >= HANGS_BELOW_Z:
            return cloth
        z = wearer.map.canonical[:, 2]
        torso = (wearer.map.arm < 0.05) & (z < 0.5)
        return hang_torso(
            cloth, z, torso, (min(self.hem_z, 0.13), 0.40), lambda height: smoothstep(0.43, 0.22, height)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tee(Top):
    """A t-shirt with a ribbed neck."""

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """A raised neck rib."""
        paint.height += 0.001 * smoothstep(0.022, 0.018, surface.field) * (surface.canonical[:, 2] > 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SportTop(Top):
    """A sleeveless or short-sleeved sport top with side panels in the accent colour."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the accent."""
        return (self.slot, "accent")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Side panels and an edge piping."""
        x, y, z = surface.canonical.T
        panel = (np.abs(x) > 0.06) & (np.abs(y + 0.02) < 0.018) & (z < 0.56)
        tint(paint, panel, palette.slot("accent"))
        shade += 0.3 * line(surface.field - 0.010, 0.0012)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knitwear(Top):
    """A jumper: ribbed neck and cuffs."""

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Ribs run across the edge."""
        x, y, _ = surface.canonical.T
        rib = np.sin(np.arctan2(x, -y) * 150) * (surface.field < 0.03)
        paint.height += (0.0009 * rib).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodice(Top):
    """The top of a dress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunic(Top):
    """A long top with a braid in the trim colour."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the trim."""
        return (self.slot, "trim")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """A braid along every edge."""
        tint(paint, np.abs(surface.field - 0.020) < 0.006, palette.slot("trim"))
