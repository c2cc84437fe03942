"""Hands at the head: hair, neck, chin, temple, brow. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import bent_before_chest, raised_beside_head
from pipelines.pose.primitives.sides import SIGN


def behind_head(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    raised_beside_head(goals, side, 80, 10)
    if "standing" in goals.tags:  # the arms go back, the body does not
        goals.bend(60, root_lean=0, lumbar_flex=0, thorax_flex=-4)
    goals.touch(f"palm.{side}", f"occiput.{side}", (sign * 0.045, 0.02 + 0.02 * (side == "L"), 0), "head", 1)
    goals.aim(f"palm.{side}", (0, -1, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.7, 0.3, 0.6), "head", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.8, -0.15, 0.5), "chest", 1.5)
    goals.hand(side, "flat")


def on_neck(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"palm.{side}", "nape", (sign * 0.045, 0.01, 0), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.5, -0.8, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.75, 0.5, -0.2), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.65, -0.5, 0.45), "chest", 1)
    goals.hand(side, "soft")


def in_hair(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    raised_beside_head(goals, side, 80, 10)
    goals.touch(f"palm.{side}", f"temple.{side}", (sign * 0.045, 0.06, 0.05), "head", 3)
    goals.aim(f"palm.{side}", (-sign, -0.2, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.3, 0.75, 0.5), "head", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.75, -0.4, 0.4), "chest", 1)
    goals.hand(side, "soft")


def at_chin(goals: Goals, side: str) -> None:
    """Fingers at the chin, thinking."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", "chin", (sign * 0.015, -0.008, -0.012), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.75, 0.6, 0.2), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.15, -0.3, -0.95), "chest", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.3, 0.1, 0.9), "chest", 1)
    goals.hand(side, "relaxed")


def fist_at_chin(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", "chin", (0, 0.02, -0.022), "head", 3)
    goals.aim(f"fingers.{side}", (-sign * 0.35, 0.25, 0.85), "chest", 1)
    goals.aim(f"palm.{side}", (0, 1, 0.1), "chest", 0.8)
    goals.hand(side, "fist")


def at_temple(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", f"temple.{side}", (sign * 0.006, 0, 0), "head", 3)
    goals.aim(f"upperarm.{side}", (sign * 0.65, -0.45, -0.6), "chest", 1)
    goals.aim(f"palm.{side}", (-sign * 0.3, 0.9, 0), "head", 0.6)
    goals.hand(side, "point")


def salute(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"indextip.{side}", f"brow.{side}", (sign * 0.02, -0.004, 0.01), "head", 3)
    goals.aim(f"upperarm.{side}", (sign * 0.95, -0.1, -0.05), "chest", 1.4)
    goals.aim(f"fingers.{side}", (-sign * 0.8, 0, 0.55), "head", 1.3)
    goals.aim(f"palm.{side}", (-sign * 0.35, -0.35, -0.85), "head", 0.8)
    goals.hand(side, "flat")


def shade_eyes(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"indextip.{side}", "forehead", (0, -0.02, -0.005), "head", 3)
    goals.aim(f"palm.{side}", (0, -0.2, -1), "head", 1.2)
    goals.aim(f"fingers.{side}", (-sign, 0.15, 0.1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.75, -0.45, 0), "chest", 1)
    goals.hand(side, "flat")


def over_face(goals: Goals, side: str) -> None:
    """The palm on the forehead."""
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"palm.{side}", "forehead", (sign * 0.015, -0.016, -0.035), "head", 3)
    goals.aim(f"palm.{side}", (0, 1, 0), "head", 1.3)
    goals.aim(f"fingers.{side}", (-sign * 0.65, 0, 0.75), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.7, -0.35), "chest", 0.8)
    goals.hand(side, "relaxed")


def phone_at_ear(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", f"ear.{side}", (sign * 0.03, -0.012, -0.02), "head", 3)
    goals.aim(f"palm.{side}", (-sign, -0.05, 0), "head", 1.3)
    goals.aim(f"fingers.{side}", (0, 0.25, 0.95), "head", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.75, -0.5, -0.25), "chest", 0.8)
    goals.hand(side, "grip")


def on_neck_side(goals: Goals, side: str) -> None:
    """Fingertips at the side of the neck, elbow low."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", f"shoulder.{side}", (-sign * 0.075, -0.025, 0.045), "chest", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.35, -0.45, -0.8), "chest", 1.2)
    goals.aim(f"palm.{side}", (0, 0.9, 0.2), "chest", 0.8)
    goals.hand(side, "soft")


def cup_ear(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"palm.{side}", f"ear.{side}", (sign * 0.045, 0.03, 0.0), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.3, -0.95, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (sign * 0.1, 0, 1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.8, -0.3, -0.1), "chest", 0.8)
    goals.hand(side, "flat")


def finger_on_lips(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", "mouth", (0.0, -0.012, 0.022), "head", 3)
    goals.aim(f"fingers.{side}", (-sign * 0.15, 0.1, 1), "head", 1.5)
    goals.aim(f"palm.{side}", (-sign * 0.9, 0.3, 0), "head", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.35, -0.35, -0.85), "chest", 1)
    goals.hand(side, "point")


def blow_kiss(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"middletip.{side}", "mouth", (0.0, -0.02, -0.012), "head", 3)
    goals.aim(f"palm.{side}", (0, 0.35, 0.9), "head", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.5, -0.7), "chest", 1)
    goals.hand(side, "flat")
