"""Drawn looks: cel shading in a few tones with ink lines, watercolour washes on rough paper, and a blueprint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import smoothstep
from pipelines.figure.materials import Paint, Tone
from pipelines.figure.shade import Rig
from pipelines.figure.visible import SeenPart, Visible

INK = np.array([0.11, 0.085, 0.10], np.float32)  # sRGB
SHADE_TINT = np.array([0.60, 0.53, 0.68], np.float32)  # what a shadow leaves of a colour, linear
DEEP_TINT = np.array([0.36, 0.32, 0.46], np.float32)
LUMINANCE = np.array([0.21, 0.72, 0.07], np.float32)
STEP_M = 0.030  # a step in depth that is drawn as a line
CREASE = 0.55  # difference of normals that is
HAIR_BAND = 0.55  # how bright the band of light on hair is
SMALLEST_GAP_PX = (
    4.0  # at a 1,024 px side: what is seen through a smaller one, as of a mouth, has no line round it
)
PLAN_PAPER = np.array([0.075, 0.215, 0.430], np.float32)  # sRGB
PLAN_LINE = np.array([0.880, 0.935, 0.985], np.float32)
PLAN_CELLS = 24  # squares across the paper's shorter side


@dataclass(frozen=True, slots=True, kw_only=True)
class Toon:
    """tones: how many tones a colour has; saturation: factor; line_px: width of ink at a 1,024 px side; edge: how
    soft the border between tones is; is_plan: light lines on one blue."""

    tones: int
    saturation: float
    line_px: float
    edge: float = 0.03
    ink: float = 1.0  # how strong its lines are
    is_plan: bool = False


WASH = Toon(tones=3, saturation=1.1, line_px=0.9, edge=0.10, ink=0.45)
TOONS: dict[str, Toon] = {
    "anime": Toon(tones=2, saturation=1.18, line_px=1.7),
    "cartoon": Toon(tones=2, saturation=1.35, line_px=3.2, edge=0.02),
    "watercolour": WASH,
    "blueprint": Toon(tones=3, saturation=1.0, line_px=1.3, edge=0.06, is_plan=True),
}


def shade_toon(seen: SeenPart, paint: Paint, normals: np.ndarray, rig: Rig, toon: Toon) -> np.ndarray:
    """(n, 3) linear light of one part in flat tones."""
    flat = (
        _plan_blue(paint.albedo, seen.part.material.tone)
        if toon.is_plan
        else _saturated(paint.albedo, toon.saturation)
    )
    facing = np.clip(normals @ rig.key * 0.5 + 0.5, 0, 1)
    light = facing * (0.45 + 0.55 * seen.key) * (0.55 + 0.45 * seen.ambient)
    lit = smoothstep(0.40 - toon.edge, 0.40 + toon.edge, light)[:, None]
    color = flat * (SHADE_TINT + (1.08 - SHADE_TINT) * lit)
    if toon.tones > 2:
        deep = smoothstep(0.22 + toon.edge, 0.22 - toon.edge, light)[:, None]
        color += (flat * DEEP_TINT - color) * deep
    shine = np.clip(normals @ rig.half, 0, 1)
    if paint.metal:
        band = smoothstep(0.90, 0.93, shine) * seen.key
        color += (np.minimum(flat * 2.4, 0.95) - color) * (0.8 * band)[:, None]
    elif paint.strands is not None:
        band = smoothstep(0.80, 0.86, shine) * smoothstep(0.97, 0.92, shine) * seen.key
        color += flat * (HAIR_BAND * band)[:, None]
    if paint.glow is not None:
        color += paint.glow[:, None]
    return color * np.float32(0.92)


def _plan_blue(color: np.ndarray, tone: Tone) -> np.ndarray:
    """(n, 3) linear: the paper's blue, a little lighter or darker by how light the part is; what is darker in it, as
    brows, lips, seams and stripes, is drawn in light."""
    light = color @ LUMINANCE
    usual = float(np.median(light)) + 1e-4
    ground = PLAN_PAPER**2.2 * np.float32(0.55 + 1.5 * np.sqrt(usual))
    if tone == "hair":  # whose strands are light and dark all over
        return ground * np.clip(light / usual, 0.7, 1.4)[:, None]
    drawn = 0.75 * smoothstep(0.25, 0.75, (usual - light) / usual)[:, None]
    return (ground + (PLAN_LINE**2.2 - ground) * drawn).astype(np.float32)


def draw_plan_paper(behind: np.ndarray) -> np.ndarray:
    """(H, W, 3) sRGB: what is behind the figure as blue paper with squares; what is darker there stays darker."""
    height, width = behind.shape[:2]
    paper = PLAN_PAPER * (0.55 + 0.45 * behind.mean(-1, keepdims=True))
    step = min(height, width) / PLAN_CELLS
    for length, shape in ((height, (-1, 1, 1)), (width, (1, -1, 1))):
        at = np.arange(length) + 0.5
        for cells, strength in ((1, 0.07), (4, 0.10)):
            near = np.abs((at + cells * step / 2) % (cells * step) - cells * step / 2)
            line = strength * np.clip(1.0 - near, 0, 1).astype(np.float32).reshape(shape)
            paper = paper + (PLAN_LINE - paper) * line
    return paper.astype(np.float32)


def _saturated(color: np.ndarray, factor: float) -> np.ndarray:
    grey = (color @ LUMINANCE)[:, None]
    return np.clip(grey + (color - grey) * factor, 0, 1).astype(np.float32)


def draw_lines(image: np.ndarray, visible: Visible, toon: Toon) -> np.ndarray:
    """(H, W, 4) the picture with ink along outlines, where parts meet, and along steps and creases."""
    import cv2

    height, width = visible.height, visible.width
    depth = np.full(height * width, 99, np.float32)
    part = np.full(height * width, -1, np.int16)
    depth[visible.pixel[visible.first]] = visible.depth[visible.first]
    part[visible.pixel[visible.first]] = visible.part[visible.first]
    part = part.reshape(height, width)
    gap = max(round(SMALLEST_GAP_PX * min(height, width) / 1024), 3)
    depth = cv2.morphologyEx(depth.reshape(height, width), cv2.MORPH_OPEN, np.ones((gap, gap), np.uint8))
    kinds = _kinds(visible)
    edge = np.zeros((height, width), np.float32)
    for axis in (0, 1):
        near, far = [slice(None)] * 2, [slice(None)] * 2
        near[axis], far[axis] = slice(0, -1), slice(1, None)
        one, other = tuple(near), tuple(far)
        stepped = np.abs(depth[one] - depth[other]) > STEP_M
        differs = kinds[part[one]] != kinds[part[other]]
        edge[one] = np.maximum(edge[one], np.where(stepped, 1.0, np.where(differs, 0.75, 0.0)))
    pixels = max(toon.line_px * min(height, width) / 1024, 0.6)
    line = cv2.GaussianBlur(edge, (0, 0), 0.45 * pixels + 0.25) * np.float32(0.9 + 1.35 * pixels)
    line = toon.ink * np.clip(line, 0, 1)[..., None]
    ink = PLAN_LINE if toon.is_plan else INK
    return np.concatenate(
        [image[..., :3] * (1 - line) + ink * line, image[..., 3:] * (1 - line) + line], axis=-1
    )


def _kinds(visible: Visible) -> np.ndarray:
    """By part number (the last: nothing): parts of one kind and colour meet without a line."""
    names: dict[str, int] = {}
    kinds = np.full(1 + max((int(visible.part.max(initial=-1))) + 1, 1), -1, np.int32)
    for seen in visible.seen:
        number = int(visible.part[seen.rows[0]])
        tone = seen.part.material.tone
        slot = getattr(seen.part.material, "slot", "")
        kinds[number] = names.setdefault(f"{'skin' if tone == 'eye' else tone} {slot}", len(names))
    return kinds


def wash(image: np.ndarray) -> np.ndarray:
    """(H, W, 4) the picture as watercolour: pigment pooled at edges, granulation, paper showing through."""
    import cv2

    height, width = image.shape[:2]
    scale = min(height, width) / 1024
    cover = image[..., 3:]
    color = image[..., :3] / np.maximum(cover, 1e-3)
    color = np.where(cover > 0, color, 1).astype(np.float32)
    soft = cv2.bilateralFilter(color, 0, 0.12, max(5.0 * scale, 1.0))
    wide = cv2.GaussianBlur(soft, (0, 0), max(6.0 * scale, 1.0))
    pooled = np.clip(1 - np.abs(soft - wide).sum(-1, keepdims=True) * 0.55, 0.6, 1)
    noise = _cloud(height, width, 110 * scale) * 0.05 + _cloud(height, width, 14 * scale) * 0.025
    noise += _cloud(height, width, 3 * scale) * 0.025
    rim = cv2.GaussianBlur(np.ascontiguousarray(cover[..., 0]), (0, 0), max(5.0 * scale, 1.0))[..., None]
    pigment = (1 - soft) * 0.86 * (1 + noise[..., None]) / pooled * (1 + 0.35 * np.clip(1.6 - 2 * rim, 0, 1))
    washed = np.clip(1 - pigment, 0, 1)
    ragged = np.clip((cover - 0.5 + 0.25 * noise[..., None] * 4) * 2.2 + 0.5, 0, 1) * (cover > 0)
    return np.concatenate([washed * ragged, ragged], axis=-1).astype(np.float32)


def _cloud(height: int, width: int, cell_px: float) -> np.ndarray:
    """(H, W) smooth noise, mean 0, deviation 1, the same on every machine."""
    import cv2

    rows, columns = max(round(height / max(cell_px, 1)), 2), max(round(width / max(cell_px, 1)), 2)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    value = np.sin(y * 12.9898 + x * 78.233) * 43758.5453
    grid = (value - np.floor(value) - 0.5) * 3.46
    return cv2.resize(grid.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
