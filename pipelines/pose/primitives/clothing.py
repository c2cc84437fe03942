"""Hands at clothes, hair and bags. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import bent_before_chest, raised_beside_head
from pipelines.pose.primitives.gestures import arm
from pipelines.pose.primitives.sides import SIGN


def at_lapel(goals: Goals, side: str) -> None:
    """Fingers at the lapel of the same side."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", f"chest.{side}", (-sign * 0.02, -0.01, 0.05), "chest", 3)
    goals.aim(f"palm.{side}", (-sign * 0.4, 0.9, 0), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.55, -0.1, -0.85), "chest", 1)
    goals.hand(side, "pinch")


def at_belt(goals: Goals, side: str) -> None:
    """The thumb hooked into the belt, elbow out."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"hip.{side}", (-sign * 0.05, -0.11, -0.05), "hips", 2.5)
    goals.aim(f"fingers.{side}", (-sign * 0.25, -0.3, -0.9), "hips", 1.4)
    goals.aim(f"palm.{side}", (-sign * 0.3, 0.95, 0), "hips", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.65, 0.3, -0.7), "chest", 1)
    goals.hand(side, "relaxed")


def in_back_pocket(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.bend(0.5, **{f"shoulder_front_{side}": -30, f"shoulder_in_{side}": 40, f"elbow_{side}": 60})
    goals.touch(f"palm.{side}", f"backpocket.{side}", (sign * 0.02, 0.012, 0.03), "hips", 3)
    goals.aim(f"palm.{side}", (0, -1, 0), "hips", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.25, 0, -1), "hips", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.45, 0.55, -0.75), "chest", 0.8)
    goals.hand(side, "pocket")


def at_collarbone(goals: Goals, side: str) -> None:
    """Fingertips at the base of the neck."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"middletip.{side}", "sternum", (-sign * 0.01, -0.012, 0.055), "chest", 3)
    goals.aim(f"palm.{side}", (0, 0.95, 0), "chest", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.2, -0.85), "chest", 1)
    goals.hand(side, "soft")


def behind_ear(goals: Goals, side: str) -> None:
    """Tucking hair behind the ear."""
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"indextip.{side}", f"ear.{side}", (sign * 0.02, 0.02, 0.02), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.9, 0.2, 0), "head", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.65, -0.6, -0.3), "chest", 1)
    goals.hand(side, "soft")


def on_cheek(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", f"cheek.{side}", (sign * 0.02, -0.005, -0.025), "head", 3)
    goals.aim(f"palm.{side}", (-sign, 0.25, 0.15), "head", 1.2)
    goals.aim(f"fingers.{side}", (sign * 0.05, 0.35, 0.9), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.4, -0.6, -0.7), "chest", 1)
    goals.hand(side, "relaxed")


def on_crown(goals: Goals, side: str) -> None:
    """The hand lies on the top of the head, elbow out."""
    sign = SIGN[side]
    raised_beside_head(goals, side, 80, 20)
    goals.touch(f"palm.{side}", "crown", (sign * 0.05, -0.01, 0.03), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.4, 0, -0.9), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.85, -0.25, 0.45), "chest", 1.2)
    goals.hand(side, "relaxed")


def overhead_bent(goals: Goals, side: str) -> None:
    """The forearm above the head, the hand hanging over to the other side."""
    raised_beside_head(goals, side, 105, 10, -20)
    goals.bend(0.4, **{f"elbow_{side}": 90})
    arm(goals, side, (0.6, -0.15, 0.8), (-0.85, -0.1, 0.4), shape="soft", weights=(3, 2.5, 0))


def on_side_of_thigh(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"thighside.{side}", (sign * 0.01, -0.02, 0.02), "hips", 2.5)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "hips", 1.2)
    goals.hand(side, "flat")


def limp_forward(goals: Goals, side: str) -> None:
    """The forearm level, the hand hanging from the wrist."""
    arm(
        goals,
        side,
        (0.35, 0.05, -0.93),
        (0.3, -0.95, 0.1),
        (0, -0.2, -1),
        shape="soft",
        weights=(2.5, 2.5, 1),
    )
    goals.bend(3, **{f"wrist_flex_{side}": 40})


def limp_aside(goals: Goals, side: str) -> None:
    """The elbow at the waist, the forearm out to the side and up, the hand limp."""
    arm(
        goals, side, (0.45, 0, -0.9), (0.8, -0.35, 0.45), (0, -0.5, -0.8), shape="soft", weights=(2.5, 2.5, 1)
    )
    goals.bend(3, **{f"wrist_flex_{side}": 35})


def bag_on_forearm(goals: Goals, side: str) -> None:
    """A handbag in the crook of the arm."""
    arm(goals, side, (0.25, 0.1, -0.95), (0.15, -0.75, 0.65), (-0.3, 0.4, 0.8), shape="relaxed")


def at_strap(goals: Goals, side: str) -> None:
    """A fist on the strap of a bag that hangs from the shoulder."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", f"chest.{side}", (sign * 0.03, -0.05, 0.09), "chest", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.4, 0.9, 0), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.3, 0, -0.95), "chest", 1.2)
    goals.hand(side, "fist")


def comb(goals: Goals, side: str) -> None:
    """A brush in the hair above the ear."""
    sign = SIGN[side]
    raised_beside_head(goals, side, 60, 30)
    goals.touch(f"knuckles.{side}", f"temple.{side}", (sign * 0.09, 0.05, 0.07), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.8, -0.4, 0.25), "chest", 1)
    goals.hand(side, "grip")


def tie_up_hair(goals: Goals, side: str) -> None:
    """Both hands behind the head, gathering the hair."""
    sign = SIGN[side]
    raised_beside_head(goals, side, 75, 20)
    goals.touch(f"palm.{side}", f"occiput.{side}", (sign * 0.03, 0.07, 0.05), "head", 2)
    goals.aim(f"upperarm.{side}", (sign * 0.85, -0.4, 0.3), "chest", 1.5)
    goals.hand(side, "grip")
