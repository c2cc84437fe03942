"""Arms of sport and fitness: balls, bats, weights, swimming. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives import gestures, holding
from pipelines.pose.primitives.sides import SIGN


def swing_up(goals: Goals, side: str) -> None:
    """A racket or a bat after the blow, across the other shoulder."""
    sign = SIGN[side]
    goals.aim(f"upperarm.{side}", (-sign * 0.25, -0.9, 0.3), "chest", 2.5)
    goals.aim(f"forearm.{side}", (-sign * 0.75, 0.1, 0.65), "chest", 2.5)
    goals.hand(side, "grip")


def bat(goals: Goals, side: str) -> None:
    """Both hands at a bat beside the right shoulder."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "shoulder.R", (0.02 + 0.02 * sign, -0.2, 0.05 + 0.04 * -sign), "chest", 2.5)
    goals.hand(side, "grip")


def club(goals: Goals, side: str) -> None:
    """Both hands at a golf club before the thighs."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "crotch", (sign * 0.015, -0.34 - 0.0, 0.02 - 0.05 * (side == "R")), "hips", 3)
    goals.aim(f"palm.{side}", (-sign, 0.1, 0), "hips", 1)
    goals.hand(side, "grip")


def ball_front(goals: Goals, side: str) -> None:
    """A ball in both hands before the chest."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "sternum", (sign * 0.12, -0.3, -0.05), "chest", 2.5)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "chest", 2)
    goals.hand(side, "spread")


def ball_overhead(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    gestures.start_up(goals, side, 60)
    goals.touch(f"palm.{side}", "crown", (sign * 0.12, -0.08, 0.26), "head", 2.5)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "head", 1.5)
    goals.hand(side, "spread")


def ball_under_arm(goals: Goals, side: str) -> None:
    """A ball or a helmet between arm and hip."""
    sign = SIGN[side]
    gestures.arm(
        goals,
        side,
        (0.55, 0.2, -0.8),
        (0.1, -0.8, -0.6),
        shape="open",
        weights=(2.5, 2.5, 0),
    )
    goals.aim(f"palm.{side}", (-sign * 0.8, 0.2, 0.5), "hips", 1)


def dumbbell(goals: Goals, side: str) -> None:
    """Curled to the shoulder."""
    gestures.arm(
        goals,
        side,
        (0.25, -0.05, -0.97),
        (0.1, -0.6, 0.8),
        (0, 0.9, 0.4),
        shape="grip",
        weights=(2.5, 2.5, 1),
    )


def shoulder_press(goals: Goals, side: str) -> None:
    gestures.arm(
        goals, side, (0.9, -0.25, -0.2), (0.0, -0.15, 0.98), (0, -1, 0), shape="grip", weights=(3, 2.5, 1)
    )


def barbell_up(goals: Goals, side: str) -> None:
    gestures.start_up(goals, side, 10)
    gestures.arm(
        goals, side, (0.4, -0.05, 0.9), (0.25, -0.05, 0.96), (0, -1, 0), shape="grip", weights=(3, 3, 1)
    )


def hang_grip(goals: Goals, side: str) -> None:
    """A weight in the hanging hand."""
    holding.carry_bag(goals, side)


def paddle(goals: Goals, side: str) -> None:
    """A swimmer's arm, straight ahead."""
    gestures.start_up(goals, side, 5)
    gestures.arm(
        goals,
        side,
        (0.12, -0.1, 0.98),
        (-0.05, -0.02, 1),
        shape="flat",
        weights=(3, 3, 0),
    )
