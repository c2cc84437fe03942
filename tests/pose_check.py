"""Every shipped pose on the real mesh, on twelve bodies, re-solved where the body is another: the long form.

Run: python -m tests.pose_check --all      (every pose on eleven other bodies too; a minute or two)
     python -m tests.pose_check            (every pose on the body it was made for)
Prints what fails and ends with 1 if something does. `tests/pipelines/pose/test_poses.py` uses the same checks.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from pipelines.appearance import Gender
from pipelines.body.anny import open_anny
from pipelines.body.frames import to_reference
from pipelines.figure.appearance import body_of
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.distance import pose_distances, pose_points
from pipelines.pose.library import load_library
from pipelines.pose.likeness import find_drift, limb_directions
from pipelines.pose.resolve import adapt_pose, resolve_pose
from pipelines.pose.surface_points import find_surface_points
from pipelines.pose.template import PoseTemplate
from pipelines.types import BodyParameters, Persona, Pose
from tests.pose_faults import find_faults, find_made_faults

NEAREST_CM = 5.0  # mean distance of two poses' body points, the mirrored one included
MOST_MISSED_CM = 2.0  # of a contact: only counted
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
        for pose in [adapt_pose(t, open_anny(), POSE_BODY)]
        for fault in [*find_faults(t, pose), *find_made_faults(t, pose)]
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
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="on the other bodies one pose in N alone"
    )
    arguments = parser.parse_args()
    templates = load_library().all()
    reports = [check_shipped(templates)]
    if arguments.all:
        some = [t for t in templates if zlib.crc32(t.slug.encode()) % arguments.every == 0]
        reports.append(check_bodies(some, tuple(BODIES)))
        for name in BODIES:
            print(count_contacts(some, name))
    for report in reports:
        for fault in report.faults:
            print(fault)
        print(f"{report.looked_at} looked at, {len(report.faults)} faults")
    return 1 if any(report.faults for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
