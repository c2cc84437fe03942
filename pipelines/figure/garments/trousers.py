"""Trousers: jeans, chinos, suit trousers, joggers, leggings, shorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import line, segment_distance, smoothstep
from pipelines.figure.garments.garment import ShellGarment, tint
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints
from pipelines.figure.noise import solid_noise
from pipelines.figure.shell import Wearer
from pipelines.figure.tailoring import LegCut, hang_leg, hang_torso

WAIST_SPAN = (0.13, 0.33)  # canonical heights between which the waist is rounded out
WAISTBAND_M = 0.038
STRAIGHT_LEG = LegCut(hem_z=-0.70)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trousers(ShellGarment):
    """Anything worn on both legs. leg: how it hangs, None for a leg that clings."""

    relax_rounds: int = 12
    waist_z: float = 0.30
    hem_z: float = -0.70
    leg: LegCut | None = STRAIGHT_LEG

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """Between hem and waist."""
        z = points.canonical[:, 2]
        return np.where(points.arm > 0.3, -1.0, np.minimum(self.waist_z - z, z - self.hem_z))

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Looser down the leg where it hangs."""
        ease = np.full(len(field), self.ease_m, np.float32)
        if self.leg:
            ease += 0.010 * smoothstep(0.0, -0.25, body.canonical[:, 2])
        return ease

    def tailor(self, cloth: np.ndarray, wearer: Wearer) -> np.ndarray:
        """Straight legs and a round waist."""
        body = wearer.map
        z = body.canonical[:, 2]
        if self.leg:
            for side in (1, -1):
                chosen = (body.leg > 0.4) & (body.canonical[:, 0] * side > 0) & (body.arm < 0.1)
                cloth = hang_leg(cloth, z, chosen, self.leg)
        torso = (body.arm < 0.05) & (z < 0.5)
        return hang_torso(
            cloth, z, torso, WAIST_SPAN, lambda h: smoothstep(0.36, 0.28, h) * smoothstep(0.12, 0.18, h)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Jeans(Trousers):
    """Five pockets, a fly, side seams and worn thighs; chinos are jeans without the wear."""

    worn: float = 0.22

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Waistband, fly, pockets, side seams, wear."""
        x, y, z = surface.canonical.T
        side = np.abs(x)
        front = y < -0.02
        band = line(z - (self.waist_z - WAISTBAND_M), 0.0013)
        fly = line(x, 0.0012) * (z > 0.10) * front * (z < self.waist_z - WAISTBAND_M)
        top = self.waist_z - WAISTBAND_M
        pocket = line(segment_distance(side, z, (0.07, top), (0.135, top - 0.062)), 0.0014) * front
        seam = line(np.where(side > 0.06, y + 0.02, 9.0), 0.0015)
        shade += 0.4 * (band + fly + pocket) + 0.35 * seam
        thigh = smoothstep(0.10, 0.02, np.abs(side - 0.11)) * smoothstep(-0.25, -0.05, z)
        wear = self.worn * thigh * front * smoothstep(0.2, -0.1, z)
        paint.albedo *= (1 + wear + 0.05 * solid_noise(surface.canonical, 0.004))[:, None]
        paint.height -= 0.0008 * (band + pocket)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitTrousers(Trousers):
    """Creased trousers."""

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """The crease follows the leg's middle."""
        x, y, z = surface.canonical.T
        middle = 0.118 + 0.055 * (0.1 - z) / 0.85
        paint.height += 0.0035 * line(np.abs(x) - middle, 0.006) * (y < -0.02) * (z < 0.05) * (z > -0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leggings(Trousers):
    """Leggings with a stripe in the accent colour."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the accent."""
        return (self.slot, "accent")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Side stripes and a waistband."""
        x, y, z = surface.canonical.T
        tint(paint, (np.abs(x) > 0.06) & (np.abs(y + 0.02) < 0.008), palette.slot("accent"))
        paint.height += 0.0006 * line(z - (self.waist_z - 0.035), 0.003)
