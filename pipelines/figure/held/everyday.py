"""Things of every day that hands hold: phones, cups, books, cameras, laptops, umbrellas."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier, Hand
from pipelines.figure.held.solids import Frame, Solid, ball, box, frame_of, rod, tube, turned

PHONE_M, PHONE_EDGE_M = (0.073, 0.15, 0.009), 0.003
NEAR_HEAD_M = 0.17  # a phone nearer to the middle of the head than this is at the ear
BETWEEN_M = 0.02  # flat things lie so far before the palms of two hands
FOLDER_M, ON_CLOTH_M = 0.012, 0.012
TILTED = 0.6  # how much of a cup's tilt is the hand's own


def phone(carrier: Carrier, place: str) -> list[Solid]:
    """A telephone: its back in the palm, or held before the face by both hands."""
    return _flat_frame(carrier, place).put(
        [
            box(stuff.BLACK, PHONE_M, round_m=PHONE_EDGE_M),
            box(stuff.SCREEN, (0.067, 0.142, 0.002), (0, 0, PHONE_M[2] / 2), 0.001),
        ]
    )


def tablet(carrier: Carrier, place: str) -> list[Solid]:
    """A tablet, its lower edge in the hand, looked at."""
    hand = carrier.hand(place)
    towards = unit(carrier.eyes - hand.center)
    frame = frame_of(hand.center, y=_across(UP, towards), z=towards)
    return frame.put(
        [
            box(stuff.BLACK, (0.175, 0.245, 0.008), (0, 0.06, 0), 0.004),
            box(stuff.SCREEN, (0.16, 0.228, 0.002), (0, 0.06, 0.004), 0.001),
        ]
    )


def cup(carrier: Carrier, place: str) -> list[Solid]:
    """A cup without a handle, upright but for what the hand tilts it."""
    profile = [
        (0, -0.05),
        (0.027, -0.05),
        (0.031, -0.046),
        (0.039, 0.06),
        (0.036, 0.06),
        (0.034, 0.04),
        (0, 0.04),
    ]
    return _upright(carrier, place).put([turned(stuff.CHINA, profile)])


def bottle(carrier: Carrier, place: str) -> list[Solid]:
    """A bottle of water."""
    profile = [(0, -0.10), (0.030, -0.10), (0.034, -0.095), (0.034, 0.045), (0.028, 0.075), (0.013, 0.105)]
    profile += [(0.013, 0.14), (0, 0.14)]
    return _upright(carrier, place).put([turned(stuff.GREEN_GLASS, profile)])


def fork(carrier: Carrier, place: str) -> list[Solid]:
    """A fork between thumb and fingers."""
    hand = carrier.hand(place)
    tips = carrier.finger_tips(place)
    frame = frame_of(tips, y=unit(carrier.eyes - 0.1 * UP - tips), z=hand.outward)
    prongs = [rod(stuff.STEEL, (x, 0.06, 0), (x, 0.10, 0), 0.0016) for x in (-0.008, 0.0, 0.008)]
    return frame.put(
        [
            rod(stuff.STEEL, (0, -0.10, 0), (0, 0.05, 0), 0.003),
            box(stuff.STEEL, (0.022, 0.018, 0.004), (0, 0.055, 0), 0.002),
            *prongs,
        ]
    )


def book(carrier: Carrier, place: str) -> list[Solid]:
    """An open book before the eyes, or in one hand a closed one that is held against the body."""
    if place != "both":
        return _held_to_body(carrier, carrier.hand(place)).put(_closed_book(0.16, 0.23))
    page = (0.15, 0.21, 0.010)
    pages = []
    for side in (-1.0, 1.0):
        tilt = np.radians(side * 12)
        turn = np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]])
        half = Frame(origin=np.array([0.0, 0.0, -0.012]), axes=turn.T)
        middle = (side * page[0] / 2, 0.02, 0)
        pages += half.put(
            [
                box(stuff.PAPER, page, middle, 0.003),
                box(stuff.COVER, (0.156, 0.218, 0.004), (middle[0], 0.02, -0.007), 0.002),
            ]
        )
    return _read(carrier).put(pages)


def folder(carrier: Carrier, place: str) -> list[Solid]:
    """A closed folder that lies on the front of the body, under both arms."""
    front = carrier.forward()
    across = unit(carrier.joint("upperarm01.L") - carrier.joint("upperarm01.R"))
    middle = (carrier.hand("L").palm + carrier.hand("R").palm) / 2
    middle = middle - 0.75 * float((middle - carrier.joint("spine02")) @ across) * across
    lies = carrier.belly(middle) + FOLDER_M / 2 + ON_CLOTH_M
    frame = frame_of(middle + (lies - float(middle @ front)) * front, y=carrier.upward(), z=front)
    return frame.put([box(stuff.COVER, (0.24, 0.31, FOLDER_M), round_m=0.003)])


def newspaper(carrier: Carrier, place: str) -> list[Solid]:
    """A newspaper spread between both hands."""
    left, right = carrier.hand("L"), carrier.hand("R")
    wide = float(np.linalg.norm(left.center - right.center))
    height = 0.40
    sheet = [
        box(stuff.PAPER, (wide / 2, height, 0.004), (side * wide / 4, -0.03, -0.01), 0.002)
        for side in (-1.0, 1.0)
    ]
    return _read(carrier).put(sheet)


def map_sheet(carrier: Carrier, place: str) -> list[Solid]:
    """A map spread between both hands."""
    left, right = carrier.hand("L"), carrier.hand("R")
    wide = float(np.linalg.norm(left.center - right.center))
    folds = [
        box(stuff.PAPER, (wide / 4, 0.34, 0.003), ((fold - 1.5) * wide / 4, 0.03, -0.01), 0.001)
        for fold in range(4)
    ]
    return _read(carrier).put(folds)


def binoculars(carrier: Carrier, place: str) -> list[Solid]:
    """Binoculars before the eyes; they look where the head looks."""
    looks = carrier.forward("head")
    frame = frame_of(carrier.eyes + 0.035 * looks, y=looks, z=carrier.upward("head"))
    barrel = [(0, 0), (0.020, 0), (0.022, 0.06), (0.030, 0.08), (0.032, 0.14), (0.028, 0.14), (0, 0.13)]
    return frame.put(
        [
            *[turned(stuff.BLACK, barrel, (x, 0, 0)) for x in (-0.034, 0.034)],
            box(stuff.IRON, (0.05, 0.06, 0.02), (0, 0.06, 0.0), 0.005),
        ]
    )


def controller(carrier: Carrier, place: str) -> list[Solid]:
    """A game controller between both hands."""
    left, right = carrier.hand("L").center, carrier.hand("R").center
    across = unit(left - right)
    towards = unit(carrier.eyes - (left + right) / 2)
    wide = float(np.clip(np.linalg.norm(left - right) - 0.02, 0.12, 0.20))
    frame = frame_of((left + right) / 2, y=np.cross(towards, across), z=towards)
    return frame.put(
        [
            box(stuff.WHITE, (wide, 0.075, 0.035), (0, 0, 0), 0.016),
            *[ball(stuff.BLACK, 0.011, (x, -0.012, 0.02)) for x in (-0.03, 0.03)],
            *[
                rod(stuff.WHITE, (side * wide * 0.42, 0, 0), (side * wide * 0.5, -0.07, -0.005), 0.02)
                for side in (-1, 1)
            ],
        ]
    )


def camera(carrier: Carrier, place: str) -> list[Solid]:
    """A camera before the eyes; it looks where the head looks."""
    looks = carrier.forward("head")
    middle = (carrier.hand("L").center + carrier.hand("R").center) / 2
    at = carrier.eyes + looks * max(float((middle - carrier.eyes) @ looks), 0.075)
    frame = frame_of(at, y=carrier.upward("head"), z=looks)
    lens = turned(stuff.BLACK, [(0, 0), (0.034, 0), (0.036, 0.02), (0.034, 0.055), (0, 0.055)])
    glass = turned(stuff.SCREEN, [(0, 0.05), (0.028, 0.05), (0.027, 0.057), (0, 0.057)])
    ahead = Frame(origin=np.array([0.0, 0.0, 0.02]), axes=np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]))
    return frame.put(
        [
            box(stuff.BLACK, (0.135, 0.082, 0.05), (0, 0, 0), 0.008),
            box(stuff.BLACK, (0.05, 0.03, 0.045), (0, 0.05, 0), 0.006),
            *ahead.put([lens, glass]),
        ]
    )


def laptop(carrier: Carrier, place: str) -> list[Solid]:
    """An open laptop under both hands, or on one forearm."""
    front = unit(carrier.forward() * [1, 0, 1])
    if place == "both":
        hands = [carrier.hand(side) for side in "LR"]
        at = np.mean([hand.palm for hand in hands], 0) + 0.045 * front
        at[1] = min(float(hand.palm[1]) for hand in hands) - 0.03
    else:
        hand = carrier.hand(place)
        at = hand.palm - 0.04 * hand.forearm + 0.016 * UP
        front = unit((at - carrier.joint("spine01")) * [1, 0, 1])
    frame = frame_of(at, y=UP, z=-front)
    opened = np.radians(20)
    lean = np.array([[1, 0, 0], [0, np.cos(opened), -np.sin(opened)], [0, np.sin(opened), np.cos(opened)]])
    lid = Frame(origin=np.array([0.0, 0.008, -0.11]), axes=lean)
    return frame.put(
        [
            box(stuff.ALUMINIUM, (0.32, 0.016, 0.22), (0, 0, 0), 0.006),
            box(stuff.BLACK, (0.28, 0.003, 0.10), (0, 0.008, -0.04), 0.001),
            *lid.put(
                [
                    box(stuff.ALUMINIUM, (0.32, 0.21, 0.008), (0, 0.105, 0), 0.003),
                    box(stuff.SCREEN, (0.30, 0.19, 0.003), (0, 0.105, 0.004), 0.001),
                ]
            ),
        ]
    )


def umbrella(carrier: Carrier, place: str) -> list[Solid]:
    """An open umbrella over the head."""
    hand = carrier.hand(place)
    over = carrier.joint("head") + 0.5 * UP
    frame = frame_of(hand.center, y=unit(unit(over - hand.center) + 2 * UP), z=carrier.forward())
    top, wide = 0.62, 0.52
    share = np.linspace(0, 1, 9)
    outer = [(wide * float(s), top + 0.16 - 0.26 * float(s) ** 2) for s in share]
    inner = [(radius * 0.995, height - 0.004) for radius, height in outer]
    ribs = [
        tube(
            stuff.IRON,
            np.array([[r * np.cos(turn), h - 0.006, r * np.sin(turn)] for r, h in outer]),
            0.0025,
            around=6,
        )
        for turn in np.arange(8) * np.pi / 4
    ]
    return frame.put(
        [
            rod(stuff.IRON, (0, -0.02, 0), (0, top + 0.19, 0), 0.005),
            rod(stuff.WOOD, (0, -0.10, 0), (0, 0.07, 0), 0.013),
            turned(stuff.RED, inner + outer[::-1], around=24),
            *ribs,
        ]
    )


def microphone(carrier: Carrier, place: str) -> list[Solid]:
    """A microphone, its head to the mouth."""
    hand = carrier.hand(place)
    mouth = carrier.eyes - 0.065 * carrier.upward("head") + 0.02 * carrier.forward("head")
    frame = frame_of(hand.center, y=unit(unit(mouth - hand.center) + 0.8 * hand.thumb), z=hand.outward)
    grip = [(0, -0.09), (0.010, -0.09), (0.012, -0.05), (0.015, 0.06), (0.020, 0.075), (0, 0.075)]
    return frame.put([turned(stuff.BLACK, grip), ball(stuff.ALUMINIUM, 0.026, (0, 0.092, 0))])


def wheel(carrier: Carrier, place: str) -> list[Solid]:
    """A steering wheel that goes through the hand or the hands."""
    radius = 0.18
    front = unit(carrier.forward() * [1, 0, 1])
    axis = unit(0.45 * UP - front)  # from its hub to the driver
    left = unit(np.cross(UP, front))
    hands = [carrier.hand(side) for side in ("LR" if place == "both" else place)]
    middle = np.mean([hand.center for hand in hands], 0)
    up = _across(UP, axis)
    if place == "both":
        half = min(float(np.linalg.norm(hands[0].center - hands[1].center)) / 2, 0.9 * radius)
        middle = middle - up * np.sqrt(radius**2 - half**2)
    else:
        middle = middle - (left if place == "L" else -left) * 0.8 * radius - up * 0.6 * radius
    frame = frame_of(middle, y=up, z=axis)
    turn = np.linspace(0, 2 * np.pi, 49)
    ring = np.stack([radius * np.cos(turn), radius * np.sin(turn), 0 * turn], 1)
    spokes = [
        rod(stuff.IRON, (0, 0, -0.01), (radius * np.cos(a), radius * np.sin(a), 0), 0.010)
        for a in np.radians((0, 180, 270))
    ]
    hub = box(stuff.BLACK, (0.10, 0.075, 0.03), (0, 0, -0.008))
    column = rod(stuff.IRON, (0, 0, -0.02), (0, 0, -0.30), 0.022)
    return frame.put([tube(stuff.BLACK, ring, 0.014), hub, column, *spokes])


def carton(carrier: Carrier, place: str) -> list[Solid]:
    """A cardboard box between both hands, or on the shoulder under one."""
    front = unit(carrier.forward() * [1, 0, 1])
    if place == "both":
        left, right = carrier.hand("L").palm, carrier.hand("R").palm
        wide = float(np.clip(np.linalg.norm(left - right), 0.18, 0.6))
        frame = frame_of((left + right) / 2 + 0.05 * front, y=_across(UP, left - right), z=front)
        return frame.put([box(stuff.CARDBOARD, (wide, 0.24, 0.26), round_m=0.006)])
    shoulder = carrier.joint(f"upperarm01.{place}") + 0.075 * UP
    return frame_of(shoulder + 0.15 * UP, y=UP, z=front).put(
        [box(stuff.CARDBOARD, (0.26, 0.26, 0.40), round_m=0.006)]
    )


def _flat_frame(carrier: Carrier, place: str) -> Frame:
    """Where a phone is: its screen is +z."""
    if place == "both":
        middle = (carrier.hand("L").center + carrier.hand("R").center) / 2
        towards = unit(carrier.eyes - middle)
        return frame_of(middle + BETWEEN_M * towards, y=_across(UP, towards), z=towards)
    hand = carrier.hand(place)
    ear = carrier.joint("head") + 0.02 * UP
    if float(np.linalg.norm(hand.center - ear)) < NEAR_HEAD_M:
        out = unit((hand.center - ear) * [1, 0.2, 1])
        mouth = carrier.eyes - 0.07 * carrier.upward("head")
        at = ear + 0.092 * out - 0.02 * UP
        return frame_of(at, y=_across(unit(at - mouth) + 0.6 * UP, out), z=-out)
    towards = unit(carrier.eyes - hand.center)
    facing = unit(hand.outward + 0.7 * towards)
    return frame_of(hand.center + 0.2 * PHONE_M[1] * hand.thumb, y=hand.thumb, z=facing)


def _upright(carrier: Carrier, place: str) -> Frame:
    """Where a cup is: between the palms, or in one hand; tilted to the mouth where it is at the mouth."""
    if place == "both":
        middle = (carrier.hand("L").center + carrier.hand("R").center) / 2
        return frame_of(middle, y=UP, z=carrier.forward())
    hand = carrier.hand(place)
    mouth = carrier.eyes - 0.065 * carrier.upward("head") + 0.03 * carrier.forward("head")
    near = float(np.linalg.norm(mouth - hand.center)) < 0.16
    axis = unit(hand.thumb) if near else UP + TILTED * max(float(hand.thumb @ UP), 0) * hand.thumb
    if near:  # its rim is what the lips meet
        axis = unit(unit(mouth - hand.center) + 1.1 * UP)
    return frame_of(hand.center, y=unit(axis), z=hand.outward)


def _read(carrier: Carrier) -> Frame:
    """Between both hands, facing the eyes; x from the right hand to the left one."""
    left, right = carrier.hand("L"), carrier.hand("R")
    middle = (left.center + right.center) / 2
    towards = unit(carrier.eyes - middle)
    across = _across(right.center - left.center, towards)
    return frame_of(middle, y=np.cross(towards, across), z=towards)


def _held_to_body(carrier: Carrier, hand: Hand) -> Frame:
    """Under the palm of a hand that presses something to the body."""
    front = carrier.forward()
    return frame_of(hand.palm - 0.012 * front, y=carrier.upward(), z=front)


def _closed_book(wide: float, high: float) -> list[Solid]:
    return [
        box(stuff.COVER, (wide, high, 0.022), (0, 0, 0), 0.003),
        box(stuff.PAPER, (wide - 0.006, high + 0.001, 0.016), (0.004, 0, 0), 0.002),
    ]


def _across(vector: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """(3,) unit: the part of a vector that is square to an axis."""
    axis = unit(axis)
    return unit(vector - float(vector @ axis) * axis)
