"""Hands that show a feeling or speak, most of them at the head. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, gestures
from pipelines.pose.primitives.sides import SIGN


def hands_as_heart(goals: Goals, side: str) -> None:
    """One half of a heart made of both hands before the chest."""
    sign = SIGN[side]
    goals.touch(f"indextip.{side}", "sternum", (sign * 0.004, -0.2, 0.06), "chest", 3)
    goals.aim(f"palm.{side}", (-sign * 0.8, 0.5, 0.1), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.55, -0.35, -0.75), "chest", 1)
    goals.hand(side, "soft")


def at_eyes(goals: Goals, side: str) -> None:
    """Hands over the eyes."""
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", f"brow.{side}", (sign * 0.0, -0.02, -0.02), "head", 3)
    goals.aim(f"palm.{side}", (0, 1, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.25, 0.1, 1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.65, -0.5), "chest", 1)
    goals.hand(side, "flat")


def at_mouth(goals: Goals, side: str) -> None:
    """The hand before the mouth: shocked, or shouting."""
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", "mouth", (sign * 0.03, -0.035, -0.01), "head", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.2, 0.95, 0), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.45, -0.5, -0.75), "chest", 1)
    goals.hand(side, "relaxed")


def on_ears(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    gestures.raised_beside_head(goals, side)
    goals.touch(f"palm.{side}", f"ear.{side}", (sign * 0.025, 0, 0), "head", 3)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "head", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.8, -0.55, -0.1), "chest", 1)
    goals.hand(side, "flat")


def beckon(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.35, -0.45, -0.8),
        (0.0, -0.7, 0.7),
        (0, 0.5, 0.85),
        shape="claw",
        weights=(2.5, 2.5, 1),
    )


def count_on(goals: Goals, side: str) -> None:
    """The hand before the chest, fingers spread."""
    gestures.arm(
        goals,
        side,
        (0.35, -0.3, -0.88),
        (-0.1, -0.75, 0.65),
        (0, -0.6, 0.6),
        shape="spread",
        weights=(2.5, 2.5, 0.8),
    )


def shout(goals: Goals, side: str) -> None:
    """The hand beside the mouth as a funnel."""
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", "mouth", (sign * 0.085, -0.05, 0.0), "head", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.9, 0, 0), "head", 1)
    goals.aim(f"fingers.{side}", (0, -0.2, 1), "head", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.7, -0.5, -0.4), "chest", 0.8)
    goals.hand(side, "flat")


def low_fist(goals: Goals, side: str) -> None:
    """A fist down and out from the side."""
    gestures.arm(
        goals,
        side,
        (0.5, 0.05, -0.87),
        (0.4, -0.2, -0.9),
        shape="fist",
        weights=(2.5, 2.5, 0),
    )
