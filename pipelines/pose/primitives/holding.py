"""Arms that hold something: phone, bag, microphone, bow, sword. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import bent_before_chest
from pipelines.pose.primitives.gestures import arm
from pipelines.pose.primitives.sides import SIGN


def hold_phone(goals: Goals, side: str) -> None:
    """A phone before the chest, its screen to the face."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "sternum", (sign * 0.05, -0.25, -0.06), "chest", 2)
    goals.aim(f"palm.{side}", (0, 0.85, 0.5), "chest", 1.3)
    goals.aim(f"fingers.{side}", (-sign * 0.25, -0.45, 0.8), "chest", 1)
    goals.hand(side, "grip")


def selfie(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.45, -0.85, 0.2),
        (0.15, -0.9, 0.45),
        (-0.2, 0.9, -0.2),
        shape="grip",
        weights=(2, 2, 0.8),
    )


def carry_bag(goals: Goals, side: str) -> None:
    goals.bend(24, **{f"shoulder_out_{side}": -27, f"elbow_{side}": 6, f"pronation_{side}": 5})
    goals.hand(side, "grip")


def hold_microphone(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", "mouth", (sign * 0.03, -0.1, -0.07), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.5, -0.7), "chest", 1.4)
    goals.aim(f"thumb.{side}", (0, 0.45, 0.9), "chest", 1)
    goals.hand(side, "grip")


def throw_back(goals: Goals, side: str) -> None:
    """An arm drawn back to throw."""
    arm(goals, side, (0.9, 0.25, 0.2), (0.1, 0.35, 0.92), (0, -0.3, 0.9), shape="grip", weights=(3, 2.5, 0.5))


def bow_hand(goals: Goals, side: str) -> None:
    """The arm that holds a bow."""
    arm(goals, side, (0.95, -0.25, 0), (1, -0.15, 0), shape="grip", weights=(3, 3, 0))
    goals.aim(f"thumb.{side}", (0, 0, 1), "chest", 1.5)


def string_hand(goals: Goals, side: str) -> None:
    """The arm that draws a bow's string to the cheek."""
    sign = SIGN[side]
    goals.touch(f"knuckles.{side}", f"cheek.{side}", (-sign * 0.01, -0.05, -0.02), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.92, 0.15, 0.1), "chest", 2.5)
    goals.aim(f"thumb.{side}", (0, 0, 1), "chest", 0.6)
    goals.hand(side, "grip")


def sword(goals: Goals, side: str) -> None:
    """Both hands on a hilt before the belly, the right one above."""
    sign, upper = SIGN[side], side == "R"
    goals.touch(
        f"palm.{side}",
        "belly",
        (sign * (0.01 if upper else 0.02), -0.26, 0.1 if upper else 0.02),
        "hips",
        2.5,
    )
    goals.aim(f"palm.{side}", (-sign * 0.9, 0.3, 0), "chest", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.2, -0.95, 0.2), "chest", 1)
    goals.hand(side, "grip")
