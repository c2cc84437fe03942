"""Headwear: hat, cap, beanie and helmet, turned round the head like on a lathe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.garment import FELT, Cloth, Garment, lay_cloth, tint
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, apply_affine, fit_affine, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer

AROUND = 64
CENTER = np.array([0.0, -0.036], np.float32)  # x, y of the head's axis, canonical
RADII = np.array([0.094, 0.118], np.float32)  # of the head with short hair, at the hat's line
TILT = 0.10  # metres that a hat sits lower behind than in front, per metre
VISOR_M, VISOR_DROP_M, VISOR_SPREAD = 0.075, 0.022, 0.95  # length, drop, radians from the middle
OPEN_FACE = 0.95  # radians from the middle that a helmet leaves free
INSIDE_SHADE = 0.5

# (share of the radii, canonical height) from the lowest edge up to the crown.
Profile = tuple[tuple[float, float], ...]
HAT: Profile = ((1.62, 0.966), (1.60, 0.970), (1.30, 0.974), (1.02, 0.978), (1.00, 0.985), (0.99, 1.03), (0.93, 1.068),
                (0.80, 1.084), (0.55, 1.076), (0.0, 1.070))  # fmt: skip
CAP: Profile = (
    (1.01, 0.968),
    (1.02, 0.985),
    (1.00, 1.010),
    (0.90, 1.042),
    (0.66, 1.064),
    (0.34, 1.073),
    (0.0, 1.076),
)
BEANIE: Profile = ((1.03, 0.948), (1.06, 0.952), (1.06, 0.978), (1.02, 0.984), (1.01, 1.000), (0.95, 1.032),
                   (0.80, 1.060), (0.56, 1.078), (0.28, 1.087), (0.0, 1.090))  # fmt: skip
HELMET: Profile = ((1.02, 0.845), (1.07, 0.850), (1.08, 0.90), (1.09, 0.96), (1.05, 1.010), (0.90, 1.052),
                   (0.62, 1.078), (0.30, 1.090), (0.0, 1.095))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Headwear:
    """profile: see above; band_z: the height of a band in the second colour; hair_z: no hair is drawn above it, in
    front and behind; visor: a peak in front; open_face: nothing in front below the brow."""

    slot: str
    profile: Profile = HAT
    cloth: Cloth = FELT
    band_z: tuple[float, float] = (0.0, 0.0)
    hair_z: float = 0.985
    visor: bool = False
    open_face: bool = False
    metal: bool = False

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """Its own slot, and its band's."""
        return (self.slot, "hat-band") if self.band_z[1] else (self.slot,)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin."""
        return None

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no garment."""
        return None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """One part, an affine image of the canonical one on the head."""
        body = wearer.map
        canonical, faces = self._turn()
        mapping = fit_affine(body.canonical[body.head_core], wearer.vertices[body.head_core])
        vertices = apply_affine(canonical, mapping)
        part = Part(
            name="Headwear",
            material=self,
            pattern=whole_pattern(faces, canonical),
            vertices=vertices,
            normals=vertex_normals(vertices, faces),
            layer=layer,
            two_sided=True,
        )
        return [part]

    def leaves_hair(self, canonical: np.ndarray) -> np.ndarray:
        """(N,) metres below the line above which hair is under it."""
        return self.hair_z - TILT * (canonical[:, 1] - CENTER[1]) - canonical[:, 2]

    def _turn(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical vertices and triangles of the lathe, closely spaced along the profile."""
        from scipy.interpolate import PchipInterpolator

        shares, heights = (np.array(column) for column in zip(*self.profile, strict=True))
        stops = np.linspace(0, len(shares) - 1, 4 * len(shares))
        share, height = PchipInterpolator(np.arange(len(shares)), np.stack([shares, heights], 1))(stops).T
        angle = np.arange(AROUND) * 2 * np.pi / AROUND
        ring = np.stack([np.sin(angle), -np.cos(angle)], 1)  # 0 is the front
        points = np.empty((len(stops), AROUND, 3))
        points[..., :2] = CENTER + share[:, None, None] * ring * RADII
        points[..., 2] = height[:, None] - TILT * (points[..., 1] - CENTER[1])
        front = np.abs((angle + np.pi) % (2 * np.pi) - np.pi)
        if self.visor:
            out = smoothstep(VISOR_SPREAD, 0.35, front) * VISOR_M
            edge = np.exp(-np.arange(len(stops)) / 1.2)[:, None]
            points[..., 1] -= out * edge
            points[..., 2] -= VISOR_DROP_M * (out / VISOR_M) * edge
        if self.open_face:
            brow = 0.965 - TILT * (points[..., 1] - CENTER[1])
            free = smoothstep(OPEN_FACE + 0.12, OPEN_FACE, front)
            points[..., 2] = np.maximum(points[..., 2], brow * free + points[..., 2] * (1 - free))
        here = np.arange((len(stops) - 1) * AROUND).reshape(-1, AROUND)
        right = np.roll(here, -1, 1)
        faces = np.concatenate(
            [
                np.stack([here, right, here + AROUND], -1).reshape(-1, 3),
                np.stack([right, right + AROUND, here + AROUND], -1).reshape(-1, 3),
            ]
        )
        return points.reshape(-1, 3).astype(np.float32), faces

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Cloth or metal, with its band, darker inside."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        paint.metal = self.metal
        paint.albedo *= (1 - np.clip(shade, 0, 0.9))[:, None]
        if self.band_z[1]:
            height = surface.canonical[:, 2] + TILT * (surface.canonical[:, 1] - CENTER[1])
            inside = np.minimum(height - self.band_z[0], self.band_z[1] - height)
            tint(paint, surface.inside(inside), palette.slot("hat-band"))
        paint.albedo *= (1 - INSIDE_SHADE * surface.back)[:, None].astype(np.float32)
        return paint
