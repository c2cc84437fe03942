"""Seated poses."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, face, low
from pipelines.pose.primitives.sides import SIGN

seated = partial(Entry, category="seated")


def think(goals: Goals, side: str) -> None:
    arms.elbow_on_knee(goals, side)
    face.fist_at_chin(goals, side)


def forearms_on_knees(goals: Goals) -> None:
    goals.touch("palm.L", "palm.R", (0.065, 0, 0), weight=0.8)
    for side in "LR":
        arms.elbow_on_knee(goals, side)
        goals.aim(f"forearm.{side}", (-SIGN[side] * 0.4, -0.8, -0.3), weight=0.8)


def hands_open_on_knees(goals: Goals) -> None:
    for side in "LR":
        goals.touch(f"handback.{side}", f"knee.{side}", (-SIGN[side] * 0.04, 0.13, 0.05), weight=2.5)
        goals.aim(f"palm.{side}", (0, -0.2, 1), weight=1.5)
        goals.hand(side, "pinch")


def hug_knees(goals: Goals) -> None:
    goals.touch("palm.L", "shin.L", (-0.06, -0.035, 0.10), weight=2)
    goals.touch("palm.R", "shin.R", (0.02, -0.055, 0.05), weight=2)
    for side in "LR":
        goals.aim(f"palm.{side}", (0, 1, 0), weight=0.6)


def arm_on_knee(goals: Goals, side: str) -> None:
    """The forearm lies on the raised knee, the hand hangs."""
    goals.touch(f"foreside.{side}", f"knee.{side}", (0, 0.05, 0.045), weight=2)
    goals.aim(f"forearm.{side}", (-SIGN[side] * 0.2, -1, -0.1), weight=1)
    goals.bend(2, **{f"wrist_flex_{side}": 26})
    goals.hand(side, "soft")


SEATED = (
    seated(
        name="Sitting upright, hands on knees", legs=(low.sit,), left=arms.on_knee, right=arms.on_knee, yaw=25
    ),
    seated(
        name="Sitting, legs crossed",
        legs=(partial(low.sit_leg_over, side="L"),),
        left=arms.on_thigh,
        right=arms.on_thigh,
        face=(-15, 0, 0),
        yaw=25,
    ),
    seated(
        name="The thinker",
        legs=(partial(low.sit, lean=8),),
        left=arms.on_thigh,
        right=think,
        bend=(48, 0, -14),
        face=(0, 32, 0),
        yaw=-35,
        tags=("thinking",),
    ),
    seated(
        name="Sitting, elbows on knees",
        legs=(partial(low.sit, wide=0.16, turn=14, lean=10),),
        left=None,
        right=None,
        bend=(45, 0, 0),
        more=forearms_on_knees,
        face=(0, 12, 0),
        yaw=20,
        tags=("casual",),
    ),
    seated(
        name="Sitting, leaning back on the hands",
        legs=(partial(low.sit, wide=0.12, forward=0.5, lean=-14), partial(low.deepen_block, depth=0.78)),
        left=arms.behind_seat,
        right=arms.behind_seat,
        bend=(-10, 0, 0),
        face=(0, -8, 0),
        yaw=40,
    ),
    seated(
        name="Sitting, arms crossed",
        legs=(partial(low.sit, wide=0.13, turn=14, forward=0.42),),
        left=arms.crossed_under,
        right=arms.crossed_over,
        face=(-20, 0, 0),
        yaw=20,
    ),
    seated(
        name="Meditating",
        legs=(low.sit_cross_legged,),
        left=None,
        right=None,
        bend=(6, 0, 0),
        more=hands_open_on_knees,
        face=(0, 8, 0),
        yaw=20,
        tags=("yoga", "calm"),
    ),
    seated(
        name="Floor sit, one knee up",
        legs=(partial(low.sit_legs_long, up="L"),),
        left=arm_on_knee,
        right=arms.behind_seat,
        bend=(0, -6, 0),
        yaw=35,
        tags=("casual",),
    ),
    seated(
        name="Hugging the knees",
        legs=(partial(low.sit_knees_up, forward=0.47, lean=-6),),
        left=None,
        right=None,
        bend=(20, 0, 0),
        more=hug_knees,
        face=(12, 10, 0),
        yaw=45,
    ),
    seated(
        name="Legs out, leaning back",
        legs=(low.sit_legs_long,),
        left=arms.behind_seat,
        right=arms.behind_seat,
        face=(0, -5, 0),
        yaw=45,
    ),
)
