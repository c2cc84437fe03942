"""Action: stories told by a whole body."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.words import arms, gestures, legs, low
from pipelines.pose.words.body import carry


def landing_arms(goals: Goals) -> None:
    goals.touch("elbow.L", "knee.L", (0.02, 0.06, 0.04), weight=1.5)
    goals.touch("knuckles.R", offset=(-0.2, -0.38, 0.02), weight=3)
    goals.hand("R", "fist")


def spring_arm(goals: Goals, side: str) -> None:
    goals.touch("middletip.L", offset=(0.06, -0.42, 0.012), weight=3)
    goals.aim("fingers.L", (0, -0.5, -1), weight=0.6)
    goals.hand("L", "spread")


def pull_rope(goals: Goals) -> None:
    for side, sign, reach in (("L", 1.0, 0.42), ("R", -1.0, 0.24)):
        goals.touch(f"palm.{side}", "sternum", (sign * 0.03, -reach, -0.16), "chest", 2.5)
        goals.aim(f"palm.{side}", (-sign * 0.9, 0, -0.3), "chest", 0.8)
        goals.hand(side, "grip")


def crane(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    legs.free_leg(goals, "L", 88, 6, 0, 96, 36)


ACTION = (
    Entry(
        name="Sword guard",
        category="action",
        legs=(
            partial(legs.step, front="L", length=0.55, heel=0.05),
            lambda g: g.bend(8, knee=34, root_turn=-18),
        ),
        left=gestures.sword,
        right=gestures.sword,
        face=(10, 4, 0),
        yaw=-40,
        tags=("fantasy", "fight"),
    ),
    Entry(
        name="Spell caster",
        category="action",
        legs=(partial(legs.step, front="R", length=0.5, heel=0.06), lambda g: g.bend(8, knee=26)),
        left=gestures.raise_wide,
        right=gestures.stop,
        bend=(0, 0, 10),
        face=(0, 2, 0),
        hands=("claw", "spread"),
        yaw=-25,
        tags=("fantasy",),
    ),
    Entry(
        name="Superhero landing",
        category="action",
        legs=(partial(low.kneel_on_one, front="L", length=0.62), partial(carry, lean=22)),
        left=None,
        right=None,
        bend=(48, 0, 0),
        more=landing_arms,
        face=(0, -4, 0),
        tags=("power",),
        yaw=15,
    ),
    Entry(
        name="Flying, one fist ahead",
        category="action",
        legs=(
            partial(legs.rise, height=0.5),
            partial(legs.free_leg, side="L", flex=2, out=2, knee=4, ankle=46),
            partial(legs.free_leg, side="R", flex=34, out=4, knee=66, ankle=44),
            partial(carry, weight=30, lean=48),
        ),
        left=arms.fist_on_hip,
        right=gestures.raise_fist,
        bend=(-16, 0, 0),
        face=(0, -8, 0),
        yaw=50,
        tags=("power",),
    ),
    Entry(
        name="Zombie",
        category="action",
        legs=(partial(legs.step, front="R", length=0.3, heel=0.02), lambda g: g.bend(6, root_lean=5)),
        left=gestures.stretch_forward,
        right=gestures.stretch_forward,
        bend=(14, 5, 0),
        face=(10, 4, 12),
        yaw=40,
        tags=("fantasy",),
    ),
    Entry(
        name="Dodge to the side",
        category="action",
        legs=(partial(legs.lunge_aside, side="R", wide=0.36),),
        left=gestures.guard,
        right=gestures.guard,
        bend=(16, -20, 0),
        face=(10, 0, 0),
        tags=("fight", "dynamic"),
    ),
    Entry(
        name="Crouched, ready to spring",
        category="action",
        legs=(partial(legs.squat, depth=0.44, wide=0.24, turn=28, heel=0.05, lean=34),),
        left=spring_arm,
        right=gestures.back_soft,
        bend=(36, 0, 0),
        face=(0, 2, 0),
        tags=("dynamic",),
    ),
    Entry(
        name="Climbing",
        category="action",
        legs=(
            partial(legs.one_leg, side="L", out=0.05),
            partial(legs.free_leg, side="R", flex=92, out=20, turn=12, knee=100, ankle=5),
        ),
        left=gestures.raise_up,
        right=gestures.raise_fist,
        face=(0, -30, 0),
        hands=("grip", "grip"),
        yaw=145,
        tags=("outdoor",),
    ),
    Entry(
        name="Pushing a wall",
        category="action",
        legs=(
            partial(legs.step, front="L", length=0.75, heel=0.09),
            lambda g: g.bend(8, root_lean=24, knee_L=42),
        ),
        left=gestures.stop,
        right=gestures.stop,
        face=(0, 12, 0),
        yaw=60,
    ),
    Entry(
        name="Pulling a rope",
        category="action",
        legs=(
            partial(legs.step, front="L", length=0.6, heel=0.0),
            lambda g: g.bend(8, root_lean=-16, knee=34, root_turn=-20),
        ),
        left=None,
        right=None,
        bend=(10, 0, -8),
        more=pull_rope,
        face=(6, 4, 0),
        yaw=50,
        tags=("dynamic",),
    ),
    Entry(
        name="Crane stance",
        category="action",
        legs=(crane,),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        face=(0, 2, 0),
        hands=("claw", "claw"),
        tags=("fight", "balance"),
        yaw=20,
    ),
    Entry(
        name="Sneaking",
        category="action",
        legs=(
            partial(legs.step, front="R", length=0.55, heel=0.09),
            lambda g: g.bend(6, knee=48, root_lean=16),
        ),
        left=gestures.stretch_forward,
        right=gestures.guard,
        bend=(18, 0, 0),
        face=(20, 0, 0),
        hands=("claw", "claw"),
        yaw=-40,
    ),
)
