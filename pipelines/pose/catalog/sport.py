"""Sport, yoga and dance."""

from __future__ import annotations

from functools import partial

from pipelines.pose.catalog.entry import Entry
from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.words import arms, gestures, legs, low
from pipelines.pose.words.body import carry
from pipelines.pose.words.sides import SIGN


def tree_leg(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    goals.bend(6, hip_flex_L=48, hip_out_L=42, hip_turn_L=52, knee_L=125, ankle_L=14)
    goals.touch("ballin.L", "kneein.R", (0.035, -0.02, 0.08), weight=2)
    goals.aim("foot.L", (-0.2, -0.2, -1), weight=0.7)


def side_kick(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    goals.bend(10, root_side=-38)
    goals.aim("shank.L", (0.97, 0, 0.25), weight=4)
    goals.aim("thigh.L", (0.97, -0.1, 0.2), weight=4)
    goals.bend(5, ankle_L=-10)


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
    goals.tag("floor")


def downward_dog(goals: Goals) -> None:
    goals.bend(20, root_lean=118, hip_flex=92, knee=3, lumbar_flex=-6, thorax_flex=-6)
    for side in "LR":
        legs.plant(goals, side, 0.1, 0.45, 4)
        arms.on_floor(goals, side, 0.18, 0.62)
    goals.touch("root", offset=(0, 0.05, 0.82), weight=1)
    goals.aim("face", (0, 0.9, -0.4), weight=2)
    goals.tag("floor", "yoga")


def shot_arms(goals: Goals) -> None:
    gestures.start_up(goals, "L", 60)
    gestures.start_up(goals, "R", 40)
    goals.aim("upperarm.L", (0.35, -0.75, 0.45), "chest", 2.5).aim(
        "forearm.L", (-0.15, -0.35, 0.9), "chest", 2
    )
    goals.aim("palm.L", (-1, 0, 0.2), "chest", 1)
    goals.aim("upperarm.R", (-0.2, -0.8, 0.5), "chest", 2.5).aim("forearm.R", (0, -0.15, 1), "chest", 2)
    goals.aim("palm.R", (0, -0.7, 0.8), "chest", 1.2)
    goals.hands = ["open", "spread"]


def boat(goals: Goals) -> None:
    low.seat(goals, 0.02, -42)
    goals.bend(10, hip_flex=92, knee=8, ankle=30, lumbar_flex=-4)
    for side in "LR":
        goals.aim(f"upperarm.{side}", (SIGN[side] * 0.25, -0.95, 0.1), "world", 2.5)
        goals.aim(f"forearm.{side}", (SIGN[side] * 0.05, -1, 0.1), "world", 2.5)
        goals.aim(f"palm.{side}", (-SIGN[side], 0, 0), "world", 1)
        goals.hand(side, "flat")
    goals.tag("yoga", "balance")


def cobra(goals: Goals) -> None:
    low.lie_on_front(goals)
    goals.forget("belly")
    goals.touch("crotch", offset=(0, 0, 0.05), axes=FLOOR, weight=3)
    goals.bend(20, root_lean=74)
    goals.bend(3, lumbar_flex=-25, thorax_flex=-18, hip_flex=-14)
    for side in "LR":
        arms.on_floor(goals, side, 0.24, 0.42)
        goals.bend(2, **{f"elbow_{side}": 25})
    goals.tag("yoga")


def quad_stretch(goals: Goals) -> None:
    legs.one_leg(goals, "L")
    legs.free_leg(goals, "R", 0, 2, 0, 128, 30)
    goals.touch("palm.R", "instep.R", (0, 0.02, 0.01), weight=2.5)
    goals.hand("R", "grip")


def knee_hug(goals: Goals) -> None:
    legs.one_leg(goals, "R")
    legs.free_leg(goals, "L", 112, 2, 0, 122, 10)
    goals.touch("palm.L", "shin.L", (0.02, -0.02, 0.10), weight=2)
    goals.touch("palm.R", "shin.L", (-0.04, -0.03, 0.05), weight=2)
    for side in "LR":
        goals.aim(f"palm.{side}", (0, 1, 0), weight=0.7)


def sprint_start(goals: Goals) -> None:
    legs.plant(goals, "L", 0.09, -0.12, 4, 0.10)
    goals.touch("knee.R", offset=(-0.11, 0.12, 0.10), weight=2)
    low.stand_on_toes(goals, "R", 50)
    goals.touch("foot.R", offset=(-0.10, 0.52, 0), axes=PLAN, weight=1.5)
    goals.bend(8, root_lean=88, hip_flex_L=112, knee_L=112, hip_flex_R=70, knee_R=92)
    goals.touch("root", offset=(0, 0.10, 0.62), weight=1)
    for side in "LR":
        goals.touch(f"indextip.{side}", offset=(SIGN[side] * 0.26, -0.42, 0.01), weight=2.5)
        goals.aim(f"forearm.{side}", (0, -0.05, -1), weight=1)
        goals.hand(side, "spread")
    goals.tag("floor", "dynamic")


def skate(goals: Goals) -> None:
    legs.one_leg(goals, "L", 0, 0.06)
    goals.bend(10, knee_L=62, hip_flex_L=78, root_lean=38)
    legs.free_leg(goals, "R", -8, 36, 10, 22, 20)
    goals.tag("dynamic")


SPORT = (
    Entry(
        name="Boxing guard",
        category="sport",
        legs=(
            partial(legs.step, front="L", length=0.42, heel=0.05),
            lambda g: g.bend(8, knee=24, root_turn=-28, root_lean=4),
        ),
        left=gestures.guard,
        right=gestures.guard,
        bend=(10, 0, 0),
        face=(0, 4, 0),
        yaw=25,
        tags=("fight",),
    ),
    Entry(
        name="Straight punch",
        category="sport",
        legs=(
            partial(legs.step, front="L", length=0.6, heel=0.08),
            lambda g: g.bend(8, knee=26, root_turn=14, root_lean=6),
        ),
        left=gestures.guard,
        right=gestures.punch,
        bend=(6, 0, 34),
        face=(0, 3, 0),
        yaw=40,
        tags=("fight", "dynamic"),
    ),
    Entry(
        name="Front kick",
        category="sport",
        legs=(
            partial(legs.one_leg, side="L"),
            partial(legs.free_leg, side="R", flex=98, out=4, knee=8, ankle=20),
            partial(carry, lean=-12),
        ),
        left=gestures.guard,
        right=gestures.guard,
        bend=(12, 0, 0),
        yaw=45,
        tags=("fight", "dynamic"),
    ),
    Entry(
        name="Side kick",
        category="sport",
        legs=(side_kick,),
        left=gestures.guard,
        right=gestures.guard,
        face=(50, 0, 0),
        tags=("fight", "dynamic"),
    ),
    Entry(
        name="Squat, arms forward",
        category="sport",
        legs=(partial(legs.squat, depth=0.45),),
        left=gestures.reach_forward,
        right=gestures.reach_forward,
        bend=(16, 0, 0),
        hands=("flat", "flat"),
        yaw=50,
        tags=("fitness",),
    ),
    Entry(
        name="Lunge, hands on hips",
        category="sport",
        legs=(partial(legs.lunge, front="L", length=0.95),),
        left=arms.on_hip,
        right=arms.on_hip,
        yaw=45,
        tags=("fitness",),
    ),
    Entry(
        name="Side stretch",
        category="sport",
        legs=(partial(legs.straddle, wide=0.26, knee=2, turn=10),),
        left=arms.on_hip,
        right=gestures.crown,
        bend=(0, 32, 0),
        face=(10, 0, 22),
        tags=("fitness",),
    ),
    Entry(
        name="Toe touch",
        category="sport",
        legs=(toe_touch,),
        left=None,
        right=None,
        bend=(78, 0, 0),
        face=None,
        yaw=60,
        tags=("fitness",),
    ),
    Entry(
        name="Tree pose",
        category="sport",
        legs=(tree_leg,),
        left=gestures.pray,
        right=gestures.pray,
        tags=("yoga", "calm"),
    ),
    Entry(
        name="Warrior pose",
        category="sport",
        legs=(partial(legs.lunge_aside, side="L", wide=0.52),),
        left=gestures.aside,
        right=gestures.aside,
        bend=(-4, 0, 0),
        face=(80, 0, 0),
        tags=("yoga",),
    ),
    Entry(
        name="Warrior pose, arms up",
        category="sport",
        legs=(partial(legs.lunge, front="R", length=1.05),),
        left=gestures.raise_up,
        right=gestures.raise_up,
        bend=(-10, 0, 0),
        face=(0, -12, 0),
        yaw=45,
        tags=("yoga",),
    ),
    Entry(
        name="Downward dog",
        category="sport",
        legs=(downward_dog,),
        left=None,
        right=None,
        face=None,
        yaw=70,
        tags=("yoga",),
    ),
    Entry(
        name="Plank",
        category="sport",
        legs=(plank,),
        left=partial(arms.on_floor, out=0.2, front=0.62),
        right=partial(arms.on_floor, out=0.2, front=0.62),
        face=(0, 50, 0),
        yaw=65,
        tags=("fitness",),
    ),
    Entry(
        name="Boat pose",
        category="sport",
        legs=(boat,),
        left=None,
        right=None,
        face=None,
        yaw=65,
        tags=("yoga", "fitness"),
    ),
    Entry(name="Cobra pose", category="sport", legs=(cobra,), left=None, right=None, face=(0, -8, 0), yaw=60),
    Entry(
        name="Thigh stretch",
        category="sport",
        legs=(quad_stretch,),
        left=gestures.aside_soft,
        right=None,
        yaw=-45,
        tags=("fitness", "balance"),
    ),
    Entry(
        name="Hugging one knee, standing",
        category="sport",
        legs=(knee_hug,),
        left=None,
        right=None,
        yaw=35,
        tags=("fitness", "balance"),
    ),
    Entry(
        name="Speed skater",
        category="sport",
        legs=(skate,),
        left=partial(gestures.back_soft),
        right=gestures.aside_soft,
        bend=(26, 0, 10),
        face=(0, 6, 0),
        yaw=35,
    ),
    Entry(
        name="Basketball shot",
        category="sport",
        legs=(partial(legs.tiptoe, wide=0.12, heel=0.09),),
        left=None,
        right=None,
        more=shot_arms,
        face=(0, -18, 0),
        yaw=-25,
        tags=("ball",),
    ),
    Entry(
        name="Victory, arms up",
        category="sport",
        legs=(partial(legs.stand, wide=0.14),),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        bend=(-10, 0, 0),
        face=(0, -14, 0),
        hands=("fist", "fist"),
        tags=("joy", "winner"),
    ),
    Entry(
        name="Flexing the biceps",
        category="sport",
        legs=(partial(legs.straddle, wide=0.2, knee=4),),
        left=gestures.flex_biceps,
        right=gestures.flex_biceps,
        face=(20, 0, 0),
        tags=("power",),
    ),
    Entry(
        name="Archer",
        category="sport",
        legs=(partial(legs.straddle, wide=0.2, knee=2, turn=10),),
        left=gestures.bow_hand,
        right=gestures.string_hand,
        face=(62, 0, 0),
        tags=("bow",),
    ),
    Entry(
        name="Throwing a ball",
        category="sport",
        legs=(
            partial(legs.step, front="L", length=0.7, heel=0.06),
            lambda g: g.bend(8, root_turn=-35, knee_L=20, knee_R=22),
        ),
        left=gestures.aside_soft,
        right=gestures.throw_back,
        bend=(-8, -6, -14),
        yaw=30,
        tags=("ball", "dynamic"),
    ),
    Entry(
        name="Football kick",
        category="sport",
        legs=(
            partial(legs.one_leg, side="L"),
            partial(legs.free_leg, side="R", flex=-20, out=12, turn=8, knee=72, ankle=40),
            partial(carry, lean=8, side=-8, turn=-12),
        ),
        left=gestures.aside_soft,
        right=gestures.back_soft,
        bend=(4, 0, 24),
        face=(0, 22, 0),
        yaw=45,
        tags=("ball", "dynamic"),
    ),
    Entry(
        name="Goalkeeper ready",
        category="sport",
        legs=(partial(legs.straddle, wide=0.30, knee=48, turn=22), partial(carry, lean=22)),
        left=gestures.aside_soft,
        right=gestures.aside_soft,
        bend=(14, 0, 0),
        hands=("open", "open"),
        tags=("ball",),
    ),
)


def arabesque(goals: Goals) -> None:
    legs.one_leg(goals, "L")
    legs.free_leg(goals, "R", -22, 4, 12, 2, 46)
    goals.bend(10, root_lean=36, lumbar_flex=-24, thorax_flex=-12)


def lean_aside(goals: Goals) -> None:
    legs.lunge_aside(goals, "L", 0.3)
    goals.bend(6, knee_L=40)


def first_position(goals: Goals) -> None:
    legs.stand(goals, 0.05, 42)
    goals.bend(4, hip_turn=28)


DANCE = (
    Entry(
        name="Ballet, first position",
        category="dance",
        legs=(first_position,),
        left=gestures.low_round,
        right=gestures.low_round,
        face=(12, -2, 4),
        tags=("ballet",),
    ),
    Entry(
        name="Ballet, arms in a crown",
        category="dance",
        legs=(partial(legs.tiptoe, wide=0.04, heel=0.12, turn=30),),
        left=gestures.crown,
        right=gestures.crown,
        face=(0, -4, 0),
        tags=("ballet",),
    ),
    Entry(
        name="Ballet, one arm high",
        category="dance",
        legs=(partial(legs.cross_legs, front="R"),),
        left=gestures.rounded_in_front,
        right=gestures.crown,
        face=(-20, -6, 6),
        tags=("ballet",),
    ),
    Entry(
        name="Arabesque",
        category="dance",
        legs=(arabesque,),
        left=gestures.reach_forward,
        right=gestures.aside,
        face=(10, -8, 0),
        hands=("soft", "soft"),
        yaw=55,
        tags=("ballet", "balance"),
    ),
    Entry(
        name="Pirouette",
        category="dance",
        legs=(
            partial(legs.one_leg, side="R", heel=0.10),
            partial(legs.free_leg, side="L", flex=62, out=40, turn=46, knee=118, ankle=44),
        ),
        left=gestures.rounded_in_front,
        right=gestures.rounded_in_front,
        face=(14, 0, 0),
        tags=("ballet", "balance"),
    ),
    Entry(
        name="Disco point",
        category="dance",
        legs=(partial(legs.rest_on, side="R", out=0.26),),
        left=gestures.raise_wide,
        right=arms.on_hip,
        bend=(0, -6, 0),
        face=(38, -18, 0),
        hands=("point", None),
        tags=("party",),
    ),
    Entry(
        name="Hip-hop lean",
        category="dance",
        legs=(lean_aside,),
        left=arms.across_belly,
        right=gestures.back_soft,
        bend=(10, 16, 0),
        face=(-20, 8, -10),
        tags=("street",),
    ),
    Entry(
        name="Flamenco",
        category="dance",
        legs=(partial(legs.cross_legs, front="R"),),
        left=gestures.crown,
        right=arms.on_hip,
        bend=(-10, -6, 10),
        face=(30, 6, 0),
    ),
    Entry(
        name="Swaying, arms up",
        category="dance",
        legs=(partial(legs.rest_on, side="L"),),
        left=gestures.raise_up,
        right=gestures.crown,
        bend=(-4, 8, 0),
        face=(12, -8, 10),
        hands=("soft", "soft"),
        tags=("party", "joy"),
    ),
    Entry(
        name="Leap",
        category="dance",
        legs=(
            partial(legs.rise, height=0.28),
            partial(legs.free_leg, side="L", flex=78, out=6, knee=6, ankle=40),
            partial(legs.free_leg, side="R", flex=-22, out=8, turn=10, knee=22, ankle=44),
            lambda g: g.bend(8, root_lean=-2, lumbar_flex=-14),
        ),
        left=gestures.aside,
        right=gestures.raise_wide,
        face=(0, -6, 0),
        yaw=60,
        tags=("ballet",),
    ),
    Entry(
        name="Star jump",
        category="dance",
        legs=(
            partial(legs.rise, height=0.22),
            lambda g: g.bend(12, hip_out=40, knee=2, ankle=40, hip_flex=4),
        ),
        left=gestures.raise_wide,
        right=gestures.raise_wide,
        face=(0, -6, 0),
        tags=("joy",),
    ),
    Entry(
        name="Jump for joy",
        category="dance",
        legs=(
            partial(legs.rise, height=0.26),
            lambda g: g.bend(
                12, hip_flex_L=20, knee_L=88, hip_flex_R=4, knee_R=64, ankle=36, hip_out=10, lumbar_flex=-10
            ),
        ),
        left=gestures.raise_fist,
        right=gestures.raise_wide,
        face=(0, -12, 0),
        tags=("joy",),
        yaw=20,
    ),
)
