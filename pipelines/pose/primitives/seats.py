"""Stances on a seat: what the legs do. Those with a side take (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.primitives import legs, low
from pipelines.pose.primitives.sides import OTHER, SIGN


def legs_slanted(goals: Goals, side: str) -> None:
    """Sitting, knees together and to one side."""
    low.seat(goals, low.CHAIR_M, -4)
    sign = SIGN[side]
    goals.bend(2, hip_flex=84, knee=92)
    for of, out in ((side, 0.3), (OTHER[side], 0.16)):
        goals.touch(f"foot.{of}", offset=(sign * out, -0.36, 0), axes=PLAN, weight=2)
        legs.plant(goals, of, None, 0, 4, 0.06)
        goals.aim(f"foot.{of}", (-sign * 0.25, -1, -0.3), weight=1)
    goals.touch("kneein.L", "kneein.R", (0.035, 0, 0), weight=2)


def ankles_crossed(goals: Goals, side: str) -> None:
    """Sitting, the legs stretched a little, one ankle over the other."""
    low.seat(goals, low.CHAIR_M, -10)
    sign, under = SIGN[side], OTHER[side]
    goals.bend(3, hip_flex=74, knee=54)
    goals.touch(f"heelfoot.{under}", offset=(-sign * -0.03, -0.66, 0), weight=3)
    goals.touch(f"foot.{side}", f"foot.{under}", (-sign * 0.09, -0.02, 0.06), weight=2)
    goals.touch(f"heelfoot.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=1)
    goals.aim(f"foot.{under}", (0, -1, 0.6), weight=0.6)


def ankle_on_knee(goals: Goals, side: str) -> None:
    """Sitting, one ankle on the other knee."""
    under, sign = OTHER[side], SIGN[side]
    low.seat(goals, low.CHAIR_M, -10)
    legs.plant(goals, under, 0.1, -0.4, 10)
    goals.bend(2, **{f"hip_flex_{under}": 84, f"knee_{under}": 88})
    goals.bend(
        3, **{f"hip_flex_{side}": 78, f"hip_out_{side}": 48, f"hip_turn_{side}": 56, f"knee_{side}": 96}
    )
    goals.touch(f"ankle.{side}", f"knee.{under}", (-sign * 0.03, 0.06, 0.06), weight=2)


def sit_one_forward(goals: Goals, side: str) -> None:
    """Sitting, one leg stretched forwards."""
    low.seat(goals, low.CHAIR_M, -8)
    legs.plant(goals, OTHER[side], 0.11, -0.34, 10)
    goals.touch(f"heelfoot.{side}", offset=(SIGN[side] * 0.13, -0.78, 0), weight=3)
    goals.bend(3, **{f"hip_flex_{side}": 72, f"knee_{side}": 14, f"ankle_{side}": 0})


def sit_on_edge(goals: Goals, side: str) -> None:
    """On the edge of the seat, one foot drawn back on its toes."""
    low.seat(goals, low.CHAIR_M, 4)
    legs.plant(goals, OTHER[side], 0.1, -0.42, 8)
    legs.plant(goals, side, 0.12, -0.1, 6, 0.12)
    goals.bend(2, hip_flex=84, knee=88)
    goals.bend(2, **{f"knee_{side}": 112})


def sit_low(goals: Goals) -> None:
    """On a low step, the knees high."""
    low.seat(goals, 0.28, 4)
    goals.bend(2, hip_flex=100, knee=104)
    for side in "LR":
        legs.plant(goals, side, 0.15, -0.38, 14)


def sit_low_one_long(goals: Goals, side: str) -> None:
    """On a low step, one leg stretched out."""
    low.seat(goals, 0.28, -4)
    legs.plant(goals, OTHER[side], 0.12, -0.36, 12)
    goals.touch(f"heelfoot.{side}", offset=(SIGN[side] * 0.14, -0.84, 0), weight=3)
    goals.bend(3, **{f"knee_{side}": 10, f"hip_flex_{side}": 80, f"ankle_{side}": 0})


def sit_high_legs_hang(goals: Goals) -> None:
    """On a high bench, the legs hanging."""
    low.seat(goals, 0.62, -4)
    goals.bend(8, hip_flex=82, knee=84, ankle=28, hip_turn=4)
    goals.bend(8, hip_out=6)


def saddle(goals: Goals) -> None:
    """Astride, as on a motorcycle or a horse."""
    low.seat(goals, 0.62, 6)
    goals.bend(8, hip_flex=66, hip_out=34, hip_turn=8, knee=74, ankle=0)
    goals.props[0]["size_m"][0] = 0.26
