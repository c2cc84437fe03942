"""Jackets: the blazer with its lapels, the tuxedo, and the quilted outdoor jacket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.colors import linear
from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.garments.collars import BLAZER_COLLAR, STAND_COLLAR, attach_collar
from pipelines.figure.garments.garment import SATIN, SHELL_FABRIC, WOOL, Cloth, Garment, Patch, tint
from pipelines.figure.garments.necklines import HIGH, LAPEL, WORN_OPEN, Neckline
from pipelines.figure.garments.outlines import box, every, off_arm, on_front, slanted_welts
from pipelines.figure.garments.tops import Top
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints, Part
from pipelines.figure.shell import Wearer

FRONTS = ((0.36, 0.50, 0.66, 0.80), (0.0, 0.034, 0.050, 0.036))  # width of turned fronts by height
BUTTONS_Z = (0.43, 0.335)
BUTTON_X = 0.010
BUTTON_RADIUS_M = 0.0075
BUTTON = linear("#14161c")
CUTAWAY_Z, CUTAWAY_SLOPE = 0.335, 0.26  # below the last button the fronts part
# Width of the lapel by height, with its notch, and of the collar above it.
LAPEL_HEIGHTS = (0.452, 0.60, 0.640, 0.650, 0.657, 0.668, 0.70, 0.76, 0.80)
LAPEL_WIDTHS = (0.000, 0.050, 0.066, 0.034, 0.034, 0.056, 0.048, 0.036, 0.034)
SHAWL_WIDTHS = (0.000, 0.046, 0.056, 0.057, 0.057, 0.056, 0.050, 0.040, 0.036)
FLAP_CENTER, FLAP_HALF = (0.122, 0.222), (0.048, 0.022)
WELT_CENTER, WELT_HALF = (0.100, 0.566), (0.030, 0.008)
SIDE_POCKET, SIDE_WELT_M = ((0.098, 0.305), (0.132, 0.195)), 0.009
SIDE_WELT_SEAM_M = 0.003  # from the welt's edge
QUILT_M = 0.062  # height of one quilted row
QUILT_PUFF_M = 0.010
ARMHOLE_SHARE = 0.55  # the sleeve begins where the arm's bones move the cloth this much


@dataclass(frozen=True, slots=True, kw_only=True)
class Blazer(Top):
    """A two-button jacket with cut-away fronts; shawl: a collar without notches, in satin."""

    cloth: Cloth = WOOL
    ease_m: float = 0.018
    relax_rounds: int = 40
    hem_z: float = 0.115
    sleeve: float | None = 0.93
    neck: Neckline = LAPEL
    shawl: bool = False

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """A top whose fronts part below the last button."""
        field = Top.field(self, points, body)
        x, y, z = points.canonical.T
        parted = np.maximum((np.abs(x) - CUTAWAY_SLOPE * (CUTAWAY_Z - z)) * 0.97, z - CUTAWAY_Z)
        return np.where(y < 0, np.minimum(field, parted), field)

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Slimmer sleeves."""
        return Top.ease(self, body, field) - 0.006 * smoothstep(-0.02, 0.08, body.points.along_arm)

    def patches(self) -> tuple[Patch, ...]:
        """Lapels that run into the collar, pocket flaps, the breast pocket's welt."""
        lapel_cloth = SATIN if self.shawl else self.cloth
        pieces = [
            Patch(name="Lapels", slot=self.slot, outline=self._lapel, lift_m=0.0055, cloth=lapel_cloth),
            Patch(name="Welt", slot=self.slot, outline=_welt, lift_m=0.003, cloth=self.cloth),
        ]
        if not self.shawl:
            pieces.append(Patch(name="Flaps", slot=self.slot, outline=_flaps, lift_m=0.004, cloth=self.cloth))
        return tuple(pieces)

    def _lapel(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        z = points.canonical[:, 2]
        width = polyline(z, LAPEL_HEIGHTS, SHAWL_WIDTHS if self.shawl else LAPEL_WIDTHS)
        return every(width - self.neck.field(points.canonical), z - LAPEL_HEIGHTS[0], off_arm(points))

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """The shell and its collar."""
        cloth = SATIN if self.shawl else self.cloth
        parts = Top.make(self, wearer, layer, outer)
        return [*parts, attach_collar(BLAZER_COLLAR, self.slot, cloth, wearer, layer, parts[:1])]

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Front edge and buttons."""
        x, y, z = surface.canonical.T
        front = y < -0.02
        shade += 0.50 * surface.line(x, 0.0014) * front * (z < 0.475)
        for height in BUTTONS_Z:
            away = BUTTON_RADIUS_M - np.hypot(x - BUTTON_X, z - height)
            tint(paint, surface.inside(away) * front, BUTTON)
            paint.height += 0.002 * smoothstep(0.0, 0.003, away) * front


def _flaps(points: BodyPoints, body: BodyMap) -> np.ndarray:
    side = np.abs(points.canonical[:, 0])
    flap = box(side, points.canonical[:, 2], FLAP_CENTER, FLAP_HALF, slope=0.10)
    return every(flap, on_front(points), off_arm(points))


def _side_welts(points: BodyPoints, body: BodyMap) -> np.ndarray:
    return slanted_welts(points, *SIDE_POCKET, SIDE_WELT_M)


def _welt(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, _, z = points.canonical.T
    return every(box(x, z, WELT_CENTER, WELT_HALF, slope=0.2), on_front(points), off_arm(points))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuiltedJacket(Top):
    """A quilted jacket with a stand collar, zipped in front; sleeve None makes a vest of it."""

    cloth: Cloth = SHELL_FABRIC
    ease_m: float = 0.026
    relax_rounds: int = 34
    hem_z: float = 0.135
    sleeve: float | None = 0.97
    neck: Neckline = HIGH

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the accent of its zip."""
        return (self.slot, "accent")

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Rows of puffs round the body and the sleeves."""
        ease = Top.ease(self, body, field)
        puff = np.sqrt(
            np.abs(np.sin(np.pi * _quilt(body.canonical, body.points.along_arm, body.arm) / QUILT_M))
        )
        return ease + QUILT_PUFF_M * puff * smoothstep(0.0, 0.03, field)

    def patches(self) -> tuple[Patch, ...]:
        """Side pockets."""
        return (_side_pockets(self.slot, self.cloth),)

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Quilting seams and the zip."""
        x, y, _ = surface.canonical.T
        row = _quilt(surface.canonical, surface.along_arm, surface.arm) % QUILT_M
        seam = np.minimum(row, QUILT_M - row)
        shade += 0.35 * surface.line(seam, 0.0016)
        shade += 0.35 * surface.line((surface.arm - ARMHOLE_SHARE) * 0.1, 0.002)
        paint.height += 0.004 * np.sqrt(np.clip(seam / (QUILT_M / 2), 0, 1))
        front = y < -0.02
        tint(paint, surface.inside(0.007 - np.abs(x)) * front, palette.slot("accent"))
        shade += 0.5 * surface.line(np.abs(x) - 0.0075, 0.0012) * front

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """The shell and its collar."""
        parts = Top.make(self, wearer, layer, outer)
        return [*parts, attach_collar(STAND_COLLAR, self.slot, self.cloth, wearer, layer, parts[:1])]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipJacket(Top):
    """A plain jacket, worn open at the neck and zipped below it."""

    cloth: Cloth = SHELL_FABRIC
    ease_m: float = 0.018
    relax_rounds: int = 34
    hem_z: float = 0.135
    sleeve: float | None = 0.97
    neck: Neckline = WORN_OPEN

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot and the accent of its zip."""
        return (self.slot, "accent")

    def patches(self) -> tuple[Patch, ...]:
        """Fronts turned back along the opening; side pockets, unless a coat's skirt is worn over their place."""
        fronts = Patch(
            name="Fronts", slot=self.slot, outline=self._front, lift_m=0.005, cloth=self.cloth, darker=0.06
        )
        lowest = SIDE_POCKET[1][1]
        return (fronts, _side_pockets(self.slot, self.cloth)) if self.hem_z < lowest else (fronts,)

    def _front(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        z = points.canonical[:, 2]
        width = polyline(z, *FRONTS)
        return every(width - self.neck.field(points.canonical), z - FRONTS[0][0], off_arm(points))

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """The zip, the yoke and the sleeves' seams."""
        x, y, z = surface.canonical.T
        front = y < -0.02
        tint(paint, surface.inside(0.006 - np.abs(x)) * front, palette.slot("accent"))
        shade += 0.5 * surface.line(np.abs(x) - 0.0065, 0.0012) * front
        shade += 0.3 * surface.line(z - 0.60, 0.0014) * (surface.arm < ARMHOLE_SHARE)
        shade += 0.35 * surface.line((surface.arm - ARMHOLE_SHARE) * 0.1, 0.002)

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """The shell and its collar."""
        parts = Top.make(self, wearer, layer, outer)
        return [*parts, attach_collar(BLAZER_COLLAR, self.slot, self.cloth, wearer, layer, parts[:1])]


def _side_pockets(slot: str, cloth: Cloth) -> Patch:
    cloth = replace(cloth, seam_m=SIDE_WELT_SEAM_M)
    return Patch(name="SidePockets", slot=slot, outline=_side_welts, lift_m=0.004, cloth=cloth, darker=0.10)


def _quilt(canonical: np.ndarray, along_arm: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """(N,) the coordinate that rows are counted along: up the body, along the sleeve."""
    return np.where(arm > ARMHOLE_SHARE, along_arm, canonical[:, 2])
