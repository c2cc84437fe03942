"""Arms of dance, show and reference poses. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives import gestures


def disco_down(goals: Goals, side: str) -> None:
    """The finger across the body to the floor."""
    gestures.arm(
        goals,
        side,
        (-0.05, -0.7, -0.7),
        (-0.65, -0.4, -0.65),
        shape="point",
        weights=(3, 2.5, 0),
    )


def snake(goals: Goals, side: str) -> None:
    """A belly dancer's arm: out, the wrist raised."""
    gestures.arm(
        goals,
        side,
        (0.95, -0.1, -0.15),
        (0.85, -0.3, 0.4),
        (0, -0.3, -0.9),
        shape="soft",
        weights=(3, 2.5, 0.8),
    )


def voguing(goals: Goals, side: str) -> None:
    """The forearm up beside the face, the palm out."""
    gestures.arm(
        goals, side, (0.75, -0.5, 0.1), (-0.35, -0.3, 0.88), (0, -1, 0), shape="flat", weights=(3, 2.5, 1.2)
    )


def t_arm(goals: Goals, side: str) -> None:
    """Straight out, the palm down: half a T."""
    gestures.arm(
        goals,
        side,
        (1, 0, 0),
        (1, 0, 0),
        (0, 0, -1),
        shape="flat",
        weights=(6, 6, 3),
    )


def a_arm(goals: Goals, side: str) -> None:
    """Straight out and half down: half an A."""
    gestures.arm(
        goals, side, (0.7, 0, -0.71), (0.7, 0, -0.71), (-0.7, 0, -0.7), shape="flat", weights=(6, 6, 3)
    )
