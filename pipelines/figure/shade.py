"""Light on the visible figure: key, fill, two rims, sky and floor, skin's softness, cloth's sheen, hair's strands.

All in linear light, per part, in the camera's level frame. The numbers were tuned by eye on contact sheets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.lamps import Lamps
from pipelines.figure.light import RIM, SECOND_RIM, level_frame
from pipelines.figure.materials import Paint, Strands
from pipelines.figure.visible import SeenPart, Visible
from pipelines.render.camera import Camera

WRAP = 0.12  # how far the key light reaches round any edge
SKIN_WRAP = np.array([0.42, 0.22, 0.16], np.float32)  # and round skin, red furthest
WARM_KEY = np.array([0.8, 1.0, 1.05], np.float32)  # exponents that warm a shadow's edge
WARM_AMBIENT = np.array([0.85, 1.0, 1.05], np.float32)
STEEPEST_BUMP = 1.2  # slope
CAVITIES = ((0.006, 26.0), (0.022, 9.0))  # radius in metres, gain per metre of depth
CAVITY_LIMITS = (-0.12, 0.42)
CONTACT_SHADE, CONTACT_M = 0.45, 0.007  # skin darkens next to a hem
SHOULDER = 0.6  # linear value where highlights begin to roll off


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rig:
    """The lights in world axes, and the camera's axes."""

    key: np.ndarray
    fill: np.ndarray
    rims: tuple[np.ndarray, np.ndarray]
    half: np.ndarray  # between key and viewer
    viewer: np.ndarray
    right: np.ndarray
    down: np.ndarray
    key_color: np.ndarray
    fill_color: np.ndarray
    rim_color: np.ndarray
    sky: np.ndarray
    floor: np.ndarray


def set_lights(camera: Camera, lamps: Lamps) -> Rig:
    """Lights fixed to the camera: the body turns before them."""
    level = level_frame(camera.rotation)
    lights = (unit(np.array(lamps.toward)), unit(np.array(lamps.fill_toward)), RIM, SECOND_RIM)
    key, fill, rim, second = ((light @ level).astype(np.float32) for light in lights)
    viewer = -camera.rotation[2].astype(np.float32)
    return Rig(
        key=key,
        fill=fill,
        rims=(rim, second),
        half=unit(key + viewer).astype(np.float32),
        viewer=viewer,
        right=camera.rotation[0].astype(np.float32),
        down=camera.rotation[1].astype(np.float32),
        key_color=np.array(lamps.key, np.float32),
        fill_color=np.array(lamps.fill, np.float32),
        rim_color=np.array(lamps.rim, np.float32),
        sky=np.array(lamps.sky, np.float32),
        floor=np.array(lamps.floor, np.float32),
    )


def find_cavities(visible: Visible, focal_px: float) -> np.ndarray:
    """(S,) how far each sample of the figure lies in a crease: depth against its own blur at two radii."""
    size = visible.width * visible.height
    depth = np.zeros(size, np.float32)
    props = np.zeros(len(visible.pixel), bool)  # a block is plain, and throws no creases on the figure
    for seen in visible.seen:
        props[seen.rows] = seen.part.material.tone == "prop"
    stands = visible.first & ~props
    depth[visible.pixel[stands]] = visible.depth[stands]
    depth = depth.reshape(visible.height, visible.width)
    mask = (depth > 0).astype(np.float32)
    middle = float(np.median(visible.depth))
    cavity = np.zeros_like(depth)
    for radius, gain in CAVITIES:
        blur = max(radius * focal_px / middle, 0.6)
        around = _blurred(depth, blur) / np.maximum(_blurred(mask, blur), 1e-3)
        cavity += np.clip((depth - around) * gain, *CAVITY_LIMITS)
    return np.where(props, 0, (cavity * mask).ravel()[visible.pixel])


def _blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    """A Gaussian blur; wide ones at a quarter of the size."""
    import cv2

    if sigma < 6:
        return cv2.GaussianBlur(image, (0, 0), sigma)
    height, width = image.shape
    small = cv2.resize(image, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
    return cv2.resize(
        cv2.GaussianBlur(small, (0, 0), sigma / 4), (width, height), interpolation=cv2.INTER_LINEAR
    )


def bend_normals(visible: Visible, heights: list[np.ndarray], rig: Rig, focal_px: float) -> list[np.ndarray]:
    """Per seen part, normals tilted by the relief: differences of height to the next pixel right and below."""
    size = visible.width * visible.height
    count = len(visible.pixel)
    height = np.zeros(count, np.float32)
    for seen, relief in zip(visible.seen, heights, strict=True):
        height[seen.rows] = relief
    stands = visible.first
    pixel = visible.pixel[stands]
    height_at = np.zeros(size + visible.width + 1, np.float32)
    height_at[pixel] = height[stands]
    part_at = np.full(size + visible.width + 1, -1, np.int16)
    part_at[pixel] = visible.part[stands]
    scale = (focal_px / visible.depth[stands]).astype(np.float32)
    slopes = np.zeros((size, 2), np.float32)
    for axis, step in enumerate((1, visible.width)):
        same = part_at[pixel + step] == part_at[pixel]
        rise = (height_at[pixel + step] - height_at[pixel]) * scale
        slopes[pixel, axis] = np.where(same, np.clip(rise, -STEEPEST_BUMP, STEEPEST_BUMP), 0)
    bent = []
    for seen in visible.seen:
        pixel = visible.pixel[seen.rows]
        slope = slopes[pixel] * (part_at[pixel] == visible.part[seen.rows])[:, None]
        bent.append(unit(seen.normals - slope[:, :1] * rig.right - slope[:, 1:] * rig.down))
    return bent


def shade_part(seen: SeenPart, paint: Paint, normals: np.ndarray, cavity: np.ndarray, rig: Rig) -> np.ndarray:
    """(n, 3) linear light leaving the samples of one part towards the viewer."""
    lit = seen.key
    open_ = np.clip(seen.ambient**0.9 * (1 - cavity) * _contact(seen), 0, 1.15)
    facing_key = normals @ rig.key
    facing = np.clip(normals @ rig.viewer, 0, 1)
    edge = 1 - facing
    wrap = WRAP + paint.subsurface * SKIN_WRAP
    key = np.clip((facing_key[:, None] + wrap) / (1 + wrap), 0, 1)
    if paint.subsurface:
        key = key ** np.float32(1 + 0.25 * paint.subsurface)
    key *= np.maximum(lit, 1e-4)[:, None] ** WARM_KEY * (1 - 0.5 * np.clip(cavity, 0, 1))[:, None]
    fill = np.clip((normals @ rig.fill + 0.3) / 1.3, 0, 1) * open_
    up = 0.5 + 0.5 * normals[:, 1]
    ambient = (rig.floor + (rig.sky - rig.floor) * up[:, None]) * np.maximum(open_, 1e-4)[
        :, None
    ] ** WARM_AMBIENT
    light = paint.albedo * (key * rig.key_color + fill[:, None] * rig.fill_color + ambient)
    rim = np.clip(normals @ rig.rims[0], 0, 1) + 0.6 * np.clip(normals @ rig.rims[1], 0, 1)
    light += (paint.albedo * 0.75 + 0.10) * ((rim * edge**1.6 * seen.ambient)[:, None] * rig.rim_color)
    gleam = np.clip(normals @ rig.half, 0, 1) ** np.float32(paint.gloss) * ((paint.gloss + 8) / 40)
    shine = paint.specular * (gleam * lit * 0.30 + edge**4 * seen.ambient * 0.18)
    tinted = paint.albedo * 2.2 if paint.metal else np.float32(1)
    light += shine[:, None] * (tinted * rig.key_color)
    if paint.sheen:
        fuzz = paint.sheen * edge**3 * seen.ambient * 0.55
        light += fuzz[:, None] * (0.5 * paint.albedo + 0.25 * np.sqrt(np.maximum(paint.albedo, 0)))
    if paint.metal:
        light = _polish(light, paint, normals, open_, gleam * lit, rig)
    if paint.strands is not None:
        light += _comb(seen, paint, paint.strands, normals, facing_key, rig)
    if paint.glow is not None:
        light += paint.glow[:, None]
    return light


def _contact(seen: SeenPart) -> np.ndarray | float:
    if seen.part.material.tone != "skin":
        return 1.0
    field = seen.surface.field
    return 1 - CONTACT_SHADE * np.exp(np.minimum(field, 0) / CONTACT_M) * (field < 0)


def _polish(
    light: np.ndarray, paint: Paint, normals: np.ndarray, open_: np.ndarray, gleam: np.ndarray, rig: Rig
) -> np.ndarray:
    """Metal mirrors a made-up room: a bright band above the horizon under a darker ceiling."""
    mirrored = 2 * (normals @ rig.viewer) * normals[:, 1] - rig.viewer[1]
    room = 0.18 + 0.87 * smoothstep(-0.35, 0.45, mirrored) * (1 - 0.5 * smoothstep(0.45, 0.9, mirrored))
    shine = paint.specular * gleam * 0.25
    return 0.35 * light + paint.albedo * (room * open_ * 1.5)[:, None] + shine[:, None]


def _comb(
    seen: SeenPart,
    paint: Paint,
    strands: Strands,
    normals: np.ndarray,
    facing_key: np.ndarray,
    rig: Rig,
) -> np.ndarray:
    """Two shifted highlights along the strands (Kajiya and Kay 1989; two lobes as Marschner et al. 2003)."""
    direction = strands.direction
    if seen.part.turn is not None:
        direction = unit(direction @ seen.part.turn)
    along = unit(direction - (direction * normals).sum(1, keepdims=True) * normals)
    visible = (seen.key * 0.7 + 0.3) * seen.ambient * np.clip(facing_key * 0.6 + 0.5, 0, 1)
    light = np.zeros_like(paint.albedo)
    lobes = ((-0.10, 40.0, 0.34, paint.albedo * 1.6 + 0.02), (0.16, 12.0, 0.55, paint.albedo * 0.8 + 0.10))
    for shift, exponent, strength, color in lobes:
        tilted = unit(along + (shift + 0.10 * strands.phase)[:, None] * normals)
        sine = np.sqrt(np.clip(1 - (tilted @ rig.half) ** 2, 0, 1))
        light += (sine ** np.float32(exponent) * visible * np.float32(strength))[:, None] * color
    return light * np.float32(paint.gloss / 20)


def to_display(light: np.ndarray) -> np.ndarray:
    """Linear light to sRGB 0..1, highlights rolled off above SHOULDER."""
    rest = 1 - SHOULDER
    rolled = SHOULDER + rest * (1 - np.exp(-np.maximum(light - SHOULDER, 0) / rest))
    light = np.where(light < SHOULDER, light, rolled)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-6) ** (1 / 2.4) - 0.055)
