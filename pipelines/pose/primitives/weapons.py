"""Arms that fight, aim, cast and guard. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import bent_before_chest
from pipelines.pose.primitives.gestures import arm, start_up
from pipelines.pose.primitives.sides import SIGN


def aim_pistol(goals: Goals, side: str) -> None:
    """Both hands before the face, arms stretched forwards."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "sternum", (sign * 0.025, -0.5, 0.1), "chest", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.95, 0.1, 0), "chest", 1)
    goals.aim(f"fingers.{side}", (0, -1, 0.1), "chest", 1)
    goals.hand(side, "grip")


def aim_one_hand(goals: Goals, side: str) -> None:
    arm(goals, side, (0.25, -0.96, 0.08), (0.05, -1, 0.08), (-1, 0, 0), shape="grip", weights=(3, 3, 1))


def pistol_up(goals: Goals, side: str) -> None:
    """Beside the head, pointing upwards."""
    arm(
        goals,
        side,
        (0.6, -0.4, -0.7),
        (0.05, -0.25, 0.95),
        (-0.9, -0.2, 0),
        shape="point",
        weights=(2.5, 2.5, 1),
    )


def rifle_front(goals: Goals, side: str) -> None:
    """The hand under the barrel."""
    arm(goals, side, (0.2, -0.85, -0.45), (-0.2, -0.9, 0.35), (0, 0, 1), shape="grip", weights=(2.5, 2.5, 1))


def rifle_back(goals: Goals, side: str) -> None:
    """The hand at the trigger, the elbow out."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", f"shoulder.{side}", (-sign * 0.03, -0.24, -0.02), "chest", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.75, -0.35, -0.45), "chest", 1.5)
    goals.hand(side, "grip")


def sword_high(goals: Goals, side: str) -> None:
    """Both hands above the head, about to strike."""
    sign = SIGN[side]
    start_up(goals, side, 80)
    goals.touch(f"palm.{side}", "crown", (sign * 0.03, -0.02, 0.2 + 0.05 * (side == "R")), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.6, 0.6), "chest", 2)
    goals.hand(side, "grip")


def sword_forward(goals: Goals, side: str) -> None:
    """A thrust."""
    arm(goals, side, (0.2, -0.97, -0.05), (0, -1, 0.02), (0, 0.2, 1), shape="grip", weights=(3, 3, 1))


def sword_low(goals: Goals, side: str) -> None:
    """The point to the floor, the arm out from the side."""
    arm(
        goals,
        side,
        (0.5, -0.1, -0.85),
        (0.4, -0.45, -0.8),
        (-0.8, 0.4, 0),
        shape="grip",
        weights=(2.5, 2.5, 1),
    )


def sword_side(goals: Goals, side: str) -> None:
    """Drawn back to the side for a sweeping blow."""
    arm(goals, side, (0.9, 0.3, 0.1), (0.75, 0.4, 0.5), (0, -0.8, 0.5), shape="grip", weights=(3, 2.5, 0.5))


def sword_across(goals: Goals, side: str) -> None:
    """The arm across the chest, at the end or the start of a backhand blow."""
    arm(
        goals,
        side,
        (-0.1, -0.9, -0.2),
        (-0.85, -0.45, 0.2),
        (0, 0.3, -0.9),
        shape="grip",
        weights=(2.5, 2.5, 0.6),
    )


def sword_on_shoulder(goals: Goals, side: str) -> None:
    """A weapon resting on the shoulder."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", f"shoulder.{side}", (sign * 0.02, -0.12, 0.02), "chest", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.45, -0.45, -0.75), "chest", 1.2)
    goals.hand(side, "grip")


def draw_sword(goals: Goals, side: str) -> None:
    """The hand across the body at the other hip."""
    sign, other = SIGN[side], "R" if side == "L" else "L"
    goals.touch(f"palm.{side}", f"hip.{other}", (sign * 0.06, -0.13, 0.02), "hips", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.3, 0.6, 0.6), "hips", 0.8)
    goals.hand(side, "grip")


def draw_from_back(goals: Goals, side: str) -> None:
    """The hand behind the shoulder, at a hilt or an arrow."""
    start_up(goals, side, 130)
    arm(goals, side, (0.55, -0.45, 0.7), (-0.1, 0.85, -0.2), shape="grip", weights=(3, 2, 0))


def hammer_up(goals: Goals, side: str) -> None:
    """One hand raised to strike downwards."""
    start_up(goals, side, 80)
    arm(goals, side, (0.7, -0.1, 0.7), (0.1, 0.2, 0.97), (-0.5, -0.8, 0), shape="fist", weights=(3, 2.5, 0.5))


def staff_planted(goals: Goals, side: str) -> None:
    """A staff or a spear that stands on the floor beside the body."""
    arm(
        goals,
        side,
        (0.65, -0.35, -0.65),
        (0.35, -0.65, 0.7),
        (-0.7, -0.3, 0),
        shape="grip",
        weights=(2.5, 2.5, 0.8),
    )


def shield_up(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.4, -0.75, -0.35),
        (-0.75, -0.5, 0.35),
        (0, 0.9, -0.3),
        shape="fist",
        weights=(2.5, 2.5, 0.8),
    )


def cast_forward(goals: Goals, side: str) -> None:
    """A spell from the stretched-out palm."""
    arm(
        goals,
        side,
        (0.3, -0.92, 0.05),
        (0.05, -0.98, 0.15),
        (0, -1, 0.1),
        shape="spread",
        weights=(3, 2.5, 2),
    )


def cast_up(goals: Goals, side: str) -> None:
    """The palm to the sky."""
    start_up(goals, side, 50)
    arm(goals, side, (0.7, -0.35, 0.5), (0.2, -0.3, 0.93), (0, 0, 1), shape="claw", weights=(3, 2.5, 0.8))


def orb(goals: Goals, side: str) -> None:
    """Something that glows between both hands, before the chest."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "sternum", (sign * 0.02, -0.34, -0.02 + sign * 0.12), "chest", 2.5)
    goals.aim(f"palm.{side}", (0, 0.1, -sign), "chest", 2)
    goals.hand(side, "claw")


def claws(goals: Goals, side: str) -> None:
    """A beast's paws before the shoulders."""
    arm(
        goals,
        side,
        (0.65, -0.55, -0.3),
        (0.1, -0.75, 0.65),
        (0, -0.8, -0.5),
        shape="claw",
        weights=(2.5, 2.5, 1),
    )


def block_high(goals: Goals, side: str) -> None:
    """The forearm above the brow against a blow."""
    start_up(goals, side, 90)
    arm(
        goals,
        side,
        (0.4, -0.85, 0.35),
        (-0.6, -0.45, 0.65),
        (0, -0.8, 0.4),
        shape="fist",
        weights=(3, 2.5, 0.5),
    )


def block_low(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.4, -0.5, -0.78),
        (0.2, -0.45, -0.87),
        (0, 0.9, 0),
        shape="fist",
        weights=(2.5, 2.5, 0.6),
    )


def fist_at_side(goals: Goals, side: str) -> None:
    """A fist at the waist, palm up, ready to strike."""
    arm(goals, side, (0.3, 0.75, -0.6), (0.05, -0.98, -0.05), (0, 0, 1), shape="fist", weights=(2.5, 2.5, 1))


def knife_hand(goals: Goals, side: str) -> None:
    """The edge of the hand, held before the body."""
    arm(
        goals, side, (0.3, -0.7, -0.6), (0.05, -0.75, 0.65), (-0.9, 0, 0), shape="flat", weights=(2.5, 2.5, 1)
    )


def hook(goals: Goals, side: str) -> None:
    """A boxer's hook, the elbow level with the shoulder."""
    arm(goals, side, (0.75, -0.65, 0.05), (-0.85, -0.5, 0.05), (0, 0.8, 0), shape="fist", weights=(3, 3, 0.6))


def elbow_strike(goals: Goals, side: str) -> None:
    arm(goals, side, (0.35, -0.9, 0.1), (-0.7, 0.55, 0.3), shape="fist", weights=(3, 2.5, 0))


def throw_down(goals: Goals, side: str) -> None:
    """The end of a throw: the arm across the body, low."""
    arm(goals, side, (-0.05, -0.75, -0.65), (-0.5, -0.6, -0.6), shape="open", weights=(2.5, 2.5, 0))


def pull_back(goals: Goals, side: str) -> None:
    """The elbow drawn far back."""
    arm(goals, side, (0.45, 0.8, -0.35), (0.1, -0.9, 0.15), (-0.8, 0, 0), shape="fist", weights=(3, 2.5, 0.5))


def wrestle(goals: Goals, side: str) -> None:
    """Open hands forward and low, about to grasp."""
    arm(
        goals,
        side,
        (0.5, -0.6, -0.6),
        (0.1, -0.97, 0.15),
        (-0.6, -0.3, -0.6),
        shape="claw",
        weights=(2.5, 2.5, 1),
    )


def binoculars(goals: Goals, side: str) -> None:
    """A camera or binoculars before the eyes."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", f"brow.{side}", (sign * 0.045, -0.085, -0.05), "head", 3)
    goals.aim(f"palm.{side}", (-sign, 0.1, 0.1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.6, -0.6, -0.45), "chest", 1)
    goals.hand(side, "grip")
