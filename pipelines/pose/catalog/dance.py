"""Dance."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, gestures, legs

dance = partial(Entry, category="dance")


def arabesque(goals: Goals) -> None:
    legs.one_leg(goals, "L")
    legs.free_leg(goals, "R", flex=-22, out=4, turn=12, knee=2, ankle=46)
    goals.bend(10, root_lean=36, lumbar_flex=-24, thorax_flex=-12)


def attitude(goals: Goals) -> None:
    """The free leg raised behind with a bent knee."""
    legs.one_leg(goals, "R", heel=0.09)
    legs.free_leg(goals, "L", flex=-22, out=26, turn=34, knee=82, ankle=46)
    goals.bend(10, root_lean=16, lumbar_flex=-18)


def first_position(goals: Goals) -> None:
    legs.stand(goals, 0.05, 48)
    goals.bend(6, hip_turn=34)


def retire(goals: Goals) -> None:
    """On the ball of one foot, the other at the knee."""
    legs.one_leg(goals, "R", heel=0.10, turn=30)
    goals.bend(8, hip_flex_L=62, hip_out_L=46, hip_turn_L=52, knee_L=122, ankle_L=46)
    goals.touch("toetip.L", "kneein.R", (0.02, -0.03, 0.0), weight=1.5)


def side_point(goals: Goals) -> None:
    """Weight on one bent leg, the other pointed aside."""
    legs.plant(goals, "R", 0.06, 0, 24)
    goals.touch("toetip.L", offset=(0.50, -0.06, 0.01), weight=2)
    goals.bend(8, knee_R=22, knee_L=2, ankle_L=44, hip_turn_L=30)
    goals.stand_over(heelfoot_R=0.5, ballin_R=0.5)


def street_lean(goals: Goals) -> None:
    legs.lunge_aside(goals, "L", 0.32)
    goals.bend(6, knee_L=54)


def body_wave(goals: Goals) -> None:
    legs.straddle(goals, 0.16, 38, 20)
    goals.bend(8, root_lean=-14, lumbar_flex=18, thorax_flex=12)


def leap(goals: Goals) -> None:
    legs.rise(goals, 0.34)
    legs.free_leg(goals, "L", flex=82, out=6, turn=0, knee=4, ankle=44)
    legs.free_leg(goals, "R", flex=-22, out=10, turn=14, knee=14, ankle=46)
    goals.bend(8, root_lean=4, lumbar_flex=-18)


def split_jump(goals: Goals) -> None:
    legs.rise(goals, 0.22)
    goals.bend(12, hip_out=42, knee=2, ankle=44, hip_flex=6)


def joy_jump(goals: Goals) -> None:
    legs.rise(goals, 0.26)
    goals.bend(12, hip_flex_L=20, knee_L=88, hip_flex_R=4, knee_R=64, ankle=36, hip_out=10, lumbar_flex=-10)


def tango(goals: Goals) -> None:
    legs.lunge(goals, "L", 0.9)
    goals.bend(8, knee_L=58, hip_flex_L=54, knee_R=6)


DANCE = (
    dance(
        name="Ballet, first position",
        legs=(first_position,),
        left=gestures.low_round,
        right=gestures.low_round,
        face=(14, -4, 6),
        tags=("ballet",),
    ),
    dance(
        name="Ballet, arms in a crown",
        legs=(partial(legs.tiptoe, wide=0.04, heel=0.12, turn=30),),
        left=gestures.crown,
        right=gestures.crown,
        face=(0, -4, 0),
        tags=("ballet",),
    ),
    dance(
        name="Ballet, one arm high",
        legs=(partial(legs.cross_legs, front="R"),),
        left=gestures.rounded_in_front,
        right=gestures.crown,
        face=(-20, -6, 6),
        tags=("ballet",),
    ),
    dance(
        name="Ballet, pointed aside",
        legs=(side_point,),
        left=gestures.aside_soft,
        right=gestures.crown,
        bend=(0, 8, 0),
        face=(26, -2, 6),
        tags=("ballet",),
    ),
    dance(
        name="Arabesque",
        legs=(arabesque,),
        left=gestures.reach_forward,
        right=gestures.aside,
        face=(10, -8, 0),
        hands=("soft", "soft"),
        yaw=62,
        tags=("ballet", "balance"),
    ),
    dance(
        name="Attitude",
        legs=(attitude,),
        left=gestures.aside,
        right=gestures.crown,
        face=(12, -8, 0),
        hands=("soft", "soft"),
        yaw=-35,
        tags=("ballet", "balance"),
    ),
    dance(
        name="Pirouette",
        legs=(retire,),
        left=gestures.rounded_in_front,
        right=gestures.rounded_in_front,
        face=(14, 0, 0),
        tags=("ballet", "balance"),
    ),
    dance(
        name="Leap",
        legs=(leap,),
        left=gestures.aside,
        right=gestures.raise_wide,
        face=(0, -8, 0),
        hands=("soft", "soft"),
        yaw=68,
        tags=("ballet",),
    ),
    dance(
        name="Star jump",
        legs=(split_jump,),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        face=(0, -6, 0),
        tags=("joy",),
    ),
    dance(
        name="Jump for joy",
        legs=(joy_jump,),
        left=gestures.raise_fist,
        right=gestures.raise_wide,
        face=(0, -12, 0),
        yaw=35,
        tags=("joy",),
    ),
    dance(
        name="Disco point",
        legs=(partial(legs.rest_on, side="R", out=0.28, hip=10),),
        left=gestures.raise_wide,
        right=arms.on_hip,
        bend=(0, -6, 0),
        face=(38, -18, 0),
        hands=("point", None),
        tags=("party",),
    ),
    dance(
        name="Hip-hop lean",
        legs=(street_lean,),
        left=arms.across_belly,
        right=gestures.back_soft,
        bend=(10, 16, 0),
        face=(-20, 8, -10),
        tags=("street",),
    ),
    dance(
        name="Flamenco",
        legs=(partial(legs.cross_legs, front="R"),),
        left=gestures.crown,
        right=arms.on_hip,
        bend=(-8, -8, 12),
        face=(32, 8, 0),
        tags=("passion",),
    ),
    dance(
        name="Tango step",
        legs=(tango,),
        left=gestures.aside,
        right=gestures.rounded_in_front,
        bend=(-8, 0, -10),
        face=(46, -4, 0),
        yaw=48,
        tags=("passion",),
    ),
    dance(
        name="Swaying, arms up",
        legs=(partial(legs.rest_on, side="L", hip=10),),
        left=gestures.raise_up,
        right=gestures.crown,
        bend=(-2, 8, 0),
        face=(12, -8, 10),
        hands=("soft", "soft"),
        tags=("party", "joy"),
    ),
    dance(
        name="Robot",
        legs=(partial(legs.stand, wide=0.12, turn=4),),
        left=gestures.robot_up,
        right=gestures.robot_down,
        face=(0, 0, -10),
        tags=("party", "street"),
    ),
)
