"""Tools: brooms, hammers, pens and brushes, and what is pushed on wheels."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier
from pipelines.figure.held.solids import Frame, Solid, box, frame_of, rod, tube, turned

FLOOR_M = 0.01
ACROSS = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # y becomes x: an axle


def broom(carrier: Carrier, place: str) -> list[Solid]:
    """A broom through both hands; it stands on the floor."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    high, low = (left, right) if left[1] > right[1] else (right, left)
    axis = unit(high - low + 0.35 * UP)
    if axis[1] < 0.5:
        axis = unit(axis * [1, 0, 1] + UP)
    down = float(low[1] - FLOOR_M) / float(axis[1])
    up = max(float((high - low) @ axis) + 0.12, 1.35 - down)
    return frame_of(low, y=axis, z=carrier.forward()).put(
        [
            rod(stuff.PALE_WOOD, (0, -down + 0.12, 0), (0, up, 0), 0.013),
            box(stuff.WOOD, (0.30, 0.05, 0.06), (0, -down + 0.13, 0)),
            box(stuff.HEMP, (0.31, 0.11, 0.07), (0, -down + 0.055, 0)),
        ]
    )


def axe(carrier: Carrier, place: str) -> list[Solid]:
    """An axe in one fist."""
    hand = carrier.hand(place)
    stops = np.linspace(0, 1, 10)
    rings = []
    for share in stops:
        height = np.interp(share, [0, 0.5, 1], [0.035, 0.05, 0.095])
        thick = 0.016 * (1 - share) + 0.0008
        x = 0.15 * share
        rings.append([[x, height, thick], [x, -height, thick], [x, -height, -thick], [x, height, -thick]])
    blade = tube(stuff.STEEL, np.array([[x, 0.0, 0.0] for x in 0.15 * stops]), 0.01, around=4)
    flat = np.array(rings).reshape(-1, 3)
    blade = Solid(vertices=np.concatenate([flat, blade.vertices[-2:]]), faces=blade.faces, stuff=stuff.STEEL)
    head = Frame(origin=np.array([0.0, 0.46, 0.0]), axes=np.eye(3))
    return frame_of(hand.center, y=hand.thumb, z=hand.outward).put(
        [rod(stuff.WOOD, (0, -0.16, 0), (0, 0.52, 0), 0.015), *head.put([blade])]
    )


def hammer(carrier: Carrier, place: str) -> list[Solid]:
    """A war hammer in both hands."""
    left, right = carrier.hand("L"), carrier.hand("R")
    thumbs = unit(left.thumb + right.thumb)
    middle = (left.center + right.center) / 2
    return frame_of(middle, y=thumbs, z=right.outward).put(
        [
            rod(stuff.WOOD, (0, -0.22, 0), (0, 0.62, 0), 0.017),
            box(stuff.IRON, (0.26, 0.13, 0.13), (0, 0.66, 0), 0.015),
            *[box(stuff.STEEL, (0.02, 0.14, 0.14), (x, 0.66, 0), 0.008) for x in (-0.13, 0.13)],
        ]
    )


def pen(carrier: Carrier, place: str) -> list[Solid]:
    """A pen between thumb and fingers, its point ahead of them."""
    hand = carrier.hand(place)
    at = carrier.finger_tips(place)
    axis = unit(0.6 * hand.outward + 0.5 * hand.fingers - 0.5 * hand.thumb)
    return frame_of(at, y=axis, z=hand.thumb).put(
        [
            rod(stuff.BLACK, (0, -0.10, 0), (0, 0.03, 0), 0.0045),
            turned(stuff.STEEL, [(0, 0.03), (0.0045, 0.03), (0.001, 0.045), (0, 0.046)]),
        ]
    )


def card(carrier: Carrier, place: str) -> list[Solid]:
    """A visiting card, handed over."""
    hand = carrier.hand(place)
    at = carrier.finger_tips(place) + 0.03 * hand.fingers
    return frame_of(at, y=hand.fingers, z=UP).put(
        [box(stuff.PAPER, (0.055, 0.085, 0.0016), (0, 0, 0), 0.0007)]
    )


def brush(carrier: Carrier, place: str) -> list[Solid]:
    """A brush in the fist, on the side of the thumb, its bristles to the head."""
    hand = carrier.hand(place)
    head = carrier.eyes - 0.04 * carrier.upward("head")
    frame = frame_of(hand.center, y=unit(hand.thumb + 0.3 * unit(head - hand.center)), z=head - hand.center)
    return frame.put(
        [
            rod(stuff.RED, (0, -0.06, 0), (0, 0.09, 0), 0.006),
            box(stuff.WHITE, (0.014, 0.045, 0.014), (0, 0.075, 0.011), 0.003),
        ]
    )


def watering_can(carrier: Carrier, place: str) -> list[Solid]:
    """A watering can that hangs from the hand, its spout ahead."""
    hand = carrier.hand(place)
    ahead = unit(hand.forearm * [1, 0, 1] + 0.4 * unit(carrier.forward() * [1, 0, 1]))
    frame = frame_of(hand.center, y=unit(UP - 0.25 * ahead), z=ahead)
    body = turned(stuff.ALUMINIUM, [(0, -0.25), (0.085, -0.25), (0.08, -0.06), (0, -0.06)], around=28)
    turn = np.linspace(0, np.pi, 15)
    grip = np.stack([0 * turn, -0.07 + 0.07 * np.sin(turn), 0.07 * np.cos(turn)], 1)
    rose = turned(stuff.ALUMINIUM, [(0, 0), (0.012, 0), (0.035, 0.03), (0, 0.034)])
    spout = unit(np.array([0.0, 0.55, 1.0]))
    start, end = np.array([0, -0.21, 0.06]), np.array([0, -0.21, 0.06]) + 0.27 * spout
    at_end = frame_of(end, y=spout, z=np.array([0.0, 1.0, 0.0]))
    return frame.put(
        [
            body,
            tube(stuff.ALUMINIUM, grip, 0.008),
            rod(stuff.ALUMINIUM, start, end, 0.013),
            *at_end.put([rose]),
        ]
    )


def trolley(carrier: Carrier, place: str) -> list[Solid]:
    """A shopping trolley, pushed with both hands."""
    frame, wide, high = _pushed(carrier)
    wires = []
    for y in np.linspace(high - 0.42, high - 0.06, 7):
        wires += [
            rod(stuff.ALUMINIUM, (side * wide, y, 0.12), (side * wide * 0.85, y, 0.70), 0.004)
            for side in (-1, 1)
        ]
        wires += [
            rod(stuff.ALUMINIUM, (-wide * k, y, z), (wide * k, y, z), 0.004)
            for z, k in ((0.12, 1.0), (0.70, 0.85))
        ]
    for z in np.linspace(0.12, 0.70, 10):
        k = wide * (1 - 0.15 * (z - 0.12) / 0.58)
        wires += [
            rod(stuff.ALUMINIUM, (side * k, high - 0.42, z), (side * k, high - 0.06, z), 0.004)
            for side in (-1, 1)
        ]
        wires.append(rod(stuff.ALUMINIUM, (-k, high - 0.42, z), (k, high - 0.42, z), 0.004))
    return frame.put([*wires, *_rig(wide, high, 0.68)])


def pram(carrier: Carrier, place: str) -> list[Solid]:
    """A pram, pushed with both hands."""
    frame, wide, high = _pushed(carrier)
    wide = min(wide, 0.2)
    turn = np.linspace(0, np.pi / 2, 22)
    hood = [
        tube(
            stuff.CANVAS,
            np.array(
                [
                    [x, high - 0.22 + 0.22 * np.sin(a), 0.50 + 0.28 * np.cos(a)]
                    for x in np.linspace(-wide, wide, 12)
                ]
            ),
            0.026,
        )
        for a in turn
    ]
    return frame.put(
        [
            box(stuff.CANVAS, (2 * wide + 0.03, 0.24, 0.60), (0, high - 0.34, 0.48), 0.06),
            *hood,
            *_rig(wide, high, 0.68),
        ]
    )


def _pushed(carrier: Carrier) -> tuple[Frame, float, float]:
    """Under the handle, on the floor: y up, z ahead; half the handle's width, and its height."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    middle = (left + right) / 2
    ahead = unit(np.cross(left - right, UP))
    wide = float(np.clip(np.linalg.norm((left - right) * [1, 0, 1]) / 2 + 0.05, 0.18, 0.32))
    return frame_of(middle * [1, 0, 1], y=UP, z=ahead), wide, float(middle[1])


def _rig(wide: float, high: float, far: float) -> list[Solid]:
    """Handle, legs and wheels of what is pushed."""
    wheels = []
    for x in (-wide, wide):
        for z in (0.16, far):
            flat = turned(stuff.BLACK, [(0, -0.014), (0.07, -0.014), (0.075, 0), (0.07, 0.014), (0, 0.014)])
            wheels += Frame(origin=np.array([x, 0.076, z]), axes=ACROSS).put([flat])
    bars = [rod(stuff.ALUMINIUM, (x, high, 0), (x, high - 0.10, 0.14), 0.011) for x in (-wide, wide)]
    legs = [rod(stuff.ALUMINIUM, (x, high - 0.10, 0.14), (x, 0.08, 0.17), 0.011) for x in (-wide, wide)]
    beams = [rod(stuff.ALUMINIUM, (x, 0.12, 0.17), (0.85 * x, 0.12, far), 0.011) for x in (-wide, wide)]
    ends = [
        rod(stuff.ALUMINIUM, (0.85 * x, 0.09, far), (0.85 * x, high - 0.3, far), 0.011) for x in (-wide, wide)
    ]
    return [
        rod(stuff.RED, (-wide - 0.01, high, 0), (wide + 0.01, high, 0), 0.014),
        *bars,
        *legs,
        *beams,
        *ends,
        *wheels,
    ]
