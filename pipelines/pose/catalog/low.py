"""Seated, kneeling and lying poses."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.words import arms, low

SEATED = (
    Entry(
        name="Sitting upright, hands on knees",
        category="seated",
        legs=(low.sit,),
        left=arms.on_knee,
        right=arms.on_knee,
        yaw=25,
    ),
    Entry(
        name="Sitting, legs crossed",
        category="seated",
        legs=(partial(low.sit_leg_over, side="L"),),
        left=arms.on_thigh,
        right=arms.on_thigh,
        face=(-15, 0, 0),
        yaw=25,
    ),
    Entry(
        name="Cross-legged on the floor",
        category="seated",
        legs=(low.sit_cross_legged,),
        left=arms.on_knee,
        right=arms.on_knee,
    ),
    Entry(
        name="Floor sit, one knee up",
        category="seated",
        legs=(partial(low.sit_legs_long, up="L"),),
        left=arms.on_knee,
        right=arms.behind_seat,
        bend=(0, -6, 0),
        yaw=30,
    ),
    Entry(
        name="Legs out, leaning back",
        category="seated",
        legs=(low.sit_legs_long,),
        left=arms.behind_seat,
        right=arms.behind_seat,
        face=(0, -5, 0),
        yaw=45,
    ),
)
KNEELING = (
    Entry(name="Kneeling upright", category="kneeling", legs=(low.kneel,), yaw=30),
    Entry(
        name="Sitting on the heels",
        category="kneeling",
        legs=(low.sit_on_heels,),
        left=arms.on_thigh,
        right=arms.on_thigh,
        face=(0, 3, 0),
        yaw=35,
    ),
)
LYING = (
    Entry(
        name="Lying on the back",
        category="lying",
        legs=(low.lie_on_back,),
        left=arms.hang_out,
        right=arms.hang_out,
        face=None,
        yaw=70,
    ),
)
