"""Bodies in the air, and kicks. Those with a side take (goals, side): the leg that is raised."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives import legs
from pipelines.pose.primitives.body import carry
from pipelines.pose.primitives.sides import OTHER, SIGN


def hop(goals: Goals, side: str) -> None:
    """A small jump, one knee up."""
    legs.rise(goals, 0.16)
    free = OTHER[side]
    legs.free_leg(goals, free, flex=62, out=4, turn=0, knee=80, ankle=34)
    legs.free_leg(goals, side, flex=-2, out=2, turn=0, knee=10, ankle=44)


def tuck_jump(goals: Goals) -> None:
    legs.rise(goals, 0.3)
    goals.bend(12, hip_flex=84, knee=104, ankle=30, hip_out=6)


def straight_jump(goals: Goals) -> None:
    legs.rise(goals, 0.24)
    goals.bend(12, hip_flex=0, knee=4, ankle=46, hip_out=3)


def sitting_jump(goals: Goals) -> None:
    """In the air as if seated, legs ahead: a long jump's end."""
    legs.rise(goals, 0.3)
    goals.bend(12, hip_flex=86, knee=18, ankle=10, hip_out=4)


def heels_back_jump(goals: Goals) -> None:
    legs.rise(goals, 0.24)
    goals.bend(12, hip_flex=-8, knee=98, ankle=40, hip_out=8, lumbar_flex=-14)


def side_jump(goals: Goals, side: str) -> None:
    """In the air, both heels to one side."""
    legs.rise(goals, 0.22)
    sign = SIGN[side]
    goals.bend(12, **{f"hip_out_{side}": 30, f"knee_{side}": 30, f"hip_out_{OTHER[side]}": -14})
    goals.bend(12, **{f"knee_{OTHER[side]}": 36, f"hip_flex_{side}": 14, f"hip_flex_{OTHER[side]}": 14})
    goals.bend(10, ankle=40, root_side=-sign * 8)


def flying_kick(goals: Goals, side: str) -> None:
    """In the air, one leg kicks forwards, the other is tucked."""
    legs.rise(goals, 0.5)
    legs.free_leg(goals, side, flex=86, out=6, turn=0, knee=6, ankle=-4)
    legs.free_leg(goals, OTHER[side], flex=62, out=20, turn=26, knee=116, ankle=30)
    carry(goals, 12, lean=-10)


def high_kick(goals: Goals, side: str) -> None:
    legs.one_leg(goals, OTHER[side])
    legs.free_leg(goals, side, flex=116, out=6, turn=0, knee=6, ankle=10)
    carry(goals, 10, lean=-14)


def back_kick(goals: Goals, side: str) -> None:
    legs.one_leg(goals, OTHER[side])
    legs.free_leg(goals, side, flex=-16, out=10, turn=0, knee=12, ankle=0)
    carry(goals, 14, lean=48)


def round_kick(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    legs.one_leg(goals, OTHER[side])
    goals.bend(10, root_side=-sign * 34)
    goals.aim(f"thigh.{side}", (sign * 0.85, -0.45, 0.2), weight=4)
    goals.aim(f"shank.{side}", (sign * 0.45, -0.88, 0.15), weight=4)
    goals.bend(5, **{f"ankle_{side}": 40})
