"""Business poses."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, face, gestures, holding, legs, low
from pipelines.pose.primitives.sides import SIGN
from pipelines.props import Held

business = partial(Entry, category="business")
STAND = partial(legs.stand, wide=0.11)
ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")


def look_at_watch(goals: Goals) -> None:
    """The left forearm before the chest, its back to the face; the right hand pulls the sleeve."""
    arms.bent_before_chest(goals, "L")
    goals.touch("wrist.L", "sternum", (0.02, -0.26, -0.10), "chest", 2.5)
    goals.aim("forearm.L", (-1, -0.15, 0.1), "chest", 2)
    goals.aim("palm.L", (0, -0.5, -0.85), "chest", 1.2)
    goals.touch("palm.R", "wrist.L", (-0.02, -0.02, 0.045), "chest", 2)
    goals.aim("palm.R", (0.2, 0.3, -0.9), "chest", 0.8)


def straighten_tie(goals: Goals) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.bent_before_chest(goals, side)
        height = 0.05 if side == "R" else -0.03
        goals.touch(f"indextip.{side}", "sternum", (sign * 0.015, -0.03, height), "chest", 2.5)
        goals.aim(f"palm.{side}", (-sign * 0.6, 0.8, 0), "chest", 0.8)
        goals.aim(f"upperarm.{side}", (sign * 0.45, -0.3, -0.85), "chest", 1)
        goals.hand(side, "pinch")


def steeple(goals: Goals) -> None:
    """Fingertips together before the belly."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goals.touch(f"middletip.{side}", "belly", (sign * 0.004, -0.20, 0.16), "hips", 3)
        goals.aim(f"palm.{side}", (-sign * 0.75, 0.55, -0.2), "chest", 1.2)
        goals.aim(f"fingers.{side}", (-sign * 0.6, -0.5, 0.5), "chest", 1.5)
        goals.hand(side, "open")


def write_on_board(goals: Goals, side: str) -> None:
    gestures.start_up(goals, side, 60)
    gestures.arm(
        goals,
        side,
        (0.45, -0.85, 0.2),
        (0.05, -0.6, 0.8),
        (-0.6, -0.6, -0.5),
        shape="pinch",
        weights=(2.5, 2.5, 1),
    )


def hold_tablet(goals: Goals, side: str) -> None:
    """A tablet on the forearm before the chest."""
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", "sternum", (-sign * 0.02, -0.24, -0.10), "chest", 2.5)
    goals.aim(f"palm.{side}", (0, 0.45, 0.9), "chest", 1.5)
    goals.aim(f"forearm.{side}", (-sign * 0.75, -0.6, 0.15), "chest", 1.2)
    goals.hand(side, "grip")


def tap_tablet(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", "sternum", (-sign * 0.03, -0.26, -0.035), "chest", 2)
    goals.aim(f"upperarm.{side}", (sign * 0.3, -0.25, -0.9), "chest", 1.2)
    goals.aim(f"palm.{side}", (0, 0.2, -0.95), "chest", 0.8)
    goals.hand(side, "point")


def present_down(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.5, -0.3, -0.8),
        (0.6, -0.75, -0.15),
        (0, -0.3, 0.95),
        shape="open",
        weights=(2, 2, 1.6),
    )


def type_on_keys(goals: Goals) -> None:
    low.sit(goals)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goals.aim(f"upperarm.{side}", (sign * 0.2, -0.3, -0.95), "chest", 2.5)
        goals.aim(f"forearm.{side}", (-sign * 0.12, -1, 0.02), "world", 2.5)
        goals.aim(f"palm.{side}", (0, 0, -1), "world", 1.5)
        goals.hand(side, "relaxed")


BUSINESS = (
    business(
        name="Handshake",
        legs=(partial(legs.step, front="R", length=0.24),),
        left=arms.hang,
        right=gestures.shake_hands,
        yaw=-50,
        tags=("polite",),
    ),
    business(
        name="Presenting to the side",
        legs=(ON_LEFT,),
        left=gestures.present,
        right=arms.in_pocket,
        face=(12, 0, 0),
        tags=("speaker",),
    ),
    business(
        name="Presenting with both hands",
        legs=(ON_RIGHT,),
        left=gestures.present,
        right=present_down,
        bend=(0, 0, 10),
        face=(-8, 0, 0),
        yaw=-12,
        tags=("speaker",),
    ),
    business(
        name="Making a point, finger up",
        legs=(ON_LEFT,),
        left=arms.in_pocket,
        right=gestures.point_up,
        face=(0, 0, -4),
        tags=("speaker",),
    ),
    business(
        name="Working on a tablet",
        props=("tablet",),
        held=(Held(name="tablet", place="L"),),
        legs=(ON_LEFT,),
        left=hold_tablet,
        right=tap_tablet,
        face=(4, 30, 0),
        yaw=35,
    ),
    business(
        name="Looking at the watch",
        legs=(STAND,),
        left=None,
        right=None,
        more=look_at_watch,
        face=(6, 34, 0),
        yaw=15,
    ),
    business(
        name="Hands steepled",
        legs=(partial(legs.stand, wide=0.1),),
        left=None,
        right=None,
        more=steeple,
        face=(8, 0, 0),
        yaw=15,
        tags=("speaker", "formal"),
    ),
    business(
        name="Writing on a board",
        props=("pen",),
        held=(Held(name="pen", place="R"),),
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=write_on_board,
        face=(-20, -4, 0),
        yaw=130,
        tags=("teacher",),
    ),
    business(
        name="Walking with a briefcase",
        props=("briefcase",),
        held=(Held(name="briefcase", place="R"),),
        legs=(partial(legs.walk, front="R", length=0.62),),
        left=arms.in_pocket,
        right=holding.carry_bag,
        face=(12, 0, 0),
        yaw=32,
        tags=("walking",),
    ),
    business(
        name="Walking, on the phone",
        props=("phone",),
        held=(Held(name="phone", place="L"),),
        legs=(partial(legs.walk, front="L", length=0.52),),
        left=face.phone_at_ear,
        right=None,
        face=(-6, 4, 4),
        yaw=35,
        tags=("walking", "phone"),
    ),
    business(
        name="Offering a hand",
        legs=(ON_RIGHT,),
        left=gestures.offer,
        right=arms.hang_loose,
        face=(10, 2, 0),
        yaw=20,
        tags=("polite", "friendly"),
    ),
)
