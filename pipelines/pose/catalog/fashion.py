"""Fashion poses."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, face, gestures, legs
from pipelines.pose.primitives.body import carry

fashion = partial(Entry, category="fashion")
ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")


def catwalk_stop(goals: Goals) -> None:
    legs.step(goals, "L", 0.28)
    carry(goals, 6, side=5, turn=14)
    goals.bend(6, lumbar_side=-8)


def touch_cuff(goals: Goals) -> None:
    """One hand at the other's cuff, before the belly."""
    arms.bent_before_chest(goals, "L")
    goals.touch("wrist.L", "belly", (0.03, -0.2, 0.10), "hips", 2.5)
    goals.aim("forearm.L", (-0.9, -0.4, 0.1), "chest", 1.5)
    goals.aim("palm.L", (0, 0.8, -0.4), "chest", 0.8)
    goals.touch("indextip.R", "wrist.L", (-0.005, -0.035, 0.03), "chest", 2)
    goals.aim("palm.R", (0.3, 0.5, -0.7), "chest", 0.6)
    goals.aim("upperarm.R", (-0.4, 0.05, -0.9), "chest", 0.8)
    goals.hands = ["soft", "pinch"]


def at_collar(goals: Goals, side: str) -> None:
    sign = 1.0 if side == "L" else -1.0
    arms.bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", "sternum", (sign * 0.06, -0.02, 0.06), "chest", 3)
    goals.aim(f"palm.{side}", (-sign * 0.5, 0.85, 0), "chest", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.45, -0.25, -0.85), "chest", 1)
    goals.hand(side, "pinch")


def at_brim(goals: Goals, side: str) -> None:
    """Fingers at the brim of a hat."""
    sign = 1.0 if side == "L" else -1.0
    arms.raised_beside_head(goals, side)
    goals.touch(f"indextip.{side}", f"temple.{side}", (sign * 0.015, -0.035, 0.045), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.5, 0.2, -0.8), "head", 0.8)
    goals.aim(f"upperarm.{side}", (sign * 0.75, -0.5, -0.1), "chest", 1)
    goals.hand(side, "pinch")


def both_in_hair(goals: Goals) -> None:
    for side in "LR":
        face.in_hair(goals, side)


def arms_over_head(goals: Goals) -> None:
    """Forearms crossed above the head."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        gestures.start_up(goals, side, 90)
        goals.touch(f"wrist.{side}", "crown", (-sign * 0.05, 0.0, 0.10 + 0.045 * (side == "L")), "head", 2.5)
        goals.aim(f"upperarm.{side}", (sign * 0.75, -0.15, 0.62), "chest", 2)
        goals.hand(side, "soft")


def turned_away(goals: Goals) -> None:
    """The back to the viewer, the head coming round."""
    legs.rest_on(goals, "L", out=0.14)
    goals.bend(14, thorax_twist=-24, lumbar_twist=-9, neck_twist=-32, head_twist=-30)


FASHION = (
    fashion(
        name="Hand on hip, looking aside",
        legs=(ON_RIGHT,),
        left=arms.hang_loose,
        right=arms.on_hip,
        bend=(0, 0, -8),
        face=(52, 0, 0),
        yaw=-18,
    ),
    fashion(
        name="Hand in the hair", legs=(ON_RIGHT,), left=arms.hang_loose, right=face.in_hair, face=(-15, 0, 8)
    ),
    fashion(
        name="Both hands in the hair",
        legs=(ON_LEFT,),
        left=None,
        right=None,
        more=both_in_hair,
        face=(14, -6, 6),
    ),
    fashion(
        name="Legs crossed, hand on hip",
        legs=(partial(legs.cross_legs, front="L"),),
        left=arms.on_hip,
        right=arms.hang_loose,
        face=(15, 0, 0),
    ),
    fashion(
        name="Catwalk step",
        legs=(partial(legs.catwalk, front="L"),),
        left=arms.hang_loose,
        right=arms.hang_loose,
        more=partial(legs.swing_arms, front="L", swing=14, elbow=16, out=-26),
        yaw=-18,
        tags=("walking",),
    ),
    fashion(
        name="Catwalk step, hand on hip",
        legs=(partial(legs.catwalk, front="R", length=0.46),),
        left=arms.on_hip,
        right=arms.hang_loose,
        face=(-10, 0, 4),
        yaw=16,
        tags=("walking",),
    ),
    fashion(
        name="Catwalk stop", legs=(catwalk_stop,), left=arms.on_hip, right=arms.hang_loose, face=(-6, -3, 0)
    ),
    fashion(
        name="Looking back over the shoulder",
        legs=(turned_away,),
        left=arms.hang_loose,
        right=arms.hang_loose,
        face=None,
        yaw=122,
    ),
    fashion(
        name="Back turned, hand on hip",
        legs=(partial(legs.cross_legs, front="R"),),
        left=arms.hang_out,
        right=arms.on_hip,
        bend=(0, 0, -10),
        face=(-104, 0, 0),
        yaw=132,
    ),
    fashion(
        name="Both hands at the waist, elbows back",
        legs=(partial(legs.step, front="R", length=0.24),),
        left=arms.on_hip_behind,
        right=arms.on_hip_behind,
        bend=(-6, 0, 0),
        face=(20, -4, 0),
        yaw=30,
    ),
    fashion(
        name="Touching the cuff",
        legs=(ON_RIGHT,),
        left=None,
        right=None,
        more=touch_cuff,
        face=(-24, 6, 0),
        tags=("formal",),
    ),
    fashion(
        name="Hand at the collar",
        legs=(ON_LEFT,),
        left=arms.in_pocket,
        right=at_collar,
        face=(26, -2, -4),
        yaw=-15,
        tags=("formal",),
    ),
    fashion(
        name="Arms folded overhead",
        legs=(partial(legs.rest_on, side="L", out=0.18, hip=9),),
        left=None,
        right=None,
        more=arms_over_head,
        face=(-10, -4, 6),
    ),
    fashion(
        name="Wide stance, hands in pockets",
        legs=(partial(legs.straddle, wide=0.27, knee=2, turn=18),),
        left=arms.in_pocket,
        right=arms.in_pocket,
        bend=(-4, 0, 0),
        face=(-26, -6, 0),
        tags=("street",),
    ),
    fashion(
        name="Knee turned in",
        legs=(
            partial(legs.rest_on, side="R", out=0.12, forward=0.12, knee=38),
            lambda g: g.bend(8, hip_turn_L=-22),
        ),
        left=arms.on_hip,
        right=arms.hang_loose,
        face=(-18, 4, 8),
        tags=("playful",),
    ),
    fashion(
        name="Long step, coat open",
        legs=(partial(legs.walk, front="R", length=0.7),),
        left=arms.in_pocket,
        right=arms.in_pocket,
        bend=(-4, 0, 0),
        face=(-30, -4, 0),
        yaw=22,
        tags=("walking", "street"),
    ),
    fashion(
        name="Arm across, hand at the neck",
        legs=(ON_LEFT,),
        left=arms.across_belly,
        right=face.on_neck_side,
        face=(22, 2, 8),
    ),
)
