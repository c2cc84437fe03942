"""Weapons of games and stories: swords, staffs, bows and shields."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier, Hand
from pipelines.figure.held.solids import Frame, Solid, ball, board, box, frame_of, rod, tube, turned

BLADE_M, HILT_M = 0.80, 0.16
STAFF_M = 0.85  # to either side of the hand
UPRIGHT = 0.6  # cosine of a staff to the vertical
STRING_M, SHIELD_M = 0.0018, 0.29


def sword(carrier: Carrier, place: str) -> list[Solid]:
    """A sword whose blade leaves the fist on the side of the thumb; in both hands it has a longer hilt."""
    if place != "both":
        hand = carrier.hand(place)
        axis = _above_floor(hand.center, _up_the_fist(hand), BLADE_M + 0.1)
        return frame_of(hand.center, y=axis, z=hand.outward).put(_sword(HILT_M))
    left, right = carrier.hand("L"), carrier.hand("R")
    thumbs = unit(left.thumb + right.thumb)
    along = left.center - right.center
    if float(along @ thumbs) < 0:
        along = -along
    upper = left if float((left.center - right.center) @ thumbs) > 0 else right
    axis = unit(unit(along) + 0.8 * thumbs)
    middle = (left.center + right.center) / 2
    reach = float((upper.center - middle) @ axis)
    return frame_of(middle + reach * axis, y=axis, z=upper.outward).put(_sword(HILT_M + 0.14))


def staff(carrier: Carrier, place: str) -> list[Solid]:
    """A staff through one hand or through both; it ends at the floor."""
    frame, down, up = _pole(carrier, place)
    return frame.put([rod(stuff.WOOD, (0, -down, 0), (0, up, 0), 0.015), ball(stuff.WOOD, 0.026, (0, up, 0))])


def spear(carrier: Carrier, place: str) -> list[Solid]:
    """A staff with a blade at its upper end."""
    frame, down, up = _pole(carrier, place)
    blade = [(0.0, up), (0.013, up), (0.024, up + 0.03), (0.020, up + 0.07), (0.0, up + 0.22)]
    return frame.put([rod(stuff.WOOD, (0, -down, 0), (0, up, 0), 0.014), turned(stuff.STEEL, blade)])


def _pole(carrier: Carrier, place: str) -> tuple[Frame, float, float]:
    """Where a staff is, y along it; how far it reaches down and up from the hand."""
    if place == "both":
        left, right = carrier.hand("L").center, carrier.hand("R").center
        axis, middle = unit(left - right), (left + right) / 2
    else:
        hand = carrier.hand(place)
        axis, middle = hand.thumb, hand.center
        if abs(float(axis @ UP)) > UPRIGHT:  # held upright it is planted on the floor
            axis = unit(axis + 4 * np.sign(float(axis @ UP)) * UP)
    if float(axis @ UP) < 0:
        axis = -axis
    down = STAFF_M
    if float(axis[1]) > 0.15:
        down = min(float(middle[1] / axis[1]) - 0.005, 1.25)
    return frame_of(middle, y=axis, z=carrier.forward()), down, 2 * STAFF_M - down


def bow(carrier: Carrier, place: str) -> list[Solid]:
    """A bow in the hand of a side; where the other hand is drawn back it holds the string, and an arrow lies on it."""
    hand, other = carrier.hand(place), carrier.hand("R" if place == "L" else "L")
    back = other.center - hand.center
    drawn = float(np.linalg.norm(back)) > 0.3 and float(unit(back) @ hand.forearm) < -0.5
    aim = -unit(back) if drawn else hand.forearm
    frame = frame_of(hand.center, y=_square(hand.thumb + 0.3 * UP, aim), z=aim)
    turn = np.linspace(-1, 1, 33)[:, None]
    limbs = np.concatenate([0 * turn, 0.66 * turn, 0.02 - 0.20 * turn**2], 1)
    tips = limbs[[0, -1]]
    pulled = np.array([0.0, 0.0, -float(np.linalg.norm(back))]) if drawn else np.array([0.0, 0.0, tips[0, 2]])
    solids = [
        tube(stuff.WOOD, limbs, 0.016 - 0.010 * np.abs(turn[:, 0])),
        rod(stuff.DARK_LEATHER, (0, -0.06, 0.018), (0, 0.06, 0.018), 0.018),
        *[rod(stuff.HEMP, tip, pulled, STRING_M) for tip in tips],
    ]
    if drawn:
        solids += [
            rod(stuff.PALE_WOOD, pulled, (0, 0.02, 0.12), 0.004),
            turned(stuff.STEEL, [(0, 0), (0.011, 0.004), (0, 0.05)], (0, 0.02, 0.12)),
        ]
    return frame.put(solids)


def shield(carrier: Carrier, place: str) -> list[Solid]:
    """A round shield on a forearm, its face away from the body."""
    hand = carrier.hand(place)
    middle = 0.45 * hand.elbow + 0.55 * hand.wrist
    away = _square(unit(middle - carrier.joint("spine02")) + carrier.forward(), hand.forearm)
    frame = frame_of(middle, y=hand.forearm, z=away)
    local = (carrier.body.vertices - middle) @ frame.axes.T  # no knee comes through it
    behind = local[np.hypot(local[:, 0], local[:, 1]) < SHIELD_M][:, 2]
    out = float(np.clip(behind.max(initial=0.0) + 0.045, 0.06, 0.26))
    frame = frame_of(middle + out * away, y=hand.forearm, z=away)
    turn = np.arange(40) * np.pi / 20
    disc = np.stack([np.cos(turn), np.sin(turn)], 1)
    rim = np.stack([SHIELD_M * np.cos(turn), SHIELD_M * np.sin(turn), 0 * turn], 1)
    return frame.put(
        [
            board(stuff.WOOD, SHIELD_M * disc, 0.02),
            tube(stuff.STEEL, np.concatenate([rim, rim[:1]]), 0.012),
            _bossed(),
        ]
    )


def rope(carrier: Carrier, place: str) -> list[Solid]:
    """A rope that hangs from above, through both hands."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    low, high = (left, right) if left[1] < right[1] else (right, left)
    knots = np.stack([low - 0.35 * UP, low, high, high + 1.2 * UP])
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    stops = np.linspace(0, lengths[-1], 60)
    line = np.stack([np.interp(stops, lengths, knots[:, axis]) for axis in range(3)], 1)
    return [tube(stuff.HEMP, line, 0.014)]


def _sword(hilt: float) -> list[Solid]:
    guard = 0.055
    half = np.array([0.023, 0.022, 0.020, 0.015, 0.0005])
    at = guard + np.array([0.0, 0.3, 0.62, 0.74, 1.0]) * BLADE_M
    stops = np.linspace(guard, guard + BLADE_M, 34)
    wide = np.interp(stops, at, half)
    ring = np.array([[1.0, 0.0], [0.0, 0.2], [-1.0, 0.0], [0.0, -0.2]])  # edges and ridges
    rings = np.stack([[[x * w, y, z * w] for x, z in ring] for w, y in zip(wide, stops, strict=True)])
    return [
        _blade(rings),
        box(stuff.BRASS, (0.19, 0.022, 0.026), (0, guard - 0.011, 0), 0.008),
        rod(stuff.DARK_LEATHER, (0, guard - hilt, 0), (0, guard - 0.01, 0), 0.014),
        ball(stuff.BRASS, 0.023, (0, guard - hilt - 0.012, 0)),
    ]


def _blade(rings: np.ndarray) -> Solid:
    """Four flat sides: their corners are not shared, so that the ridge stays sharp."""
    count = len(rings)
    vertices, faces, start = [], [], 0
    for one in range(4):
        strip = np.stack([rings[:, one], rings[:, (one + 1) % 4]], 1).reshape(-1, 3)
        low = start + 2 * np.arange(count - 1)
        faces.append(
            np.concatenate([np.stack([low, low + 2, low + 1], 1), np.stack([low + 1, low + 2, low + 3], 1)])
        )
        vertices.append(strip)
        start += len(strip)
    return Solid(vertices=np.concatenate(vertices), faces=np.concatenate(faces), stuff=stuff.STEEL)


def _bossed() -> Solid:
    """The boss in the middle of a shield."""
    boss = turned(stuff.STEEL, [(0, 0), (0.07, 0), (0.06, 0.02), (0.035, 0.045), (0, 0.055)])
    turn = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    return Frame(origin=np.zeros(3), axes=turn).put([boss])[0]


def _up_the_fist(hand: Hand) -> np.ndarray:
    """A blade leans from the knuckles' line towards the fingers, as a fist holds it; a stretched arm points with it."""
    return unit(hand.thumb + (1.2 if hand.is_stretched else 0.35) * hand.fingers)


def _above_floor(start: np.ndarray, axis: np.ndarray, length: float) -> np.ndarray:
    """(3,) unit: the axis, raised until what is so long stays above the floor."""
    least = -float(start[1]) / length
    if axis[1] >= least:
        return axis
    level = unit(axis * [1, 0, 1])
    return np.sqrt(max(1 - least**2, 0.0)) * level + least * UP


def _square(vector: np.ndarray, axis: np.ndarray) -> np.ndarray:
    return unit(vector - float(vector @ axis) * axis)
