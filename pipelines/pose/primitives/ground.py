"""Stances on the floor: sitting, kneeling, lying, crawling. Those with a side take (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.primitives import legs, low
from pipelines.pose.primitives.sides import OTHER, SIGN


def mermaid(goals: Goals, side: str) -> None:
    """On the floor, both legs folded to one side."""
    low.seat(goals, 0.03, -4)
    sign, over = SIGN[side], OTHER[side]
    goals.bend(
        4, **{f"hip_flex_{side}": 70, f"hip_turn_{side}": -30, f"knee_{side}": 120, f"hip_out_{side}": 20}
    )
    goals.bend(
        4, **{f"hip_flex_{over}": 74, f"hip_turn_{over}": 46, f"knee_{over}": 110, f"hip_out_{over}": 24}
    )
    goals.touch(f"ankle.{side}", offset=(sign * 0.46, 0.05, 0.05), weight=1)
    goals.touch(f"kneeout.{over}", offset=(0, 0, 0.05), axes=FLOOR, weight=1)


def straddle_sit(goals: Goals) -> None:
    """On the floor, straight legs wide apart."""
    low.seat(goals, 0.02, -4)
    goals.bend(8, hip_flex=78, hip_out=48, knee=6, hip_turn=16, ankle=14)
    for side in "LR":
        goals.touch(f"heelfoot.{side}", axes=FLOOR, weight=3)


def butterfly(goals: Goals) -> None:
    """On the floor, the soles of the feet together."""
    low.seat(goals, 0.02, 0)
    goals.bend(4, hip_flex=74, hip_out=58, hip_turn=58, knee=112, ankle=20)
    for side in "LR":
        goals.touch(f"heelfoot.{side}", offset=(SIGN[side] * 0.03, -0.42, 0.04), weight=1)
        goals.aim(f"sole.{side}", (-SIGN[side], 0, 0), weight=0.6)


def long_crossed(goals: Goals, side: str) -> None:
    """On the floor, legs stretched forwards, one ankle over the other."""
    low.sit_legs_long(goals)
    under = OTHER[side]
    goals.forget(f"heelfoot.{side}")
    goals.touch(f"calf.{side}", f"shin.{under}", (0, -0.12, 0.05), weight=2)


def one_knee_over(goals: Goals, side: str) -> None:
    """On the floor, one leg long, the other foot standing across it."""
    low.sit_legs_long(goals)
    sign = SIGN[side]
    goals.forget(f"heelfoot.{side}")
    legs.plant(goals, side, None, 0, 6)
    goals.touch(f"foot.{side}", offset=(-sign * 0.2, -0.46, 0), axes=PLAN, weight=2)
    goals.bend(6, **{f"hip_flex_{side}": 104, f"knee_{side}": 112, f"hip_out_{side}": -8})


def back_legs_crossed(goals: Goals, side: str) -> None:
    """On the back, one foot standing, the other ankle on its knee."""
    under, sign = OTHER[side], SIGN[side]
    low.lie_on_back(goals, under)
    goals.forget(f"heelfoot.{side}")
    goals.bend(
        10, **{f"hip_flex_{side}": 66, f"hip_out_{side}": 40, f"hip_turn_{side}": 54, f"knee_{side}": 96}
    )
    goals.touch(f"ankle.{side}", f"knee.{under}", (-sign * 0.02, 0.0, 0.09), weight=1.5)


def starfish(goals: Goals) -> None:
    low.lie_on_back(goals)
    goals.bend(16, hip_out=30)


def front_feet_up(goals: Goals) -> None:
    """On the belly, the shanks up and crossed."""
    low.lie_on_front(goals)
    goals.forget("instep.L", "instep.R")
    goals.bend(12, knee_L=88, knee_R=70, lumbar_flex=-20, thorax_flex=-12)
    goals.bend(20, root_lean=84)


def side_knees_bent(goals: Goals, side: str) -> None:
    """On the side, propped up, both knees bent a little."""
    low.lie_on_side(goals, side)
    goals.forget(f"knee.{side}", f"ankle.{side}")
    goals.bend(10, lumbar_side=-SIGN[side] * 21, thorax_side=-SIGN[side] * 16)
    goals.touch(f"shoulder.{side}", axes=FLOOR, offset=(0, 0, 0.28), weight=1.5)
    goals.bend(16, hip_flex=46, knee=72)
    goals.touch(f"kneeout.{side}", axes=FLOOR, offset=(0, 0, 0.01), weight=2)
    goals.touch(f"ankle.{side}", axes=FLOOR, offset=(0, 0, 0.01), weight=2)
    goals.touch(f"elbow.{side}", axes=FLOOR, weight=3)


def kneel_wide(goals: Goals) -> None:
    low.kneel(goals, 0.22)


def kneel_sit_aside(goals: Goals, side: str) -> None:
    """Kneeling upright, leaning back on the heels half way."""
    low.kneel(goals, 0.12)
    goals.bend(10, knee=118, hip_flex=40)


def upright_tiptoe_kneel(goals: Goals) -> None:
    """On the knees, toes tucked under, sitting on the heels."""
    low.sit_on_heels(goals)
    goals.forget("instep.L", "instep.R")
    for side in "LR":
        goals.touch(f"toetip.{side}", offset=(0, 0, 0.01), axes=FLOOR, weight=2)
    goals.bend(10, ankle=-20, toes=45, knee=146)


def crawl(goals: Goals, side: str) -> None:
    """On hands and knees, one knee ahead."""
    low.on_all_fours(goals)
    goals.bend(20, **{f"hip_flex_{side}": 108, f"hip_flex_{OTHER[side]}": 66})
    goals.forget("knee.L", "knee.R")
    for of, back in ((side, -0.2), (OTHER[side], 0.1)):
        goals.touch(f"knee.{of}", offset=(SIGN[of] * 0.1, back, 0.01), weight=3)


def one_knee(goals: Goals, side: str) -> None:
    """One knee on the floor; `side` is the foot that stands."""
    low.kneel_on_one(goals, side)
