"""The painted face: lips, brows, lashes, blush, and the eyes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.colors import linear
from pipelines.figure.curves import polyline, smoothstep, unit
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.noise import strand_noise

EYE_CENTER = (0.0314, -0.1292, 0.9038)  # the left eyeball's, canonical
EYE_WHITE = linear("#dcd6ce")
# The lids' edges round the left eye, metres from the eyeball's centre: outwards from the nose, up.
LID_XS = (-0.0100, -0.0075, -0.0039, 0.0005, 0.0043, 0.0078, 0.0103, 0.0122, 0.0140)
UPPER_LID = (-0.0012, 0.0013, 0.0025, 0.0032, 0.0033, 0.0027, 0.0021, 0.0008, -0.0012)
LOWER_LID = (-0.0014, -0.0042, -0.0053, -0.0056, -0.0054, -0.0049, -0.0043, -0.0033, -0.0014)
LASH_M, LASH_WING_M = 0.0009, 0.0008
FOREHEAD_LINES = ((0.958, 0.0007), (0.948, 0.0009), (0.938, 0.0006))  # height, waviness
CROW_FEET = (0.42, 0.05, -0.36)  # slopes
WRINKLE_WIDTH_M = 0.0011
LID_SHADOW_M = 0.0030  # how far the upper lid's shadow falls onto the eye
LIP_HALF_WIDTHS = (0.0, 0.006, 0.012, 0.020, 0.0255)
LIP_TOPS = (0.8388, 0.8405, 0.8390, 0.8345, 0.8300)
LIP_BOTTOMS = (0.8175, 0.8185, 0.8205, 0.8245, 0.8300)
LIP_EDGE_M = 0.0012
BROW_Z, BROW_ARCH_M, BROW_DROP_M = 0.9205, 0.0085, 0.004
BROW_INNER, BROW_LENGTH = 0.012, 0.044
DARK_BROW = 0.09  # brows are never lighter than this, except grey ones


def inside_lips(canonical: np.ndarray) -> np.ndarray:
    """(N,) metres inside the lips' outline, in the plane of the face."""
    side, z = np.abs(canonical[:, 0]), canonical[:, 2]
    top, bottom = polyline(side, LIP_HALF_WIDTHS, LIP_TOPS), polyline(side, LIP_HALF_WIDTHS, LIP_BOTTOMS)
    return np.minimum(np.minimum(top - z, z - bottom), LIP_HALF_WIDTHS[-1] - side)


def lip_mask(canonical: np.ndarray) -> np.ndarray:
    """(N,) 0..1 where the lips are."""
    return smoothstep(-LIP_EDGE_M, LIP_EDGE_M, inside_lips(canonical)) * (canonical[:, 1] < -0.09)


def blush_mask(canonical: np.ndarray) -> np.ndarray:
    """(N,) how rosy: cheeks and the tip of the nose."""
    x, y, z = canonical.T
    side = np.abs(x)
    face = (y < -0.03) & (z > 0.80) & (z < 1.0)
    cheeks = np.exp(-(((side - 0.047) / 0.022) ** 2 + ((z - 0.865) / 0.017) ** 2)) * face
    nose = np.exp(-((x / 0.014) ** 2 + ((z - 0.858) / 0.014) ** 2)) * (y < -0.15) * face
    return cheeks + 0.8 * nose


def brow_mask(canonical: np.ndarray, thickness_m: float, detail: np.ndarray) -> np.ndarray:
    """(N,) 0..1 where the brows are, tapering outwards, with a hint of hairs where they can be seen (detail)."""
    x, y, z = canonical.T
    side = np.abs(x)
    along = np.clip((side - BROW_INNER) / BROW_LENGTH, 0, 1)
    middle = BROW_Z + BROW_ARCH_M * np.sin(along * 2.2) - BROW_DROP_M * along
    half = thickness_m * (1 - 0.62 * along)
    ends = smoothstep(0.010, 0.017, side) * smoothstep(0.058, 0.050, side) * (y < -0.07)
    body = 1 - np.clip((np.abs(z - middle) / half - 0.45) / 0.9, 0, 1)
    hairs = 0.84 + 0.10 * strand_noise(side * 3600 - z * 2600) * detail
    return body * body * (3 - 2 * body) * ends * hairs


def _from_eye(canonical: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres from the nearer eyeball's centre: outwards from the nose, up."""
    return np.abs(canonical[:, 0]) - EYE_CENTER[0], canonical[:, 2] - EYE_CENTER[2]


def lash_mask(canonical: np.ndarray) -> np.ndarray:
    """(N,) 0..1 along the lids' edges: the upper one stronger, thickest outside."""
    out, up = _from_eye(canonical)
    thick = LASH_M + LASH_WING_M * smoothstep(0.0, 0.011, out)
    near = smoothstep(-0.0125, -0.0085, out) * smoothstep(0.0160, 0.0125, out) * (canonical[:, 1] < -0.125)
    upper = up - polyline(out, LID_XS, UPPER_LID)
    lower = polyline(out, LID_XS, LOWER_LID) - up
    line = np.clip(1.25 - np.abs(upper - 0.3 * thick) / thick, 0, 1)
    below = 0.35 * np.clip(1.0 - np.abs(lower - 0.0003) / LASH_M, 0, 1)
    return np.maximum(line, below) * near


def wrinkle_mask(canonical: np.ndarray, pixel_m: np.ndarray) -> np.ndarray:
    """(N,) 0..1 where an old face has lines: across the forehead, beside the eyes, from nose to mouth."""
    x, y, z = canonical.T
    side = np.abs(x)
    width = np.maximum(WRINKLE_WIDTH_M, 0.8 * pixel_m)

    def crease(distance: np.ndarray) -> np.ndarray:
        return np.exp(-np.minimum((distance / width) ** 2, 60))

    lines = np.zeros(len(x), np.float32)
    for height, bend in FOREHEAD_LINES:
        curve = height - 2.2 * side**2 + bend * np.sin(side * 95 + height * 300)
        lines = np.maximum(lines, crease(z - curve) * smoothstep(0.050, 0.030, side))
    out, up = _from_eye(canonical)
    for slope in CROW_FEET:
        feet = crease((up - 0.0005) - slope * (out - 0.012)) * smoothstep(0.014, 0.018, out)
        lines = np.maximum(lines, feet * smoothstep(0.032, 0.024, out))
    fold = crease(side - polyline(z, (0.812, 0.830, 0.850, 0.866), (0.0375, 0.0365, 0.0290, 0.0190)))
    fold = fold * smoothstep(0.812, 0.824, z) * smoothstep(0.866, 0.856, z)
    return np.maximum(lines, fold) * (y < -0.07)


def lid_shadow(canonical: np.ndarray) -> np.ndarray:
    """(N,) 0..1 how dark the lids make the eyeball."""
    out, up = _from_eye(canonical)
    under = polyline(out, LID_XS, UPPER_LID) - up
    corner = smoothstep(0.0045, 0.0120, np.abs(out - 0.0015))
    return np.maximum(smoothstep(LID_SHADOW_M, -0.0002, under), 0.55 * corner)


@dataclass(frozen=True, slots=True)
class EyeMaterial:
    """The eyeball: white, iris with its ring, pupil, catch-light."""

    @property
    def tone(self) -> Tone:
        """Eyes are left as they are in the clay finish."""
        return "eye"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """By the direction from the eyeball's centre."""
        canonical = surface.canonical
        side = np.where(canonical[:, :1] > 0, 1, -1).astype(np.float32)
        cx, cy, cz = EYE_CENTER
        center = side * np.array([[cx, 0, 0]], np.float32) + np.array([[0, cy, cz]], np.float32)
        look = unit(canonical - center)
        away = np.hypot(look[:, 0] - side[:, 0] * 0.02, look[:, 2] - 0.02)
        rays = strand_noise(np.arctan2(look[:, 2], look[:, 0]) * 40)
        depth = 0.75 + 0.7 * smoothstep(0.15, 0.40, away)
        tone = depth * (1 + 0.15 * rays) * (1 - 0.65 * smoothstep(0.36, 0.43, away))
        iris = smoothstep(0.44, 0.40, away)[:, None]
        albedo = EYE_WHITE * (1 - iris) + palette.eye * tone[:, None] * iris
        albedo = albedo * (1 - 0.97 * smoothstep(0.19, 0.165, away))[:, None]
        albedo = albedo * (1 - 0.60 * lid_shadow(canonical))[:, None]
        glint = 0.9 * smoothstep(0.10, 0.07, np.hypot(look[:, 0] + 0.16, look[:, 2] - 0.20))
        return Paint(
            albedo=albedo.astype(np.float32),
            height=np.zeros(len(away), np.float32),
            specular=0.2,
            gloss=60.0,
            glow=glint.astype(np.float32),
        )
