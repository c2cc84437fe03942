"""Standing poses."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, face, gestures, legs

stand = partial(Entry, category="catalogue")
ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")
FEET_TOGETHER = partial(legs.stand, wide=0.06, turn=8)


def hold_wrist_behind(goals: Goals) -> None:
    """One hand holds the other wrist behind the back."""
    for side in "LR":
        arms.behind_trunk(goals, side)
    goals.touch("handback.R", "lowback", (0.0, 0.02, -0.10), "hips", 2.5)
    goals.touch("palm.L", "wrist.R", (0.0, 0.045, 0.01), "hips", 2)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goals.aim(f"fingers.{side}", (-sign * 0.8, 0.1, -0.5), "hips", 1)
        goals.aim(f"upperarm.{side}", (sign * 0.35, 0.55, -0.75), "chest", 0.8)
    goals.hands = ["grip", "relaxed"]


def hands_on_bent_knees(goals: Goals) -> None:
    legs.straddle(goals, 0.16, 42, 18)
    goals.bend(8, root_lean=34, hip_flex=62)
    for side in "LR":
        arms.on_knee(goals, side)
        goals.bend(1, **{f"elbow_{side}": 20})


STANDING = (
    stand(name="Relaxed stand", legs=(legs.at_ease,), face=(0, 1, 1), tags=("neutral", "calm")),
    stand(name="Hand on hip", legs=(ON_LEFT,), left=arms.on_hip, right=arms.hang_loose, face=(-8, 0, 0)),
    stand(name="Hands on hips", legs=(partial(legs.stand, wide=0.16),), left=arms.on_hip, right=arms.on_hip),
    stand(
        name="Superhero stand",
        category="hero",
        legs=(partial(legs.straddle, wide=0.24, knee=3, turn=20),),
        left=arms.fist_on_hip,
        right=arms.fist_on_hip,
        bend=(-8, 0, 0),
        face=(14, -8, 0),
        tags=("power", "confident"),
    ),
    stand(
        name="Hands in pockets",
        legs=(ON_RIGHT,),
        left=arms.in_pocket,
        right=arms.in_pocket,
        face=(-12, 4, 0),
        tags=("casual",),
    ),
    stand(
        name="Arms crossed",
        legs=(partial(legs.stand, wide=0.13),),
        left=arms.crossed_under,
        right=arms.crossed_over,
        tags=("confident", "serious"),
    ),
    stand(
        name="Holding a wrist behind the back",
        legs=(ON_RIGHT,),
        left=None,
        right=None,
        more=hold_wrist_behind,
        face=(16, 4, 6),
        yaw=30,
        tags=("shy", "calm"),
    ),
    stand(
        name="Hands behind the head",
        legs=(ON_LEFT,),
        left=face.behind_head,
        right=face.behind_head,
        bend=(-2, 0, 0),
        face=(0, -4, 0),
        tags=("relaxed",),
    ),
    stand(
        name="Holding one arm",
        legs=(ON_LEFT,),
        left=arms.hang,
        right=arms.hold_other_arm,
        face=(-18, 12, -6),
        tags=("shy",),
    ),
    stand(
        name="Ready to draw",
        category="action",
        legs=(partial(legs.straddle, wide=0.22, knee=14, turn=24),),
        left=arms.beside_holster,
        right=arms.beside_holster,
        bend=(6, 0, 0),
        face=(0, 6, 0),
        tags=("western", "serious"),
    ),
    stand(
        name="Leaning on the knees",
        legs=(hands_on_bent_knees,),
        left=None,
        right=None,
        bend=(10, 0, 0),
        face=(0, -4, 0),
        yaw=30,
        tags=("playful",),
    ),
    stand(
        name="Legs crossed, arms crossed",
        legs=(partial(legs.cross_legs, front="R"),),
        left=arms.crossed_over,
        right=arms.crossed_under,
        face=(10, 0, -4),
        tags=("casual",),
    ),
    stand(
        name="Stretching upwards",
        category="lifestyle",
        legs=(partial(legs.tiptoe, wide=0.08, heel=0.08),),
        left=gestures.raise_up,
        right=gestures.raise_up,
        bend=(-8, 0, 0),
        face=(0, -16, 0),
        tags=("morning",),
    ),
    stand(
        name="Looking up at the sky",
        category="fashion",
        legs=(ON_RIGHT,),
        left=arms.in_pocket,
        right=arms.hang_loose,
        bend=(-4, 0, 0),
        face=(18, -30, 0),
        yaw=45,
        tags=("dreaming",),
    ),
)
