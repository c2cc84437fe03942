"""Patterns on cloth: stripes, checks, dots, denim, knit, leather, print. Another is a function and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.figure.colors import linear
from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.noise import solid_noise

TORSO_RADIUS_M = 0.15  # turns round the trunk are counted as metres at this radius
YOKE_Z = (
    0.56,
    0.66,
)  # canonical heights between which cloth no longer goes round but lies over the shoulders
COLLAR_Z = 0.735  # a collar goes round again
SLEEVE_SHARE = 0.55  # the sleeve begins where the arm's bones move the cloth this much
SLEEVE_RADIUS_M = 0.052  # turns round the arm are counted as metres at this radius
# Shoulder, elbow and wrist of the canonical left arm, and how far along the arm they are, metres.
ARM_LINE = ((0.1869, -0.0210, 0.6518), (0.3775, -0.0282, 0.4371), (0.5096, -0.2042, 0.3024))
ARM_M = (0.0, 0.287, 0.545)
ELBOW_M = 0.04  # the arm's direction changes this far to either side of the elbow
MIRRORED = np.array([-1.0, 1.0, 1.0])
OUTER = np.array([0.745, 0.0, 0.665])  # from the arm away from the trunk
LIGHT_CLOTH = 0.30  # luminance from which a second colour is dark where nobody chose one
INK, CHALK = linear("#27324a"), linear("#efece4")
UPRIGHT_STRIPES = ("shirt", "bottom", "jacket", "tie")
BAND_M, UPRIGHT_BAND_M, CHECK_M, DOT_M, PRINT_M = 0.034, 0.028, 0.050, 0.034, 0.050


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weave:
    """Cloth as a plane: u, v (N,) metres along and down it; upright: stripes run down it."""

    u: np.ndarray
    v: np.ndarray
    upright: bool
    second: np.ndarray


def lay_pattern(paint: Paint, surface: Surface, palette: Palette, slot: str, turned: bool = False) -> None:
    """Lay the slot's pattern over the paint, in place. turned: canonical is (share round, share of the length, 0)."""
    pattern = palette.patterns.get(slot)
    if pattern is None:
        return
    plain = palette.slot(slot)
    dark = float(plain @ np.array([0.21, 0.72, 0.07])) > LIGHT_CLOTH
    second = palette.second_slots.get(slot, INK if dark else CHALK)
    u, v = _skirt_plane(surface) if turned else flatten_cloth(surface)
    weave = Weave(u=u, v=v, upright=slot in UPRIGHT_STRIPES, second=second)
    LAYERS[pattern](paint, surface, weave)


def flatten_cloth(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    """u, v (N,): where each sample lies when the cloth of trunk and sleeves is laid flat, metres along and down it."""
    x, y, z = surface.canonical.T
    sleeve = surface.arm > SLEEVE_SHARE
    ahead = -(y + 0.01)
    u = np.arctan2(np.abs(x), ahead) * TORSO_RADIUS_M
    flat = np.where(
        ahead > 0, np.abs(x), np.pi * TORSO_RADIUS_M - np.abs(x)
    )  # a front and a back meet at the shoulder
    u += (flat - u) * smoothstep(*YOKE_Z, z) * (z < COLLAR_Z)
    v = z.copy()
    u[sleeve] = _round_arm(surface.canonical[sleeve], surface.along_arm[sleeve]) * SLEEVE_RADIUS_M
    v[sleeve] = surface.along_arm[sleeve]
    return u, v


def _round_arm(canonical: np.ndarray, along_arm: np.ndarray) -> np.ndarray:
    """(N,) radians round the bones of the arm, both arms alike: 0 on its outer side; cloth meets on the inner one."""
    stops, line = np.array(ARM_M), np.array(ARM_LINE)
    middle = np.stack([np.interp(along_arm, stops, line[:, axis]) for axis in range(3)], 1)
    ways = unit(np.diff(line, axis=0))
    bend = np.interp(along_arm, (ARM_M[1] - ELBOW_M, ARM_M[1] + ELBOW_M), (0.0, 1.0))[:, None]
    along = unit((1 - bend) * ways[0] + bend * ways[1])
    outer = unit(OUTER - np.sum(OUTER * along, 1, keepdims=True) * along)
    away = canonical * np.where(canonical[:, :1] < 0, MIRRORED, 1.0) - middle
    return np.arctan2(np.sum(away * np.cross(along, outer), 1), np.sum(away * outer, 1))


def _skirt_plane(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    return surface.canonical[:, 0] * 1.2, surface.canonical[:, 1] * 0.7


def _mix(paint: Paint, share: np.ndarray, color: np.ndarray) -> None:
    paint.albedo += (color - paint.albedo) * np.clip(share, 0, 1).astype(np.float32)[:, None]


def _bands(along: np.ndarray, width_m: float, share: float, surface: Surface) -> np.ndarray:
    """(N,) 0..1: bands that cover `share` of every width; their mean where they are too fine to be seen."""
    away = np.abs((along / width_m) % 1 - 0.5) * width_m
    sharp = surface.inside(share * width_m / 2 - away)
    seen = surface.shows(width_m / 3)
    return sharp * seen + share * (1 - seen)


def _stripes(paint: Paint, surface: Surface, weave: Weave) -> None:
    along, width, share = (weave.u, UPRIGHT_BAND_M, 0.4) if weave.upright else (weave.v, BAND_M, 0.45)
    _mix(paint, _bands(along, width, share, surface), weave.second)


def _checks(paint: Paint, surface: Surface, weave: Weave) -> None:
    for along in (weave.u, weave.v):
        _mix(paint, 0.5 * _bands(along, CHECK_M, 0.42, surface), weave.second)


def _dots(paint: Paint, surface: Surface, weave: Weave) -> None:
    row = np.floor(weave.v / DOT_M)
    u = ((weave.u / DOT_M + 0.5 * (row % 2)) % 1 - 0.5) * DOT_M
    v = (weave.v / DOT_M - row - 0.5) * DOT_M
    _mix(paint, surface.inside(0.26 * DOT_M - np.hypot(u, v)), weave.second)


def _denim(paint: Paint, surface: Surface, weave: Weave) -> None:
    worn = solid_noise(surface.canonical, 0.09) * 0.10 + solid_noise(surface.canonical, 0.005) * 0.10
    paint.albedo *= np.clip(1 + worn, 0.6, 1.5).astype(np.float32)[:, None]
    paint.sheen = 0.2


def _knit(paint: Paint, surface: Surface, weave: Weave) -> None:
    loops = np.sin(weave.u * 900) * np.sin(weave.v * 1100) * surface.shows(0.004)
    cables = np.sin(weave.u * 150) * surface.shows(0.010)
    paint.height += (0.0004 * loops + 0.0018 * cables).astype(np.float32)
    paint.sheen = 0.35


def _leather(paint: Paint, surface: Surface, weave: Weave) -> None:
    paint.specular, paint.gloss, paint.sheen = 0.35, 26.0, 0.03
    paint.height += (0.0002 * solid_noise(surface.canonical, 0.004) * surface.shows(0.002)).astype(np.float32)


def _print(paint: Paint, surface: Surface, weave: Weave) -> None:
    """Flowers: discs with petals, one in each cell, turned and moved by chance."""
    row, column = np.floor(weave.v / PRINT_M), np.floor(weave.u / PRINT_M)
    chance = np.sin(row * 12.9898 + column * 78.233) * 43758.5453
    chance -= np.floor(chance)
    u = weave.u / PRINT_M - column - 0.5 - 0.3 * (chance - 0.5)
    v = weave.v / PRINT_M - row - 0.5 - 0.3 * (np.modf(chance * 7)[0] - 0.5)
    away, turn = np.hypot(u, v) * PRINT_M, np.arctan2(v, u) + 6.28 * chance
    size = PRINT_M * (0.22 + 0.12 * chance)
    petals = surface.inside(size * (0.72 + 0.28 * np.cos(5 * turn)) - away)
    _mix(paint, petals, weave.second)
    _mix(paint, surface.inside(0.25 * size - away), weave.second * 0.35)


LAYERS: dict[str, Callable[[Paint, Surface, Weave], None]] = {
    "stripes": _stripes,
    "checks": _checks,
    "dots": _dots,
    "denim": _denim,
    "knit": _knit,
    "leather": _leather,
    "print": _print,
}
