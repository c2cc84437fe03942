"""Arms that hang, rest on the body or touch it. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, Goals
from pipelines.pose.primitives.sides import OTHER, SIGN


def bent_before_chest(goals: Goals, side: str) -> None:
    """A start for hands near the face: the elbow is already bent, so the hand need not pass through the trunk."""
    goals.bend(0.4, **{f"shoulder_out_{side}": -12, f"shoulder_front_{side}": 30, f"elbow_{side}": 120})


def raised_beside_head(
    goals: Goals, side: str, out: float = 40, front: float = 40, turn: float = -40
) -> None:
    """A start for hands at or above the head: the arm is already up."""
    goals.bend(
        0.4,
        **{
            f"shoulder_out_{side}": out,
            f"shoulder_front_{side}": front,
            f"elbow_{side}": 130,
            f"shoulder_in_{side}": turn,
            f"clavicle_up_{side}": 14,
        },
    )


def hang(goals: Goals, side: str) -> None:
    goals.bend(
        24,
        **{
            f"shoulder_out_{side}": -33,
            f"shoulder_front_{side}": 4,
            f"elbow_{side}": 17,
            f"pronation_{side}": 22,
            f"wrist_flex_{side}": 4,
        },
    )


def hang_loose(goals: Goals, side: str) -> None:
    """A little away from the body, the elbow soft."""
    goals.bend(
        24,
        **{
            f"shoulder_out_{side}": -26,
            f"shoulder_front_{side}": -4,
            f"shoulder_in_{side}": 14,
            f"elbow_{side}": 26,
            f"pronation_{side}": 26,
            f"wrist_flex_{side}": 8,
        },
    )
    goals.hand(side, "soft")


def hang_out(goals: Goals, side: str) -> None:
    goals.bend(
        24,
        **{
            f"shoulder_out_{side}": -20,
            f"shoulder_front_{side}": -4,
            f"elbow_{side}": 18,
            f"pronation_{side}": 20,
        },
    )


def on_hip(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"hip.{side}", (0, 0, 0.02), "hips", 3)
    goals.aim(f"fingers.{side}", (-sign * 0.45, -0.75, -0.5), "hips", 1.2)
    goals.aim(f"palm.{side}", (-sign, 0.1, -0.25), "hips", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.72, 0.4, -0.6), "chest", 1.2)
    goals.hand(side, "flat")


def on_hip_behind(goals: Goals, side: str) -> None:
    """The hand on the back of the hip, fingers down."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"hipback.{side}", (sign * 0.03, 0, 0.03), "hips", 3)
    goals.aim(f"fingers.{side}", (-sign * 0.55, 0.15, -0.8), "hips", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.6, 0.6, -0.55), "chest", 1.2)
    goals.hand(side, "flat")


def fist_on_hip(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"knuckles.{side}", f"hip.{side}", (sign * 0.012, 0, 0.02), "hips", 3)
    goals.aim(f"upperarm.{side}", (sign * 0.78, 0.3, -0.55), "chest", 1.2)
    goals.aim(f"palm.{side}", (0, 0.75, -0.6), "hips", 0.5)
    goals.hand(side, "fist")


def in_pocket(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"pocket.{side}", (sign * 0.012, -0.01, 0.02), "hips", 3)
    goals.aim(f"fingers.{side}", (-sign * 0.1, -0.35, -0.93), "hips", 2)
    goals.aim(f"palm.{side}", (-sign, 0.25, 0), "hips", 1.5)
    goals.aim(f"upperarm.{side}", (sign * 0.4, 0.38, -0.85), "chest", 0.8)
    goals.hand(side, "pocket")


def behind_trunk(goals: Goals, side: str) -> None:
    """A start for hands behind the body: the arm is already there."""
    goals.bend(
        0.5,
        **{
            f"shoulder_out_{side}": -32,
            f"shoulder_front_{side}": -34,
            f"shoulder_in_{side}": 50,
            f"elbow_{side}": 62,
        },
    )


def behind_back(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    behind_trunk(goals, side)
    goals.touch(
        f"handback.{side}", "lowback", (sign * 0.02, 0.02 + 0.045 * (side == "R"), -0.05), "hips", 2.5
    )
    goals.aim(f"fingers.{side}", (-sign * 0.9, 0.1, -0.35), "hips", 1)
    goals.aim(f"palm.{side}", (0, 1, 0), "hips", 1)
    goals.hand(side, "relaxed")


def on_heart(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", "chest.L", (-0.02 if side == "R" else -0.01, -0.008, 0.02), "chest", 3)
    goals.aim(f"palm.{side}", (0, 1, 0), "chest", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.9, 0, 0.4), "chest", 1)
    goals.hand(side, "flat")


def on_other_shoulder(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", f"shoulder.{OTHER[side]}", (0, -0.012, 0.005), "chest", 2.5)
    goals.aim(f"palm.{side}", (0, 0.6, -0.8), "chest", 1)
    goals.aim(f"fingers.{side}", (-sign * 0.7, 0.55, 0.2), "chest", 1)
    goals.aim(f"upperarm.{side}", (-sign * 0.1, -0.8, -0.5), "chest", 0.6)
    goals.hand(side, "relaxed")


def hold_other_arm(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"triceps.{OTHER[side]}", (0, 0, -0.07), "chest", 2.5)
    goals.aim(f"palm.{side}", (sign * 0.8, 0.4, 0), "chest", 0.8)
    goals.aim(f"fingers.{side}", (-sign * 0.8, 0.3, -0.3), "chest", 0.6)
    goals.hand(side, "relaxed")


def across_belly(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "belly", (-sign * 0.1, -0.02, 0.08), "hips", 2)
    goals.aim(f"palm.{side}", (0, 1, 0), "hips", 1)
    goals.aim(f"fingers.{side}", (-sign, 0, 0.1), "hips", 1)
    goals.hand(side, "relaxed")


def crossed_under(goals: Goals, side: str) -> None:
    """The lower arm of crossed arms."""
    sign = SIGN[side]
    goals.bend(0.5, **{f"shoulder_front_{side}": 30, f"elbow_{side}": 95, f"shoulder_in_{side}": 50})
    goals.touch(f"palm.{side}", f"chest.{OTHER[side]}", (-sign * 0.075, -0.045, -0.12), "chest", 2)
    goals.aim(f"forearm.{side}", (-sign, -0.1, 0.05), "chest", 1.5)
    goals.aim(f"palm.{side}", (0, 0.9, 0.1), "chest", 0.8)
    goals.aim(f"fingers.{side}", (-sign, 0.2, 0.1), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.3, -0.25, -0.9), "chest", 1)
    goals.hand(side, "relaxed")


def crossed_over(goals: Goals, side: str) -> None:
    """The upper arm of crossed arms, its hand on the other arm."""
    sign = SIGN[side]
    goals.bend(0.5, **{f"shoulder_front_{side}": 40, f"elbow_{side}": 95, f"shoulder_in_{side}": 50})
    goals.touch(f"palm.{side}", f"biceps.{OTHER[side]}", (-sign * 0.01, -0.045, -0.05), "chest", 2)
    goals.aim(f"forearm.{side}", (-sign, -0.12, 0.12), "chest", 1.5)
    goals.aim(f"palm.{side}", (0, 0.95, 0), "chest", 1)
    goals.aim(f"fingers.{side}", (-sign, 0.1, 0.25), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.3, -0.3, -0.88), "chest", 1)
    goals.hand(side, "relaxed")


def clasped_in_front(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "crotch", (sign * 0.012, -0.15 - 0.03 * (side == "R"), 0.07), "hips", 3)
    goals.aim(f"fingers.{side}", (-sign * 0.65, -0.1, -0.75), "hips", 1.5)
    goals.aim(f"palm.{side}", (-sign * 0.25, 1, 0), "hips", 1.2)
    goals.hand(side, "relaxed")


def on_knee(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"knee.{side}", (0, 0.04, 0.042), weight=2.5)
    goals.aim(f"palm.{side}", (0, 0.1, -1), weight=1)
    goals.aim(f"fingers.{side}", (-sign * 0.15, -0.85, -0.3), weight=0.8)
    goals.hand(side, "relaxed")


def on_thigh(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"thighfront.{side}", (0, 0, 0.02), weight=2.5)
    goals.aim(f"palm.{side}", (-sign * 0.1, 0.1, -1), weight=1)
    goals.aim(f"fingers.{side}", (-sign * 0.5, -0.85, 0), weight=0.8)
    goals.hand(side, "relaxed")


def elbow_on_knee(goals: Goals, side: str) -> None:
    goals.touch(f"elbow.{side}", f"knee.{side}", (-SIGN[side] * 0.01, 0.07, 0.03), weight=2.5)


def behind_seat(goals: Goals, side: str) -> None:
    """The palm on the floor or the seat behind, to lean back on."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"seat.{side}", (sign * 0.12, 0.26, -0.005), weight=2.5)
    if "floor" in goals.tags:
        goals.touch(f"palm.{side}", offset=(0, 0, 0.006), axes=FLOOR, weight=3)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=2)
    goals.aim(f"fingers.{side}", (sign * 0.5, 0.8, 0), weight=1)
    goals.hand(side, "flat")


def on_floor(goals: Goals, side: str, out: float = 0.2, front: float = 0.55) -> None:
    """The palm on the floor in front."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", offset=(sign * out, -front, 0.006), weight=3)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=2.5)
    goals.aim(f"fingers.{side}", (-sign * 0.05, -1, 0), weight=1.2)
    goals.hand(side, "flat")


def beside_holster(goals: Goals, side: str) -> None:
    """Hands away from the hips, ready to draw."""
    goals.bend(
        24,
        **{
            f"shoulder_out_{side}": -12,
            f"shoulder_front_{side}": -12,
            f"shoulder_in_{side}": 24,
            f"elbow_{side}": 44,
            f"pronation_{side}": 40,
        },
    )
    goals.hand(side, "open")
