"""A cape: cloth that hangs from the shoulders down the back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.garments.garment import WOOL, Cloth, Garment, lay_cloth
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer, keep_outside

ACROSS, DOWN = 64, 48  # vertices of its sheet
SHOULDER_X, SHOULDER_Z = 0.175, 0.655  # canonical: where it is fastened on each side
NAPE_Z = 0.735
CHEST_Z, WAIST_Z = 0.55, 0.30  # the trunk's direction is told between them
UPRIGHT = 0.5  # cosine between trunk and straight up below which it lies along the back
OFF_M = 0.030  # from what is beneath it
FLARE_M = 0.10  # wider on each side at the hem
HANGS_OUT_M = 0.05  # further from the back at the hem
SKIRTS_M = 0.055  # and over what may be worn below the waist
NARROWING_M = 0.002  # how much it may come in again from one row to the next
FOLDS, FOLD_M = 9.0, 0.018
FLOOR_GAP_M = 0.02
INSIDE_SHADE = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Cape:
    """A cape of a length in metres, from the shoulders down."""

    slot: str
    cloth: Cloth = WOOL
    length_m: float = 1.18

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """The colour slot it uses."""
        return (self.slot,)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin."""
        return None

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no garment."""
        return None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """One sheet, canonical = (metres across, 0, metres down)."""
        vertices = self._hang(wearer)
        body = wearer.map
        rest = (body.head < 0.5) & body.skin & (body.hand < 0.5)
        keep_outside(vertices, wearer, rest, OFF_M / 2, (DOWN, ACROSS))
        across = np.linspace(-0.5, 0.5, ACROSS)
        canonical = np.zeros((DOWN, ACROSS, 3), np.float32)
        canonical[..., 0] = across
        canonical[..., 2] = -np.linspace(0, self.length_m, DOWN)[:, None]
        faces = _quads()
        edge = np.minimum(0.5 - np.abs(across), 1.0)[None] + 0 * canonical[..., 0]
        edge = np.minimum(edge, self.length_m + canonical[..., 2] + 0.004).astype(np.float32)
        part = Part(
            name="Cape",
            material=self,
            pattern=whole_pattern(faces, canonical.reshape(-1, 3), edge.ravel()),
            vertices=vertices,
            normals=vertex_normals(vertices, faces),
            layer=layer,
            two_sided=True,
        )
        return [part]

    def _hang(self, wearer: Wearer) -> np.ndarray:
        """(DOWN * ACROSS, 3) vertices, world frame."""
        body, points = wearer.map, wearer.vertices
        trunk = (body.arm < 0.5) & body.skin & (body.head < 0.5)
        left, up, back = _frame(body, points)
        top = _fastening(body, points)
        widths = np.linspace(-1.0, 1.0, ACROSS)
        half = float((top[-1] - top[0]) @ left) / 2
        depth = np.linspace(0, 1, DOWN)
        beneath = points[trunk]
        centre = (top[0] + top[-1]) / 2
        side, high, out = ((beneath - centre) @ axis for axis in (left, up, back))
        sheet = np.empty((DOWN, ACROSS, 3))
        reach = (top - centre) @ back
        for row, share in enumerate(depth):
            drop = share * self.length_m
            wide = widths * (half + FLARE_M * smoothstep(0.0, 0.8, share))
            near = np.abs(high + drop) < 0.03
            held = _reach_at(side[near], out[near], wide) if near.any() else reach
            reach = np.maximum(held + OFF_M * smoothstep(0, 0.06, share), reach - NARROWING_M)
            fall = smoothstep(0.0, 0.12, share)
            hang = reach + HANGS_OUT_M * share + SKIRTS_M * smoothstep(0.30, 0.50, share)
            hang = hang + FOLD_M * smoothstep(0.05, 0.6, share) * np.sin(
                FOLDS * widths + 0.6 * np.sin(3 * widths)
            )
            placed = centre + wide[:, None] * left - drop * up + hang[:, None] * back
            drooping = top - drop * up
            sheet[row] = drooping + fall * (placed - drooping)
        sheet[..., 1] = np.maximum(sheet[..., 1], FLOOR_GAP_M)
        return sheet.reshape(-1, 3).astype(np.float32)

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Plain cloth, darker inside."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        paint.albedo *= (1 - np.clip(shade, 0, 0.9))[:, None]
        paint.albedo *= (1 - INSIDE_SHADE * surface.back)[:, None].astype(np.float32)
        return paint


def _frame(body: BodyMap, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left, up and back of the cape: the world's up where the trunk stands, the trunk's own where not."""
    x, _, z = body.canonical.T
    trunk = (body.arm < 0.2) & body.skin
    chest = points[trunk & (np.abs(z - CHEST_Z) < 0.03)].mean(0)
    waist = points[trunk & (np.abs(z - WAIST_Z) < 0.03)].mean(0)
    high = trunk & (np.abs(z - CHEST_Z) < 0.08)
    left = unit(points[high & (x > 0.03)].mean(0) - points[high & (x < -0.03)].mean(0))
    up = unit(chest - waist)
    if up[1] > UPRIGHT:
        up = np.array([0.0, 1.0, 0.0])
    left = unit(left - (left @ up) * up)
    return left, up, -np.cross(left, up)


def _fastening(body: BodyMap, points: np.ndarray) -> np.ndarray:
    """(ACROSS, 3) the line from the right shoulder round the nape to the left one."""
    x, y, z = body.canonical.T
    stops = []
    for place in np.linspace(-1, 1, 9):
        height = SHOULDER_Z + (NAPE_Z - SHOULDER_Z) * (1 - abs(place)) ** 0.7
        away = np.hypot(x - place * SHOULDER_X, z - height) + 0.4 * np.maximum(0.02 - y, 0)
        away[(body.head > 0.9) | ~body.skin] = 9
        nearest = np.argsort(away)[:6]
        stops.append(points[nearest].mean(0))
    stops_at = np.linspace(-1, 1, 9)
    return np.stack(
        [np.interp(np.linspace(-1, 1, ACROSS), stops_at, np.array(stops)[:, k]) for k in range(3)], 1
    )


def _reach_at(side: np.ndarray, out: np.ndarray, wide: np.ndarray) -> np.ndarray:
    """(ACROSS,) how far back the body reaches at each place across; smooth, and closed over gaps."""
    from scipy import ndimage

    reach = np.full(len(wide), -np.inf)
    for i, place in enumerate(wide):
        near = np.abs(side - place) < 0.035
        if near.any():
            reach[i] = out[near].max()
    seen = np.isfinite(reach)
    if not seen.any():
        return np.zeros(len(wide))
    filled = np.interp(wide, wide[seen], reach[seen])
    return ndimage.gaussian_filter1d(filled, 4.0, mode="nearest")


def _quads() -> np.ndarray:
    """Triangles of the sheet, counter-clockwise seen from behind."""
    here = np.arange(DOWN * ACROSS).reshape(DOWN, ACROSS)
    a, b, c, d = here[:-1, :-1], here[:-1, 1:], here[1:, 1:], here[1:, :-1]
    first = np.stack([a, b, c], -1).reshape(-1, 3)
    second = np.stack([a, c, d], -1).reshape(-1, 3)
    return np.concatenate([first, second])
