"""Gestures: what arms and hands say."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, face, gestures, holding, legs
from pipelines.pose.primitives.body import carry
from pipelines.props import Held

gesture = partial(Entry, category="gesture")
STAND = partial(legs.stand, wide=0.11)
ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")


def bow(goals: Goals) -> None:
    legs.stand(goals, 0.06, 8)
    carry(goals, 10, lean=26)


def curtsy(goals: Goals) -> None:
    legs.cross_legs(goals, "R")
    goals.bend(8, knee=38, root_lean=8)


def hold_skirt(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.62, 0.05, -0.8),
        (0.55, -0.15, -0.8),
        (-0.5, 0.8, 0),
        shape="pinch",
        weights=(2.5, 2.5, 0.8),
    )


def heart_above(goals: Goals) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        gestures.start_up(goals, side, 90)
        goals.touch(f"middletip.{side}", "crown", (sign * 0.01, -0.03, 0.10), "head", 2.5)
        goals.aim(f"upperarm.{side}", (sign * 0.9, -0.1, 0.5), "chest", 2)
        goals.aim(f"palm.{side}", (0, 0, -1), "head", 0.8)
        goals.hand(side, "soft")


def beg(goals: Goals) -> None:
    """Hands folded before the chest, pleading."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goals.touch(f"palm.{side}", "sternum", (sign * 0.018, -0.20, 0.0), "chest", 3)
        goals.aim(f"palm.{side}", (-sign, 0.1, 0), "chest", 2)
        goals.aim(f"fingers.{side}", (-sign * 0.3, -0.5, 0.8), "chest", 1.5)
        goals.hand(side, "grip")


def hold_head(goals: Goals) -> None:
    """Both hands on the head: oh no."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.raised_beside_head(goals, side, 80, 10)
        goals.touch(f"palm.{side}", f"temple.{side}", (sign * 0.02, 0.045, 0.06), "head", 3)
        goals.aim(f"palm.{side}", (-sign * 0.75, 0, -0.65), "head", 1.2)
        goals.aim(f"fingers.{side}", (-sign * 0.6, 0.3, 0.6), "head", 0.8)
        goals.aim(f"upperarm.{side}", (sign * 0.85, -0.3, 0.35), "chest", 1)
        goals.hand(side, "open")


def come_here(goals: Goals, side: str) -> None:
    gestures.arm(
        goals,
        side,
        (0.35, -0.5, -0.75),
        (-0.05, -0.75, 0.62),
        (0, 0.75, 0.65),
        shape="soft",
        weights=(2.5, 2.5, 1.6),
    )


GESTURE = (
    gesture(
        name="Waving hello",
        legs=(ON_LEFT,),
        left=arms.hang_loose,
        right=gestures.wave,
        face=(-8, 0, 4),
        tags=("friendly",),
    ),
    gesture(
        name="Waving with both arms",
        legs=(partial(legs.stand, wide=0.14),),
        left=gestures.raise_wide,
        right=gestures.wave,
        face=(0, -6, 4),
        tags=("friendly", "joy"),
    ),
    gesture(
        name="Two thumbs up",
        legs=(ON_LEFT,),
        left=gestures.thumb_high,
        right=gestures.thumb_high,
        face=(6, -2, -6),
        tags=("friendly", "joy"),
    ),
    gesture(
        name="Pointing at you",
        legs=(partial(legs.stand, wide=0.13),),
        left=arms.on_hip,
        right=gestures.point_forward,
        yaw=-25,
    ),
    gesture(
        name="Pointing up",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=gestures.point_high,
        face=(-10, -24, 0),
    ),
    gesture(name="Shrug", legs=(STAND,), left=gestures.shrug, right=gestures.shrug, face=(0, 0, 12)),
    gesture(
        name="Stop",
        legs=(partial(legs.step, front="L", length=0.2),),
        left=arms.hang_loose,
        right=gestures.stop,
        yaw=-30,
        tags=("serious",),
    ),
    gesture(
        name="Hands off",
        legs=(partial(legs.step, front="R", length=0.24),),
        left=gestures.ward_off,
        right=gestures.ward_off,
        bend=(-8, 0, 0),
        face=(14, -2, 0),
        yaw=-15,
        tags=("surprise",),
    ),
    gesture(
        name="Open arms, welcome",
        legs=(partial(legs.stand, wide=0.12),),
        left=gestures.open_wide,
        right=gestures.open_wide,
        bend=(-4, 0, 0),
        face=(0, -2, 0),
        tags=("friendly",),
    ),
    gesture(
        name="Come here",
        legs=(ON_RIGHT,),
        left=arms.on_hip,
        right=come_here,
        face=(6, 2, -4),
        yaw=-20,
        tags=("friendly",),
    ),
    gesture(
        name="Facepalm",
        legs=(STAND,),
        left=arms.on_hip,
        right=face.over_face,
        bend=(8, 0, 0),
        face=(0, 24, 0),
    ),
    gesture(
        name="Oh no, hands on the head",
        legs=(STAND,),
        left=None,
        right=None,
        more=hold_head,
        face=(0, 6, 0),
        tags=("surprise",),
    ),
    gesture(
        name="Hands pressed together",
        legs=(partial(legs.stand, wide=0.06, turn=8),),
        left=gestures.pray,
        right=gestures.pray,
        bend=(6, 0, 0),
        face=(0, 16, 0),
        tags=("thanks", "calm"),
    ),
    gesture(
        name="Pleading",
        legs=(partial(legs.stand, wide=0.07, turn=6),),
        left=None,
        right=None,
        bend=(10, 0, 0),
        more=beg,
        face=(4, -10, 8),
        yaw=25,
    ),
    gesture(
        name="Taking a selfie",
        props=("phone",),
        held=(Held(name="phone", place="R"),),
        category="lifestyle",
        legs=(ON_RIGHT,),
        left=arms.hang_loose,
        right=holding.selfie,
        face=(-22, -8, 6),
        yaw=-25,
        tags=("phone",),
    ),
    gesture(
        name="Salute",
        legs=(partial(legs.stand, wide=0.045, turn=20),),
        right=face.salute,
        face=(0, -2, 0),
        hands=("flat", "flat"),
        tags=("formal", "uniform"),
    ),
    gesture(
        name="Hand behind the ear",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=face.cup_ear,
        bend=(6, -6, 0),
        face=(28, 2, -8),
        tags=("listening",),
    ),
    gesture(
        name="Finger on the lips",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=face.finger_on_lips,
        face=(-8, 4, -6),
        tags=("quiet",),
    ),
    gesture(
        name="Blowing a kiss",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=face.blow_kiss,
        face=(-6, 0, -8),
        tags=("friendly", "romantic"),
    ),
    gesture(
        name="Arms in a heart",
        legs=(STAND,),
        left=None,
        right=None,
        more=heart_above,
        tags=("joy", "romantic"),
    ),
    gesture(
        name="Bow",
        legs=(bow,),
        left=arms.hang,
        right=arms.across_belly,
        bend=(24, 0, 0),
        face=(0, 42, 0),
        yaw=40,
        tags=("polite", "formal"),
    ),
    gesture(
        name="Curtsy",
        legs=(curtsy,),
        left=hold_skirt,
        right=hold_skirt,
        bend=(10, 0, 0),
        face=(0, 16, 6),
        yaw=15,
        tags=("polite", "formal"),
    ),
    gesture(
        name="Cheering with one fist",
        legs=(partial(legs.stand, wide=0.15),),
        left=arms.hang_loose,
        right=gestures.raise_fist,
        bend=(-4, 4, 0),
        face=(-8, -12, 0),
        tags=("joy", "winner"),
    ),
)
