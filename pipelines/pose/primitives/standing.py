"""Stances on the feet: weight, free leg and hips. Those with a side take (goals, side), the leg that leads."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.primitives import furniture, legs
from pipelines.pose.primitives.sides import OTHER, SIGN


def hip_out(goals: Goals, side: str) -> None:
    legs.rest_on(goals, side, out=0.22, forward=0.04, knee=22, hip=11)


def leg_forward(goals: Goals, side: str) -> None:
    """Weight on one leg, the other stretched forwards, its toes turned out."""
    legs.rest_on(goals, side, out=0.1, forward=0.26, knee=8, hip=5)


def leg_aside(goals: Goals, side: str) -> None:
    """Weight on one leg, the other stretched to its side."""
    legs.rest_on(goals, side, out=0.36, forward=0.02, knee=4, hip=9)


def knee_in(goals: Goals, side: str) -> None:
    free = OTHER[side]
    legs.rest_on(goals, side, out=0.12, forward=0.12, knee=40)
    goals.bend(8, **{f"hip_turn_{free}": -22})


def heel_up(goals: Goals, side: str) -> None:
    """Weight on one leg, the other knee bent forwards, on its toes."""
    free = OTHER[side]
    legs.rest_on(goals, side, out=0.1, forward=0.1, knee=48, hip=7)
    goals.forget(f"heelfoot.{free}")
    goals.touch(f"heelfoot.{free}", offset=(0, 0, 0.1), axes=FLOOR, weight=2)


def toe_behind(goals: Goals, side: str) -> None:
    """Weight on one leg, the toes of the other on the floor behind."""
    free, sign = OTHER[side], SIGN[side]
    legs.plant(goals, side, 0.03, -0.02, 14)
    legs.plant(goals, free, 0.06, 0.3, 6, 0.13)
    goals.bend(6, **{f"knee_{side}": 2, f"knee_{free}": 26})
    goals.bend(6, root_side=-sign * 5, lumbar_side=sign * 6, root_x=sign * 0.03)
    goals.stand_over(**{f"heelfoot_{side}": 0.5, f"ballin_{side}": 0.5})
    goals.tag("standing")


def ankle_crossed_behind(goals: Goals, side: str) -> None:
    """Weight on one leg, the other crossed behind it on its toes."""
    free, sign = OTHER[side], SIGN[side]
    legs.plant(goals, side, 0.02, -0.04, 12)
    goals.touch(f"foot.{free}", offset=(sign * 0.14, 0.16, 0), axes=PLAN, weight=2)
    legs.plant(goals, free, None, 0, -6, 0.1)
    goals.bend(4, **{f"knee_{free}": 34})
    goals.stand_over(**{f"heelfoot_{side}": 0.5, f"ballin_{side}": 0.5})
    goals.tag("standing")


def foot_at_calf(goals: Goals, side: str) -> None:
    """On one leg, the other foot kicked up behind, playfully."""
    legs.one_leg(goals, side)
    legs.free_leg(goals, OTHER[side], flex=4, out=4, turn=0, knee=82, ankle=34)


def knee_raised(goals: Goals, side: str) -> None:
    """On one leg, the other knee lifted in front."""
    legs.one_leg(goals, side)
    legs.free_leg(goals, OTHER[side], flex=72, out=4, turn=0, knee=86, ankle=20)


def leg_raised_forward(goals: Goals, side: str) -> None:
    legs.one_leg(goals, side)
    legs.free_leg(goals, OTHER[side], flex=66, out=2, turn=4, knee=6, ankle=34)


def leg_raised_aside(goals: Goals, side: str) -> None:
    legs.one_leg(goals, side)
    legs.free_leg(goals, OTHER[side], flex=8, out=44, turn=16, knee=4, ankle=36)
    goals.bend(6, root_side=SIGN[side] * 10)


def leg_raised_back(goals: Goals, side: str) -> None:
    legs.one_leg(goals, side)
    legs.free_leg(goals, OTHER[side], flex=-20, out=4, turn=6, knee=30, ankle=40)
    goals.bend(8, root_lean=20)


def bent_forward(goals: Goals, side: str) -> None:
    """Leaning from the hips over a soft knee, as to somebody small."""
    legs.rest_on(goals, side, out=0.14, forward=0.1, knee=26, hip=4)
    goals.bend(8, root_lean=36)
    goals.balance = {}
    legs.share_weight(goals, 0.6 if side == "L" else 0.4)


def half_squat(goals: Goals) -> None:
    legs.straddle(goals, 0.2, 58, 22)
    goals.bend(8, root_lean=24)


def low_stance(goals: Goals) -> None:
    """Feet very wide, knees deep: a fighter or a wrestler."""
    legs.straddle(goals, 0.36, 62, 32)
    goals.bend(6, root_lean=10)


def bow_stance(goals: Goals, side: str) -> None:
    """A long stance, the front knee bent, the back leg straight."""
    legs.plant(goals, side, 0.12, -0.36, 6)
    legs.plant(goals, OTHER[side], 0.14, 0.42, 24)
    goals.bend(8, **{f"knee_{side}": 62, f"hip_flex_{side}": 58, f"knee_{OTHER[side]}": 4})
    goals.bend(3, root_lean=2)
    legs.share_weight(goals, 0.6 if side == "L" else 0.4)
    goals.tag("lunge")


def back_stance(goals: Goals, side: str) -> None:
    """The weight on the bent back leg, the front foot light."""
    legs.plant(goals, OTHER[side], 0.1, 0.2, 40)
    legs.plant(goals, side, 0.06, -0.26, 4, 0.05)
    goals.bend(8, **{f"knee_{OTHER[side]}": 54, f"knee_{side}": 26})
    goals.stand_over(
        **{f"heelfoot_{OTHER[side]}": 0.45, f"ballin_{OTHER[side]}": 0.4, f"ballin_{side}": 0.15}
    )
    goals.tag("standing")


def fighting(goals: Goals, side: str) -> None:
    """Side on, knees soft; `side` is in front."""
    legs.step(goals, side, 0.44, 0.05)
    goals.bend(8, knee=26, root_turn=-SIGN[side] * 26, root_lean=4)


def stair(goals: Goals, side: str) -> None:
    furniture.step_up(goals, side, 0.18, 0.34)
    goals.bend(6, root_lean=8)


def foot_on_box(goals: Goals, side: str) -> None:
    furniture.step_up(goals, side, 0.42, 0.3)


def single_leg_hinge(goals: Goals, side: str) -> None:
    """On one leg, trunk and other leg level."""
    legs.one_leg(goals, side)
    legs.free_leg(goals, OTHER[side], flex=-18, out=2, turn=0, knee=4, ankle=30)
    goals.bend(14, root_lean=66, **{f"hip_flex_{side}": 72})


def deadlift(goals: Goals) -> None:
    legs.straddle(goals, 0.16, 34, 12)
    goals.bend(12, root_lean=52, lumbar_flex=-2, thorax_flex=0)


def split_lunge_low(goals: Goals, side: str) -> None:
    """A runner's deep lunge, hands on the floor at the front foot."""
    legs.lunge(goals, side, 1.1)
    goals.bend(12, **{f"hip_flex_{side}": 108, f"knee_{side}": 92})
    goals.bend(10, root_lean=46)
    goals.balance = {}


def stumble(goals: Goals, side: str) -> None:
    legs.walk(goals, side, 0.66)
    goals.bend(12, root_lean=26)
    goals.balance = {}
    goals.tag("dynamic")


def sneak_low(goals: Goals, side: str) -> None:
    legs.step(goals, side, 0.5, 0.05)
    goals.bend(8, knee=64, root_lean=30)


def downhill(goals: Goals, side: str) -> None:
    legs.walk(goals, side, 0.5)
    goals.bend(10, root_lean=-7)
