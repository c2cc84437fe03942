"""Trunk, head and root."""

from __future__ import annotations

import numpy as np

from pipelines.pose.goals import Goals


def trunk(goals: Goals, forward: float = 0, left: float = 0, turn: float = 0, weight: float = 8) -> None:
    """Bend the trunk forwards and to the left, and turn it to the left, degrees between hips and shoulders."""
    goals.bend(
        weight,
        lumbar_flex=forward * 0.5,
        thorax_flex=forward * 0.5,
        lumbar_side=left * 0.55,
        thorax_side=left * 0.45,
        lumbar_twist=turn * 0.3,
        thorax_twist=turn * 0.7,
    )


def look(goals: Goals, left: float = 0, down: float = 0, tilt: float = 0, weight: float = 4) -> None:
    """Turn the face to the left of the viewer's direction, down, and tilt the head to the left, degrees."""
    turn, nod, lean = np.radians(left), np.radians(down), np.radians(tilt)
    goals.aim("face", (np.sin(turn) * np.cos(nod), -np.cos(turn) * np.cos(nod), -np.sin(nod)), weight=weight)
    goals.aim("crown", (np.sin(lean), -np.sin(nod), np.cos(lean)), weight=0.4 * weight)


def carry(goals: Goals, weight: float = 8, *, turn: float = 0, lean: float = 0, side: float = 0) -> None:
    """Turn the whole body to the left, lean it forwards and to the left, degrees at the hips."""
    goals.bend(weight, root_turn=turn, root_lean=lean, root_side=side)
