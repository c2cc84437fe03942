"""Sport: ball games, athletics."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import PLAN, Goals
from pipelines.pose.primitives import arms, gestures, holding, legs
from pipelines.pose.primitives.body import carry
from pipelines.pose.primitives.sides import SIGN
from pipelines.props import Held

sport = partial(Entry, category="sport")


def shoot(goals: Goals) -> None:
    gestures.start_up(goals, "L", 60)
    gestures.start_up(goals, "R", 40)
    goals.aim("upperarm.L", (0.35, -0.75, 0.45), "chest", 2.5).aim(
        "forearm.L", (-0.15, -0.35, 0.9), "chest", 2
    )
    goals.aim("palm.L", (-1, 0, 0.2), "chest", 1)
    goals.aim("upperarm.R", (-0.2, -0.8, 0.5), "chest", 2.5).aim("forearm.R", (0, -0.15, 1), "chest", 2)
    goals.aim("palm.R", (0, -0.7, 0.8), "chest", 1.2)
    goals.hands = ["open", "spread"]


def dribble_low(goals: Goals) -> None:
    legs.step(goals, "L", 0.5, 0.06)
    goals.bend(8, knee=52, root_lean=24, root_turn=10)


def dribble_hand(goals: Goals, side: str) -> None:
    goals.touch(f"palm.{side}", f"knee.{side}", (SIGN[side] * 0.16, -0.22, 0.16), weight=2)
    goals.aim(f"palm.{side}", (0, -0.2, -1), weight=1.5)
    goals.hand(side, "spread")


def kick_through(goals: Goals) -> None:
    """A football kick, the leg swinging through."""
    legs.one_leg(goals, "L")
    legs.free_leg(goals, "R", flex=62, out=-6, turn=10, knee=8, ankle=40)
    carry(goals, lean=-14, side=8, turn=16)


def pitch(goals: Goals) -> None:
    legs.step(goals, "L", 0.7, 0.06)
    goals.bend(8, root_turn=-35, knee_L=20, knee_R=22)


def serve(goals: Goals) -> None:
    """A tennis serve at the top: one arm follows the ball, the other is cocked behind the head."""
    legs.tiptoe(goals, 0.14, 0.07)
    carry(goals, 8, turn=-28, lean=-4)
    gestures.start_up(goals, "L", 10)
    goals.aim("upperarm.L", (0.25, -0.35, 0.9), "chest", 2.5).aim(
        "forearm.L", (0.1, -0.25, 0.97), "chest", 2.5
    )
    gestures.start_up(goals, "R", 120)
    goals.aim("upperarm.R", (-0.85, 0.1, 0.4), "chest", 2.5).aim("forearm.R", (0.2, 0.55, 0.75), "chest", 2.5)
    goals.hands = ["open", "grip"]


def forehand(goals: Goals) -> None:
    legs.step(goals, "L", 0.62, 0.07)
    goals.bend(8, knee=32, root_turn=-38, root_lean=8)


def racket_back(goals: Goals, side: str) -> None:
    gestures.arm(
        goals, side, (0.75, 0.45, -0.5), (0.75, 0.55, 0.3), (0, -1, 0), shape="grip", weights=(2.5, 2.5, 0.5)
    )


def golf_end(goals: Goals) -> None:
    """The end of a golf swing, turned to the target."""
    legs.step(goals, "L", 0.0, 0.0)
    goals.forget("foot.L", "foot.R")
    goals.touch("foot.L", offset=(0.16, 0, 0), axes=PLAN, weight=2)
    legs.plant(goals, "R", 0.16, 0.02, 0, 0.13)
    goals.bend(8, root_turn=52, thorax_twist=18, knee_R=34)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        gestures.start_up(goals, side, 80)
        goals.touch(
            f"palm.{side}", "shoulder.L", (0.10 + 0.02 * sign, -0.05, 0.17 + 0.03 * sign), "chest", 2.5
        )
        goals.hand(side, "grip")
    goals.stand_over(heelfoot_L=0.5, ballin_L=0.4, ballin_R=0.1)


def skate(goals: Goals) -> None:
    legs.one_leg(goals, "L", 0, 0.06)
    goals.bend(10, knee_L=62, hip_flex_L=78, root_lean=38)
    legs.free_leg(goals, "R", flex=-8, out=36, turn=10, knee=22, ankle=20)


def ski(goals: Goals) -> None:
    """A skier's tuck."""
    legs.squat(goals, 0.52, 0.1, 4, 0, 44)
    goals.tags -= {"squatting"}


def tucked(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", "chin", (sign * 0.035, -0.16, -0.04), "head", 2)
    goals.aim(f"upperarm.{side}", (sign * 0.15, -0.7, -0.7), "chest", 1)
    goals.hand(side, "fist")


def header(goals: Goals) -> None:
    legs.rise(goals, 0.30)
    goals.bend(12, hip_flex_L=8, knee_L=52, hip_flex_R=-8, knee_R=78, ankle=36, lumbar_flex=-12, root_lean=4)


def dive(goals: Goals) -> None:
    """A goalkeeper in the air, stretched to one side."""
    legs.rise(goals, 0.55)
    goals.bend(24, root_side=64, root_lean=2)
    goals.bend(12, hip_flex_L=8, knee_L=20, hip_flex_R=42, knee_R=62, hip_out_R=14, ankle=34, lumbar_side=8)


SPORT = (
    sport(
        name="Basketball shot",
        legs=(partial(legs.tiptoe, wide=0.12, heel=0.09),),
        left=None,
        right=None,
        more=shoot,
        face=(0, -18, 0),
        yaw=-35,
        tags=("ball",),
    ),
    sport(
        name="Dribbling",
        legs=(dribble_low,),
        left=gestures.aside_soft,
        right=dribble_hand,
        bend=(10, 0, 0),
        face=(0, 4, 0),
        yaw=-30,
        tags=("ball", "dynamic"),
    ),
    sport(
        name="Throwing a ball",
        props=("ball",),
        held=(Held(name="handball", place="R"),),
        legs=(pitch,),
        left=gestures.aside_soft,
        right=holding.throw_back,
        bend=(-6, -6, -14),
        yaw=30,
        tags=("ball", "dynamic"),
    ),
    sport(
        name="Football kick",
        legs=(kick_through,),
        left=gestures.aside_soft,
        right=gestures.back_soft,
        bend=(16, 0, -14),
        face=(0, 14, 0),
        yaw=50,
        tags=("ball", "dynamic"),
    ),
    sport(
        name="Header",
        legs=(header,),
        left=gestures.aside_soft,
        right=gestures.aside_soft,
        face=(0, -10, 0),
        yaw=40,
        tags=("ball",),
    ),
    sport(
        name="Goalkeeper ready",
        legs=(partial(legs.straddle, wide=0.30, knee=52, turn=22), partial(carry, lean=24)),
        left=gestures.keeper,
        right=gestures.keeper,
        bend=(12, 0, 0),
        yaw=15,
        tags=("ball",),
    ),
    sport(
        name="Goalkeeper dive",
        legs=(dive,),
        left=gestures.raise_up,
        right=gestures.raise_up,
        face=(40, 0, 30),
        hands=("open", "open"),
        tags=("ball",),
    ),
    sport(
        name="Tennis serve",
        props=("racket",),
        held=(Held(name="racket", place="R"),),
        legs=(serve,),
        left=None,
        right=None,
        face=(0, -34, 0),
        yaw=30,
        tags=("tennis", "dynamic"),
    ),
    sport(
        name="Speed skater",
        legs=(skate,),
        left=gestures.back_soft,
        right=gestures.aside_soft,
        bend=(26, 0, 10),
        face=(0, 6, 0),
        yaw=35,
        tags=("winter", "dynamic"),
    ),
    sport(
        name="Skier's tuck",
        legs=(ski,),
        left=tucked,
        right=tucked,
        bend=(34, 0, 0),
        face=(0, 6, 0),
        yaw=55,
        tags=("winter",),
    ),
    sport(
        name="Victory, arms up",
        legs=(partial(legs.stand, wide=0.14),),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        bend=(-8, 0, 0),
        face=(0, -14, 0),
        hands=("fist", "fist"),
        tags=("joy", "winner"),
    ),
    sport(
        name="Flexing the biceps",
        legs=(partial(legs.straddle, wide=0.2, knee=4),),
        left=gestures.flex_biceps,
        right=gestures.flex_biceps,
        face=(20, 0, 0),
        tags=("power",),
    ),
)
