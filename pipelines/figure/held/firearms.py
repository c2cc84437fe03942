"""Firearms of games and films: a pistol and a rifle."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.held import stuff
from pipelines.figure.held.grip import UP, Carrier
from pipelines.figure.held.solids import Solid, box, frame_of, rod


def pistol(carrier: Carrier, place: str) -> list[Solid]:
    """A pistol; its barrel goes on where the forearm points."""
    hand = carrier.hand("R" if place == "both" else place)
    aim = unit(hand.forearm + 0.3 * hand.fingers)
    if place == "both":
        aim = unit(hand.forearm + carrier.hand("L").forearm)
    frame = frame_of(hand.center, y=UP if abs(float(aim @ UP)) < 0.8 else -carrier.forward(), z=aim)
    # the barrel is z: the frame's y is square to it
    across = unit(np.cross(frame.axes[1], aim))
    return frame_of(hand.center, y=np.cross(aim, across), z=aim).put(
        [
            box(stuff.BLACK, (0.026, 0.032, 0.18), (0, 0.05, 0.06), 0.005),
            box(stuff.BLACK, (0.028, 0.10, 0.042), (0, -0.01, 0), 0.006),
            box(stuff.IRON, (0.006, 0.03, 0.05), (0, 0.022, 0.045), 0.002),
        ]
    )


def rifle(carrier: Carrier, place: str) -> list[Solid]:
    """A rifle: its grip in the hand of `place`, its fore-end in the other one."""
    back, front = carrier.hand(place), carrier.hand("R" if place == "L" else "L")
    aim = unit(front.palm - back.center)
    across = unit(np.cross(UP, aim))
    return frame_of(back.center, y=np.cross(aim, across), z=aim).put(
        [
            box(stuff.BLACK, (0.035, 0.06, 0.34), (0, 0.045, 0.10), 0.008),
            box(stuff.WOOD, (0.035, 0.045, 0.26), (0, 0.045, 0.38), 0.01),
            rod(stuff.IRON, (0, 0.055, 0.48), (0, 0.055, 0.74), 0.009),
            box(stuff.WOOD, (0.032, 0.075, 0.26), (0, 0.02, -0.19), 0.012),
            box(stuff.WOOD, (0.03, 0.10, 0.04), (0, -0.01, -0.005), 0.01),
            box(stuff.IRON, (0.024, 0.14, 0.05), (0, -0.04, 0.17), 0.006),
            rod(stuff.BLACK, (0, 0.105, 0.0), (0, 0.105, 0.22), 0.016),
        ]
    )
