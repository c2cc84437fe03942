"""Walking and running."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.primitives import arms, face, gestures, legs, low
from pipelines.pose.primitives.sides import SIGN

walk = partial(Entry, category="walking", left=None, right=None)
run = partial(Entry, category="walking", left=None, right=None)


def tightrope(goals: Goals) -> None:
    legs.step(goals, "L", 0.4, 0.05)
    goals.forget("foot.L", "foot.R")
    goals.touch("foot.L", offset=(0.02, -0.2, 0), axes=PLAN, weight=3)
    goals.touch("foot.R", offset=(-0.02, 0.2, 0), axes=PLAN, weight=3)


def march(goals: Goals) -> None:
    legs.one_leg(goals, "R", out=0.06)
    legs.free_leg(goals, "L", flex=78, out=2, turn=0, knee=88, ankle=8)
    legs.pump_arms(goals, "L", 0.9)
    goals.hands = ["fist", "fist"]
    goals.tag("walking", "uniform")


def climb_hill(goals: Goals) -> None:
    legs.step(goals, "L", 0.62, 0.11)
    goals.bend(8, root_lean=20, knee_L=52, hip_flex_L=60)
    legs.swing_arms(goals, "L", 26, 30)


def walk_against_wind(goals: Goals) -> None:
    legs.walk(goals, "R", 0.6)
    goals.bend(10, root_lean=22)


def sprint_start(goals: Goals) -> None:
    """Hands on the line, hips up."""
    legs.plant(goals, "L", 0.09, 0.10, 4, 0.09)
    low.stand_on_toes(goals, "R", 45)
    goals.touch("foot.R", offset=(-0.10, 0.62, 0), axes=PLAN, weight=1)
    goals.touch("knee.R", offset=(-0.11, 0.22, 0.16), weight=1.5)
    goals.bend(10, root_lean=96, hip_flex_L=108, knee_L=98, hip_flex_R=76, knee_R=78)
    goals.touch("root", offset=(0, 0.24, 0.72), weight=1.2)
    for side in "LR":
        goals.touch(f"indextip.{side}", offset=(SIGN[side] * 0.24, -0.42, 0.012), weight=2.5)
        goals.aim(f"forearm.{side}", (0, -0.05, -1), weight=1.5)
        goals.bend(2, **{f"elbow_{side}": 8})
        goals.hand(side, "spread")
    goals.tag("floor", "dynamic")


WALKING = (
    walk(name="Walking", legs=(partial(legs.walk, front="L"),), yaw=-40),
    walk(name="Passing step", legs=(partial(legs.pass_step, front="L"),), face=(0, 2, 0), yaw=-58),
    walk(
        name="Strolling, hands in pockets",
        legs=(partial(legs.walk, front="R", length=0.48),),
        left=arms.in_pocket,
        right=arms.in_pocket,
        face=(25, 4, 0),
        yaw=25,
        tags=("casual",),
    ),
    walk(
        name="Walking and waving",
        legs=(partial(legs.walk, front="L", length=0.55),),
        right=gestures.wave,
        face=(-14, 0, 4),
        yaw=-20,
        tags=("friendly",),
    ),
    walk(
        name="Walking, looking back",
        legs=(partial(legs.walk, front="R", length=0.55),),
        bend=(0, 0, 24),
        face=(94, 0, 0),
        yaw=-125,
    ),
    walk(
        name="Tightrope walk",
        legs=(tightrope,),
        left=gestures.aside,
        right=gestures.aside,
        face=(0, 14, 0),
        yaw=-20,
    ),
    walk(name="Marching", legs=(march,), face=(0, -3, 0), yaw=40),
    walk(
        name="Walking uphill", legs=(climb_hill,), bend=(8, 0, 0), face=(0, -4, 0), yaw=58, tags=("outdoor",)
    ),
    walk(
        name="Against the wind",
        legs=(walk_against_wind,),
        left=arms.across_belly,
        right=face.shade_eyes,
        bend=(14, 0, 0),
        face=(-6, 12, 0),
        yaw=50,
        tags=("outdoor",),
    ),
)


def finish_line(goals: Goals) -> None:
    legs.run(goals, "R", "drive")
    goals.bend(8, root_lean=2)


def trail(goals: Goals) -> None:
    legs.run(goals, "R", "land")
    goals.bend(10, root_lean=16)


def brake(goals: Goals) -> None:
    """Heels dug in, leaning back: a sudden stop."""
    legs.plant(goals, "L", 0.12, -0.42, 8)
    goals.touch("heelfoot.L", axes=FLOOR, weight=4)
    legs.plant(goals, "R", 0.12, 0.10, 14)
    goals.bend(8, root_lean=-20, knee_L=10, knee_R=58, hip_flex_R=28)


RUNNING = (
    run(name="Sprinting", legs=(partial(legs.run, front="L", phase="drive"),), yaw=62, tags=("sport",)),
    run(
        name="Jogging",
        legs=(partial(legs.run, front="L", phase="land"),),
        face=(0, 2, 0),
        yaw=-45,
        tags=("sport",),
    ),
    run(
        name="Crossing the finish line",
        legs=(finish_line,),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        bend=(-12, 0, 0),
        face=(0, -14, 0),
        hands=("fist", "fist"),
        yaw=35,
        tags=("winner", "joy"),
    ),
    run(name="On your marks", legs=(sprint_start,), face=(0, 40, 0), yaw=64, tags=("sport",)),
    run(
        name="Sudden stop",
        legs=(brake,),
        left=gestures.aside_soft,
        right=gestures.aside_soft,
        bend=(10, 0, 0),
        yaw=55,
    ),
)
