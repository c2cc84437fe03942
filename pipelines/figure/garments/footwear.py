"""Footwear: sneakers, trainers, leather shoes, flats, and boots with a shaft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.colors import linear
from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.garments.garment import LEATHER, Cloth, Garment, ShellGarment, tint
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, apply_affine, fit_affine, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer
from pipelines.figure.shoe_shape import SOLE_TOP_M, TOP_LINES, Kind, shoe_shape

Style = Literal["sneaker", "trainer", "leather", "flat", "boot"]
CANVAS = Cloth(specular=0.12, gloss=20, sheen=0.1)
LIGHT_SOLE, DARK_SOLE = linear("#f5f3ee"), linear("#171210")
LACE = linear("#fbfaf7")
KINDS: dict[Style, Kind] = {
    "sneaker": "sneaker",
    "trainer": "sneaker",
    "leather": "leather",
    "flat": "flat",
    "boot": "leather",
}
COVER_OVER_M = 0.010  # skin is drawn until its own depth under cloth: the foot ends inside the shoe
SPORTY = ("sneaker", "trainer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoes:
    """A pair of shoes."""

    slot: str
    style: Style = "sneaker"

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot; trainers have an accent too."""
        return (self.slot, "accent") if self.style == "trainer" else (self.slot,)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides the foot below the shoe's top line."""
        _, y, z = points.canonical.T
        top = float(body.canonical[:, 2].min()) + polyline(y, *TOP_LINES[KINDS[self.style]]) + COVER_OVER_M
        return np.where(z < -0.55, top - z, -1.0)

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no garment."""
        return None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """Left and right, each an affine image of the canonical left shoe."""
        body = wearer.map
        shape = shoe_shape(KINDS[self.style])
        parts = []
        for side, foot in zip((1, -1), body.feet, strict=True):
            mirror = np.array([side, 1, 1], np.float32)
            mapping = fit_affine(body.canonical[foot] * mirror, wearer.vertices[foot])
            faces = shape.faces if side > 0 else shape.faces[:, ::-1]
            vertices = apply_affine(shape.vertices, mapping)
            parts.append(
                Part(
                    name="Shoes",
                    material=self,
                    pattern=whole_pattern(faces, shape.vertices),
                    vertices=vertices,
                    normals=vertex_normals(vertices, faces),
                    layer=layer,
                )
            )
        return parts

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Upper, sole, laces and stripe."""
        x, y, z = surface.canonical.T
        kind = KINDS[self.style]
        floor = shoe_shape(kind).floor_z
        edge = floor + SOLE_TOP_M[kind]
        cloth = CANVAS if self.style in SPORTY else LEATHER
        paint = Paint(
            albedo=np.broadcast_to(palette.slot(self.slot), surface.canonical.shape).astype(np.float32),
            height=np.zeros(len(z), np.float32),
            specular=cloth.specular,
            gloss=cloth.gloss,
            sheen=cloth.sheen,
        )
        sole = surface.inside(edge - z)
        tint(paint, sole, LIGHT_SOLE if self.style in SPORTY else DARK_SOLE)
        shade = 0.6 * surface.line(z - edge, 0.0016)
        if self.style in SPORTY:
            shade += 0.30 * surface.line(y + 0.215, 0.0015) * (z < floor + 0.06)
            middle = x - 0.195 - 0.12 * (y + 0.1)
            lace = (np.abs((y * 70) % 1 - 0.5) < 0.20) & (y < -0.09) & (y > -0.175)
            lace = lace * surface.inside(0.022 - np.abs(middle)) * (1 - sole)
            paint.height += 0.0018 * lace
            tint(paint, lace, LACE)
        if self.style == "trainer":
            stripe = surface.inside(0.008 - np.abs(y + 0.35 * (z - floor) + 0.07))
            tint(paint, stripe * (1 - sole), palette.slot("accent"))
        paint.albedo *= (1 - np.clip(shade, 0, 0.9))[:, None]
        return paint


@dataclass(frozen=True, slots=True, kw_only=True)
class BootShafts(ShellGarment):
    """The shafts of boots; the feet are Shoes of style "boot"."""

    cloth: Cloth = LEATHER
    top_z: float = -0.36
    relax_rounds: int = 6

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """From the ankle to the top line."""
        z = points.canonical[:, 2]
        return np.where(points.arm > 0.3, -1.0, np.minimum(self.top_z - z, z + 0.765))

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """Wider towards the top."""
        return 0.010 + 0.012 * smoothstep(-0.5, self.top_z, body.canonical[:, 2])
