"""Fitness and yoga: stretching, balance, strength. They belong to the gallery's sport."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import FLOOR, Goals
from pipelines.pose.primitives import arms, gestures, legs, low
from pipelines.pose.primitives.sides import SIGN

fitness = partial(Entry, category="sport")


def tree_leg(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    goals.bend(6, hip_flex_L=52, hip_out_L=44, hip_turn_L=56, knee_L=128, ankle_L=14)
    goals.touch("ballin.L", "kneein.R", (0.035, -0.02, 0.05), weight=4)
    goals.aim("foot.L", (-0.2, -0.2, -1), weight=0.7)


def toe_touch(goals: Goals) -> None:
    legs.stand(goals, 0.09, 8)
    goals.bend(6, root_lean=52, knee=4)
    for side in "LR":
        goals.touch(f"middletip.{side}", offset=(SIGN[side] * 0.1, -0.22, 0.03), weight=2)
        goals.hand(side, "flat")


def plank(goals: Goals) -> None:
    goals.bend(60, root_lean=78, knee=4, ankle=-14, lumbar_flex=0, thorax_flex=4)
    goals.bend(300, hip_flex=2)
    for side in "LR":
        low.stand_on_toes(goals, side)
        arms.on_floor(goals, side, 0.2, 0.62)
    goals.tag("floor")


def side_plank(goals: Goals) -> None:
    """On one hand and the side of one foot, facing the viewer."""
    goals.bend(40, root_side=-66, root_lean=0, root_turn=0)
    goals.bend(60, hip_flex=0, knee=2, hip_out=0, lumbar_side=0, thorax_side=0, ankle=0)
    goals.aim("hips", (0, -1, 0), weight=4)
    goals.touch("ankle.R", offset=(0, 0, 0.05), axes=FLOOR, weight=3)
    goals.touch("ankle.L", "ankle.R", (0.0, 0.02, 0.16), weight=1.5)
    goals.touch("palm.R", offset=(0, 0, 0.008), axes=FLOOR, weight=4)
    goals.aim("upperarm.R", (0, 0, -1), weight=3)
    goals.aim("forearm.R", (0, 0, -1), weight=3)
    goals.aim("palm.R", (0, 0, -1), weight=1.5)
    goals.aim("upperarm.L", (0, 0, 1), weight=3)
    goals.aim("forearm.L", (0, 0, 1), weight=3)
    goals.hands = ["flat", "flat"]
    goals.stand_over(palm_R=0.5, ankle_R=0.5)
    goals.tag("floor", "balance")


def downward_dog(goals: Goals) -> None:
    goals.bend(20, root_lean=118, hip_flex=92, knee=3, lumbar_flex=-6, thorax_flex=-6)
    for side in "LR":
        legs.plant(goals, side, 0.1, 0.45, 4)
        arms.on_floor(goals, side, 0.18, 0.62)
    goals.touch("root", offset=(0, 0.05, 0.82), weight=1)
    goals.aim("face", (0, 0.9, -0.4), weight=2)
    goals.tag("floor", "yoga")


def boat(goals: Goals) -> None:
    low.seat(goals, 0.02, -42)
    goals.bend(10, hip_flex=92, knee=8, ankle=30, lumbar_flex=-4)
    for side in "LR":
        gestures.arm(
            goals, side, (0.25, -0.95, 0.1), (0.05, -1, 0.1), (-1, 0, 0), shape="flat", frame="world"
        )
    goals.tag("yoga", "balance")


def cobra(goals: Goals) -> None:
    low.lie_on_front(goals)
    goals.forget("belly")
    goals.touch("crotch", offset=(0, 0, 0.06), axes=FLOOR, weight=3)
    goals.bend(20, root_lean=70)
    goals.bend(3, lumbar_flex=-25, thorax_flex=-18, hip_flex=-16)
    for side in "LR":
        goals.touch(f"palm.{side}", offset=(0, 0, 0.008), axes=FLOOR, weight=4)
        goals.aim(f"palm.{side}", (0, 0, -1), weight=2)
        goals.aim(f"fingers.{side}", (0, -1, 0), weight=1)
        goals.aim(f"forearm.{side}", (0, -0.1, -1), weight=3)
        goals.aim(f"upperarm.{side}", (SIGN[side] * 0.15, 0.15, -1), weight=3)
        goals.hand(side, "flat")
    goals.tag("yoga")


def thigh_stretch(goals: Goals) -> None:
    legs.one_leg(goals, "L")
    legs.free_leg(goals, "R", flex=0, out=2, turn=0, knee=128, ankle=30)
    goals.touch("palm.R", "instep.R", (0, 0.02, 0.01), weight=2.5)
    goals.hand("R", "grip")


def knee_hug(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    legs.free_leg(goals, "L", flex=112, out=2, turn=0, knee=122, ankle=10)
    goals.touch("palm.L", "shin.L", (0.03, -0.03, 0.10), weight=2)
    goals.touch("palm.R", "shin.L", (-0.05, -0.05, 0.05), weight=2)
    for side in "LR":
        goals.aim(f"palm.{side}", (0, 1, 0), weight=0.7)


def dancers_pose(goals: Goals) -> None:
    """Standing on one leg, the other foot held high behind."""
    legs.one_leg(goals, "R")
    legs.free_leg(goals, "L", flex=-22, out=8, turn=0, knee=96, ankle=40)
    goals.bend(10, root_lean=30, lumbar_flex=-22, thorax_flex=-14)
    goals.touch("palm.L", "ankle.L", (0.02, 0.02, 0.04), weight=2)
    goals.hand("L", "grip")
    goals.tag("yoga")


def push_up(goals: Goals) -> None:
    goals.bend(60, root_lean=86, knee=3, ankle=-14, lumbar_flex=0, thorax_flex=2)
    goals.bend(300, hip_flex=2)
    goals.bend(20, hip_out=4, hip_turn=0)
    for side in "LR":
        low.stand_on_toes(goals, side)
        goals.touch(f"palm.{side}", offset=(0, 0, 0.008), axes=FLOOR, weight=4)
        goals.aim(f"palm.{side}", (0, 0, -1), weight=2)
        goals.aim(f"forearm.{side}", (0, -0.1, -1), weight=3)
        goals.aim(f"upperarm.{side}", (SIGN[side] * 0.55, 0.8, 0.15), weight=3)
        goals.hand(side, "flat")
    goals.tag("floor")


def bridge(goals: Goals) -> None:
    """Shoulders and feet on the floor, hips high."""
    goals.bend(20, root_lean=-104)
    goals.touch("midback", offset=(0, 0, 0.06), axes=FLOOR, weight=0.8)
    goals.touch("headback", offset=(0, 0, 0.02), axes=FLOOR, weight=3)
    goals.touch("root", offset=(0, 0, 0.40), axes=FLOOR, weight=2)
    for side in "LR":
        legs.plant(goals, side, None, 0, 4)
        goals.touch(f"palm.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=2)
    goals.bend(6, hip_flex=-6, knee=92, lumbar_flex=-10)
    goals.tag("floor", "yoga")


FITNESS = (
    fitness(
        name="Squat, arms forward",
        legs=(partial(legs.squat, depth=0.45),),
        left=gestures.reach_forward,
        right=gestures.reach_forward,
        bend=(16, 0, 0),
        hands=("flat", "flat"),
        yaw=58,
        tags=("fitness",),
    ),
    fitness(
        name="Lunge, hands on hips",
        legs=(partial(legs.lunge, front="L", length=0.95),),
        left=arms.on_hip,
        right=arms.on_hip,
        yaw=52,
        tags=("fitness",),
    ),
    fitness(
        name="Side lunge",
        legs=(partial(legs.lunge_aside, side="R", wide=0.46),),
        left=arms.on_hip,
        right=arms.on_hip,
        bend=(8, 0, 0),
        face=(-14, 0, 0),
        tags=("fitness",),
    ),
    fitness(
        name="Side stretch",
        legs=(partial(legs.straddle, wide=0.26, knee=2, turn=10),),
        left=arms.on_hip,
        right=gestures.crown,
        bend=(0, 32, 0),
        face=(10, 0, 22),
        tags=("fitness",),
    ),
    fitness(
        name="Toe touch",
        legs=(toe_touch,),
        left=None,
        right=None,
        bend=(78, 0, 0),
        face=None,
        yaw=64,
        tags=("fitness",),
    ),
    fitness(
        name="Thigh stretch",
        legs=(thigh_stretch,),
        left=gestures.aside_soft,
        right=None,
        yaw=-60,
        tags=("fitness", "balance"),
    ),
    fitness(
        name="Hugging one knee, standing",
        legs=(knee_hug,),
        left=None,
        right=None,
        yaw=45,
        tags=("fitness", "balance"),
    ),
    fitness(name="Plank", legs=(plank,), left=None, right=None, face=(0, 50, 0), yaw=68, tags=("fitness",)),
    fitness(
        name="Push-up", legs=(push_up,), left=None, right=None, face=(0, 45, 0), yaw=62, tags=("fitness",)
    ),
    fitness(
        name="Side plank", legs=(side_plank,), left=None, right=None, face=None, tags=("fitness", "yoga")
    ),
    fitness(
        name="Tree pose", legs=(tree_leg,), left=gestures.pray, right=gestures.pray, tags=("yoga", "calm")
    ),
    fitness(
        name="Tree pose, arms up",
        legs=(tree_leg,),
        left=gestures.raise_up,
        right=gestures.raise_up,
        face=(0, -4, 0),
        tags=("yoga",),
    ),
    fitness(
        name="Warrior pose",
        legs=(partial(legs.lunge_aside, side="L", wide=0.52),),
        left=gestures.aside,
        right=gestures.aside,
        bend=(-4, 0, 0),
        face=(80, 0, 0),
        tags=("yoga",),
    ),
    fitness(
        name="Warrior pose, arms up",
        legs=(partial(legs.lunge, front="R", length=1.05),),
        left=gestures.raise_up,
        right=gestures.raise_up,
        bend=(-10, 0, 0),
        face=(0, -12, 0),
        yaw=45,
        tags=("yoga",),
    ),
    fitness(
        name="Dancer's pose",
        legs=(dancers_pose,),
        left=None,
        right=gestures.reach_forward,
        face=(0, -8, 0),
        yaw=68,
        tags=("balance",),
    ),
    fitness(
        name="Downward dog", legs=(downward_dog,), left=None, right=None, face=None, yaw=72, tags=("yoga",)
    ),
    fitness(name="Boat pose", legs=(boat,), left=None, right=None, face=None, yaw=66, tags=("fitness",)),
    fitness(name="Cobra pose", legs=(cobra,), left=None, right=None, face=(0, -10, 0), yaw=62),
    fitness(name="Bridge pose", legs=(bridge,), left=arms.hang_out, right=arms.hang_out, face=None, yaw=72),
)
