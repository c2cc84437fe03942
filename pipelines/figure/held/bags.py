"""Bags: what hangs from a hand, a forearm or a shoulder, and what is carried on the back."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier
from pipelines.figure.held.solids import Frame, Solid, box, frame_of, rod, tube
from pipelines.figure.held.stuff import Stuff

FLOOR_M = 0.005
CASE_M = 0.58
BEHIND_M, TRAIL_M = (
    -0.02,
    0.42,
)  # a case whose handle is behind the hips is pulled: its wheels are so far behind
STRAP_X_M, OFF_SKIN_M = (
    0.095,
    0.016,
)  # a strap's way over the shoulder, and how far its middle is from the skin


def handbag(carrier: Carrier, place: str) -> list[Solid]:
    """A small bag that hangs from a hand, both hands, or a forearm ("forearm.L")."""
    frame = _hanging(carrier, place)
    return frame.put(_bag(stuff.LEATHER, (0.26, 0.18, 0.10), 0.12))


def shopping_bag(carrier: Carrier, place: str) -> list[Solid]:
    """A paper bag that hangs from a hand."""
    return _hanging(carrier, place).put(_bag(stuff.PAPER, (0.28, 0.32, 0.12), 0.10, round_m=0.004))


def briefcase(carrier: Carrier, place: str) -> list[Solid]:
    """A briefcase at the arm's length."""
    return _hanging(carrier, place).put(_bag(stuff.DARK_LEATHER, (0.40, 0.29, 0.09), 0.05))


def suitcase(carrier: Carrier, place: str) -> list[Solid]:
    """A case on wheels beside or behind the body, pulled by its handle."""
    hand = carrier.hand(place)
    front = unit(carrier.forward("root") * [1, 0, 1])
    trails = float((hand.center - carrier.joint("root")) @ front) < BEHIND_M
    foot = hand.center * [1, 0, 1] + UP * FLOOR_M - front * (TRAIL_M if trails else 0.0)
    height = float(np.linalg.norm(hand.center - foot))
    frame = frame_of(foot, y=unit(hand.center - foot), z=-front)
    body_m = min(CASE_M, height - 0.16)
    poles = [rod(stuff.ALUMINIUM, (x, body_m, 0.05), (x, height - 0.01, 0.0), 0.006) for x in (-0.07, 0.07)]
    return frame.put(
        [
            box(stuff.CANVAS, (0.38, body_m - 0.05, 0.22), (0, body_m / 2 + 0.02, 0.05), 0.03),
            *poles,
            rod(stuff.BLACK, (-0.08, height, 0), (0.08, height, 0), 0.012),
            *[
                rod(stuff.BLACK, (x - 0.012, 0.03, 0.05), (x + 0.012, 0.03, 0.05), 0.028)
                for x in (-0.15, 0.15)
            ],
        ]
    )


def backpack(carrier: Carrier, place: str) -> list[Solid]:
    """A backpack, with straps over the shoulders."""
    frame = _chest(carrier)
    back = _outline(carrier, frame, np.array([0.0, -0.05, 0.0]), np.array([0.0, 0.0, -1.0]))
    pack = [
        box(stuff.CANVAS, (0.30, 0.42, 0.15), (0, -0.10, back - 0.085), 0.05),
        box(stuff.CANVAS, (0.23, 0.17, 0.06), (0, -0.20, back - 0.175), 0.025),
    ]
    return frame.put(pack) + [
        _strap(carrier, frame, side * STRAP_X_M, (back - 0.02, -0.24), stuff.DARK_LEATHER)
        for side in (-1.0, 1.0)
    ]


def tote(carrier: Carrier, place: str) -> list[Solid]:
    """A bag at the hip, its strap over the shoulder of a side."""
    side = 1.0 if place.endswith("L") else -1.0
    frame = _chest(carrier)
    hip = carrier.joint(f"upperleg01.{place[-1]}")
    shoulder = carrier.joint(f"upperarm01.{place[-1]}")
    local = frame.axes @ (hip - frame.origin)
    out = _outline(carrier, frame, np.array([0.0, local[1], 0.0]), np.array([side, 0.0, 0.0]))
    bag = frame.at(side * (abs(out) + 0.07), local[1] + 0.0, -0.02)
    hung = frame_of(bag, y=UP, z=unit(np.cross(unit(carrier.forward() * [1, 0, 1]), UP)) * -side)
    top = shoulder + 0.055 * carrier.upward() - 0.035 * side * frame.axes[0]
    ends = [hung.at(x, 0.10, 0) for x in (-0.13, 0.13)]
    lines = [_bow(np.array([end, top])) for end in ends]
    return hung.put([box(stuff.CANVAS, (0.34, 0.28, 0.09), (0, -0.04, 0), 0.02)]) + [
        tube(stuff.DARK_LEATHER, line, 0.010) for line in lines
    ]


def _bag(kind: Stuff, size: tuple[float, float, float], handle: float, round_m: float = 0.02) -> list[Solid]:
    """A bag under its handle: the handle's top is the origin, y up."""
    wide, high, _ = size
    turn = np.linspace(0, np.pi, 17)
    reach = min(0.09, 0.36 * wide)
    bow = np.stack([reach * np.cos(turn), handle * (np.sin(turn) ** 0.6 - 1), 0 * turn], 1)
    return [
        box(kind, size, (0, -handle - high / 2, 0), round_m),
        tube(stuff.DARK_LEATHER, bow, 0.007),
    ]


def _hanging(carrier: Carrier, place: str) -> Frame:
    """Under a hand, both hands or a forearm: y up, x along what it hangs from."""
    if place == "both":
        left, right = carrier.hand("L"), carrier.hand("R")
        low = (left.center + right.center) / 2
        return frame_of(low, y=UP, z=carrier.forward())
    hand = carrier.hand(place[-1])
    if place.startswith("forearm"):
        at = 0.55 * hand.elbow + 0.45 * hand.wrist + 0.035 * UP
        return frame_of(at, y=UP, z=hand.forearm * [1, 0, 1])
    along = hand.thumb * [1, 0, 1]
    if float(np.linalg.norm(along)) < 0.3:
        along = carrier.forward() * [1, 0, 1]
    return frame_of(hand.center - 0.004 * UP, y=UP, z=np.cross(along, UP))


def _chest(carrier: Carrier) -> Frame:
    """x to the body's left, y up its spine, z to its front, between the shoulders."""
    middle = (carrier.joint("upperarm01.L") + carrier.joint("upperarm01.R")) / 2
    up = unit(middle - carrier.joint("spine04"))
    return frame_of(middle, y=up, z=carrier.forward())


def _outline(carrier: Carrier, frame: Frame, start: np.ndarray, towards: np.ndarray) -> float:
    """How far the skin reaches from the frame's middle line at a height, along a direction of the frame, signed."""
    local = (carrier.body.vertices - frame.origin) @ frame.axes.T
    trunk = (np.abs(local[:, 0]) < 0.17) & (np.abs(local[:, 1] - start[1]) < 0.06)
    reach = float((local[trunk] @ towards).max())
    return reach * float(towards.sum())


def _strap(carrier: Carrier, frame: Frame, x: float, end: tuple[float, float], kind: Stuff) -> Solid:
    """A strap around one shoulder: over it, down the chest, under the arm to the pack; `end` is z and y of the pack."""
    rest, shoulder = carrier.body.rest_vertices, carrier.rest_joint("upperarm01.L")
    trunk = (rest[:, 1] > shoulder[1] - 0.28) & (rest[:, 1] < shoulder[1] + 0.12)
    near = ((carrier.body.vertices - frame.origin) @ frame.axes.T)[trunk & (np.abs(rest[:, 0] - x) < 0.02)]
    center = np.array([-0.10, 0.0])  # y, z inside the chest
    around = np.radians(np.linspace(150, -25, 22))  # from the back over the top to the front
    line = []
    for angle in around:
        way = np.array([np.sin(angle), np.cos(angle)])  # y, z
        places = near[:, 1:] - center
        along, beside = places @ way, np.abs(places @ np.array([way[1], -way[0]]))
        lies = along[(beside < 0.03) & (along > 0)]
        reach = float(lies.max()) if len(lies) else 0.12
        line.append([x, *(center + way * (reach + OFF_SKIN_M))])
    path = np.array([*line, [x * 1.9, end[1] + 0.05, 0.0], [x * 1.5, end[1], end[0]]])
    return tube(kind, _bow(path) @ frame.axes + frame.origin, 0.012)


def _bow(points: np.ndarray) -> np.ndarray:
    """A line (n, 3) through points, by steps as fine as a mesh needs."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    stops = np.linspace(0, lengths[-1], max(8, int(lengths[-1] / 0.02)))
    line = np.stack([np.interp(stops, lengths, points[:, axis]) for axis in range(3)], 1)
    for _ in range(2):
        line[1:-1] = (line[:-2] + 2 * line[1:-1] + line[2:]) / 4
    return line
