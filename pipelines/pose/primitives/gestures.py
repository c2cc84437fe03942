"""Arms in the air: pointing, waving, showing, fighting, dancing, holding. Each primitive takes (goals, side)."""

from __future__ import annotations

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import bent_before_chest, raised_beside_head
from pipelines.pose.primitives.sides import SIGN


def arm(
    goals: Goals,
    side: str,
    upper: tuple[float, float, float],
    fore: tuple[float, float, float],
    palm: tuple[float, float, float] | None = None,
    *,
    shape: str = "relaxed",
    frame: str = "chest",
    weights: tuple[float, float, float] = (2.5, 2.5, 0.8),
) -> None:
    """An arm by the directions of upper arm, forearm and palm: outwards, back, up for either side."""
    sign = SIGN[side]
    for part, vector, weight in zip(
        ("upperarm", "forearm", "palm"), (upper, fore, palm), weights, strict=True
    ):
        if vector is not None:
            goals.aim(f"{part}.{side}", (sign * vector[0], vector[1], vector[2]), frame, weight)
    goals.hand(side, shape)


def wave(goals: Goals, side: str) -> None:
    arm(goals, side, (0.75, -0.35, -0.35), (0.3, -0.2, 0.95), shape="open", weights=(2, 2, 0))
    goals.aim(f"palm.{side}", (0, -1, 0), "world", 1.5)


def start_up(goals: Goals, side: str, elbow: float = 20) -> None:
    """A start for arms overhead."""
    raised_beside_head(goals, side, 115, 10, -10)
    goals.bend(0.4, **{f"elbow_{side}": elbow})


def raise_up(goals: Goals, side: str) -> None:
    start_up(goals, side)
    arm(
        goals,
        side,
        (0.22, -0.12, 0.97),
        (0.05, -0.05, 1),
        (-0.7, -0.7, 0),
        shape="flat",
        weights=(3, 2.5, 0.5),
    )


def raise_fist(goals: Goals, side: str) -> None:
    raise_up(goals, side)
    goals.hand(side, "fist")


def raise_wide(goals: Goals, side: str) -> None:
    """Up and out, as one half of a V."""
    start_up(goals, side, 15)
    arm(
        goals,
        side,
        (0.65, -0.1, 0.75),
        (0.55, -0.15, 0.82),
        (-0.2, -0.95, 0),
        shape="open",
        weights=(3, 2.5, 0.6),
    )


def aside(goals: Goals, side: str) -> None:
    arm(goals, side, (1, -0.08, 0), (1, -0.1, 0.02), (0, -0.1, -1), shape="flat", weights=(3, 2.5, 0.8))


def aside_soft(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.85, -0.3, -0.3),
        (0.75, -0.6, 0.05),
        (-0.2, -0.6, -0.7),
        shape="soft",
        weights=(3, 2.5, 0.8),
    )


def back_soft(goals: Goals, side: str) -> None:
    arm(goals, side, (0.6, 0.5, -0.6), (0.55, 0.6, -0.5), shape="soft", weights=(3, 2.5, 0))


def point_forward(goals: Goals, side: str) -> None:
    arm(goals, side, (0.3, -0.95, -0.05), (0.12, -1, 0.08), (-0.5, 0, -0.85), shape="point")
    goals.aim(f"fingers.{side}", (SIGN[side] * 0.08, -1, 0.08), "chest", 1.5)


def point_aside(goals: Goals, side: str) -> None:
    arm(goals, side, (0.9, -0.3, 0.1), (0.95, -0.25, 0.2), (0, -0.6, -0.8), shape="point")


def point_up(goals: Goals, side: str) -> None:
    arm(goals, side, (0.5, -0.5, 0.1), (0.1, -0.3, 0.95), (-0.5, -0.8, 0), shape="point", weights=(2, 2, 0.8))


def reach_forward(goals: Goals, side: str) -> None:
    arm(goals, side, (0.25, -0.92, 0.1), (0.05, -0.98, 0.2), (-0.5, 0, -0.85), shape="open", frame="world")


def stretch_forward(goals: Goals, side: str) -> None:
    """Arms held out stiffly, hands hanging."""
    arm(goals, side, (0.2, -0.97, 0.05), (0.05, -1, 0.12), (0, 0, -1), shape="claw", weights=(3, 2.5, 1.2))
    goals.bend(3, **{f"wrist_flex_{side}": 45})


def stop(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.3, -0.92, -0.15),
        (0.05, -0.95, 0.3),
        (0, -1, -0.1),
        shape="flat",
        frame="world",
        weights=(2.5, 2.5, 2),
    )
    goals.aim(f"fingers.{side}", (0, -0.1, 1), "world", 1.5)


def offer(goals: Goals, side: str) -> None:
    arm(goals, side, (0.35, -0.35, -0.85), (0.4, -0.9, 0.05), (0, -0.1, 1), shape="open", weights=(2, 2, 2))


def present(goals: Goals, side: str) -> None:
    arm(
        goals,
        side,
        (0.6, -0.2, -0.75),
        (0.85, -0.5, 0.25),
        (0, -0.45, 0.9),
        shape="open",
        weights=(2, 2, 1.6),
    )


def open_wide(goals: Goals, side: str) -> None:
    """Arms open to welcome or embrace."""
    arm(
        goals,
        side,
        (0.8, -0.35, -0.4),
        (0.75, -0.62, 0.2),
        (-0.2, -0.7, 0.6),
        shape="open",
        weights=(2.5, 2.5, 1.4),
    )


def shrug(goals: Goals, side: str) -> None:
    goals.bend(8, **{f"clavicle_up_{side}": 24})
    arm(goals, side, (0.4, 0.05, -0.9), (0.8, -0.55, 0.2), (0.1, -0.25, 1), shape="open", weights=(2, 2, 1.6))


def explain(goals: Goals, side: str) -> None:
    arm(
        goals, side, (0.3, -0.25, -0.9), (-0.1, -0.95, 0.3), (-0.8, 0, 0.5), shape="soft", weights=(2, 2, 1.2)
    )


def thumbs_up(goals: Goals, side: str) -> None:
    arm(goals, side, (0.3, -0.35, -0.85), (0, -0.92, 0.3), shape="thumb-up", weights=(2, 2, 0))
    goals.aim(f"thumb.{side}", (0, 0, 1), "chest", 2.5)


def thumb_high(goals: Goals, side: str) -> None:
    """Thumbs up beside the shoulders."""
    arm(goals, side, (0.6, -0.35, -0.7), (0.2, -0.5, 0.85), shape="thumb-up", weights=(2, 2, 0))
    goals.aim(f"thumb.{side}", (0, 0.1, 1), "chest", 2)


def victory_sign(goals: Goals, side: str) -> None:
    arm(goals, side, (0.5, -0.35, -0.75), (0.1, -0.35, 0.93), shape="victory", weights=(2, 2, 0))
    goals.aim(f"palm.{side}", (0, -1, 0), "world", 2)


def shake_hands(goals: Goals, side: str) -> None:
    arm(goals, side, (0.2, -0.6, -0.75), (0, -0.98, -0.1), shape="flat", weights=(2, 2, 0))
    goals.aim(f"thumb.{side}", (0, -0.2, 1), "chest", 1.6)


def guard(goals: Goals, side: str) -> None:
    """A boxer's fist before the chin; the left one leads."""
    sign = SIGN[side]
    bent_before_chest(goals, side)
    goals.touch(f"knuckles.{side}", "chin", (sign * 0.07, -0.12 if side == "R" else -0.2, 0), "head", 2)
    goals.aim(f"upperarm.{side}", (sign * 0.25, -0.35, -0.9), "chest", 1.5)
    goals.aim(f"palm.{side}", (-sign * 0.7, 0.6, 0), "chest", 1)
    goals.hand(side, "fist")


def punch(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.aim(f"upperarm.{side}", (sign * 0.12, -0.97, 0.05), "chest", 3)
    goals.aim(f"forearm.{side}", (-sign * 0.02, -1, 0.06), "world", 3)
    goals.aim(f"palm.{side}", (0, 0, -1), "chest", 1)
    goals.aim(f"fingers.{side}", (0, -1, 0.05), "world", 3)
    goals.bend(4, **{f"clavicle_forward_{side}": 18})
    goals.hand(side, "fist")


def flex_biceps(goals: Goals, side: str) -> None:
    arm(goals, side, (0.97, -0.1, 0.1), (-0.45, -0.1, 0.9), (-0.85, 0, -0.4), shape="fist", weights=(3, 3, 1))


def crown(goals: Goals, side: str) -> None:
    """A rounded arm above the head, as in ballet."""
    start_up(goals, side, 60)
    arm(
        goals,
        side,
        (0.5, -0.25, 0.82),
        (-0.45, -0.3, 0.85),
        (-0.3, 0.1, -0.9),
        shape="soft",
        weights=(3, 2.5, 0.8),
    )


def rounded_in_front(goals: Goals, side: str) -> None:
    """A rounded arm before the body, as in ballet."""
    arm(
        goals,
        side,
        (0.62, -0.6, -0.5),
        (-0.42, -0.88, -0.12),
        (-0.1, 0.9, 0.1),
        shape="soft",
        weights=(3, 2.5, 0.8),
    )


def low_round(goals: Goals, side: str) -> None:
    """A rounded arm, low in front of the thighs."""
    arm(
        goals,
        side,
        (0.5, -0.3, -0.82),
        (-0.35, -0.5, -0.8),
        (-0.6, 0.8, 0),
        shape="soft",
        weights=(3, 2.5, 0.8),
    )


def low_open(goals: Goals, side: str) -> None:
    """Low and open, the palm to the front."""
    arm(
        goals,
        side,
        (0.55, 0.05, -0.85),
        (0.6, -0.2, -0.8),
        (-0.2, -1, 0),
        shape="soft",
        weights=(3, 2.5, 0.8),
    )


def pray(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "sternum", (sign * 0.004, -0.13, -0.06), "chest", 3)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "chest", 2.5)
    goals.aim(f"fingers.{side}", (0, -0.25, 1), "chest", 2)
    goals.hand(side, "flat")


def clap(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", "sternum", (sign * 0.03, -0.28, -0.06), "chest", 3)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "chest", 2.5)
    goals.aim(f"fingers.{side}", (0, -0.6, 0.8), "chest", 2)
    goals.hand(side, "flat")


def keeper(goals: Goals, side: str) -> None:
    """A goalkeeper's open hand at the level of the hips."""
    arm(
        goals,
        side,
        (0.6, -0.3, -0.75),
        (0.35, -0.85, 0.1),
        (-0.2, -0.9, -0.3),
        shape="spread",
        weights=(2.5, 2.5, 1.2),
    )


def robot_up(goals: Goals, side: str) -> None:
    arm(goals, side, (1, -0.05, -0.05), (0, -0.05, 1), (0, -1, 0), shape="flat", weights=(3, 3, 1.2))


def robot_down(goals: Goals, side: str) -> None:
    arm(goals, side, (1, -0.05, -0.05), (0, -0.05, -1), (0, 1, 0), shape="flat", weights=(3, 3, 1))


def point_high(goals: Goals, side: str) -> None:
    start_up(goals, side, 20)
    arm(
        goals,
        side,
        (0.35, -0.35, 0.85),
        (0.15, -0.3, 0.93),
        (-0.4, -0.9, 0),
        shape="point",
        weights=(3, 3, 0.6),
    )


def ward_off(goals: Goals, side: str) -> None:
    """Palms up before the shoulders: do not touch me."""
    arm(goals, side, (0.45, -0.55, -0.65), (0.05, -0.6, 0.8), shape="open", weights=(2.5, 2.5, 0))
    goals.aim(f"palm.{side}", (0, -1, 0), "world", 1.6)
    goals.aim(f"fingers.{side}", (SIGN[side] * 0.1, 0, 1), "world", 1)
