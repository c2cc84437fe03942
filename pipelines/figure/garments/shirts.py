"""Shirts: placket, buttons, a real collar, and a tie or a bow where one is worn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.colors import linear
from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.garments.bow import tie_bow
from pipelines.figure.garments.collars import OPEN_COLLAR, POLO_COLLAR, SHIRT_COLLAR, CollarCut, attach_collar
from pipelines.figure.garments.garment import Cloth, Garment, Patch, lay_cloth, tint
from pipelines.figure.garments.outlines import band, box, every, on_front
from pipelines.figure.garments.tops import Top
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.mesh import BodyPoints, Part
from pipelines.figure.shell import Wearer

Neckwear = Literal["none", "tie", "bow"]
CollarStyle = Literal["closed", "open", "polo"]
COLLARS: dict[CollarStyle, CollarCut] = {"closed": SHIRT_COLLAR, "open": OPEN_COLLAR, "polo": POLO_COLLAR}
BUTTON = linear("#e5e2dc")
BUTTON_RADIUS_M = 0.0048
BUTTON_STEP_M = 0.085
PLACKET_M = 0.016
TIE_HEIGHTS = (0.385, 0.42, 0.47, 0.695, 0.745)
TIE_HALF_WIDTHS = (0.000, 0.036, 0.034, 0.0155, 0.014)
KNOT_HEIGHTS = (0.698, 0.704, 0.730, 0.734)
KNOT_HALF_WIDTHS = (0.011, 0.0125, 0.019, 0.018)
TWILL_M = 0.011


@dataclass(frozen=True, slots=True, kw_only=True)
class NeckwearPatch(Patch):
    """A tie, its knot or a bow: satin in a twill."""

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Diagonal stripes, one shade apart."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        x, _, z = surface.canonical.T
        beat = np.abs((x + z) / TWILL_M % 1 - 0.5) - 0.25
        paint.albedo *= (1 + 0.20 * surface.inside(beat * TWILL_M) - np.clip(shade, 0, 0.9))[:, None]
        return paint


@dataclass(frozen=True, slots=True, kw_only=True)
class Placket(Patch):
    """The buttoned front."""

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Buttons at even distances."""
        paint = Patch.paint(self, surface, palette)
        x, _, z = surface.canonical.T
        away = BUTTON_RADIUS_M - np.hypot(x, (z + 0.12) % BUTTON_STEP_M - BUTTON_STEP_M / 2)
        tint(paint, surface.inside(away), BUTTON)
        paint.height += 0.001 * smoothstep(0.0, 0.002, away)
        return paint


NECKWEAR_CLOTH = Cloth(specular=0.16, gloss=18, sheen=0.3, folds=0.2, seam=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shirt(Top):
    """A buttoned shirt."""

    tapers: bool = False
    collar: CollarStyle = "closed"
    neckwear: Neckwear = "none"
    chest_pocket: bool = False

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot, and the tie's."""
        return (self.slot,) if self.neckwear == "none" else (self.slot, "tie")

    def patches(self) -> tuple[Patch, ...]:
        """The placket, a tie and its knot or a bow, a chest pocket."""
        pieces: list[Patch] = [
            Placket(name="Placket", slot=self.slot, outline=_placket, lift_m=0.0016, cloth=self.cloth)
        ]
        if self.chest_pocket:
            pieces.append(
                Patch(name="Pocket", slot=self.slot, outline=_pocket, lift_m=0.002, cloth=self.cloth)
            )
        if self.neckwear == "tie":
            pieces += [
                NeckwearPatch(name="Tie", slot="tie", outline=_tie, lift_m=0.007, cloth=NECKWEAR_CLOTH),
                NeckwearPatch(name="Knot", slot="tie", outline=_knot, lift_m=0.011, cloth=NECKWEAR_CLOTH),
            ]
        return tuple(pieces)

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """The shirt and its collar."""
        parts = Top.make(self, wearer, layer, outer)
        parts.append(attach_collar(COLLARS[self.collar], self.slot, self.cloth, wearer, layer, parts[:1]))
        if self.neckwear == "bow":
            parts.append(tie_bow("tie", NECKWEAR_CLOTH, wearer, layer))
        return parts

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """A yoke seam."""
        _, y, z = surface.canonical.T
        shade += 0.2 * surface.line(z - 0.655, 0.0012) * (y > -0.01) * (surface.along_arm < 0)


def _placket(points: BodyPoints, body: BodyMap) -> np.ndarray:
    return every(PLACKET_M - np.abs(points.canonical[:, 0]), on_front(points))


def _pocket(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, _, z = points.canonical.T
    return every(box(x, z, (0.088, 0.535), (0.036, 0.042)), on_front(points))


def _tie(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, _, z = points.canonical.T
    half = polyline(z, TIE_HEIGHTS, TIE_HALF_WIDTHS)
    return every(half - np.abs(x), band(z, TIE_HEIGHTS[0], TIE_HEIGHTS[-1]), on_front(points))


def _knot(points: BodyPoints, body: BodyMap) -> np.ndarray:
    x, _, z = points.canonical.T
    half = polyline(z, KNOT_HEIGHTS, KNOT_HALF_WIDTHS)
    return every(half - np.abs(x), band(z, KNOT_HEIGHTS[0], KNOT_HEIGHTS[-1]), on_front(points))
