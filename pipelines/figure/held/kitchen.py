"""What is held at the table and at the stove: plates, bowls, trays, spoons, knives, an apple."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier
from pipelines.figure.held.solids import Frame, Solid, ball, box, frame_of, rod, turned

APPLE_M = 0.037
PLATE = ((0, 0), (0.07, 0), (0.12, 0.016), (0.118, 0.020), (0.068, 0.006), (0, 0.006))
BOWL = ((0, 0), (0.035, 0), (0.06, 0.022), (0.075, 0.062), (0.071, 0.062), (0.055, 0.028), (0, 0.012))
TRAY = ((0, 0), (0.185, 0), (0.20, 0.018), (0.195, 0.020), (0.18, 0.006), (0, 0.006))


def apple(carrier: Carrier, place: str) -> list[Solid]:
    """An apple between thumb and fingers."""
    at = carrier.finger_tips(place)
    return [
        _at(solid, at)
        for solid in (ball(stuff.RED, APPLE_M), rod(stuff.WOOD, (0, 0.03, 0), (0, 0.05, 0), 0.002))
    ]


def plate(carrier: Carrier, place: str) -> list[Solid]:
    """A plate on an open hand."""
    return _on_hand(carrier, place).put([turned(stuff.CHINA, PLATE, around=32)])


def bowl(carrier: Carrier, place: str) -> list[Solid]:
    """A bowl in an open hand."""
    return _on_hand(carrier, place).put([turned(stuff.CHINA, BOWL, around=28)])


def tray(carrier: Carrier, place: str) -> list[Solid]:
    """A round tray on a raised hand, with two cups."""
    cups = [(0, 0.006), (0.026, 0.006), (0.033, 0.085), (0.030, 0.085), (0, 0.05)]
    return _on_hand(carrier, place).put(
        [
            turned(stuff.ALUMINIUM, TRAY, around=36),
            *[turned(stuff.CHINA, cups, (x, 0, z)) for x, z in ((0.07, 0.05), (-0.06, -0.04))],
        ]
    )


def spoon(carrier: Carrier, place: str) -> list[Solid]:
    """A spoon between thumb and fingers: to the mouth where that is near, else down into a pot."""
    at, hand = carrier.finger_tips(place), carrier.hand(place)
    mouth = carrier.eyes - 0.065 * carrier.upward("head") + 0.03 * carrier.forward("head")
    near = float(np.linalg.norm(mouth - at)) < 0.25
    axis = unit(mouth - at) if near else unit(0.4 * hand.fingers - UP)
    long = 0.09 if near else 0.20
    frame = frame_of(at, y=axis, z=hand.outward)
    scoop = turned(
        stuff.STEEL, [(0, 0), (0.017, 0.012), (0.020, 0.028), (0.012, 0.048), (0, 0.052)], (0, long, 0)
    )
    return frame.put([rod(stuff.STEEL, (0, -0.08, 0), (0, long + 0.005, 0), 0.0035), scoop])


def knife(carrier: Carrier, place: str) -> list[Solid]:
    """A knife whose blade leaves the fist on the side of the thumb."""
    hand = carrier.hand(place)
    return frame_of(hand.center, y=unit(hand.thumb + 0.7 * hand.fingers), z=hand.outward).put(
        [
            rod(stuff.DARK_LEATHER, (0, -0.06, 0), (0, 0.055, 0), 0.012),
            box(stuff.STEEL, (0.034, 0.17, 0.004), (0.004, 0.135, 0), 0.0018),
        ]
    )


def _on_hand(carrier: Carrier, place: str) -> Frame:
    """On the palm of an open hand: level, whatever the hand."""
    hand = carrier.hand(place)
    over = hand.palm + 0.03 * hand.fingers + 0.006 * UP
    return frame_of(over, y=UP, z=carrier.forward())


def _at(solid: Solid, place: np.ndarray) -> Solid:
    return frame_of(place, y=UP, z=np.array([0.0, 0.0, 1.0])).put([solid])[0]
