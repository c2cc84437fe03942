"""Walking and running."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.words import arms, gestures, legs

WALKING = (
    Entry(
        name="Walking",
        category="walking",
        legs=(partial(legs.walk, front="L"),),
        left=None,
        right=None,
        yaw=-40,
    ),
    Entry(
        name="Long stride",
        category="walking",
        legs=(partial(legs.walk, front="R", length=0.78),),
        left=None,
        right=None,
        yaw=40,
    ),
    Entry(
        name="Passing step",
        category="walking",
        legs=(partial(legs.pass_step, front="L"),),
        left=None,
        right=None,
        face=(0, 2, 0),
        yaw=50,
    ),
    Entry(
        name="Strolling, hands in pockets",
        category="walking",
        legs=(partial(legs.walk, front="R", length=0.5),),
        left=arms.in_pocket,
        right=arms.in_pocket,
        face=(25, 4, 0),
        yaw=25,
    ),
    Entry(
        name="Walking and waving",
        category="walking",
        legs=(partial(legs.walk, front="L", length=0.55),),
        left=None,
        right=gestures.wave,
        face=(-20, 0, 0),
    ),
)
RUNNING = (
    Entry(
        name="Sprinting",
        category="running",
        legs=(partial(legs.run, front="L", phase="drive"),),
        left=None,
        right=None,
        yaw=55,
        tags=("sport",),
    ),
    Entry(
        name="Running in the air",
        category="running",
        legs=(partial(legs.run, front="R", phase="flight"),),
        left=None,
        right=None,
        yaw=55,
        tags=("sport",),
    ),
    Entry(
        name="Jogging",
        category="running",
        legs=(partial(legs.run, front="L", phase="land"),),
        left=None,
        right=None,
        face=(0, 2, 0),
        yaw=55,
        tags=("sport",),
    ),
)
