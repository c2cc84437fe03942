"""Gestures, business and portraits: poses whose arms and face speak."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import Goals
from pipelines.pose.words import arms, gestures, legs, low
from pipelines.pose.words.body import carry

STAND = partial(legs.stand, wide=0.11)
ON_LEFT, ON_RIGHT = partial(legs.rest_on, side="L"), partial(legs.rest_on, side="R")


def look_at_watch(goals: Goals) -> None:
    """The left forearm before the chest, its back to the face; the right hand pulls the sleeve."""
    arms.bent_before_chest(goals, "L")
    goals.touch("wrist.L", "sternum", (0.02, -0.26, -0.10), "chest", 2.5)
    goals.aim("forearm.L", (-1, -0.15, 0.1), "chest", 2)
    goals.aim("palm.L", (0, -0.5, -0.85), "chest", 1.2)
    goals.touch("palm.R", "wrist.L", (-0.02, -0.02, 0.045), "chest", 2)
    goals.aim("palm.R", (0.2, 0.3, -0.9), "chest", 0.8)
    goals.hands = ["relaxed", "relaxed"]


def straighten_tie(goals: Goals) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.bent_before_chest(goals, side)
        goals.touch(
            f"indextip.{side}", "sternum", (sign * 0.015, -0.03, 0.05 if side == "R" else -0.03), "chest", 2.5
        )
        goals.aim(f"palm.{side}", (-sign * 0.6, 0.8, 0), "chest", 0.8)
        goals.aim(f"upperarm.{side}", (sign * 0.45, -0.3, -0.85), "chest", 1)
        goals.hand(side, "pinch")


def steeple(goals: Goals) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goals.touch(f"palm.{side}", "belly", (sign * 0.045, -0.16, 0.10), "hips", 3)
        goals.aim(f"palm.{side}", (-sign * 0.8, 0.2, -0.3), "chest", 1.5)
        goals.aim(f"fingers.{side}", (-sign * 0.5, -0.8, 0.15), "chest", 1.5)
        goals.hand(side, "open")


def write_on_board(goals: Goals, side: str) -> None:
    sign = 1.0 if side == "L" else -1.0
    gestures.start_up(goals, side, 60)
    goals.aim(f"upperarm.{side}", (sign * 0.45, -0.85, 0.2), "chest", 2.5)
    goals.aim(f"forearm.{side}", (sign * 0.05, -0.6, 0.8), "chest", 2.5)
    goals.aim(f"palm.{side}", (-sign * 0.6, -0.6, -0.5), "chest", 1)
    goals.hand(side, "pinch")


def cup_ear(goals: Goals, side: str) -> None:
    sign = 1.0 if side == "L" else -1.0
    arms.raised_beside_head(goals, side)
    goals.touch(f"palm.{side}", f"ear.{side}", (sign * 0.045, 0.03, 0.0), "head", 3)
    goals.aim(f"palm.{side}", (-sign * 0.3, -0.95, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (sign * 0.1, 0, 1), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.8, -0.3, -0.1), "chest", 0.8)
    goals.hand(side, "flat")


def call_out(goals: Goals, side: str) -> None:
    """A hand beside the mouth, calling."""
    sign = 1.0 if side == "L" else -1.0
    arms.bent_before_chest(goals, side)
    goals.touch(f"palm.{side}", "mouth", (sign * 0.075, -0.035, 0.0), "head", 3)
    goals.aim(f"palm.{side}", (-sign, 0.25, 0), "head", 1.2)
    goals.aim(f"fingers.{side}", (0, -0.35, 0.95), "head", 1)
    goals.hand(side, "flat")


def blow_kiss(goals: Goals, side: str) -> None:
    sign = 1.0 if side == "L" else -1.0
    arms.bent_before_chest(goals, side)
    goals.touch(f"middletip.{side}", "mouth", (sign * 0.0, -0.015, -0.012), "head", 3)
    goals.aim(f"palm.{side}", (0, 0.35, 0.9), "head", 1.2)
    goals.aim(f"upperarm.{side}", (sign * 0.5, -0.5, -0.7), "chest", 1)
    goals.hand(side, "flat")


def bow(goals: Goals) -> None:
    legs.stand(goals, 0.06, 8)
    carry(goals, 10, lean=26)


def heart_above(goals: Goals) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        gestures.start_up(goals, side, 90)
        goals.touch(f"middletip.{side}", "crown", (sign * 0.01, -0.03, 0.10), "head", 2.5)
        goals.aim(f"upperarm.{side}", (sign * 0.9, -0.1, 0.5), "chest", 2)
        goals.aim(f"palm.{side}", (0, 0, -1), "head", 0.8)
        goals.hand(side, "soft")


def chin_on_hands(goals: Goals) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        arms.bent_before_chest(goals, side)
        goals.touch(f"palm.{side}", f"cheek.{side}", (sign * 0.012, 0.0, -0.045), "head", 3)
        goals.aim(f"palm.{side}", (-sign * 0.8, 0.3, 0.4), "head", 1)
        goals.aim(f"fingers.{side}", (sign * 0.1, 0.35, 0.9), "head", 1)
        goals.aim(f"upperarm.{side}", (sign * 0.15, -0.6, -0.75), "chest", 1)
        goals.hand(side, "soft")


GESTURE = (
    Entry(
        name="Waving hello",
        category="gesture",
        legs=(ON_LEFT,),
        left=arms.hang_loose,
        right=gestures.wave,
        face=(-8, 0, 4),
        tags=("friendly",),
    ),
    Entry(
        name="Thumbs up",
        category="gesture",
        legs=(STAND,),
        left=arms.in_pocket,
        right=gestures.thumbs_up,
        tags=("friendly",),
    ),
    Entry(
        name="Pointing at you",
        category="gesture",
        legs=(partial(legs.stand, wide=0.13),),
        left=arms.on_hip,
        right=gestures.point_forward,
        yaw=-25,
    ),
    Entry(
        name="Pointing to the side",
        category="gesture",
        legs=(ON_RIGHT,),
        left=gestures.point_aside,
        right=arms.hang_loose,
        face=(35, 0, 0),
    ),
    Entry(
        name="Pointing up",
        category="gesture",
        legs=(ON_LEFT,),
        left=arms.hang_loose,
        right=gestures.point_up,
        face=(-10, -14, 0),
    ),
    Entry(
        name="Shrug",
        category="gesture",
        legs=(STAND,),
        left=gestures.shrug,
        right=gestures.shrug,
        face=(0, 0, 12),
    ),
    Entry(
        name="Stop",
        category="gesture",
        legs=(partial(legs.step, front="L", length=0.2),),
        right=gestures.stop,
        yaw=-30,
        tags=("serious",),
    ),
    Entry(
        name="Open arms, welcome",
        category="gesture",
        legs=(partial(legs.stand, wide=0.12),),
        left=gestures.open_wide,
        right=gestures.open_wide,
        bend=(-6, 0, 0),
        face=(0, -2, 0),
        tags=("friendly",),
    ),
    Entry(
        name="Facepalm",
        category="gesture",
        legs=(STAND,),
        left=arms.on_hip,
        right=arms.over_face,
        bend=(8, 0, 0),
        face=(0, 24, 0),
    ),
    Entry(
        name="Applause",
        category="gesture",
        legs=(STAND,),
        left=gestures.clap,
        right=gestures.clap,
        yaw=-30,
        tags=("joy",),
    ),
    Entry(
        name="Hands pressed together",
        category="gesture",
        legs=(partial(legs.stand, wide=0.06, turn=8),),
        left=gestures.pray,
        right=gestures.pray,
        bend=(6, 0, 0),
        face=(0, 16, 0),
        tags=("thanks", "calm"),
    ),
    Entry(
        name="Taking a selfie",
        category="gesture",
        legs=(ON_RIGHT,),
        left=arms.hang_loose,
        right=gestures.selfie,
        face=(-22, -8, 6),
        yaw=-25,
        tags=("phone",),
    ),
    Entry(
        name="Calling on the phone",
        category="gesture",
        legs=(ON_RIGHT,),
        left=arms.phone_at_ear,
        right=arms.in_pocket,
        face=(-15, 2, 6),
        tags=("phone",),
    ),
    Entry(
        name="Salute",
        category="gesture",
        legs=(partial(legs.stand, wide=0.055, turn=20),),
        right=arms.salute,
        face=(0, -2, 0),
        hands=("flat", "flat"),
        tags=("formal", "uniform"),
    ),
    Entry(
        name="Hand behind the ear, listening",
        category="gesture",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=cup_ear,
        bend=(6, -6, 0),
        face=(28, 2, -8),
    ),
    Entry(
        name="Calling out",
        category="gesture",
        legs=(partial(legs.step, front="R", length=0.26),),
        left=arms.hang_loose,
        right=call_out,
        bend=(-4, 0, 0),
        face=(12, -8, 0),
        yaw=20,
    ),
    Entry(
        name="Blowing a kiss",
        category="gesture",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=blow_kiss,
        face=(-6, 0, -8),
        tags=("friendly",),
    ),
    Entry(
        name="Arms in a heart",
        category="gesture",
        legs=(STAND,),
        left=None,
        right=None,
        more=heart_above,
        tags=("joy", "friendly"),
    ),
    Entry(
        name="Bow",
        category="gesture",
        legs=(bow,),
        left=arms.hang,
        right=arms.across_belly,
        bend=(24, 0, 0),
        face=(0, 42, 0),
        yaw=35,
        tags=("polite", "formal"),
    ),
    Entry(
        name="Cheering with one fist",
        category="gesture",
        legs=(partial(legs.stand, wide=0.15),),
        left=arms.hang_loose,
        right=gestures.raise_fist,
        bend=(-6, 4, 0),
        face=(-8, -12, 0),
        tags=("joy", "winner"),
    ),
)

BUSINESS = (
    Entry(
        name="Handshake",
        category="business",
        legs=(partial(legs.step, front="R", length=0.24),),
        right=gestures.shake_hands,
        yaw=-40,
        tags=("polite",),
    ),
    Entry(
        name="Presenting to the side",
        category="business",
        legs=(ON_LEFT,),
        left=gestures.present,
        right=arms.across_belly,
        face=(12, 0, 0),
        tags=("speaker",),
    ),
    Entry(
        name="Explaining with both hands",
        category="business",
        legs=(ON_RIGHT,),
        left=gestures.explain,
        right=gestures.explain,
        face=(10, 0, 0),
        yaw=-20,
        tags=("speaker",),
    ),
    Entry(
        name="Making a point, finger up",
        category="business",
        legs=(ON_LEFT,),
        left=arms.in_pocket,
        right=gestures.point_up,
        tags=("speaker",),
    ),
    Entry(
        name="Reading the phone",
        category="business",
        legs=(ON_LEFT,),
        left=arms.in_pocket,
        right=gestures.hold_phone,
        face=(-6, 32, 0),
        yaw=-25,
        tags=("phone",),
    ),
    Entry(
        name="Looking at the watch",
        category="business",
        legs=(STAND,),
        left=None,
        right=None,
        more=look_at_watch,
        face=(6, 34, 0),
        yaw=15,
    ),
    Entry(
        name="Straightening the tie",
        category="business",
        legs=(partial(legs.stand, wide=0.12),),
        left=None,
        right=None,
        more=straighten_tie,
        face=(-14, -4, 0),
        tags=("formal",),
    ),
    Entry(
        name="Hands steepled",
        category="business",
        legs=(partial(legs.stand, wide=0.1),),
        left=None,
        right=None,
        more=steeple,
        face=(8, 0, 0),
        tags=("speaker", "formal"),
    ),
    Entry(
        name="Writing on a board",
        category="business",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=write_on_board,
        face=(-20, -4, 0),
        yaw=130,
        tags=("teacher",),
    ),
    Entry(
        name="Walking with a briefcase",
        category="business",
        legs=(partial(legs.walk, front="L", length=0.58),),
        left=None,
        right=gestures.carry_bag,
        yaw=-35,
        tags=("walking",),
    ),
    Entry(
        name="Offering a hand",
        category="business",
        legs=(ON_RIGHT,),
        left=gestures.offer,
        right=arms.hang_loose,
        face=(10, 2, 0),
        yaw=20,
        tags=("polite", "friendly"),
    ),
)

PORTRAIT = (
    Entry(
        name="Portrait, straight",
        category="portrait",
        legs=(STAND,),
        framing="portrait",
        tags=("neutral", "passport"),
    ),
    Entry(
        name="Portrait, three-quarter face",
        category="portrait",
        legs=(STAND,),
        bend=(0, 0, -10),
        face=(6, 0, 2),
        framing="portrait",
        yaw=35,
    ),
    Entry(
        name="Profile, chin up",
        category="portrait",
        legs=(STAND,),
        face=(0, -10, 0),
        framing="portrait",
        yaw=85,
    ),
    Entry(
        name="Head tilted",
        category="portrait",
        legs=(ON_LEFT,),
        face=(-8, 2, 14),
        framing="portrait",
        tags=("friendly",),
    ),
    Entry(
        name="Over the shoulder",
        category="portrait",
        legs=(STAND,),
        bend=(0, 0, -20),
        face=(-66, 0, 0),
        framing="bust",
        yaw=88,
    ),
    Entry(
        name="Looking up, dreaming", category="portrait", legs=(ON_RIGHT,), face=(24, -28, 6), framing="bust"
    ),
    Entry(
        name="Eyes down",
        category="portrait",
        legs=(ON_LEFT,),
        face=(-16, 26, -6),
        framing="portrait",
        tags=("calm",),
    ),
    Entry(
        name="Thinking, hand on chin",
        category="portrait",
        legs=(STAND,),
        left=arms.across_belly,
        right=arms.at_chin,
        face=(12, 4, 4),
        framing="bust",
        tags=("thinking",),
    ),
    Entry(
        name="Arms crossed, bust",
        category="portrait",
        legs=(STAND,),
        left=arms.crossed_under,
        right=arms.crossed_over,
        bend=(-4, 0, 12),
        face=(-4, 0, -4),
        framing="bust",
        yaw=-20,
        tags=("confident", "business"),
    ),
    Entry(
        name="Hand on heart",
        category="portrait",
        legs=(STAND,),
        right=arms.on_heart,
        face=(0, 4, 0),
        framing="bust",
        tags=("thanks",),
    ),
    Entry(
        name="Victory sign",
        category="portrait",
        legs=(ON_LEFT,),
        left=arms.on_hip,
        right=gestures.victory_sign,
        face=(0, 0, -8),
        framing="three-quarter",
        tags=("joy", "friendly"),
    ),
    Entry(
        name="Tapping the temple",
        category="portrait",
        legs=(STAND,),
        right=arms.at_temple,
        face=(-10, 4, 0),
        framing="bust",
        tags=("thinking",),
    ),
    Entry(
        name="Rubbing the neck",
        category="portrait",
        legs=(ON_LEFT,),
        right=arms.on_neck,
        face=(25, 8, -8),
        framing="bust",
        tags=("shy",),
    ),
    Entry(
        name="Looking into the distance",
        category="portrait",
        legs=(ON_RIGHT,),
        left=arms.on_hip,
        right=arms.shade_eyes,
        face=(-25, -4, 0),
        framing="three-quarter",
    ),
    Entry(
        name="Hand on the other shoulder",
        category="portrait",
        legs=(STAND,),
        right=arms.on_other_shoulder,
        face=(22, 8, 6),
        framing="bust",
    ),
    Entry(
        name="Chin on both hands",
        category="portrait",
        legs=(low.sit,),
        left=None,
        right=None,
        bend=(22, 0, 0),
        more=chin_on_hands,
        face=(0, 4, 6),
        framing="bust",
        tags=("friendly",),
    ),
    Entry(
        name="Singing",
        category="portrait",
        legs=(ON_RIGHT,),
        left=gestures.explain,
        right=gestures.hold_microphone,
        bend=(-6, 0, 0),
        face=(10, -10, 0),
        framing="three-quarter",
        tags=("stage",),
    ),
)
