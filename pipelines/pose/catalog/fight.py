"""Fighting stances, punches and kicks: a part of the gallery's action."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import gestures, legs
from pipelines.pose.primitives.body import carry

fight = partial(Entry, category="action")


def boxer(goals: Goals) -> None:
    legs.step(goals, "L", 0.42, 0.05)
    goals.bend(8, knee=26, root_turn=-28, root_lean=4)


def puncher(goals: Goals) -> None:
    legs.step(goals, "L", 0.6, 0.08)
    goals.bend(8, knee=26, root_turn=14, root_lean=6)


def uppercut_arm(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.25, -0.75, -0.35),
        (-0.15, -0.35, 0.92),
        (-0.2, 0.95, 0),
        shape="fist",
        weights=(3, 3, 1),
    )


def front_kick(goals: Goals) -> None:
    legs.one_leg(goals, "L")
    legs.free_leg(goals, "R", flex=98, out=4, turn=0, knee=8, ankle=20)
    carry(goals, lean=-12)


def side_kick(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    goals.bend(10, root_side=-38)
    goals.aim("shank.L", (0.97, 0, 0.25), weight=4)
    goals.aim("thigh.L", (0.97, -0.1, 0.2), weight=4)
    goals.bend(5, ankle_L=-10)


def knee_strike(goals: Goals) -> None:
    legs.one_leg(goals, "L", heel=0.05)
    legs.free_leg(goals, "R", flex=108, out=4, turn=0, knee=122, ankle=30)
    carry(goals, lean=-8)


FIGHT = (
    fight(
        name="Boxing guard",
        legs=(boxer,),
        left=gestures.guard,
        right=gestures.guard,
        bend=(10, 0, 0),
        face=(0, 4, 0),
        yaw=25,
        tags=("fight",),
    ),
    fight(
        name="Straight punch",
        legs=(puncher,),
        left=gestures.guard,
        right=gestures.punch,
        bend=(6, 0, 34),
        face=(0, 3, 0),
        yaw=40,
        tags=("fight", "dynamic"),
    ),
    fight(
        name="Uppercut",
        legs=(puncher,),
        left=gestures.guard,
        right=uppercut_arm,
        bend=(-4, 6, 26),
        face=(0, -6, 0),
        yaw=40,
        tags=("fight", "dynamic"),
    ),
    fight(
        name="Front kick",
        legs=(front_kick,),
        left=gestures.guard,
        right=gestures.guard,
        bend=(12, 0, 0),
        yaw=58,
        tags=("fight", "dynamic"),
    ),
    fight(
        name="Side kick",
        legs=(side_kick,),
        left=gestures.guard,
        right=gestures.guard,
        face=(50, 0, 0),
        tags=("fight", "dynamic"),
    ),
    fight(
        name="Knee strike",
        legs=(knee_strike,),
        left=gestures.guard,
        right=gestures.back_soft,
        bend=(14, 0, 12),
        hands=("fist", "fist"),
        yaw=55,
        tags=("fight", "dynamic"),
    ),
)
