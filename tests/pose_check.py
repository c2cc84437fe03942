"""Every shipped pose on the real mesh, on twelve bodies, re-solved where the body is another: the long form.

Run: python -m tests.pose_check --all      (every pose on eleven other bodies too; a minute or two)
     python -m tests.pose_check            (every pose on the body it was made for)
Prints what fails and ends with 1 if something does. `tests/pipelines/pose/test_poses.py` uses the same checks.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from pipelines.appearance import Gender
from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_reference
from pipelines.figure.appearance import body_of
from pipelines.pose.angles import POSE_BODY, read_angles, rest_heads
from pipelines.pose.check import open_checker
from pipelines.pose.distance import pose_distances, pose_points
from pipelines.pose.library import load_library
from pipelines.pose.likeness import find_drift, limb_directions
from pipelines.pose.limits import angles_over_limit
from pipelines.pose.resolve import adapt_pose, leg_ratio, resolve_pose
from pipelines.pose.skeleton import JointMap, map_joints
from pipelines.pose.surface_points import find_surface_points
from pipelines.pose.template import PoseTemplate
from pipelines.types import BodyParameters, Persona, Pose

DEEPEST_CM = 2.0  # one part inside another, on every body
NEAREST_CM = 2.0  # mean distance of two poses' key points, the mirrored one included
MOST_MISSED_CM = 2.0  # of a contact: only counted
FLOOR_CM = 0.1
PERSONA_GENDERS: tuple[Gender, Gender] = ("male", "female")
PERSONA_BUILDS = ("heavy", "slim")
BODIES = {
    "slim": BodyParameters(
        shape={"gender": 1.0, "age": 0.67, "muscle": 0.4, "weight": 0.25, "height": 0.4, "proportions": 0.6}
    ),
    "heavy": BodyParameters(shape={"gender": 0.0, "age": 0.75, "muscle": 0.5, "weight": 0.9, "height": 0.38}),
    "tall": BodyParameters(
        shape={"gender": 0.0, "age": 0.67, "muscle": 0.85, "weight": 0.45, "height": 0.6, "proportions": 0.8}
    ),
    # nothing was set with an eye on these
    "short": BodyParameters(shape={"gender": 0.9, "age": 0.8, "muscle": 0.35, "weight": 1.0, "height": 0.2}),
    "old": BodyParameters(shape={"gender": 0.1, "age": 1.0, "muscle": 0.2, "weight": 0.1, "height": 0.45}),
    "broad": BodyParameters(
        shape={"gender": 0.1, "age": 0.67, "muscle": 1.0, "weight": 0.7, "height": 0.7, "proportions": 0.9}
    ),
    "curvy": BodyParameters(
        shape={"gender": 1.0, "age": 0.67, "weight": 0.7, "height": 0.3, "proportions": 0.2}
    ),
}


# what a persona is drawn with: the two ends of the table of builds
BODIES |= {
    f"{gender}-{build}": body_of(Persona(gender=gender, body_type=build))
    for gender in PERSONA_GENDERS
    for build in PERSONA_BUILDS
}

JOINTS: dict[int, JointMap] = {}


def joints_of(parameters: BodyParameters) -> JointMap:
    """The joint map of one of the bodies above: its rest pose decides where an elbow is straight."""
    if id(parameters) not in JOINTS:
        JOINTS[id(parameters)] = map_joints(rest_heads(open_anny(), parameters))
    return JOINTS[id(parameters)]


def find_faults(
    template: PoseTemplate, pose: Pose, parameters: BodyParameters = POSE_BODY, deepest_cm: float = DEEPEST_CM
) -> list[str]:
    """What is wrong with a pose on a body: limits, floor, parts inside each other."""
    model: AnnyBodyModel = open_anny()
    body = model.build(parameters, pose)
    faults = [
        f"{angle} beyond its range"
        for angle in angles_over_limit(read_angles(joints_of(parameters), pose.rotations), slack_deg=0.6)
    ]
    height_cm = 100 * float(body.vertices[:, 1].min())
    declared_cm = 100 * template.goals.get("airborne_m", 0.0) * leg_ratio(model, parameters)
    if abs(height_cm - declared_cm) > FLOOR_CM:
        faults.append(f"its lowest point is at {height_cm:.1f} cm, not at {declared_cm:.1f} cm")
    faults += [
        f"{overlap.inner} is {overlap.depth_cm:.1f} cm inside {overlap.outer}"
        for overlap in open_checker().find_overlaps(body.vertices)
        if overlap.depth_cm > deepest_cm
    ]
    return faults


def find_drift_faults(template: PoseTemplate, pose: Pose, parameters: BodyParameters) -> list[str]:
    """Whether a pose re-solved for a body is still the one that its picture shows."""
    model = open_anny()
    was, now = (
        limb_directions(model.build(body, shown))
        for body, shown in ((POSE_BODY, template.pose), (parameters, pose))
    )
    drift = find_drift(was, now)
    return [f"not itself any more: {drift}"] if drift.excess > 1 else []


def contact_misses_cm(template: PoseTemplate, pose: Pose, parameters: BodyParameters) -> dict[str, float]:
    """By how much each surface point misses the surface point that it touches, on the real mesh.

    Only goals whose offset is written in the world's or the hips' axes, at the size of the body.
    """
    vertices = to_reference(open_anny().build(parameters, pose).vertices)
    axes = {"world": Rotation.identity(), "hips": Rotation.from_rotvec(pose.rotations.get("root", (0, 0, 0)))}
    misses = {}
    for goal in template.goals.get("contacts", ()):
        frame, ends = goal.get("frame", "world"), (goal["point"], goal.get("to", ""))
        if frame in axes and set(ends) <= set(find_surface_points()):
            one, other = (vertices[find_surface_points()[end]] for end in ends)
            gap = one - other - axes[frame].apply(goal.get("offset_m", (0, 0, 0)))
            misses[" at ".join(ends)] = 100 * float(np.linalg.norm(gap * goal.get("axes", (1, 1, 1))))
    return misses


def nearest_pairs(templates: Sequence[PoseTemplate]) -> list[tuple[float, str, str]]:
    """For every pose its nearest neighbour: centimetres, slug, slug; nearest first."""
    model = open_anny()
    distances = pose_distances([pose_points(model.build(POSE_BODY, template.pose)) for template in templates])
    nearest = distances.argmin(1)
    return sorted(
        (100 * float(distances[i, j]), templates[i].slug, templates[j].slug) for i, j in enumerate(nearest)
    )


@dataclass(frozen=True, slots=True)
class Report:
    """Lines that say what fails, and how many poses were looked at."""

    faults: tuple[str, ...]
    looked_at: int


def check_bodies(templates: Sequence[PoseTemplate], names: Sequence[str]) -> Report:
    """Re-solve poses for other bodies and look for faults."""
    faults = []
    for name in names:
        for template in templates:
            pose = resolve_pose(template, open_anny(), BODIES[name]).pose
            found = find_faults(template, pose, BODIES[name]) + find_drift_faults(
                template, pose, BODIES[name]
            )
            faults += [f"{template.slug} on a {name} body: {fault}" for fault in found]
    return Report(faults=tuple(faults), looked_at=len(templates) * len(names))


def count_contacts(templates: Sequence[PoseTemplate], name: str) -> str:
    """How many contacts of all poses are missed on a body, in words; it is no fault, as thick limbs keep apart."""
    misses = [
        miss
        for template in templates
        for miss in contact_misses_cm(
            template, resolve_pose(template, open_anny(), BODIES[name]).pose, BODIES[name]
        ).values()
    ]
    missed = sum(miss > MOST_MISSED_CM for miss in misses)
    return f"{name}: {missed} of {len(misses)} contacts miss by more than {MOST_MISSED_CM:.0f} cm"


def check_shipped(templates: Sequence[PoseTemplate]) -> Report:
    """Look for faults of the shipped poses on the body that they were made for."""
    faults = [
        f"{t.slug}: {fault}"
        for t in templates
        for fault in find_faults(t, adapt_pose(t, open_anny(), POSE_BODY))
    ]
    faults += [
        f"{first} and {second} are {distance:.1f} cm apart"
        for distance, first, second in nearest_pairs(templates)
        if distance < NEAREST_CM
    ]
    return Report(faults=tuple(faults), looked_at=len(templates))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", action="store_true", help="also on the other bodies")
    arguments = parser.parse_args()
    templates = load_library().all()
    reports = [check_shipped(templates)]
    if arguments.all:
        reports.append(check_bodies(templates, tuple(BODIES)))
        for name in BODIES:
            print(count_contacts(templates, name))
    for report in reports:
        for fault in report.faults:
            print(fault)
        print(f"{report.looked_at} looked at, {len(report.faults)} faults")
    return 1 if any(report.faults for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
