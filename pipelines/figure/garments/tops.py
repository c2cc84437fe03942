"""Tops: tee, tank, bodice, knitwear, tunic, hoodie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import polyline, smooth_max, smoothstep
from pipelines.figure.garments.collars import HOOD, attach_collar
from pipelines.figure.garments.garment import Garment, Patch, ShellGarment, tint
from pipelines.figure.garments.necklines import CREW, Neckline
from pipelines.figure.garments.outlines import band, every, on_front
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints, Part
from pipelines.figure.shell import Wearer
from pipelines.figure.tailoring import hang_torso

SHOULDER_SEAM_Z = 0.5  # arm points below this belong to the sleeve, not to the neckline's planes
ARMHOLE = ((0.3, 0.5, 0.60, 0.72), (0.25, 0.215, 0.180, 0.165))  # heights, half widths of a sleeveless top
LOW_ARMHOLE = ((0.3, 0.5, 0.57, 0.68), (0.25, 0.205, 0.180, 0.135))
HANGS_FROM_Z = 0.52  # the height of the chest
HANGS_BELOW_Z = 0.40  # tops whose hem is lower hang from the chest
TAPER_M = 0.035  # over this far from the neck edge the cloth comes nearer to the skin
TAPER_SHARE = 0.45
LEAST_EASE_M = 0.004
STRAP_ROUND_M = 0.025  # how round neckline and armhole meet
NECK_RIB_M = 0.021
KNIT_RIB_M = 0.03
GATHER_M = 0.014  # fullness above a gathered hem


@dataclass(frozen=True, slots=True, kw_only=True)
class Top(ShellGarment):
    """Anything worn on the torso. sleeve: share of the arm, or None for sleeveless."""

    hem_z: float = 0.2
    sleeve: float | None = 0.3
    neck: Neckline = CREW
    low_armhole: bool = False
    tapers: bool = True
    fall: float = 0.15  # how fast it comes in again below the chest: 0 hangs straight down

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
            rounded = -smooth_max(-field, -armhole, STRAP_ROUND_M)
            return np.where(points.arm > 0.75, -0.3, rounded)
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
        body, z = wearer.map, wearer.map.canonical[:, 2]
        weight = smoothstep(HANGS_FROM_Z + 0.05, HANGS_FROM_Z - 0.03, z) * smoothstep(0.20, 0.02, body.arm)
        return hang_torso(cloth, z, weight, (min(self.hem_z, 0.13), HANGS_FROM_Z + 0.04), self.fall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tee(Top):
    """A t-shirt with a ribbed neck."""

    def patches(self) -> tuple[Patch, ...]:
        """The neck rib."""
        rib = replace(self.cloth, seam=False, folds=0.2)
        return (Patch(name="Rib", slot=self.slot, outline=self.rib, lift_m=0.0022, cloth=rib, darker=0.03),)

    def rib(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """(N,) metres inside the band round the neck."""
        return NECK_RIB_M - self.neck.field(points.canonical) + 2 * np.minimum(0.5 - points.arm, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SportTop(Tee):
    """A sport top with side panels in the accent colour."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the accent."""
        return (self.slot, "accent")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Side panels and an edge piping."""
        x, y, z = surface.canonical.T
        panel = np.minimum(0.018 - np.abs(y + 0.02), 0.56 - z)
        tint(paint, surface.inside(panel) * (np.abs(x) > 0.06) * (surface.arm < 0.3), palette.slot("accent"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knitwear(Top):
    """A jumper: ribbed neck, cuffs and hem."""

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Ribs run across the edge; the knit itself is a fine grain."""
        x, y, z = surface.canonical.T
        across = np.where(
            surface.along_arm > 0.25, np.arctan2(y + 0.05, z - 0.4) * 90, np.arctan2(x, -y) * 150
        )
        rib = np.sin(across) * (surface.field < KNIT_RIB_M) * surface.shows(0.004)
        paint.height += (0.0009 * rib).astype(np.float32)
        stitch = np.sin(z * 1250) * np.sin(np.arctan2(x, -y) * 210) * surface.shows(0.004)
        paint.height += (0.00025 * stitch * (surface.field >= KNIT_RIB_M)).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoodie(Top):
    """A hooded sweatshirt: gathered hem and cuffs, a pouch pocket, drawstrings."""

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Full above the gathered hem and cuffs."""
        ease = Top.ease(self, body, field)
        z, along = body.canonical[:, 2], body.points.along_arm
        above_hem = np.where(body.arm < 0.3, z - self.hem_z, 1.0)
        cuff = np.where(body.arm > 0.5, (self.sleeve or 1.0) * body.arm_m - along, 1.0)
        edge = np.minimum(above_hem, cuff)
        return ease + GATHER_M * smoothstep(0.045, 0.075, edge) * smoothstep(0.20, 0.09, edge)

    def patches(self) -> tuple[Patch, ...]:
        """Pouch and drawstrings."""
        cord = replace(self.cloth, folds=0.0, seam=False)
        return (
            Patch(name="Pouch", slot=self.slot, outline=_pouch, lift_m=0.007, cloth=self.cloth),
            Patch(name="Cords", slot="cord", outline=_cords, lift_m=0.006, cloth=cord),
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the cords'."""
        return (self.slot, "cord")

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """The shell and its hood."""
        parts = Top.make(self, wearer, layer, outer)
        return [
            *parts,
            attach_collar(HOOD, self.slot, self.cloth, wearer, layer, parts[:1]),
        ]

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Ribbed hem and cuffs."""
        x, y, z = surface.canonical.T
        edge = np.where(surface.along_arm > 0.2, surface.field, z - self.hem_z)
        across = np.where(
            surface.along_arm > 0.2, np.arctan2(y + 0.1, z - 0.3) * 120, np.arctan2(x, -y) * 170
        )
        rib = smoothstep(0.048, 0.044, edge)
        paint.height += (0.0009 * np.sin(across) * rib * surface.shows(0.004)).astype(np.float32)
        shade += 0.3 * surface.line(edge - 0.046, 0.0016)


def _pouch(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, _, z = points.canonical.T
    half = polyline(z, (0.205, 0.26, 0.345), (0.125, 0.125, 0.080))
    return every(half - np.abs(x), band(z, 0.205, 0.345), on_front(points))


def _cords(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, _, z = points.canonical.T
    hang = np.where(x > 0, 0.535, 0.515)
    return every(0.0035 - np.abs(np.abs(x) - 0.034), z - hang, 0.70 - z, on_front(points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodice(Top):
    """The top of a dress: fitted to the waist."""

    fall: float = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunic(Top):
    """A long top with a braid in the trim colour."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the trim."""
        return (self.slot, "trim")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """A braid along every edge."""
        tint(paint, surface.inside(0.006 - np.abs(surface.field - 0.020)), palette.slot("trim"))
