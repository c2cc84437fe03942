"""Arms around, or hand in hand with, somebody who is not in the picture. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives import gestures


def around_partner(goals: Goals, side: str) -> None:
    """The arm around somebody who stands beside, at the level of the shoulders."""
    gestures.arm(
        goals,
        side,
        (0.97, 0.1, -0.05),
        (0.75, -0.6, -0.1),
        (-0.3, -0.2, -0.9),
        shape="relaxed",
        weights=(3, 2.5, 0.8),
    )


def around_waist(goals: Goals, side: str) -> None:
    """The arm around the waist of somebody who stands beside."""
    gestures.arm(
        goals,
        side,
        (0.8, 0.15, -0.6),
        (0.75, -0.6, -0.2),
        (-0.6, -0.3, -0.3),
        shape="relaxed",
        weights=(3, 2.5, 0.8),
    )


def embrace_high(goals: Goals, side: str) -> None:
    """Arms around the neck of somebody in front."""
    gestures.arm(
        goals,
        side,
        (0.35, -0.9, 0.2),
        (-0.3, -0.92, 0.2),
        (0, 0.3, -0.9),
        shape="relaxed",
        weights=(3, 2.5, 0.6),
    )


def embrace_low(goals: Goals, side: str) -> None:
    """Arms around the back of somebody in front."""
    gestures.arm(
        goals,
        side,
        (0.55, -0.65, -0.5),
        (-0.4, -0.9, 0.0),
        (0, 0.95, 0),
        shape="relaxed",
        weights=(3, 2.5, 0.6),
    )


def lead_hand(goals: Goals, side: str) -> None:
    """The outer hands of a couple that dances."""
    gestures.arm(
        goals,
        side,
        (0.9, -0.3, -0.25),
        (0.55, -0.55, 0.62),
        shape="grip",
        weights=(3, 2.5, 0),
    )


def pat_high(goals: Goals, side: str) -> None:
    """A hand up to meet another's: high five."""
    gestures.start_up(goals, side, 40)
    gestures.arm(
        goals, side, (0.35, -0.75, 0.55), (0.1, -0.55, 0.83), (0, -1, 0), shape="flat", weights=(3, 2.5, 1.4)
    )


def hold_hand(goals: Goals, side: str) -> None:
    """Hand in hand with somebody beside."""
    gestures.arm(
        goals,
        side,
        (0.5, 0, -0.87),
        (0.45, -0.3, -0.85),
        shape="relaxed",
        weights=(2.5, 2.5, 0),
    )


def hold_arm_of_other(goals: Goals, side: str) -> None:
    """Arm in arm: the forearm level."""
    gestures.arm(
        goals,
        side,
        (0.3, 0.1, -0.95),
        (0.25, -0.9, 0.3),
        (-0.4, 0, -0.9),
        shape="relaxed",
        weights=(2.5, 2.5, 0.8),
    )
