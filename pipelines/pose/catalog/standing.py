"""Standing poses, plain and fashionable."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.words import arms, legs
from pipelines.pose.words.body import carry

ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")
FEET_TOGETHER = partial(legs.stand, wide=0.06, turn=8)

STANDING = (
    Entry(
        name="Relaxed stand",
        category="standing",
        legs=(partial(legs.stand, turn=16),),
        tags=("neutral", "calm"),
    ),
    Entry(
        name="Weight on one leg", category="standing", legs=(ON_RIGHT,), left=arms.hang_loose, face=(10, 2, 0)
    ),
    Entry(
        name="Hand on hip",
        category="standing",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=arms.hang_loose,
        face=(-8, 0, 0),
    ),
    Entry(
        name="Hand on hip, looking aside",
        category="standing",
        legs=(ON_RIGHT,),
        left=arms.hang_loose,
        right=arms.on_hip,
        face=(48, 2, 0),
    ),
    Entry(
        name="Hands on hips",
        category="standing",
        legs=(partial(legs.stand, wide=0.16),),
        left=arms.on_hip,
        right=arms.on_hip,
    ),
    Entry(
        name="Superhero stand",
        category="standing",
        legs=(partial(legs.straddle, wide=0.24, knee=3, turn=20),),
        left=arms.fist_on_hip,
        right=arms.fist_on_hip,
        bend=(-10, 0, 0),
        face=(14, -8, 0),
        tags=("power", "confident"),
    ),
    Entry(
        name="Hands in pockets",
        category="standing",
        legs=(ON_RIGHT,),
        left=arms.in_pocket,
        right=arms.in_pocket,
        face=(-12, 4, 0),
        tags=("casual",),
    ),
    Entry(
        name="One hand in the pocket",
        category="standing",
        legs=(ON_LEFT,),
        left=arms.in_pocket,
        right=arms.hang_loose,
        face=(20, 0, 0),
        tags=("casual",),
    ),
    Entry(
        name="Arms crossed",
        category="standing",
        legs=(partial(legs.stand, wide=0.13),),
        left=arms.crossed_under,
        right=arms.crossed_over,
        tags=("confident", "serious"),
    ),
    Entry(
        name="Arms crossed, weight on one leg",
        category="standing",
        legs=(ON_RIGHT,),
        left=arms.crossed_under,
        right=arms.crossed_over,
        face=(-22, 0, 4),
        tags=("confident", "casual"),
    ),
    Entry(
        name="Hands behind the back",
        category="standing",
        legs=(FEET_TOGETHER,),
        left=arms.behind_back,
        right=arms.behind_back,
        tags=("formal",),
        yaw=-25,
    ),
    Entry(
        name="Hands behind the head",
        category="standing",
        legs=(ON_LEFT,),
        left=arms.behind_head,
        right=arms.behind_head,
        bend=(-8, 0, 0),
        face=(0, -6, 0),
        tags=("relaxed",),
    ),
    Entry(
        name="Hands folded in front",
        category="standing",
        legs=(FEET_TOGETHER,),
        left=arms.clasped_in_front,
        right=arms.clasped_in_front,
        face=(0, 3, 0),
        tags=("formal", "polite"),
    ),
    Entry(
        name="Holding one arm",
        category="standing",
        legs=(ON_LEFT,),
        left=arms.hang,
        right=arms.hold_other_arm,
        face=(-18, 12, -6),
        tags=("shy",),
    ),
    Entry(
        name="Standing at attention",
        category="standing",
        legs=(partial(legs.stand, wide=0.055, turn=20),),
        face=(0, -2, 0),
        hands=("flat", "flat"),
        tags=("formal", "uniform"),
    ),
)

FASHION = (
    Entry(
        name="Hand in the hair",
        category="fashion",
        legs=(ON_RIGHT,),
        left=arms.hang_loose,
        right=arms.in_hair,
        bend=(0, -6, 0),
        face=(-15, 0, 8),
    ),
    Entry(
        name="Legs crossed, hand on hip",
        category="fashion",
        legs=(partial(legs.cross_legs, front="L"),),
        left=arms.on_hip,
        right=arms.hang_loose,
        face=(15, 0, 0),
    ),
    Entry(
        name="Catwalk step",
        category="fashion",
        legs=(partial(legs.catwalk, front="L"),),
        left=arms.hang_loose,
        right=arms.hang_loose,
        more=partial(legs.swing_arms, front="L", swing=12, elbow=14, out=-26),
        yaw=-18,
    ),
    Entry(
        name="Catwalk stop, hand on hip",
        category="fashion",
        legs=(
            partial(legs.step, front="L", length=0.28),
            partial(carry, weight=6, side=5, turn=14),
            lambda g: g.bend(6, lumbar_side=-8),
        ),
        left=arms.on_hip,
        right=arms.hang_loose,
    ),
    Entry(
        name="Looking over the shoulder",
        category="fashion",
        legs=(ON_LEFT, lambda g: g.bend(20, root_turn=0, thorax_twist=22, lumbar_twist=8)),
        left=arms.hang_loose,
        face=(72, 2, 0),
        yaw=-30,
    ),
)
