"""Bodies that lean on a wall, sit at a table, on a high stool or on a chair's back, or stand on a step."""

from __future__ import annotations

from pipelines.pose.goals import FLOOR, PLAN, Goals, Vector
from pipelines.pose.primitives.legs import plant
from pipelines.pose.primitives.low import sit
from pipelines.pose.primitives.sides import OTHER, SIGN

BEHIND: Vector = (0, 1, 0)  # only the distance to the back counts
BESIDE: Vector = (1, 0, 0)  # only the distance to the side counts
WALL_M = 0.16  # how far the wall is behind the middle of the body
SIDE_WALL_M = 0.30
TABLE_M = 0.74
HIGH_STOOL_M = 0.70


def box(goals: Goals, name: str, size: Vector, center: Vector) -> None:
    """A block that is drawn with the pose: metres, world frame (left, up, to the front)."""
    goals.props.append({"kind": "box", "name": name, "size_m": list(size), "center_m": list(center)})


def wall_behind(goals: Goals, width: float = 1.4) -> None:
    box(goals, "wall", (width, 2.1, 0.08), (0.0, 1.05, -WALL_M - 0.04))


def lean_back(goals: Goals, forward: float = 0.16, wide: float = 0.1) -> None:
    """The back against a wall, the feet a step in front of it."""
    for side in "LR":
        plant(goals, side, wide, -forward, 12)
        goals.touch(f"seat.{side}", offset=(0, WALL_M, 0), axes=BEHIND, weight=2)
    goals.touch("midback", offset=(0, WALL_M, 0), axes=BEHIND, weight=4)
    goals.bend(4, root_lean=-5, knee=8)
    goals.tag("standing")
    wall_behind(goals)


def lean_foot_up(goals: Goals, side: str = "L") -> None:
    """The back and one foot against a wall."""
    under = OTHER[side]
    lean_back(goals, 0.2)
    goals.forget(f"ballin.{side}", f"ballout.{side}", f"heelfoot.{side}", f"foot.{side}")
    goals.directions = [goal for goal in goals.directions if goal["of"] != f"foot.{side}"]
    goals.touch(f"ballin.{side}", offset=(SIGN[side] * 0.1, WALL_M, 0.3), weight=3)
    goals.touch(f"heelfoot.{side}", offset=(SIGN[side] * 0.1, WALL_M, 0.47), weight=3)
    goals.bend(6, **{f"knee_{side}": 92, f"hip_flex_{side}": 42, f"ankle_{side}": 10, f"knee_{under}": 3})


def lean_aside(goals: Goals, side: str = "L", cross: bool = True) -> None:
    """One shoulder against a wall at the side, the legs crossed or not."""
    sign, other = SIGN[side], OTHER[side]
    plant(goals, other if cross else side, 0.02, 0.0, 10)
    if cross:
        goals.touch(f"foot.{side}", offset=(-sign * 0.2, -0.12, 0), axes=PLAN, weight=2)
        plant(goals, side, None, 0, 14)
    else:
        plant(goals, other, 0.2, -0.04, 14)
    goals.touch(f"shoulder.{side}", offset=(sign * SIDE_WALL_M, 0, 0), axes=BESIDE, weight=4)
    goals.touch(f"triceps.{side}", offset=(sign * (SIDE_WALL_M + 0.0), 0, 0), axes=BESIDE, weight=2)
    goals.bend(10, root_side=sign * 8)
    goals.tag("standing")
    box(goals, "wall", (0.08, 2.1, 1.2), (sign * (SIDE_WALL_M + 0.04), 1.05, 0.0))


def face_wall(goals: Goals, front: float = 0.5) -> None:
    """Standing before a wall that the hands can reach."""
    for side in "LR":
        plant(goals, side, 0.1, 0.1, 10)
    goals.bend(6, root_lean=8)
    goals.tag("standing")
    box(goals, "wall", (1.4, 2.1, 0.08), (0.0, 1.05, front + 0.04))


def table(goals: Goals, front: float = 0.26, height: float = TABLE_M, depth: float = 0.6) -> None:
    """A table in front: a top and two panels that carry it."""
    middle = front + depth / 2
    box(goals, "table", (1.2, 0.04, depth), (0.0, height - 0.02, middle))
    for sign in (1.0, -1.0):
        goals.props.append(
            {
                "kind": "box",
                "size_m": [0.04, height - 0.04, depth - 0.1],
                "center_m": [sign * 0.56, (height - 0.04) / 2, middle],
            }
        )


def sit_at_table(goals: Goals, lean: float = 2) -> None:
    sit(goals, 0.12, 10, 0.38, lean)
    table(goals)


def perch(goals: Goals, side: str = "L") -> None:
    """Half sitting on the edge of a table or a high stool, one foot further in front."""
    for of in "LR":
        goals.touch(f"seat.{of}", offset=(0, 0, HIGH_STOOL_M - 0.01), axes=FLOOR, weight=3)
    goals.touch("root", axes=PLAN, weight=0.3)
    plant(goals, OTHER[side], 0.1, -0.34, 10)
    plant(goals, side, 0.12, -0.52, 16)
    goals.bend(20, root_lean=-6)
    goals.bend(3, **{f"hip_flex_{side}": 44, f"hip_flex_{OTHER[side]}": 50, f"knee_{side}": 14})
    goals.tag("seated")
    box(goals, "stool", (0.5, HIGH_STOOL_M, 0.34), (0.0, HIGH_STOOL_M / 2, -0.07))


def bar_stool(goals: Goals, side: str = "L") -> None:
    """On a high stool, one foot on its rung, the other on the floor."""
    perch(goals, side)
    goals.forget(f"ballin.{side}", f"ballout.{side}", f"heelfoot.{side}", f"foot.{side}")
    for point in ("ballin", "ballout"):
        goals.touch(f"{point}.{side}", offset=(0, 0, 0.25), axes=FLOOR, weight=3)
    goals.touch(f"foot.{side}", offset=(SIGN[side] * 0.13, -0.32, 0), axes=PLAN, weight=2)
    goals.bend(3, **{f"hip_flex_{side}": 70, f"knee_{side}": 84, f"ankle_{side}": 5})
    box(goals, "", (0.2, 0.03, 0.1), (SIGN[side] * 0.14, 0.225, 0.38))
    del goals.props[-1]["name"]


def step_up(goals: Goals, side: str = "L", height: float = 0.2, length: float = 0.36) -> None:
    """One foot on a step or a box in front."""
    under, sign = OTHER[side], SIGN[side]
    plant(goals, under, 0.08, 0.08, 10)
    for point in ("ballin", "ballout", "heelfoot"):
        goals.touch(f"{point}.{side}", offset=(0, 0, height), axes=FLOOR, weight=4)
    goals.touch(f"foot.{side}", offset=(sign * 0.11, -length, 0), axes=PLAN, weight=2)
    goals.aim(f"foot.{side}", (sign * 0.2, -1, 0), weight=0.8)
    goals.bend(
        4, **{f"hip_flex_{side}": 40 + 110 * height, f"knee_{side}": 50 + 110 * height, f"knee_{under}": 4}
    )
    goals.stand_over(**{f"heelfoot_{under}": 0.4, f"ballin_{under}": 0.6})
    goals.tag("standing")
    box(goals, "box", (0.36, height, 0.4), (sign * 0.12, height / 2, length + 0.06))


def sit_reversed(goals: Goals) -> None:
    """Astride a chair, its back in front of the chest."""
    sit(goals, 0.3, 30, 0.18, 6)
    goals.bend(3, hip_out=38, hip_turn=10)
    goals.props[0]["size_m"][0] = 0.3
    goals.props[0]["center_m"][2] = 0.0
    box(goals, "chair", (0.34, 0.5, 0.04), (0.0, 0.71, 0.3))
    goals.tag("seated")


def sit_on_floor_at_wall(goals: Goals) -> None:
    """On the floor, the back against a wall."""
    goals.touch("midback", offset=(0, WALL_M + 0.1, 0), axes=BEHIND, weight=3)
    box(goals, "wall", (1.4, 2.0, 0.08), (0.0, 1.0, -WALL_M - 0.14))
