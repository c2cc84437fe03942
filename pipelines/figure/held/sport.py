"""What is held in sport: rackets, weights and balls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier
from pipelines.figure.held.solids import Frame, Solid, ball, board, box, frame_of, rod, tube, turned

HANDBALL_M = 0.075
BALL_M, RUGBY_M = 0.12, (0.095, 0.15)
RUNG_M, LADDER_M = 0.28, 0.22  # from rung to rung; half its width
MESH_M = 0.024  # between the strings of a racket


def racket(carrier: Carrier, place: str) -> list[Solid]:
    """A racket that leaves the fist on the side of the thumb."""
    hand = carrier.hand("R" if place == "both" else place)
    other = carrier.hand("L")
    axis = unit(hand.thumb + 0.4 * hand.fingers)
    center = hand.center
    if place == "both":
        apart = unit(other.center - hand.center)
        axis = unit(apart * np.sign(float(apart @ axis) or 1.0) + axis)
        center = (hand.center + other.center) / 2
    return frame_of(center, y=axis, z=hand.fingers).put(_racket())


def paddle(carrier: Carrier, place: str) -> list[Solid]:
    """A table tennis bat."""
    hand = carrier.hand(place)
    turn = np.arange(32) * np.pi / 16
    disc = np.stack([0.077 * np.cos(turn), 0.08 * np.sin(turn)], 1)
    blade = board(stuff.RED, disc, 0.012)
    return frame_of(hand.center, y=unit(hand.thumb + 0.4 * hand.fingers), z=hand.fingers).put(
        [
            rod(stuff.PALE_WOOD, (0, -0.055, 0), (0, 0.06, 0), 0.013),
            replace(blade, vertices=blade.vertices + np.array([0, 0.13, 0])),
        ]
    )


def bat(carrier: Carrier, place: str) -> list[Solid]:
    """A baseball bat in both hands."""
    profile = [(0, -0.16), (0.020, -0.16), (0.020, -0.145), (0.013, -0.13), (0.014, 0.12), (0.030, 0.45)]
    profile += [(0.033, 0.62), (0.028, 0.655), (0, 0.665)]
    return _through_both(carrier).put([turned(stuff.PALE_WOOD, profile)])


def club(carrier: Carrier, place: str) -> list[Solid]:
    """A golf club that reaches down to the ball."""
    left, right = carrier.hand("L"), carrier.hand("R")
    middle = (left.center + right.center) / 2
    ahead = unit(carrier.forward() * [1, 0, 1])
    axis = unit(0.5 * unit(left.forearm + right.forearm) + 0.35 * ahead - UP)
    long = float(middle[1] - 0.02) / float(-axis[1])
    frame = frame_of(middle, y=axis, z=ahead)
    lies = frame.at(0.0, long, 0.0) * [1, 0, 1] + 0.021 * UP + 0.05 * frame.axes[0]
    parts = [
        rod(stuff.BLACK, (0, -0.13, 0), (0, 0.10, 0), 0.012),
        rod(stuff.ALUMINIUM, (0, 0.10, 0), (0, long, 0), 0.006),
        box(stuff.STEEL, (0.03, 0.035, 0.085), (0, long - 0.008, 0.03), 0.008),
    ]
    return [*frame.put(parts), _at(ball(stuff.WHITE, 0.021), lies)]


def javelin(carrier: Carrier, place: str) -> list[Solid]:
    """A javelin above the shoulder, level with the throw."""
    hand = carrier.hand(place)
    ahead = unit(carrier.forward("root") * [1, 0, 1] + 0.15 * UP)
    return frame_of(hand.center, y=ahead, z=UP).put(
        [
            rod(stuff.ALUMINIUM, (0, -1.15, 0), (0, 1.05, 0), 0.011),
            turned(stuff.STEEL, [(0, 1.05), (0.012, 1.05), (0, 1.28)]),
            rod(stuff.RED, (0, -0.08, 0), (0, 0.08, 0), 0.015),
        ]
    )


def bar(carrier: Carrier, place: str) -> list[Solid]:
    """A level bar that both hands hang from."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    axis = unit((left - right) * [1, 0, 1])
    middle = (left + right) / 2
    return frame_of(middle, y=axis, z=UP).put([rod(stuff.STEEL, (0, -0.65, 0), (0, 0.65, 0), 0.017)])


def ladder(carrier: Carrier, place: str) -> list[Solid]:
    """A ladder whose rungs are in both hands; it stands on the floor."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    low, high = (left, right) if left[1] < right[1] else (right, left)
    across = unit(np.cross(UP, carrier.forward("root")))
    middle = (left + right) / 2
    step = float(high[1] - low[1]) / max(round(float(high[1] - low[1]) / RUNG_M), 1) or RUNG_M
    rungs = np.arange(float(low[1]) % step, float(high[1]) + 1.5 * step, step)
    frame = frame_of(middle * [1, 0, 1], y=UP, z=np.cross(across, UP))
    wide = max(LADDER_M, float(abs((left - right) @ across)) / 2 + 0.06)
    return frame.put(
        [
            *[rod(stuff.PALE_WOOD, (x, 0.0, 0), (x, rungs[-1] + 0.2, 0), 0.022) for x in (-wide, wide)],
            *[rod(stuff.PALE_WOOD, (-wide, y, 0), (wide, y, 0), 0.015) for y in rungs],
        ]
    )


def ski_pole(carrier: Carrier, place: str) -> list[Solid]:
    """A ski pole that trails behind the hand."""
    hand = carrier.hand(place)
    axis = unit(UP + 0.55 * unit(carrier.forward("root") * [1, 0, 1]))
    down = min(float(hand.center[1] / axis[1]) - 0.01, 1.2)
    basket = turned(stuff.BLACK, [(0, 0), (0.045, 0.0), (0.045, 0.006), (0, 0.006)], (0, 0.09 - down, 0))
    return frame_of(hand.center, y=axis, z=carrier.forward()).put(
        [
            rod(stuff.BLACK, (0, -0.07, 0), (0, 0.07, 0), 0.015),
            rod(stuff.ALUMINIUM, (0, -down, 0), (0, -0.06, 0), 0.007),
            basket,
        ]
    )


def handball(carrier: Carrier, place: str) -> list[Solid]:
    """A ball as large as one hand holds."""
    hand = carrier.hand(place)
    at = hand.palm + (HANDBALL_M - 0.004) * hand.outward + 0.02 * hand.fingers
    return [_at(ball(stuff.WHITE, HANDBALL_M), at)]


def dumbbell(carrier: Carrier, place: str) -> list[Solid]:
    """A dumbbell in one fist."""
    hand = carrier.hand(place)
    return frame_of(hand.center, y=hand.thumb, z=hand.outward).put(
        [
            rod(stuff.ALUMINIUM, (0, -0.07, 0), (0, 0.07, 0), 0.014),
            *[_disc(0.055, 0.05, (0.0, side * 0.095, 0.0)) for side in (-1, 1)],
        ]
    )


def barbell(carrier: Carrier, place: str) -> list[Solid]:
    """A barbell through both hands."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    axis = unit(left - right)
    plates = [
        _disc(radius, 0.035, (0.0, side * at, 0.0))
        for side in (-1, 1)
        for radius, at in ((0.20, 0.62), (0.20, 0.66), (0.15, 0.70))
    ]
    return frame_of((left + right) / 2, y=axis, z=carrier.forward()).put(
        [rod(stuff.ALUMINIUM, (0, -0.82, 0), (0, 0.82, 0), 0.014), *plates]
    )


def kettlebell(carrier: Carrier, place: str) -> list[Solid]:
    """A kettlebell that swings from both hands."""
    left, right = carrier.hand("L"), carrier.hand("R")
    out = unit(left.forearm + right.forearm)
    frame = frame_of(
        (left.palm + right.palm) / 2 + 0.05 * out, y=-out, z=np.cross(left.palm - right.palm, out)
    )
    turn = np.linspace(0, np.pi, 17)
    grip = np.stack([0.065 * np.cos(turn), 0.07 * (np.sin(turn) ** 0.7) - 0.06, 0 * turn], 1)
    return frame.put([tube(stuff.IRON, grip, 0.015), ball(stuff.IRON, 0.095, (0, -0.13, 0))])


def round_ball(carrier: Carrier, place: str) -> list[Solid]:
    """A ball between both hands, or on one."""
    if place != "both":
        hand = carrier.hand(place)
        return [_at(ball(stuff.RUBBER, BALL_M), hand.palm + (BALL_M - 0.004) * hand.outward)]
    left, right = carrier.hand("L"), carrier.hand("R")
    radius = float(np.clip(np.linalg.norm(left.palm - right.palm) / 2, 0.09, 0.14))
    return [_at(ball(stuff.RUBBER, radius), (left.palm + right.palm) / 2)]


def rugby_ball(carrier: Carrier, place: str) -> list[Solid]:
    """An oval ball under one arm."""
    hand = carrier.hand(place)
    side = unit(hand.palm - carrier.joint("spine02"))
    angles = np.linspace(-np.pi / 2, np.pi / 2, 15)
    oval = turned(
        stuff.LEATHER, [(RUGBY_M[0] * float(np.cos(a)), RUGBY_M[1] * float(np.sin(a))) for a in angles]
    )
    middle = hand.palm + (RUGBY_M[0] - 0.005) * hand.outward
    return frame_of(middle, y=hand.forearm, z=side).put([oval])


def _through_both(carrier: Carrier) -> Frame:
    """y on the side of both thumbs."""
    left, right = carrier.hand("L"), carrier.hand("R")
    apart, thumbs = left.center - right.center, unit(left.thumb + right.thumb)
    axis = unit(apart if float(apart @ thumbs) > 0 else -apart)
    return frame_of((left.center + right.center) / 2, y=unit(axis + thumbs), z=carrier.forward())


def _racket() -> list[Solid]:
    turn = np.linspace(0, 2 * np.pi, 49)
    half, middle = np.array([0.125, 0.165]), 0.42
    rim = np.stack([half[0] * np.cos(turn), middle + half[1] * np.sin(turn), 0 * turn], 1)
    strings = []
    for at in np.arange(-5, 6) * MESH_M:
        high = half[1] * np.sqrt(max(1 - (at / half[0]) ** 2, 0))
        if high > 0.02:
            strings.append(rod(stuff.WHITE, (at, middle - high, 0), (at, middle + high, 0), 0.0012))
    for at in np.arange(-6, 7) * MESH_M:
        wide = half[0] * np.sqrt(max(1 - (at / half[1]) ** 2, 0))
        if wide > 0.02:
            strings.append(rod(stuff.WHITE, (-wide, middle + at, 0), (wide, middle + at, 0), 0.0012))
    throat = [rod(stuff.RED, (0, 0.12, 0), (x, 0.275, 0), 0.008) for x in (-0.055, 0.055)]
    return [
        rod(stuff.DARK_LEATHER, (0, -0.10, 0), (0, 0.13, 0), 0.016),
        *throat,
        tube(stuff.RED, rim, 0.009),
        *strings,
    ]


def _disc(radius: float, thick: float, center: tuple[float, float, float]) -> Solid:
    edge = 0.006
    half = thick / 2
    return turned(
        stuff.IRON,
        [(0, -half), (radius / 2, -half), (radius - edge, -half), (radius, -half + edge), (radius, half - edge),
         (radius - edge, half), (radius / 2, half), (0, half)],
        center,
        around=32,
    )  # fmt: skip


def _at(solid: Solid, place: np.ndarray) -> Solid:
    return frame_of(place, y=UP, z=np.array([0.0, 0.0, 1.0])).put([solid])[0]
