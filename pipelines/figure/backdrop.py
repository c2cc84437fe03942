"""The backdrop: the page's own tone with the figure's shadow on the floor, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.appearance import Appearance, Backdrop
from pipelines.figure.curves import smoothstep
from pipelines.figure.lamps import LAMPS
from pipelines.figure.light import FLOOR_CELL_M, FLOOR_CELLS, Shadows
from pipelines.figure.places import PLACES, look_around
from pipelines.render.camera import Camera

SHRINK = 4  # the backdrop is smooth: it is computed at a quarter of the size
AMBIENT_SHARE, KEY_SHARE = 0.75, 0.24  # how dark each shadow makes the floor
DARKEST = 0.8
FADE_M = (1.5, 0.25)  # the shadow is gone this far from the figure, full this near: no horizon is seen
GLOW_FADE_M = (1.7, 0.0)  # a dark floor is lit this far round the figure
DITHER = 0.0012  # hides the steps of eight bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """tone: sRGB 0..1; glow: how much lighter the floor is round the figure; shadow: share of the shadow per
    channel."""

    tone: tuple[float, float, float]
    glow: float
    shadow: tuple[float, float, float]


GROUNDS: dict[Backdrop, Ground] = {
    "paper": Ground(tone=(0.980, 0.980, 0.969), glow=0.0, shadow=(0.80, 0.84, 0.88)),
    "dark": Ground(tone=(0.0784, 0.0784, 0.0745), glow=0.085, shadow=(0.85, 0.85, 0.85)),
    "plain": Ground(tone=(1.0, 1.0, 1.0), glow=0.0, shadow=(0.80, 0.82, 0.84)),
}
PLAIN = Ground(tone=(1.0, 1.0, 1.0), glow=0.0, shadow=(0.80, 0.82, 0.84))


def paint_backdrop(
    appearance: Appearance, camera: Camera, shadows: tuple[Shadows, Shadows], floor_y: float
) -> np.ndarray:
    """(H, W, 3) float32 sRGB 0..1 behind the figure; `shadows` are the ambient's and the key light's."""
    import cv2

    ground = GROUNDS.get(appearance.backdrop, PLAIN)
    width, height = camera.width, camera.height
    small = (max(width // SHRINK, 1), max(height // SHRINK, 1))
    ys, xs = np.mgrid[0 : small[1], 0 : small[0]].astype(np.float32)
    xs, ys = (xs + 0.5) * (width / small[0]), (ys + 0.5) * (height / small[1])
    shadow, away = _floor_shadow(xs, ys, camera, shadows, floor_y)
    lit = np.array(ground.tone, np.float32) + ground.glow * (smoothstep(*GLOW_FADE_M, away) ** 1.5)[..., None]
    if appearance.backdrop in PLACES:
        lit = PLACES[appearance.backdrop](look_around(camera, floor_y, shadows[0].center, (xs, ys)))
    lit = lit * np.array(LAMPS[appearance.light].backdrop, np.float32)
    tone = lit * (1 - shadow[..., None] * np.array(ground.shadow, np.float32))
    image = cv2.resize(tone.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return image + _dither(height, width)[..., None] * DITHER


def _floor_shadow(
    xs: np.ndarray, ys: np.ndarray, camera: Camera, shadows: tuple[Shadows, Shadows], floor_y: float
) -> tuple[np.ndarray, np.ndarray]:
    """At picture points: 0..DARKEST by rays to the floor, looked up in the shadow maps; metres from the figure."""
    import cv2

    rays = np.stack(
        [
            (xs - camera.width / 2) / camera.focal_px,
            (ys - camera.height / 2) / camera.focal_px,
            np.ones_like(xs),
        ],
        axis=-1,
    ) @ camera.rotation.astype(np.float32)
    eye = -camera.rotation.T @ camera.translation
    down = rays[..., 1] < -1e-3
    reach = np.where(down, (floor_y - eye[1]) / np.where(down, rays[..., 1], -1), 0)
    x, z = eye[0] + reach * rays[..., 0], eye[2] + reach * rays[..., 2]
    dark = np.zeros_like(xs)
    for shadow, share in zip(shadows, (AMBIENT_SHARE, KEY_SHARE), strict=True):
        columns = (x - shadow.center[0]) / FLOOR_CELL_M + FLOOR_CELLS / 2 - 0.5
        rows = (z - shadow.center[1]) / FLOOR_CELL_M + FLOOR_CELLS / 2 - 0.5
        dark += share * cv2.remap(
            shadow.floor, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR
        )
    away = np.hypot(x - shadows[0].center[0], z - shadows[0].center[1])
    shadow = np.where(down, np.clip(dark, 0, DARKEST), 0) * smoothstep(*FADE_M, away)
    return shadow, np.where(down, away, np.inf)


@lru_cache(8)
def _dither(height: int, width: int) -> np.ndarray:
    """Interleaved gradient noise (Jimenez 2014), -1..1: the same on every machine."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    return (2 * ((52.9829189 * ((0.06711056 * xs + 0.00583715 * ys) % 1)) % 1) - 1).astype(np.float32)
