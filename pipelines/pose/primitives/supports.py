"""Hands that carry the body or rest: on the floor, a wall, a seat, a leg. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, Goals
from pipelines.pose.primitives.sides import SIGN


def palm_on_wall(goals: Goals, side: str) -> None:
    """The palm on a wall in front, at the height of the face."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", offset=(sign * 0.2, -0.49, 1.4), weight=2.5)
    goals.aim(f"palm.{side}", (0, -1, 0), weight=2)
    goals.aim(f"fingers.{side}", (0, 0, 1), weight=1)
    goals.hand(side, "flat")


def elbow_on_floor(goals: Goals, side: str) -> None:
    """Propped on the elbow, the hand towards the middle."""
    goals.touch(f"elbow.{side}", axes=FLOOR, offset=(0, 0, 0.005), weight=3)
    goals.touch(f"palm.{side}", axes=FLOOR, offset=(0, 0, 0.02), weight=2)
    goals.hand(side, "flat")


def floor_aside(goals: Goals, side: str) -> None:
    """The palm on the floor beside the seat, to lean on."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"seat.{side}", (sign * 0.32, 0.06, -0.005), weight=1.5)
    goals.touch(f"palm.{side}", offset=(0, 0, 0.006), axes=FLOOR, weight=3)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=2)
    goals.aim(f"fingers.{side}", (sign * 0.8, -0.3, 0), weight=0.8)
    goals.hand(side, "flat")


def ankle(goals: Goals, side: str) -> None:
    """The hand at the ankle of the same side."""
    goals.touch(f"palm.{side}", f"ankle.{side}", (SIGN[side] * 0.02, -0.03, 0.04), weight=2)
    goals.hand(side, "relaxed")


def shin(goals: Goals, side: str) -> None:
    goals.touch(f"palm.{side}", f"shin.{side}", (0, -0.035, 0.08), weight=2)
    goals.aim(f"palm.{side}", (0, 1, 0), weight=0.6)
    goals.hand(side, "relaxed")


def other_knee(goals: Goals, side: str) -> None:
    """The palm on the knee of the other side."""
    other = "R" if side == "L" else "L"
    goals.touch(f"palm.{side}", f"knee.{other}", (SIGN[side] * 0.01, 0.03, 0.045), weight=2.5)
    goals.aim(f"palm.{side}", (0, 0.1, -1), weight=0.8)
    goals.hand(side, "relaxed")


def between_knees(goals: Goals, side: str) -> None:
    """Hands hanging together between the knees."""
    sign = SIGN[side]
    goals.touch(
        f"palm.{side}",
        "palm.R" if side == "L" else "crotch",
        (0.06, 0, 0) if side == "L" else (0, -0.3, -0.1),
        weight=1,
    )
    goals.aim(f"palm.{side}", (-sign, 0, 0), weight=0.8)
    goals.hand(side, "relaxed")


def chair_back(goals: Goals, side: str) -> None:
    """The forearm on the back of the chair in front."""
    sign = SIGN[side]
    goals.touch(f"foreside.{side}", offset=(sign * 0.1, -0.32, 0.98), weight=2.5)
    goals.aim(f"forearm.{side}", (-sign, -0.15, 0), weight=2)
    goals.hand(side, "relaxed")


def seat_edge(goals: Goals, side: str) -> None:
    """The hand on the edge of the seat beside the hip."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"seat.{side}", (sign * 0.15, 0.0, 0.02), weight=2.5)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=1.5)
    goals.hand(side, "grip")
