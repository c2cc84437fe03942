"""Skirts: cloth that hangs from the waist around both legs, in any pose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.garment import COTTON, Cloth, Garment
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, plain_part
from pipelines.figure.shell import Wearer

AROUND, DOWN = 96, 40  # quads of the skirt
SLICE_M = 0.018  # half height of the slice whose outline is measured
NARROWING_M = 0.002  # how much an outline may narrow from one row to the next
FLOOR_GAP_M = 0.03
FOLD_DEPTH_M = 0.011
INSIDE_SHADE = 0.25
LAYER_ABOVE = 1.5  # a skirt lies over the layer it is listed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Skirt:
    """A skirt between two canonical heights, wider by flare_m at its hem."""

    slot: str
    cloth: Cloth = COTTON
    top_z: float = 0.34
    hem_z: float = -0.30
    flare_m: float = 0.10

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay look."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """The colour slot it uses."""
        return (self.slot,)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides the hips; the legs beneath stay, they are seen from below."""
        z = points.canonical[:, 2]
        inside = np.minimum(self.top_z - z, z - max(self.hem_z + 0.12, 0.02))
        return np.where(points.arm < 0.2, inside, -1.0)

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no garment."""
        return None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """One mesh of rows from the waist to the hem: canonical = (turn 0..1, share of the length, 0)."""
        rows, heights, center, depth = self._outline(wearer)
        angle = np.arange(AROUND) * 2 * np.pi / AROUND
        slope = (np.roll(rows, -1, 1) - np.roll(rows, 1, 1)) / (2 * angle[1])
        compass = np.stack([np.cos(angle), np.sin(angle)], 1)
        across = np.stack([-compass[:, 1], compass[:, 0]], 1)
        flat = rows[..., None] * compass + slope[..., None] * across
        waves = np.sin(angle * 11 + 1.1 * np.sin(angle * 3)) + 0.5 * np.sin(angle * 17 + 2)
        folds = waves * (FOLD_DEPTH_M * smoothstep(0.08, 1.0, depth))[:, None] * (self.flare_m / 0.1) ** 0.5
        flat *= (1 + folds / np.maximum(np.linalg.norm(flat, axis=-1), 0.05))[..., None]
        vertices = np.empty((DOWN, AROUND, 3), np.float32)
        vertices[..., [0, 2]] = flat + center
        vertices[..., 1] = heights[:, None]
        canonical = np.zeros((DOWN, AROUND, 3), np.float32)
        canonical[..., 0] = angle / (2 * np.pi)
        canonical[..., 1] = depth[:, None]
        part = plain_part(
            "Skirt",
            self,
            vertices.reshape(-1, 3),
            _quads(),
            canonical.reshape(-1, 3),
            layer=layer + LAYER_ABOVE,
            two_sided=True,
        )
        return [part]

    def _outline(self, wearer: Wearer) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Support function (DOWN, AROUND) of hips and legs, world heights, centre (x, z), share of the length."""
        from scipy import ndimage

        body, points = wearer.map, wearer.vertices
        z = body.canonical[:, 2]
        low = body.arm < 0.2
        waist = points[low & (np.abs(z - self.top_z) < 0.02)]
        top = float(points[low & (np.abs(z - self.top_z) < 0.012)][:, 1].mean())
        bottom = max(float(points[low & (np.abs(z - self.hem_z) < 0.02)][:, 1].mean()), FLOOR_GAP_M)
        bottom = min(bottom, top - 0.05)
        center = waist[:, [0, 2]].mean(0)
        below = points[low & (z < self.top_z + 0.06)]
        angle = np.arange(AROUND) * 2 * np.pi / AROUND
        reach = (below[:, [0, 2]] - center) @ np.stack([np.cos(angle), np.sin(angle)])
        heights = np.linspace(top, bottom, DOWN)
        rows = np.zeros((DOWN, AROUND))
        for i, height in enumerate(heights):
            near = np.abs(below[:, 1] - height) < SLICE_M
            rows[i] = reach[near].max(0) if near.any() else rows[i - 1]
            if i:
                rows[i] = np.maximum(rows[i], rows[i - 1] - NARROWING_M)
        depth = (top - heights) / (top - bottom)
        rows = ndimage.gaussian_filter(rows, (1.2, 1.5), mode=("nearest", "wrap"))
        rows += (0.007 + 0.010 * smoothstep(0, 0.25, depth))[:, None] + self.flare_m * (depth**1.25)[:, None]
        return rows, heights, center, depth

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Plain cloth, darker inside."""
        count = len(surface.field)
        albedo = palette.slot(self.slot) * (1 - INSIDE_SHADE * surface.back[:, None])
        return Paint(
            albedo=albedo.astype(np.float32),
            height=np.zeros(count, np.float32),
            specular=self.cloth.specular,
            gloss=self.cloth.gloss,
            sheen=self.cloth.sheen,
        )


def _quads() -> np.ndarray:
    """Triangles of the skirt's rows, outward counter-clockwise in the world frame."""
    here = np.arange((DOWN - 1) * AROUND).reshape(DOWN - 1, AROUND)
    right = np.roll(here, -1, 1)
    first = np.stack([here, right, here + AROUND], -1).reshape(-1, 3)
    second = np.stack([right, right + AROUND, here + AROUND], -1).reshape(-1, 3)
    return np.concatenate([first, second])
