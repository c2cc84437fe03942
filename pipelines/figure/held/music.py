"""A guitar and a flute."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import Carrier
from pipelines.figure.held.solids import Solid, board, box, frame_of, rod

SCALE_M = 0.62  # from the bridge to the nut


def guitar(carrier: Carrier, place: str) -> list[Solid]:
    """An acoustic guitar; the neck runs through the hand of `place`, the other one is over the hole."""
    fretting, plucking = carrier.hand(place), carrier.hand("R" if place == "L" else "L")
    front = carrier.forward()
    neck = unit(fretting.center - plucking.center)
    out = unit(front - float(front @ neck) * neck)
    hole = plucking.palm - 0.035 * out
    return frame_of(hole, y=neck, z=out).put(_guitar())


def flute(carrier: Carrier, place: str) -> list[Solid]:
    """A flute from the mouth past both hands."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    mouth = carrier.eyes - 0.068 * carrier.upward("head") + 0.04 * carrier.forward("head")
    far = left if np.linalg.norm(left - mouth) > np.linalg.norm(right - mouth) else right
    axis = unit(far - mouth)
    reach = float((far - mouth) @ axis) + 0.10
    return frame_of(mouth, y=axis, z=carrier.forward("head")).put(
        [
            rod(stuff.STEEL, (0, -0.09, 0), (0, max(reach, 0.5), 0), 0.0095),
            *[rod(stuff.STEEL, (0, y, 0), (0, y + 0.004, 0.014), 0.006) for y in np.arange(0.18, 0.46, 0.04)],
        ]
    )


def _guitar() -> list[Solid]:
    turn = np.arange(64) * 2 * np.pi / 64
    y = 0.235 * np.sin(turn)
    half = 0.185 - 0.055 * np.exp(-(((y - 0.035) / 0.06) ** 2)) - 0.04 * np.clip(y / 0.235, 0, 1)
    outline = np.stack([half * np.cos(turn) * np.abs(np.cos(turn)) ** -0.35, y], 1)
    hole = 0.05 * np.stack([np.cos(turn), np.sin(turn)], 1)
    middle = -0.075  # the body lies further down than its hole
    body = board(stuff.PALE_WOOD, outline, 0.095)
    ring = board(stuff.BLACK, hole, 0.003)
    strings = [
        rod(stuff.STEEL, (x, middle - 0.12, 0.012), (0.8 * x, 0.47, 0.012), 0.0009)
        for x in np.linspace(-0.022, 0.022, 6)
    ]
    return [
        _moved(body, (0, middle, -0.048)),
        _moved(ring, (0, 0.0, 0.001)),
        box(stuff.WOOD, (0.14, 0.022, 0.012), (0, middle - 0.12, 0.004), 0.004),
        box(stuff.WOOD, (0.052, 0.42, 0.022), (0, 0.27, -0.004), 0.008),
        box(stuff.WOOD, (0.075, 0.15, 0.016), (0, 0.55, -0.012), 0.006),
        *strings,
    ]


def _moved(solid: Solid, by: tuple[float, float, float]) -> Solid:
    return Solid(vertices=solid.vertices + by, faces=solid.faces, stuff=solid.stuff)
