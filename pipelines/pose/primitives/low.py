"""Seats, kneeling and lying: bodies that more than the feet carry."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, PLAN, Goals
from pipelines.pose.primitives.legs import plant, share_weight
from pipelines.pose.primitives.sides import OTHER, SIGN

CHAIR_M = 0.45
LOW_M = 0.1  # a seat lower than this is the floor
BLOCK_DEPTH_M, BLOCK_WIDTH_M = 0.40, 0.46


def seat(goals: Goals, height: float = CHAIR_M, lean: float = -6) -> None:
    """Sit at a height in metres; above the floor there is a block to sit on."""
    for side in "LR":
        goals.touch(
            f"seat.{side}", offset=(0, 0, height - 0.01), axes=FLOOR, weight=3 if height > LOW_M else 6
        )
    goals.touch("root", axes=PLAN, weight=0.3)
    goals.bend(40, root_lean=lean, root_turn=0)
    goals.tag("seated")
    if height > LOW_M:
        # world frame: x left, y up, z front; its front edge under the thighs, its back behind the seat
        goals.props = [
            {
                "kind": "box",
                "name": "stool",
                "size_m": [BLOCK_WIDTH_M, height, BLOCK_DEPTH_M],
                "center_m": [0.0, height / 2, -0.02],
            }
        ]
    else:
        goals.tag("floor")


def deepen_block(goals: Goals, depth: float) -> None:
    """Make the block that is sat on reach further back."""
    for prop in goals.props:
        more = depth - prop["size_m"][2]
        prop["size_m"][2] = depth
        prop["center_m"][2] -= more / 2


def sit(goals: Goals, wide: float = 0.11, turn: float = 10, forward: float = 0.40, lean: float = -6) -> None:
    """Sit on a block, both feet on the floor."""
    seat(goals, CHAIR_M, lean)
    goals.bend(2, hip_flex=84, knee=88)
    for side in "LR":
        plant(goals, side, wide, -forward, turn)


def sit_leg_over(goals: Goals, side: str = "L", height: float = CHAIR_M) -> None:
    """Sit with one leg over the other, knee on knee."""
    under, sign = OTHER[side], SIGN[side]
    seat(goals, height)
    plant(goals, under, 0.02, -0.40, 4)
    goals.bend(2, **{f"hip_flex_{under}": 86, f"knee_{under}": 88})
    goals.touch(f"calf.{side}", f"knee.{under}", (-sign * 0.02, 0.02, 0.045), weight=3)
    goals.bend(2, **{f"hip_out_{side}": -14, f"hip_flex_{side}": 98, f"knee_{side}": 92, f"ankle_{side}": 18})
    goals.aim(f"shank.{side}", (-sign * 0.32, -0.25, -0.9), weight=1.2)


def sit_cross_legged(goals: Goals) -> None:
    """On the floor, shanks crossed in front."""
    seat(goals, 0.02, 0)
    goals.bend(4, hip_flex=80, hip_out=50, hip_turn=56, knee=118, ankle=20)
    goals.touch("ankle.L", offset=(-0.08, -0.41, 0.055), weight=0.8)
    goals.touch("ankle.R", offset=(0.12, -0.24, 0.045), weight=0.8)
    for side in "LR":
        goals.touch(f"knee.{side}", offset=(SIGN[side] * 0.38, -0.26, 0.22), weight=0.6)


def sit_legs_long(goals: Goals, up: str = "") -> None:
    """On the floor, legs stretched forwards; `up` is a leg whose foot stands."""
    seat(goals, 0.02, -12)
    for side in "LR":
        if side == up:
            plant(goals, side, 0.12, -0.42, 6)
            goals.bend(6, **{f"hip_flex_{side}": 100, f"knee_{side}": 100})
        else:
            goals.touch(f"heelfoot.{side}", axes=FLOOR, weight=3)
            goals.bend(
                8, **{f"knee_{side}": 4, f"hip_flex_{side}": 86, f"hip_turn_{side}": 10, f"ankle_{side}": 8}
            )
            goals.aim(f"sole.{side}", (0, -1, 0.1), weight=0.6)


def sit_knees_up(goals: Goals, forward: float = 0.47, lean: float = -8) -> None:
    """On the floor, both feet standing close to the seat."""
    seat(goals, 0.02, lean)
    goals.bend(6, hip_flex=108, knee=112)
    for side in "LR":
        plant(goals, side, 0.08, -forward, 6)


def sit_on_heels(goals: Goals) -> None:
    """Kneel and sit back on the heels."""
    for side in "LR":
        goals.touch(f"shin.{side}", offset=(0, 0, 0.015), axes=FLOOR, weight=3)
        goals.touch(f"knee.{side}", offset=(0, 0, 0.05), axes=FLOOR, weight=2)
        goals.touch(f"instep.{side}", offset=(0, 0, 0.015), axes=FLOOR, weight=2)
        goals.touch(f"seat.{side}", f"heelfoot.{side}", (-SIGN[side] * 0.058, -0.085, 0.05), weight=3)
    goals.bend(8, knee=146, hip_flex=88, hip_out=6, ankle=46)
    goals.bend(6, root_lean=0)
    goals.tag("kneeling", "floor")


def kneel(goals: Goals, wide: float = 0.11) -> None:
    """Kneel upright on both knees."""
    for side in "LR":
        goals.touch(f"knee.{side}", offset=(SIGN[side] * wide, -0.06, 0.01), weight=3)
        goals.touch(f"instep.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=3)
        goals.aim(f"shank.{side}", (0, 1, 0), weight=2)
    goals.bend(6, knee=90, hip_flex=0, ankle=44, root_lean=0)
    goals.stand_over(knee_L=0.35, knee_R=0.35, instep_L=0.15, instep_R=0.15)
    goals.tag("kneeling", "floor")


def kneel_on_one(goals: Goals, front: str = "L", length: float = 0.55) -> None:
    """One knee on the floor, the other foot standing in front."""
    back = OTHER[front]
    plant(goals, front, 0.09, -length * 0.45, 6)
    goals.touch(f"knee.{back}", axes=FLOOR, weight=4)
    goals.aim(f"shank.{back}", (0, 1, -0.05), weight=2)
    goals.touch(f"toetip.{back}", offset=(0, 0, 0.01), axes=FLOOR, weight=2)
    goals.bend(
        8,
        **{
            f"knee_{front}": 88,
            f"hip_flex_{front}": 84,
            f"knee_{back}": 92,
            f"hip_flex_{back}": 0,
            f"toes_{back}": 45,
            f"ankle_{back}": 0,
        },
    )
    goals.bend(3, root_lean=0)
    goals.stand_over(**{f"heelfoot_{front}": 0.5, f"knee_{back}": 0.5})
    goals.tag("kneeling", "floor")


def on_all_fours(goals: Goals) -> None:
    """Hands and knees."""
    kneel(goals, 0.1)
    goals.bend(20, root_lean=84, hip_flex=86, ankle=44)
    goals.touch("root", offset=(0, 0, 0.52), axes=FLOOR, weight=0.5)
    goals.balance = {}


def lie_on_back(goals: Goals, knees_up: str = "") -> None:
    """Lie on the back; `knees_up` names the legs ("L", "LR") whose feet stand."""
    goals.bend(20, root_lean=-90)
    goals.touch("midback", offset=(0, 0, 0.01), axes=FLOOR, weight=3)
    goals.touch("headback", offset=(0, 0, 0.03), axes=FLOOR, weight=2)
    for side in "LR":
        goals.touch(f"seat.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=2)
        if side in knees_up:
            plant(goals, side, None, 0, 5)
            goals.bend(6, **{f"hip_flex_{side}": 55, f"knee_{side}": 100})
        else:
            goals.touch(f"heelfoot.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=2)
            goals.bend(
                6, **{f"hip_flex_{side}": 3, f"knee_{side}": 4, f"hip_turn_{side}": 18, f"ankle_{side}": 25}
            )
    goals.tag("lying", "floor")


def lie_on_side(goals: Goals, side: str = "R") -> None:
    """Lie on one side, facing the viewer."""
    goals.bend(20, root_side=SIGN[side] * 90, root_lean=0, root_turn=0)
    goals.touch(f"hip.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=3)
    goals.aim("hips", (0, -1, 0), weight=4)
    goals.touch(f"knee.{side}", offset=(0, 0, 0.07), axes=FLOOR, weight=1)
    goals.touch(f"ankle.{side}", offset=(0, 0, 0.01), axes=FLOOR, weight=2)
    goals.tag("lying", "floor")


def lie_on_front(goals: Goals) -> None:
    """Lie on the belly."""
    goals.bend(20, root_lean=90)
    goals.touch("belly", offset=(0, 0, 0.03), axes=FLOOR, weight=2)
    for side in "LR":
        goals.touch(f"knee.{side}", offset=(0, 0, 0.01), axes=FLOOR, weight=2)
        goals.touch(f"instep.{side}", offset=(0, 0, 0.02), axes=FLOOR, weight=2)
        goals.bend(4, **{f"ankle_{side}": 46, f"knee_{side}": 3})
    goals.tag("lying", "floor")


def stand_on_toes(goals: Goals, side: str, toes: float = 50) -> None:
    """The ball of a foot on the floor, heel up, as in a plank."""
    goals.touch(f"ballin.{side}", axes=FLOOR, weight=4)
    goals.touch(f"ballout.{side}", axes=FLOOR, weight=2)
    goals.bend(8, **{f"toes_{side}": toes})


def crouch(goals: Goals, wide: float = 0.2, turn: float = 24) -> None:
    """A deep squat with the heels down and the seat low between them."""
    for side in "LR":
        plant(goals, side, wide, 0, turn)
    goals.touch("root", offset=(0, 0, 0.27), axes=FLOOR, weight=3)
    goals.bend(3, root_lean=10)
    goals.bend(1, hip_out=18, knee=140, hip_flex=118)
    share_weight(goals)
    goals.tag("squatting", "floor")
