"""Portraits: poses whose picture is the head and the shoulders."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.primitives import arms, face, legs, low
from pipelines.pose.primitives.sides import SIGN
from pipelines.props import Held

portrait = partial(Entry, category="portrait", framing="portrait")
bust = partial(Entry, category="portrait", framing="bust")
STAND = partial(legs.stand, wide=0.11)
ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")


def chin_on_hands(goals: Goals) -> None:
    """The chin on the backs of folded hands, elbows on an unseen table."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.bent_before_chest(goals, side)
        goals.touch(
            f"knuckles.{side}", "chin", (sign * 0.018, -0.004, -0.025 - 0.012 * (side == "L")), "head", 3
        )
        goals.aim(f"fingers.{side}", (-sign * 0.9, 0.1, 0.15), "head", 1)
        goals.aim(f"palm.{side}", (0, 0.1, -1), "head", 1)
        goals.aim(f"upperarm.{side}", (sign * 0.5, -0.6, -0.6), "chest", 1)
        goals.hand(side, "soft")


def frame_face(goals: Goals) -> None:
    """Fingertips along the jaw on both sides."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.bent_before_chest(goals, side)
        goals.touch(f"middletip.{side}", f"cheek.{side}", (sign * 0.012, 0.0, -0.01), "head", 3)
        goals.aim(f"palm.{side}", (-sign * 0.5, 0.85, 0), "head", 0.8)
        goals.aim(f"fingers.{side}", (sign * 0.12, 0.1, 1), "head", 1.2)
        goals.aim(f"upperarm.{side}", (sign * 0.35, -0.45, -0.85), "chest", 1)
        goals.hand(side, "soft")


def look_through(goals: Goals) -> None:
    """A camera before the eye."""
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.bent_before_chest(goals, side)
        goals.touch(f"palm.{side}", f"brow.{side}", (sign * 0.045, -0.085, -0.05), "head", 3)
        goals.aim(f"palm.{side}", (-sign, 0.1, 0.1), "head", 1)
        goals.aim(f"upperarm.{side}", (sign * 0.6, -0.6, -0.45), "chest", 1)
        goals.hand(side, "grip")


def on_brow(goals: Goals, side: str) -> None:
    """Fingertips at the temple, worried or thinking hard."""
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"middletip.{side}", f"temple.{side}", (sign * 0.008, -0.01, 0.008), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.4, 0.9, 0), "head", 0.8)
    goals.aim(f"fingers.{side}", (-sign * 0.1, 0.2, 1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.55, -0.5, -0.6), "chest", 1)
    goals.hand(side, "soft")


def spectacles(goals: Goals, side: str) -> None:
    """Thumb and finger at the frame of the glasses."""
    sign = SIGN[side]
    arms.bent_before_chest(goals, side)
    goals.touch(f"indextip.{side}", f"temple.{side}", (sign * 0.018, 0.0, -0.03), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.9, 0.35, 0.1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.45, -0.7), "chest", 1)
    goals.hand(side, "pinch")


PORTRAIT = (
    portrait(
        name="Portrait, straight",
        legs=(low.sit,),
        left=arms.behind_back,
        right=arms.behind_back,
        tags=("neutral", "passport"),
    ),
    portrait(
        name="Portrait, three-quarter face",
        legs=(low.sit,),
        left=arms.on_thigh,
        right=arms.on_thigh,
        bend=(0, 0, -10),
        face=(6, 0, 2),
        yaw=35,
    ),
    portrait(name="Eyes down", legs=(ON_LEFT,), face=(-16, 26, -6), tags=("calm",)),
    portrait(
        name="Glance from below",
        legs=(ON_RIGHT,),
        bend=(4, 0, 14),
        face=(-10, 16, 8),
        yaw=-28,
        tags=("serious",),
    ),
    bust(name="Over the shoulder", legs=(STAND,), bend=(0, 0, -20), face=(-86, 0, 0), yaw=112),
    bust(name="Looking up, dreaming", legs=(ON_RIGHT,), face=(24, -20, 6), tags=("dreaming",)),
    bust(name="Hand on heart", legs=(STAND,), right=arms.on_heart, face=(0, 4, 6), tags=("thanks",)),
    bust(name="Rubbing the neck", legs=(ON_LEFT,), right=face.on_neck, face=(25, 8, -8), tags=("shy",)),
    bust(
        name="Hand on the other shoulder",
        legs=(STAND,),
        right=arms.on_other_shoulder,
        face=(22, 8, 6),
        more=lambda goals: goals.bend(150, shoulder_out_L=-33, shoulder_front_L=4),  # the held arm hangs
        tags=("calm",),
    ),
    bust(
        name="Chin on folded hands",
        legs=(STAND,),
        left=None,
        right=None,
        bend=(6, 0, 0),
        more=chin_on_hands,
        face=(8, 0, 6),
        tags=("friendly",),
    ),
    bust(
        name="Looking through binoculars",
        props=("binoculars",),
        held=(Held(name="binoculars", place="both"),),
        legs=(STAND,),
        left=None,
        right=None,
        more=look_through,
        face=(0, 2, 0),
        tags=("outdoor",),
    ),
    bust(
        name="Hand at the glasses",
        props=("glasses",),
        legs=(STAND,),
        right=spectacles,
        face=(-14, 4, 0),
        tags=("business",),
    ),
    Entry(
        name="Looking into the distance",
        category="portrait",
        legs=(ON_RIGHT,),
        left=arms.on_hip,
        right=face.shade_eyes,
        face=(-25, -4, 0),
        framing="three-quarter",
        tags=("outdoor",),
    ),
)
