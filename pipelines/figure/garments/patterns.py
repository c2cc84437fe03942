"""Patterns on cloth: stripes, checks, dots, denim, knit, leather, print. Another is a function and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.figure.colors import linear
from pipelines.figure.materials import Paint, Palette, Surface
from pipelines.figure.noise import solid_noise

TORSO_RADIUS_M = 0.15  # turns round the trunk are counted as metres at this radius
SLEEVE_SHARE = 0.55  # the sleeve begins where the arm's bones move the cloth this much
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
    u, v = _skirt_plane(surface) if turned else _body_plane(surface)
    weave = Weave(u=u, v=v, upright=slot in UPRIGHT_STRIPES, second=second)
    LAYERS[pattern](paint, surface, weave)


def _body_plane(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    x, y, z = surface.canonical.T
    sleeve = surface.arm > SLEEVE_SHARE
    round_trunk = np.arctan2(np.abs(x), -(y + 0.01)) * TORSO_RADIUS_M
    return np.where(sleeve, y, round_trunk), np.where(sleeve, surface.along_arm, z)


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
