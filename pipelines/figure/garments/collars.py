"""Collars and hoods: strips round the neck, drawn on the canonical body and carried along by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.figure.binding import bind, push_out
from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.garment import Cloth, lay_cloth
from pipelines.figure.garments.necklines import (
    BACK_Y,
    CREW,
    ELLIPSE_DEPTH,
    FRONT_Y,
    HIGH,
    LAPEL,
    NECK_CENTER_Y,
    SHIRT,
    Neckline,
)
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import Part, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer

AROUND = 72  # points round the neck
FOLD_ROWS = 7  # of a collar with a leaf: those before the leaf
SLANT_OVER = 0.45  # radians from the front over which the slant dies away
GAP_M = 0.004
STANDS_OFF_M = 0.012  # a stand collar from the throat
COLLAR_LAYER = 0.5  # above the garment that it is sewn to

# (M,) azimuths, 0 in front and pi behind -> (M, J, 2): how far out from the neckline, how far up from it; metres.
Profile = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollarCut:
    """base: the neckline it is sewn to; gap: half the front opening in radians; profile: its cross-section;
    tucks_hair_z: below this canonical height long hair is inside it;
    slant: radians by which the leaf's front ends run apart; seam: whether its edge is stitched."""

    base: Neckline
    gap: float
    profile: Profile
    tucks_hair_z: float | None = None
    slant: float = 0.0
    seam: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CollarMaterial:
    """The garment's own cloth; the field is the distance from the collar's edge."""

    slot: str
    cloth: Cloth

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Plain, stitched along the edge."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        paint.albedo *= (1 - np.clip(shade, 0, 0.9))[:, None]
        return paint


def attach_collar(
    cut: CollarCut, slot: str, cloth: Cloth, wearer: Wearer, layer: float, sewn_to: Sequence[Part] = ()
) -> Part:
    """The collar on a posed body, lying outside the parts that it is sewn to."""
    body = wearer.map
    azimuth = np.linspace(cut.gap, 2 * np.pi - cut.gap, AROUND)
    side = np.where(azimuth > np.pi, 2 * np.pi - azimuth, azimuth)
    profile = cut.profile(side)
    leaf = np.clip(np.arange(profile.shape[1]) - FOLD_ROWS + 1, 0, None) / (profile.shape[1] - FOLD_ROWS)
    apart = cut.slant * np.exp(-side / SLANT_OVER)[:, None] * leaf * np.sign(np.pi - azimuth)[:, None]
    canonical = _place(cut.base, azimuth[:, None] + apart, profile)
    rows = profile.shape[1]
    points = canonical.reshape(-1, 3).astype(np.float32)
    near = near_neck(body)
    vertices = push_out(bind(points, wearer, near), sewn_to, wearer, near, GAP_M)
    faces = _strip(AROUND, rows)
    return Part(
        name="Collar",
        material=CollarMaterial(slot=slot, cloth=replace(cloth, folds=0.0, seam=cut.seam, seam_m=0.005)),
        pattern=whole_pattern(faces, points, _edge_distance(canonical)),
        vertices=vertices,
        normals=vertex_normals(vertices, faces),
        layer=layer + COLLAR_LAYER,
        two_sided=True,
        tucks_hair_z=cut.tucks_hair_z,
    )


def near_neck(body: BodyMap) -> np.ndarray:
    """(V,) bool: the skin of neck and shoulders that collars are carried by."""
    z = body.canonical[:, 2]
    return (body.chest + body.head > 0.3) & body.skin & (z > 0.55) & (z < 0.82)


def _place(base: Neckline, azimuth: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """(M, J, 3) canonical points of a cross-section swept along the neckline."""
    out = base.width_m + profile[..., 0]
    x = np.sin(azimuth) * out
    y = NECK_CENTER_Y - np.cos(azimuth) * out * ELLIPSE_DEPTH
    on_line = NECK_CENTER_Y - np.cos(azimuth) * base.width_m * ELLIPSE_DEPTH
    share = np.clip((on_line - FRONT_Y) / (BACK_Y - FRONT_Y), -0.2, 1.2)
    z = base.front_z + (base.back_z - base.front_z) * share + profile[..., 1]
    return np.stack([x, y, z], axis=-1)


def _edge_distance(grid: np.ndarray) -> np.ndarray:
    """(M * J,) metres along the strip from its outer edge and its two ends."""
    step = np.linalg.norm(np.diff(grid, axis=1), axis=-1)
    to_edge = np.concatenate([np.cumsum(step[:, ::-1], axis=1)[:, ::-1], np.zeros((len(grid), 1))], axis=1)
    along = np.linalg.norm(np.diff(grid, axis=0), axis=-1)
    from_start = np.concatenate([np.zeros((1, grid.shape[1])), np.cumsum(along, axis=0)])
    to_end = from_start[-1:] - from_start
    return np.minimum(np.minimum(from_start, to_end), to_edge).ravel().astype(np.float32)


def _strip(rows: int, columns: int) -> np.ndarray:
    """Triangles of a grid, outward counter-clockwise for a strip that runs from the wearer's left round the back."""
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    return np.concatenate([np.stack([a, c, b], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)])


def _leaf(azimuth: np.ndarray, *, stand: np.ndarray, length: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """A stand that folds over into a leaf lying outside it."""
    up = np.array([-0.012, 0.3, 0.75, 1.0, 1.04, 1.0, 0.86])
    out = np.array([0.002, 0.001, -0.001, 0.000, 0.004, 0.009, 0.012])
    fold = np.stack(
        [np.broadcast_to(out, (len(azimuth), len(up))), np.where(up < 0, up, stand[:, None] * up)], axis=-1
    )
    share = np.linspace(0.2, 1.0, 6)
    hang_out = 0.012 + spread[:, None] * share**1.2
    hang_up = stand[:, None] * 0.86 - length[:, None] * share
    return np.concatenate([fold, np.stack([hang_out, hang_up], axis=-1)], axis=1)


def _shirt(azimuth: np.ndarray) -> np.ndarray:
    point = smoothstep(0.75, 0.06, azimuth)
    low = smoothstep(1.2, 0.0, azimuth)
    return _leaf(
        azimuth, stand=0.030 - 0.014 * low, length=0.042 + 0.022 * point, spread=0.014 + 0.010 * point
    )


def _open_shirt(azimuth: np.ndarray) -> np.ndarray:
    point = smoothstep(1.15, 0.45, azimuth)
    return _leaf(
        azimuth, stand=0.028 - 0.008 * point, length=0.042 + 0.030 * point, spread=0.018 + 0.030 * point
    )


def _polo(azimuth: np.ndarray) -> np.ndarray:
    point = smoothstep(0.9, 0.25, azimuth)
    full = np.ones_like(azimuth)
    return _leaf(azimuth, stand=0.022 * full, length=0.036 + 0.018 * point, spread=0.018 + 0.014 * point)


def _stand(azimuth: np.ndarray) -> np.ndarray:
    out = np.array([0.001, 0.003, 0.008, 0.013, 0.015, 0.015, 0.015, 0.016, 0.017])
    up = np.array([0.030, 0.046, 0.052, 0.048, 0.036, 0.018, 0.000, -0.016, -0.030])
    height = 0.40 + 0.60 * smoothstep(0.3, 2.0, azimuth)  # lower in front: the chin is above it
    away = STANDS_OFF_M * smoothstep(1.8, 0.4, azimuth)
    return np.stack([out + away[:, None], up * height[:, None]], axis=-1)


def _blazer(azimuth: np.ndarray) -> np.ndarray:
    full = np.ones_like(azimuth)
    front = smoothstep(1.7, 1.25, azimuth)
    return _leaf(azimuth, stand=0.022 - 0.014 * front, length=0.040 - 0.006 * front, spread=0.014 * full)


def _hood(azimuth: np.ndarray) -> np.ndarray:
    back = smoothstep(0.5, 2.9, azimuth)[:, None]
    out = np.array([-0.004, -0.006, 0.002, 0.020, 0.046, 0.066, 0.072, 0.060, 0.030, 0.010])
    up = np.array([-0.014, 0.016, 0.040, 0.050, 0.042, 0.016, -0.016, -0.044, -0.056, -0.054])
    drop = np.array([0.0, 0.0, 0.0, 0.0, 0.1, 0.45, 0.9, 1.0, 1.0, 0.9]) * 0.085
    scale = 0.42 + 0.58 * back
    return np.stack([out * scale + 0.012 * back * (drop > 0), up * scale - drop * back**1.5], axis=-1)


SHIRT_COLLAR = CollarCut(base=SHIRT, gap=0.03, profile=_shirt, slant=0.34)
OPEN_COLLAR = CollarCut(base=SHIRT, gap=0.42, profile=_open_shirt)
POLO_COLLAR = CollarCut(base=SHIRT, gap=0.22, profile=_polo, slant=0.2)
BLAZER_COLLAR = CollarCut(base=LAPEL, gap=1.25, profile=_blazer)
STAND_COLLAR = CollarCut(base=HIGH, gap=0.03, profile=_stand, seam=False)
HOOD = CollarCut(base=CREW, gap=0.02, profile=_hood, tucks_hair_z=0.74, seam=False)
