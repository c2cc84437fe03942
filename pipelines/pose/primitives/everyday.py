"""Arms of daily life: eating, cooking, typing, reading, carrying, dressing. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import bent_before_chest, raised_beside_head
from pipelines.pose.primitives.gestures import arm
from pipelines.pose.primitives.sides import SIGN


def hold_cup(goals: Goals, side: str) -> None:
    """A cup before the chest."""
    arm(goals, side, (0.3, -0.2, -0.93), (-0.25, -0.85, 0.45), shape="grip", weights=(2.5, 2.5, 0))
    goals.aim(f"thumb.{side}", (0, -0.2, 1), "chest", 1.5)


def drink(goals: Goals, side: str) -> None:
    """A cup at the mouth."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", "mouth", (sign * 0.045, -0.075, -0.02), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.55, -0.6, -0.5), "chest", 1.2)
    goals.aim(f"palm.{side}", (-sign * 0.8, 0.5, 0), "chest", 1)
    goals.hand(side, "grip")


def eat(goals: Goals, side: str) -> None:
    """A fork or a bite at the mouth."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", "mouth", (sign * 0.03, -0.05, -0.02), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.45, -0.75), "chest", 1.2)
    goals.aim(f"palm.{side}", (-sign * 0.3, 0.9, 0.2), "chest", 0.8)
    goals.hand(side, "pinch")


def hold_bowl(goals: Goals, side: str) -> None:
    """A bowl or a plate before the belly, palm up."""
    arm(goals, side, (0.3, 0, -0.95), (-0.3, -0.93, 0.1), (0, 0, 1), shape="open", weights=(2.5, 2.5, 1.5))


def stir(goals: Goals, side: str) -> None:
    """A spoon in a pot in front."""
    arm(goals, side, (0.4, -0.35, -0.85), (-0.25, -0.93, 0.05), (-0.2, 0.2, -1), shape="fist")


def chop(goals: Goals, side: str) -> None:
    """A knife on a board in front, low."""
    arm(
        goals,
        side,
        (0.35, -0.1, -0.93),
        (-0.2, -0.9, -0.3),
        (-0.6, 0, -0.7),
        shape="grip",
        weights=(2.5, 2.5, 1),
    )


def steer(goals: Goals, side: str) -> None:
    """A hand on a steering wheel."""
    arm(goals, side, (0.3, -0.72, -0.6), (-0.12, -0.95, 0.3), (-0.5, -0.3, -0.8), shape="grip")


def type_keys(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.22, -0.25, -0.95),
        (-0.12, -1, 0.02),
        (0, 0, -1),
        shape="relaxed",
        weights=(2.5, 2.5, 1.5),
    )


def hold_book(goals: Goals, side: str) -> None:
    """A book before the chest, held from below."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", "sternum", (sign * 0.09, -0.27, -0.13), "chest", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.3, 0.65, 0.65), "chest", 1.3)
    goals.aim(f"fingers.{side}", (-sign * 0.2, -0.65, 0.65), "chest", 0.8)
    goals.hand(side, "relaxed")


def hold_open_paper(goals: Goals, side: str) -> None:
    """A newspaper or a map, held wide."""
    arm(
        goals,
        side,
        (0.45, -0.45, -0.75),
        (0.2, -0.85, 0.45),
        (-0.9, 0.2, 0),
        shape="grip",
        weights=(2.5, 2.5, 1),
    )


def carry_box(goals: Goals, side: str) -> None:
    """A box before the belly, a hand under each side."""
    arm(
        goals,
        side,
        (0.25, -0.05, -0.95),
        (-0.03, -1, -0.05),
        (-0.5, 0, 0.85),
        shape="flat",
        weights=(2.5, 2.5, 1.5),
    )


def carry_high(goals: Goals, side: str) -> None:
    """A tray on the flat hand beside the shoulder."""
    arm(goals, side, (0.55, -0.2, -0.8), (0.25, -0.1, 0.95), (0, 0, 1), shape="open", weights=(2.5, 2.5, 1))
    goals.aim(f"palm.{side}", (0, 0, 1), "world", 2)
    goals.bend(1, **{f"wrist_flex_{side}": -50})


def on_shoulder_load(goals: Goals, side: str) -> None:
    """A bundle on the shoulder, held by the hand of the same side."""
    sign = SIGN[side]
    raised_beside_head(goals, side)
    goals.touch(f"palm.{side}", f"shoulder.{side}", (sign * 0.03, -0.03, 0.12), "chest", 2)
    goals.aim(f"palm.{side}", (-sign * 0.7, 0, -0.7), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.7, -0.65, 0), "chest", 1)
    goals.hand(side, "relaxed")


def hold_umbrella(goals: Goals, side: str) -> None:
    """The handle of an umbrella before the shoulder."""
    arm(goals, side, (0.3, -0.2, -0.93), (0.05, -0.55, 0.85), shape="grip", weights=(2.5, 2.5, 0))
    goals.aim(f"thumb.{side}", (0, 0, 1), "chest", 1.2)


def push_cart(goals: Goals, side: str) -> None:
    """A hand on the bar of a trolley or a pram."""
    arm(goals, side, (0.25, -0.3, -0.92), (0, -1, -0.1), (0, -0.2, -1), shape="grip", weights=(2.5, 2.5, 1.2))


def reach_high(goals: Goals, side: str) -> None:
    """Up and forwards, to a shelf."""
    raised_beside_head(goals, side, 90, 40, -20)
    arm(
        goals,
        side,
        (0.15, -0.55, 0.82),
        (0.05, -0.5, 0.87),
        (0, -0.95, 0.2),
        shape="grip",
        weights=(3, 2.5, 0.6),
    )


def reach_low(goals: Goals, side: str) -> None:
    """Down in front, to something on the floor."""
    arm(
        goals,
        side,
        (0.15, -0.5, -0.85),
        (0.02, -0.25, -0.97),
        shape="open",
        frame="world",
        weights=(2.5, 2.5, 0),
    )


def brush_teeth(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", "mouth", (sign * 0.09, -0.03, -0.01), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.8, -0.4, -0.4), "chest", 1.4)
    goals.aim(f"palm.{side}", (0, 0.9, -0.3), "chest", 0.6)
    goals.hand(side, "grip")


def guitar_neck(goals: Goals, side: str) -> None:
    """The hand on the neck of a guitar."""
    arm(
        goals,
        side,
        (0.55, -0.25, -0.8),
        (0.35, -0.5, 0.8),
        (-0.6, 0.4, 0.5),
        shape="grip",
        weights=(2.5, 2.5, 1),
    )


def guitar_strings(goals: Goals, side: str) -> None:
    """The hand on the strings of a guitar, before the belly."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "belly", (sign * 0.06, -0.19, 0.1), "hips", 2.5)
    goals.aim(f"palm.{side}", (0, 0.95, -0.2), "hips", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.5, 0.15, -0.85), "chest", 1)
    goals.hand(side, "pinch")


def play_flute(goals: Goals, side: str) -> None:
    """Hands on an instrument at the mouth."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", "mouth", (-0.12 if side == "L" else -0.3, -0.06, 0.0), "head", 2.5)
    goals.aim(f"upperarm.{side}", (sign * 0.6, -0.6, -0.4), "chest", 1)
    goals.hand(side, "claw")


def mop(goals: Goals, side: str) -> None:
    """A broom's handle, one hand above the other."""
    height = 0.02 if side == "R" else -0.22
    goals.touch(f"palm.{side}", "sternum", (SIGN[side] * 0.03, -0.3, height), "chest", 2.5)
    goals.aim(f"palm.{side}", (-SIGN[side] * 0.9, 0.2, 0), "chest", 0.8)
    goals.hand(side, "grip")


def hold_baby(goals: Goals, side: str) -> None:
    """Both forearms before the chest, one below the other, cradling."""
    low = side == "L"
    arm(
        goals,
        side,
        (0.3, -0.15, -0.93),
        (-0.7, -0.7, 0.05 if low else 0.3),
        (0, 0.5, 0.85),
        shape="relaxed",
        weights=(2.5, 2.5, 1),
    )


def wring(goals: Goals, side: str) -> None:
    """Hands held together before the belly."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "belly", (sign * 0.025, -0.17 - 0.03 * (side == "R"), 0.12), "hips", 3)
    goals.aim(f"palm.{side}", (-sign * 0.8, 0.5, 0), "hips", 1.2)
    goals.aim(f"fingers.{side}", (-sign * 0.5, -0.7, 0.2), "hips", 1)
    goals.hand(side, "relaxed")


def on_table(goals: Goals, side: str, height: float = 0.74, front: float = 0.42, out: float = 0.2) -> None:
    """The palm on a table top."""
    sign = SIGN[side]
    goals.touch(f"palm.{side}", offset=(sign * out, -front, height + 0.012), weight=3)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=2)
    goals.aim(f"fingers.{side}", (-sign * 0.4, -1, 0), weight=0.8)
    goals.hand(side, "relaxed")


def forearm_on_table(goals: Goals, side: str, height: float = 0.74) -> None:
    """The forearm on a table top, the hand towards the middle."""
    sign = SIGN[side]
    goals.touch(f"elbow.{side}", offset=(sign * 0.27, -0.3, height + 0.03), weight=2.5)
    goals.aim(f"forearm.{side}", (-sign * 0.75, -0.65, 0), weight=2.5)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=1)
    goals.hand(side, "relaxed")


def elbow_on_table_chin(goals: Goals, side: str, height: float = 0.74) -> None:
    """The elbow on a table, the chin in the hand."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"elbow.{side}", offset=(sign * 0.14, -0.36, height + 0.02), weight=2.5)
    goals.touch(f"palm.{side}", "chin", (sign * 0.045, 0.015, -0.025), "head", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.7, 0.5, 0.5), "head", 0.8)
    goals.hand(side, "relaxed")
