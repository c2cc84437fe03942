"""Kneeling and lying poses."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.catalog.seated import arm_on_knee
from pipelines.pose.goals import FLOOR, Goals
from pipelines.pose.primitives import arms, face, gestures, low
from pipelines.pose.primitives.sides import SIGN

kneeling = partial(Entry, category="floor")
lying = partial(Entry, category="floor")


def chin_in_hands(goals: Goals) -> None:
    for side in "LR":
        goals.touch(f"elbow.{side}", axes=FLOOR, offset=(0, 0, 0.005), weight=3)
        goals.touch(f"palm.{side}", "chin", (SIGN[side] * 0.055, 0.02, -0.03), "head", 2.5)
        goals.aim(f"fingers.{side}", (SIGN[side] * 0.2, 0.3, 0.9), "head", 0.8)
        goals.aim(f"palm.{side}", (-SIGN[side] * 0.8, 0.3, 0.4), "head", 0.8)
        goals.hand(side, "relaxed")


def prone_on_elbows(goals: Goals) -> None:
    low.lie_on_front(goals)
    goals.bend(8, lumbar_flex=-22, thorax_flex=-14, knee_L=75, knee_R=40)
    goals.bend(20, root_lean=84)


def recline(goals: Goals) -> None:
    """On the side, the upper knee bent forwards, the elbow under the shoulder."""
    low.lie_on_side(goals, "R")
    goals.bend(10, lumbar_side=21, thorax_side=16, neck_side=14, head_side=8)
    goals.touch("shoulder.R", axes=FLOOR, offset=(0, 0, 0.26), weight=1.5)
    goals.bend(30, hip_flex_L=40, knee_L=60, knee_R=14)
    goals.bend(120, hip_flex_R=10)
    goals.touch("elbow.R", axes=FLOOR, weight=3)
    goals.touch("ankle.L", axes=FLOOR, offset=(0, 0, 0.12), weight=2)
    goals.touch("knee.L", axes=FLOOR, offset=(0, 0, 0.16), weight=2)


def head_on_hand(goals: Goals, side: str) -> None:
    sign = SIGN[side]
    goals.touch(f"palm.{side}", f"ear.{side}", (sign * 0.03, 0, 0.02), "head", 2.5)
    goals.aim(f"palm.{side}", (-sign, 0, 0), "head", 1)
    goals.aim(f"upperarm.{side}", (sign * 0.15, -0.25, -1), "world", 2)


def on_upper_thigh(goals: Goals, side: str) -> None:
    """Of a body that lies on its other side: the palm on the thigh that is on top."""
    goals.touch(f"palm.{side}", f"thighside.{side}", (0, 0, 0.02), weight=2.5)
    goals.aim(f"palm.{side}", (0, 0, -1), weight=1)
    goals.aim(f"fingers.{side}", (SIGN[side], -0.3, -0.2), weight=0.8)


def curl_up(goals: Goals) -> None:
    """Asleep on the side, knees drawn up, hands by the face."""
    low.lie_on_side(goals, "L")
    goals.forget("knee.L", "ankle.L")
    goals.bend(8, hip_flex=78, knee=92, lumbar_flex=22, thorax_flex=14, neck_flex=10)
    goals.touch("kneein.R", "kneein.L", (0, 0, 0.03), weight=1.5)
    goals.touch("ankle.R", "ankle.L", (0.0, 0.03, 0.13), weight=1.5)
    goals.touch("kneeout.L", axes=FLOOR, offset=(0, 0, 0.01), weight=2)
    goals.touch("ankle.L", axes=FLOOR, offset=(0, 0, 0.01), weight=2)
    goals.touch("temple.L", axes=FLOOR, offset=(0, 0, 0.10), weight=2)
    goals.touch("shoulder.L", axes=FLOOR, offset=(0, 0, 0.06), weight=1)
    for side in "LR":
        goals.touch(f"palm.{side}", "chin", (0.06 if side == "L" else 0.02, -0.12, 0.0), "head", 2)
        goals.bend(1, **{f"elbow_{side}": 110, f"shoulder_front_{side}": 50})


def legs_in_the_air(goals: Goals) -> None:
    goals.bend(20, root_lean=-90)
    goals.touch("midback", offset=(0, 0, 0.01), axes=FLOOR, weight=3)
    goals.touch("headback", offset=(0, 0, 0.03), axes=FLOOR, weight=2)
    for side in "LR":
        goals.touch(f"seat.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=0.5)
    goals.bend(200, hip_flex_L=80, knee_L=12, hip_flex_R=72, knee_R=40, ankle=30)
    goals.bend(40, hip_out=3, hip_turn=0)
    goals.tag("lying", "floor")


def bow_head(goals: Goals, side: str) -> None:
    goals.touch(f"foreside.{side}", f"thighfront.{side}", (0, -0.02, 0.05), weight=2)
    goals.aim(f"forearm.{side}", (-SIGN[side], -0.25, 0), weight=1)


def low_forearms(goals: Goals) -> None:
    """Elbows on the knees of a deep squat, hands hanging between them."""
    for side in "LR":
        arms.bent_before_chest(goals, side)
        arms.elbow_on_knee(goals, side)
        goals.aim(f"forearm.{side}", (-SIGN[side] * 0.3, -0.9, -0.25), weight=1.5)
        goals.hand(side, "soft")


def bow_down(goals: Goals) -> None:
    """On the knees, the forehead near the floor, the arms stretched forwards."""
    low.sit_on_heels(goals)
    goals.bend(12, root_lean=58, hip_flex=122, knee=150, lumbar_flex=40, thorax_flex=26)
    goals.touch("forehead", offset=(0, 0, 0.03), axes=FLOOR, weight=2)
    for side in "LR":
        goals.touch(f"palm.{side}", offset=(0, 0, 0.008), axes=FLOOR, weight=3)
        goals.aim(f"forearm.{side}", (SIGN[side] * 0.05, -1, -0.1), weight=2)
        goals.aim(f"upperarm.{side}", (SIGN[side] * 0.2, -1, -0.1), weight=2)
        goals.aim(f"palm.{side}", (0, 0, -1), weight=1.5)
        gestures.start_up(goals, side, 20)
        goals.hand(side, "flat")
    goals.tag("yoga", "calm")


KNEELING = (
    kneeling(name="Kneeling upright", legs=(low.kneel,), yaw=30),
    kneeling(
        name="Sitting on the heels",
        legs=(low.sit_on_heels,),
        left=arms.on_thigh,
        right=arms.on_thigh,
        face=(0, 3, 0),
        yaw=35,
        tags=("calm",),
    ),
    kneeling(
        name="Praying on the knees",
        legs=(low.kneel,),
        left=gestures.pray,
        right=gestures.pray,
        bend=(10, 0, 0),
        face=(0, 26, 0),
        yaw=45,
        tags=("calm",),
    ),
    kneeling(
        name="Proposal on one knee",
        legs=(partial(low.kneel_on_one, front="L"),),
        left=arms.on_thigh,
        right=gestures.offer,
        face=(0, -14, 0),
        yaw=-40,
        tags=("romantic",),
    ),
    kneeling(
        name="Knight, head bowed",
        legs=(partial(low.kneel_on_one, front="R"),),
        left=arms.hang,
        right=bow_head,
        bend=(24, 0, 0),
        face=(0, 34, 0),
        yaw=35,
        tags=("fantasy",),
    ),
    kneeling(
        name="One knee down, arm on the other",
        legs=(partial(low.kneel_on_one, front="L", length=0.6),),
        left=arm_on_knee,
        right=arms.hang_loose,
        bend=(10, 0, 0),
        face=(-10, 0, 0),
        yaw=30,
        tags=("sport", "casual"),
    ),
    kneeling(
        name="Deep squat, elbows on knees",
        legs=(low.crouch,),
        left=None,
        right=None,
        bend=(30, 0, 0),
        more=low_forearms,
        face=(0, 5, 0),
        yaw=25,
        tags=("street",),
    ),
    kneeling(
        name="On all fours",
        legs=(low.on_all_fours,),
        left=partial(arms.on_floor, out=0.16, front=0.62),
        right=partial(arms.on_floor, out=0.16, front=0.62),
        face=(0, 20, 0),
        yaw=55,
    ),
    kneeling(
        name="Bowed down to the floor",
        legs=(bow_down,),
        left=None,
        right=None,
        face=None,
        yaw=70,
        tags=("humble",),
    ),
    kneeling(
        name="Kneeling, arms raised",
        legs=(low.kneel,),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        bend=(-12, 0, 0),
        face=(0, -28, 0),
        yaw=30,
        tags=("joy",),
    ),
)
LYING = (
    lying(
        name="Lying on the back",
        legs=(low.lie_on_back,),
        left=arms.hang_out,
        right=arms.hang_out,
        face=None,
        yaw=70,
    ),
    lying(
        name="Lying on the side, head on hand",
        legs=(recline,),
        left=on_upper_thigh,
        right=head_on_hand,
        tags=("relaxed",),
    ),
    lying(
        name="Lying on the front, chin on hands",
        legs=(prone_on_elbows,),
        left=None,
        right=None,
        more=chin_in_hands,
        yaw=50,
        tags=("relaxed",),
    ),
    lying(
        name="Asleep on the side", legs=(curl_up,), left=None, right=None, face=None, tags=("calm",), yaw=10
    ),
    lying(
        name="Legs in the air",
        legs=(legs_in_the_air,),
        left=arms.hang_out,
        right=face.behind_head,
        face=None,
        yaw=72,
        tags=("playful",),
    ),
    lying(
        name="Lying with both knees up",
        legs=(partial(low.lie_on_back, knees_up="LR"),),
        left=arms.across_belly,
        right=face.behind_head,
        face=None,
        yaw=75,
        tags=("relaxed",),
    ),
)
