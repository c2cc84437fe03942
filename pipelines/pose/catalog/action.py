"""Action: stories told by a whole body."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, gestures, holding, legs, low
from pipelines.pose.primitives.body import carry
from pipelines.pose.primitives.sides import SIGN
from pipelines.props import Held

action = partial(Entry, category="action")
hero = partial(Entry, category="hero")


def sword_stance(goals: Goals) -> None:
    legs.step(goals, "L", 0.55, 0.05)
    goals.bend(8, knee=34, root_turn=-18)


def caster(goals: Goals) -> None:
    legs.step(goals, "R", 0.5, 0.06)
    goals.bend(8, knee=26)


def landing(goals: Goals) -> None:
    low.kneel_on_one(goals, "L", 0.62)
    carry(goals, lean=22)


def landing_arms(goals: Goals) -> None:
    goals.touch("elbow.L", "knee.L", (0.02, 0.06, 0.04), weight=1.5)
    goals.touch("knuckles.R", offset=(-0.2, -0.38, 0.02), weight=3)
    goals.hand("R", "fist")


def fly(goals: Goals) -> None:
    legs.rise(goals, 0.5)
    legs.free_leg(goals, "L", flex=2, out=2, turn=0, knee=4, ankle=46)
    legs.free_leg(goals, "R", flex=34, out=4, turn=0, knee=66, ankle=44)
    carry(goals, 30, lean=48)


def hover(goals: Goals) -> None:
    """Floating upright, one knee drawn up, as a wizard or an angel would."""
    legs.rise(goals, 0.34)
    legs.free_leg(goals, "L", flex=38, out=6, turn=6, knee=62, ankle=44)
    legs.free_leg(goals, "R", flex=2, out=4, turn=6, knee=14, ankle=48)


def shamble(goals: Goals) -> None:
    legs.step(goals, "R", 0.3, 0.02)
    goals.bend(6, root_lean=5)


def spring_arm(goals: Goals, side: str) -> None:
    goals.touch(f"middletip.{side}", offset=(SIGN[side] * 0.06, -0.42, 0.012), weight=3)
    goals.aim(f"fingers.{side}", (0, -0.5, -1), weight=0.6)
    goals.hand(side, "spread")


def climber(goals: Goals) -> None:
    legs.one_leg(goals, "L", heel=0.08, out=0.05)
    legs.free_leg(goals, "R", flex=92, out=20, turn=12, knee=100, ankle=5)


def push(goals: Goals) -> None:
    legs.step(goals, "L", 0.75, 0.09)
    goals.bend(8, root_lean=24, knee_L=42)


def haul(goals: Goals) -> None:
    """Leaning back on a rope."""
    legs.step(goals, "L", 0.62, 0.0)
    goals.balance = {}
    goals.bend(12, root_lean=-26, knee_L=14, knee_R=52, hip_flex_R=30, root_turn=-14)


def haul_arms(goals: Goals) -> None:
    for side, reach in (("L", -0.5), ("R", -0.36)):
        goals.touch(f"palm.{side}", "sternum", (SIGN[side] * 0.02, reach, -0.22), "world", 2.5)
        goals.aim(f"palm.{side}", (-SIGN[side] * 0.9, 0, -0.3), "chest", 0.8)
        goals.hand(side, "grip")


def crane(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    legs.free_leg(goals, "L", flex=88, out=6, turn=0, knee=96, ankle=36)


def sneak(goals: Goals) -> None:
    """A long careful step on the toes, hunched."""
    legs.plant(goals, "R", 0.07, -0.30, 6, 0.06)
    legs.plant(goals, "L", 0.07, 0.24, 6, 0.11)
    goals.bend(8, root_lean=22, knee_R=58, knee_L=34)
    goals.stand_over(ballin_R=0.6, ballin_L=0.4)


def sneak_arm(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.35, -0.4, -0.8),
        (0.05, -0.75, 0.55),
        (0, -0.7, -0.7),
        shape="claw",
        weights=(2.5, 2.5, 1),
    )
    goals.bend(3, **{f"wrist_flex_{side}": 40})


def recoil(goals: Goals) -> None:
    """Startled: the weight back, one foot off the floor."""
    legs.plant(goals, "R", 0.10, 0.16, 14)
    legs.plant(goals, "L", 0.10, -0.22, 10)
    goals.bend(8, root_lean=-14, knee_R=40, knee_L=12)


def shield_arm(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.4, -0.75, -0.35),
        (-0.75, -0.5, 0.35),
        (0, 0.9, -0.3),
        shape="fist",
        weights=(2.5, 2.5, 0.8),
    )


def sword_up(goals: Goals, side: str) -> None:
    gestures.start_up(goals, side, 70)
    gestures.arm(
        goals,
        side,
        (0.6, -0.1, 0.75),
        (0.1, 0.25, 0.95),
        (-0.7, -0.6, 0),
        shape="grip",
        weights=(3, 2.5, 0.5),
    )


def charge(goals: Goals) -> None:
    legs.lunge(goals, "L", 0.82)
    goals.bend(8, root_lean=12, knee_L=66, hip_flex_L=70)


def fall_back(goals: Goals) -> None:
    legs.rise(goals, 0.5)
    goals.bend(24, root_lean=-58)
    goals.bend(12, hip_flex_L=48, knee_L=48, hip_flex_R=28, knee_R=24, ankle=30, lumbar_flex=14)


def fire_ball(goals: Goals) -> None:
    """Both palms before the hip, gathering power."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goals.touch(f"palm.{side}", "hip.R", (0.02 + 0.02 * sign, -0.14, 0.06 + 0.09 * sign), "hips", 2.5)
        goals.aim(f"palm.{side}", (0, -0.1, -sign), "hips", 1.5)
        goals.hand(side, "claw")


ACTION = (
    hero(
        name="Sword guard",
        props=("sword",),
        held=(Held(name="sword", place="both"),),
        legs=(sword_stance,),
        left=holding.sword,
        right=holding.sword,
        face=(10, 4, 0),
        yaw=-40,
        tags=("fantasy", "fight"),
    ),
    hero(
        name="Sword and shield",
        props=(
            "sword",
            "shield",
        ),
        held=(
            Held(name="sword", place="R"),
            Held(name="shield", place="L"),
        ),
        legs=(
            partial(legs.step, front="L", length=0.52, heel=0.04),
            lambda g: g.bend(8, knee=30, root_turn=-12),
        ),
        left=shield_arm,
        right=sword_up,
        bend=(4, 0, -8),
        face=(6, 4, 0),
        yaw=25,
        tags=("fantasy", "fight"),
    ),
    action(
        name="Charging forward",
        legs=(charge,),
        left=gestures.back_soft,
        right=gestures.point_forward,
        bend=(6, 0, 12),
        face=(0, 0, 0),
        yaw=45,
        tags=("dynamic", "power"),
    ),
    hero(
        name="Spell caster",
        legs=(caster,),
        left=gestures.raise_wide,
        right=gestures.stop,
        bend=(0, 0, 10),
        face=(0, 2, 0),
        hands=("claw", "spread"),
        yaw=-25,
        tags=("fantasy",),
    ),
    hero(
        name="Superhero landing",
        legs=(landing,),
        left=None,
        right=None,
        bend=(48, 0, 0),
        more=landing_arms,
        face=(0, -4, 0),
        yaw=15,
        tags=("power",),
    ),
    hero(
        name="Flying, one fist ahead",
        legs=(fly,),
        left=arms.fist_on_hip,
        right=gestures.raise_fist,
        bend=(-16, 0, 0),
        face=(0, -8, 0),
        yaw=58,
        tags=("power",),
    ),
    action(
        name="Zombie",
        legs=(shamble,),
        left=gestures.stretch_forward,
        right=gestures.stretch_forward,
        bend=(14, 5, 0),
        face=(10, 4, 12),
        yaw=40,
        tags=("fantasy",),
    ),
    action(
        name="Dodge to the side",
        legs=(partial(legs.lunge_aside, side="R", wide=0.36),),
        left=gestures.guard,
        right=gestures.guard,
        bend=(16, -20, 0),
        face=(10, 0, 0),
        tags=("fight", "dynamic"),
    ),
    action(
        name="Crouched, ready to spring",
        legs=(partial(legs.squat, depth=0.46, wide=0.24, turn=28, heel=0.05, lean=34),),
        left=spring_arm,
        right=gestures.back_soft,
        bend=(36, 0, 0),
        face=(0, 2, 0),
        yaw=20,
        tags=("dynamic",),
    ),
    action(
        name="Pushing a wall",
        legs=(push,),
        left=gestures.stop,
        right=gestures.stop,
        face=(0, 12, 0),
        yaw=66,
    ),
    action(
        name="Pulling a rope",
        legs=(haul,),
        left=None,
        right=None,
        bend=(8, 0, -6),
        more=haul_arms,
        face=(6, 4, 0),
        yaw=64,
        tags=("dynamic",),
    ),
    action(
        name="Crane stance",
        legs=(crane,),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        face=(0, 2, 0),
        hands=("claw", "claw"),
        yaw=20,
        tags=("fight", "balance"),
    ),
    action(
        name="Sneaking",
        legs=(sneak,),
        left=sneak_arm,
        right=sneak_arm,
        bend=(20, 0, 0),
        face=(12, 0, 0),
        yaw=58,
        tags=("quiet",),
    ),
)
