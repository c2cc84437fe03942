"""Legs of a standing, walking, running, lunging or jumping body."""

from __future__ import annotations

import numpy as np

from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.primitives.sides import OTHER, SIGN

HEEL_DOWN_M = 0.02  # a heel higher than this is a raised one
TOES_PER_HEEL_DEG = 380.0  # how far the toes bend for each metre that the heel is raised
TOES_MOST_DEG = 60.0


def plant(
    goals: Goals,
    side: str,
    out: float | None = None,
    back: float = 0.0,
    turn: float = 12,
    heel: float = 0.0,
    weight: float = 4,
) -> None:
    """A foot on the floor: so far out from the middle and back (metres), turned out (degrees), heel raised (metres)."""
    sign = SIGN[side]
    for point in ("ballin", "ballout"):
        goals.touch(f"{point}.{side}", axes=FLOOR, weight=weight)
    goals.touch(f"heelfoot.{side}", offset=(0, 0, heel), axes=FLOOR, weight=weight)
    raised = heel > HEEL_DOWN_M
    if raised:
        goals.bend(8, **{f"toes_{side}": min(TOES_MOST_DEG, heel * TOES_PER_HEEL_DEG)})
    if out is not None:
        goals.touch(f"foot.{side}", offset=(sign * out, back, 0), axes=PLAN, weight=2)
    angle = np.radians(turn)
    goals.aim(f"foot.{side}", (sign * np.sin(angle), -np.cos(angle), -heel * 5 if raised else 0), weight=0.8)


def share_weight(goals: Goals, left: float = 0.5) -> None:
    """Stand over both feet; `left` is the left one's share."""
    shares = {
        f"{p}_{s}": k for s, k in (("L", left), ("R", 1 - left)) for p in ("heelfoot", "ballin") if k > 0
    }
    goals.stand_over(**shares)


def stand(goals: Goals, wide: float = 0.1, turn: float = 14, left: float = 0.5) -> None:
    """Stand on both feet, each so far from the middle."""
    for side in "LR":
        plant(goals, side, wide, 0, turn)
    share_weight(goals, left)
    goals.tag("standing")


def at_ease(goals: Goals) -> None:
    """Stand on both feet, the left one a little in front and turned out, the weight a little on the right."""
    plant(goals, "R", 0.085, 0.01, 10)
    plant(goals, "L", 0.115, -0.045, 24)
    goals.bend(4, knee_R=2, knee_L=11, root_side=1.5, lumbar_side=-2, root_turn=2)
    share_weight(goals, 0.4)
    goals.tag("standing")


def rest_on(
    goals: Goals, side: str = "R", out: float = 0.16, forward: float = 0.08, knee: float = 28, hip: float = 8
) -> None:
    """Contrapposto: weight on one leg, its hip out and up, the ribs back over it, the other knee soft."""
    free, sign = OTHER[side], SIGN[side]
    plant(goals, side, 0.04, 0.02, 14)
    plant(goals, free, out, -forward, 32)
    goals.bend(6, **{f"knee_{side}": 1, f"knee_{free}": knee})
    goals.bend(
        6,
        root_side=-sign * hip,
        lumbar_side=sign * (hip + 2),
        thorax_side=sign * hip * 0.75,
        thorax_twist=-sign * 4,
        root_turn=sign * 3,
        root_x=sign * 0.055,
    )
    share_weight(goals, 0.85 if side == "L" else 0.15)
    goals.tag("standing", "contrapposto")


def cross_legs(goals: Goals, front: str = "L") -> None:
    """Stand with one foot crossed in front of the other."""
    back, sign = OTHER[front], SIGN[front]
    plant(goals, back, 0.05, 0.02, 10)
    goals.touch(f"foot.{front}", offset=(-sign * 0.15, -0.13, 0), axes=PLAN, weight=2)
    plant(goals, front, None, 0, 20)
    goals.bend(2, **{f"knee_{front}": 14})
    share_weight(goals, 0.3 if front == "L" else 0.7)
    goals.tag("standing")


def step(goals: Goals, front: str = "L", length: float = 0.34, heel: float = 0.03) -> None:
    """Stand in a step, one foot in front."""
    back = OTHER[front]
    plant(goals, front, 0.07, -length / 2, 8)
    plant(goals, back, 0.07, length / 2, 10, heel)
    share_weight(goals, 0.6 if front == "L" else 0.4)
    goals.bend(2, **{f"knee_{front}": 6})
    goals.tag("standing")


def catwalk(goals: Goals, front: str = "L", length: float = 0.5) -> None:
    """A model's step: one foot straight in front of the other, the hip over the front leg."""
    back, sign = OTHER[front], SIGN[front]
    plant(goals, front, -0.01, -length * 0.45, 6)
    plant(goals, back, 0.0, length * 0.55, 6, 0.11)
    goals.bend(8, **{f"knee_{front}": 2, f"knee_{back}": 34})
    goals.bend(6, root_side=-sign * 7, lumbar_side=sign * 8, thorax_side=sign * 4, root_turn=-sign * 8)
    goals.bend(5, thorax_twist=sign * 12, root_x=sign * 0.03)
    goals.stand_over(**{f"heelfoot_{front}": 0.5, f"ballin_{front}": 0.3, f"ballin_{back}": 0.2})
    goals.tag("walking", "fashion")


def walk(goals: Goals, front: str = "L", length: float = 0.62) -> None:
    """A stride: the front heel strikes, the back foot leaves its toes, the arms swing against the legs."""
    back, sign = OTHER[front], SIGN[front]
    plant(goals, back, 0.06, length * 0.55, 8, 0.10)
    goals.touch(f"heelfoot.{front}", axes=FLOOR, weight=4)
    goals.touch(f"foot.{front}", offset=(sign * 0.06, -length * 0.45, 0), axes=PLAN, weight=2)
    goals.aim(f"foot.{front}", (sign * 0.1, -1, 0.3), weight=1)
    goals.bend(8, **{f"knee_{front}": 6, f"ankle_{front}": -4})
    goals.bend(4, root_turn=-sign * 7, thorax_twist=sign * 11, root_lean=4)
    goals.stand_over(**{f"heelfoot_{front}": 0.55, f"ballin_{back}": 0.45})
    goals.tag("walking")
    swing_arms(goals, front, 24, 16)


def pass_step(goals: Goals, front: str = "L") -> None:
    """The middle of a stride: the front leg swings past the one that stands."""
    back = OTHER[front]
    plant(goals, back, 0.04, 0.0, 6)
    goals.bend(
        12,
        **{
            f"hip_flex_{front}": 26,
            f"knee_{front}": 54,
            f"ankle_{front}": 8,
            f"hip_flex_{back}": 0,
            f"knee_{back}": 4,
        },
    )
    goals.bend(3, root_lean=3)
    share_weight(goals, 0.05 if front == "L" else 0.95)
    goals.tag("walking")
    swing_arms(goals, front, 12, 16)


def swing_arms(goals: Goals, front: str, swing: float, elbow: float, out: float = -30) -> None:
    """Arms against the legs; `front` is the leg in front."""
    back = OTHER[front]
    goals.bend(
        30,
        **{
            f"shoulder_front_{back}": swing,
            f"shoulder_front_{front}": -swing * 0.8,
            f"shoulder_out_{back}": out,
            f"shoulder_out_{front}": out,
            f"elbow_{back}": elbow + 10,
            f"elbow_{front}": elbow,
        },
    )


def run(goals: Goals, front: str = "L", phase: str = "drive") -> None:
    """A running stride: "drive" (one foot pushes off), "flight" (both in the air) or "land"."""
    back, sign = OTHER[front], SIGN[front]
    if phase == "drive":
        plant(goals, back, 0.04, 0.28, 4, 0.13)
        goals.bend(
            14,
            **{
                f"hip_flex_{front}": 80,
                f"knee_{front}": 100,
                f"ankle_{front}": -6,
                f"knee_{back}": 12,
                f"hip_flex_{back}": -20,
            },
        )
        goals.bend(10, root_lean=13, thorax_twist=sign * 14, root_turn=-sign * 6)
    elif phase == "flight":
        goals.bend(
            14,
            **{
                f"hip_flex_{front}": 54,
                f"knee_{front}": 42,
                f"hip_flex_{back}": -20,
                f"knee_{back}": 78,
                f"ankle_{back}": 32,
                f"ankle_{front}": -6,
            },
        )
        goals.bend(10, root_lean=10, thorax_twist=sign * 13, root_turn=-sign * 6)
        rise(goals, 0.06)
    else:
        goals.touch(f"ballin.{front}", axes=FLOOR, weight=4)
        goals.touch(f"heelfoot.{front}", axes=FLOOR, weight=4)
        goals.aim(f"foot.{front}", (0, -1, 0))
        goals.bend(
            14,
            **{
                f"hip_flex_{front}": 36,
                f"knee_{front}": 26,
                f"hip_flex_{back}": -6,
                f"knee_{back}": 100,
                f"ankle_{back}": 25,
            },
        )
        goals.bend(10, root_lean=8, thorax_twist=sign * 10)
    pump_arms(goals, front)
    goals.hands = ["fist", "fist"] if phase == "drive" else ["relaxed", "relaxed"]
    goals.tag("running", "dynamic")


def pump_arms(goals: Goals, front: str, swing: float = 1.0) -> None:
    """A runner's arms, elbows bent, against the legs."""
    back = OTHER[front]
    goals.bend(
        40,
        **{
            f"shoulder_front_{back}": 32 * swing,
            f"shoulder_front_{front}": -42 * swing,
            f"shoulder_out_{back}": -30,
            f"shoulder_out_{front}": -22,
            f"elbow_{back}": 98,
            f"elbow_{front}": 88,
            f"shoulder_in_{back}": 22,
            f"pronation_{back}": 0,
            f"pronation_{front}": 0,
        },
    )


def lunge(goals: Goals, front: str = "L", length: float = 1.0) -> None:
    """A long step down, the front knee bent to a right angle."""
    back = OTHER[front]
    plant(goals, front, 0.08, -length * 0.45, 6)
    plant(goals, back, 0.09, length * 0.55, 8, 0.12)
    goals.bend(
        8, **{f"knee_{front}": 88, f"hip_flex_{front}": 84, f"knee_{back}": 30, f"hip_flex_{back}": -16}
    )
    goals.bend(3, root_lean=0)
    goals.stand_over(**{f"heelfoot_{front}": 0.5, f"ballin_{back}": 0.5})
    goals.tag("lunge")


def lunge_aside(goals: Goals, side: str = "L", wide: float = 0.42) -> None:
    """Legs wide, one knee deeply bent."""
    straight = OTHER[side]
    plant(goals, side, wide, -0.03, 25)
    plant(goals, straight, wide, 0, 15)
    goals.bend(12, **{f"knee_{side}": 82, f"knee_{straight}": 3})
    goals.bend(3, root_lean=10)
    share_weight(goals, 0.75 if side == "L" else 0.25)
    goals.tag("lunge")


def straddle(goals: Goals, wide: float = 0.32, knee: float = 25, turn: float = 28) -> None:
    """Feet wide apart, knees bent so far."""
    for side in "LR":
        plant(goals, side, wide, 0, turn)
    goals.bend(6, knee=knee)
    share_weight(goals)
    goals.tag("standing", "wide")


def squat(
    goals: Goals,
    depth: float = 0.42,
    wide: float = 0.2,
    turn: float = 25,
    heel: float = 0.0,
    lean: float = 22,
) -> None:
    """Sit down between the feet, hips at so many metres."""
    for side in "LR":
        plant(goals, side, wide, 0, turn, heel)
    goals.touch("root", offset=(0, 0, depth), axes=FLOOR, weight=3)
    goals.bend(3, root_lean=lean)
    goals.bend(1, hip_out=18, knee=110, hip_flex=100)
    share_weight(goals)
    goals.tag("squatting")


def tiptoe(goals: Goals, wide: float = 0.06, heel: float = 0.11, turn: float = 12) -> None:
    """Stand on the balls of the feet."""
    for side in "LR":
        plant(goals, side, wide, 0, turn, heel)
    goals.stand_over(ballin_L=0.5, ballin_R=0.5)
    goals.bend(4, knee=1)
    goals.tag("standing", "tiptoe")


def one_leg(goals: Goals, side: str = "L", heel: float = 0.0, out: float = 0.02, turn: float = 12) -> None:
    """Stand on one leg; the other is described by its own primitives."""
    plant(goals, side, out, 0, turn, heel)
    goals.bend(6, **{f"knee_{side}": 3})
    goals.stand_over(**{f"ballin_{side}": 0.6, f"heelfoot_{side}": 0.4})
    goals.tag("balance")


def free_leg(
    goals: Goals,
    side: str,
    *,
    flex: float,
    out: float = 0,
    turn: float = 0,
    knee: float = 0,
    ankle: float = 30,
    weight: float = 14,
) -> None:
    """A leg that does not stand, by its angles in degrees."""
    goals.bend(
        weight,
        **{
            f"hip_flex_{side}": flex,
            f"hip_out_{side}": out,
            f"hip_turn_{side}": turn,
            f"knee_{side}": knee,
            f"ankle_{side}": ankle,
        },
    )


def rise(goals: Goals, height: float) -> None:
    """In the air, the lowest point so many metres above the floor."""
    goals.airborne_m = height
    goals.touch("root", offset=(0, 0, 1.0 + height), weight=3)
    goals.tag("jump", "dynamic")
