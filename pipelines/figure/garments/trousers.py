"""Trousers: jeans, chinos, suit trousers, joggers, leggings, shorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.colors import linear
from pipelines.figure.curves import segment_distance, smoothstep
from pipelines.figure.garments.garment import LEATHER, UNDER_OUTER_M, Patch, ShellGarment, tint
from pipelines.figure.garments.outlines import band, box, every, off_arm, on_back
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints
from pipelines.figure.noise import solid_noise
from pipelines.figure.shell import Wearer
from pipelines.figure.tailoring import LegCut, hang_leg, hang_torso

WAIST_SPAN = (0.13, 0.33)  # canonical heights between which the waist is rounded out
WAISTBAND_M = 0.036
STRAIGHT_LEG = LegCut(hem_z=-0.70)
BACK_POCKET_CENTER, BACK_POCKET_HALF = (0.088, 0.135), (0.044, 0.052)
CARGO_Z, CARGO_HALF = -0.185, (0.058, 0.062)
BUCKLE, BUCKLE_HALF = linear("#b9b3a6"), (0.017, 0.013)
BELT_M = 0.030
TUCKED_M = 0.012  # a tucked shirt is drawn this far under the waistband


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

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """A shirt worn beneath is tucked in: nothing of it shows further down."""
        return self.field(points, body) + UNDER_OUTER_M - TUCKED_M

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
        weight = smoothstep(0.36, 0.28, z) * smoothstep(0.12, 0.18, z) * (body.arm < 0.05)
        return hang_torso(cloth, z, weight, WAIST_SPAN)

    def waistband(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """(N,) metres inside the waistband."""
        z = points.canonical[:, 2]
        return every(band(z, self.waist_z - WAISTBAND_M, self.waist_z), off_arm(points))

    def belt(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """(N,) metres inside a belt on the waistband."""
        z = points.canonical[:, 2]
        middle = self.waist_z - WAISTBAND_M / 2
        return every(BELT_M / 2 - np.abs(z - middle), off_arm(points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Belt(Patch):
    """A leather belt with a buckle in front."""

    middle_z: float = 0.28

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Leather and a metal frame."""
        paint = Patch.paint(self, surface, palette)
        x, y, z = surface.canonical.T
        frame = box(x, z, (0.0, self.middle_z), BUCKLE_HALF)
        frame = np.minimum(frame, 0.004 - frame)
        tint(paint, surface.inside(frame) * (y < -0.02), BUCKLE)
        return paint


@dataclass(frozen=True, slots=True, kw_only=True)
class Jeans(Trousers):
    """Five pockets, a fly, side seams. worn: how bleached the thighs are; belt_slot: the colour of a belt;
    cargo: pockets on the thighs."""

    worn: float = 0.22
    belt_slot: str = ""
    cargo: bool = False

    def patches(self) -> tuple[Patch, ...]:
        """Waistband, back pockets, a belt, cargo pockets."""
        pieces = [
            Patch(name="Waistband", slot=self.slot, outline=self.waistband, lift_m=0.0018, cloth=self.cloth),
            Patch(name="Pockets", slot=self.slot, outline=_back_pockets, lift_m=0.0025, cloth=self.cloth),
        ]
        if self.cargo:
            pieces.append(
                Patch(name="Cargo", slot=self.slot, outline=_cargo_pockets, lift_m=0.007, cloth=self.cloth)
            )
        if self.belt_slot:
            middle = self.waist_z - WAISTBAND_M / 2
            pieces.append(
                Belt(
                    name="Belt",
                    slot=self.belt_slot,
                    outline=self.belt,
                    lift_m=0.004,
                    cloth=LEATHER,
                    middle_z=middle,
                )
            )
        return tuple(pieces)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Fly, front pockets, side seams, wear."""
        x, y, z = surface.canonical.T
        side = np.abs(x)
        front = y < -0.02
        top = self.waist_z - WAISTBAND_M
        fly = surface.line(x, 0.0012) * (z > 0.10) * front * (z < top)
        pocket = surface.line(segment_distance(side, z, (0.07, top), (0.135, top - 0.062)), 0.0014) * front
        seam = surface.line(np.where(side > 0.06, y + 0.02, 9.0), 0.0015)
        shade += 0.4 * (fly + pocket) + 0.35 * seam
        paint.height -= 0.0008 * pocket
        if self.worn:
            thigh = smoothstep(0.10, 0.02, np.abs(side - 0.11)) * smoothstep(-0.25, -0.05, z)
            wear = self.worn * thigh * front * smoothstep(0.2, -0.1, z)
            paint.albedo *= (1 + wear + 0.05 * solid_noise(surface.canonical, 0.004) * surface.shows(0.004))[
                :, None
            ]


def _back_pockets(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, y, z = points.canonical.T
    pocket = box(np.abs(x), z, BACK_POCKET_CENTER, BACK_POCKET_HALF)
    return every(pocket, on_back(points), y - 0.01, off_arm(points))


def _cargo_pockets(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, y, z = points.canonical.T
    pocket = box(y, z, (-0.01, CARGO_Z), CARGO_HALF)
    return every(pocket, np.abs(x) - 0.125, off_arm(points))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitTrousers(Trousers):
    """Creased trousers."""

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """The crease follows the leg's middle; slanted pockets."""
        x, y, z = surface.canonical.T
        middle = 0.118 + 0.055 * (0.1 - z) / 0.85
        crease = surface.line(np.abs(x) - middle, 0.006)
        paint.height += 0.0035 * crease * (y < -0.02) * (z < 0.05) * (z > -0.7)
        seam = segment_distance(np.abs(x), z, (0.125, self.waist_z - 0.03), (0.160, self.waist_z - 0.16))
        shade += 0.3 * surface.line(seam, 0.0013) * (y < 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joggers(Trousers):
    """Soft trousers gathered at the ankle, with a drawstring."""

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Full above the cuff."""
        ease = Trousers.ease(self, body, field)
        above = body.canonical[:, 2] - self.hem_z
        return ease + 0.012 * smoothstep(0.03, 0.07, above) * smoothstep(0.20, 0.09, above)

    def patches(self) -> tuple[Patch, ...]:
        """An elastic waistband."""
        return (
            Patch(name="Waistband", slot=self.slot, outline=self.waistband, lift_m=0.002, cloth=self.cloth),
        )

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Ribbed cuffs and side seams."""
        x, y, z = surface.canonical.T
        cuff = smoothstep(0.050, 0.046, z - self.hem_z)
        rib = np.sin(np.arctan2(np.abs(x) - 0.17, y) * 60)
        paint.height += 0.0008 * rib * cuff * surface.shows(0.006)
        shade += 0.3 * surface.line(z - self.hem_z - 0.048, 0.0016)
        shade += 0.25 * surface.line(np.where(np.abs(x) > 0.06, y + 0.02, 9.0), 0.0014)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leggings(Trousers):
    """Leggings or sport shorts with a stripe in the accent colour."""

    stripe_m: float = 0.008

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the accent."""
        return (self.slot, "accent")

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Side stripes and a waistband."""
        x, y, z = surface.canonical.T
        stripe = self.stripe_m - np.abs(y + 0.02)
        tint(paint, surface.inside(stripe) * (np.abs(x) > 0.06), palette.slot("accent"))
        paint.height += 0.0006 * surface.line(z - (self.waist_z - 0.035), 0.003)
