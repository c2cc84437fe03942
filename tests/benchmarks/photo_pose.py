"""Poses from photographs: rendered, dressed people in poses of the gallery, and how near their poses come back.

Run: python -m tests.benchmarks.photo_pose [how many] — with "without" as well, the pose that is sought is left out of
those that the search begins at.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.bones import JOINT_BONES
from pipelines.image.draft import draw_preview
from pipelines.photo.landmarks import POINT_NAMES, detect_landmarks
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.exchange import lifting
from pipelines.pose.exchange.known_poses import KnownPoses, known_poses
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.pose.exchange.photo import SEEN, lift_person
from pipelines.pose.library import load_library
from pipelines.types import Persona, Pose
from studio.worker.scenes import make_scene

POSES, EVERY = 60, 15
SIZE_PX = (576, 768)
TURN_DEG = 40.0
STYLES = ("casual", "sporty", "formal", "elegant", "street")
BODIES = ("slim", "average", "athletic", "curvy", "heavy")
LIMBS = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("hip", "knee"),
    ("knee", "ankle"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """One pose that was sought in its picture: errors, or None where it was not found."""

    slug: str
    like: str
    apart_mm: float | None
    turned_deg: float | None


def recover(slug: str, seed: int, *, with_itself: bool = True) -> Recovered:
    """Draw somebody in that pose and find it again."""
    rng = np.random.default_rng(seed)
    persona = Persona(
        gender=str(rng.choice(["female", "male"])),  # type: ignore[arg-type]
        height_cm=float(rng.uniform(155, 195)),
        body_type=str(rng.choice(_known("body_type", BODIES))),
        style=str(rng.choice(_known("style", STYLES))),
        skin_tone=str(rng.choice(_known("skin_tone", ()))),
    )
    scene = make_scene(
        persona, body=None, pose=slug, view="designed", framing="full", finish="coloured", backdrop="paper"
    )
    turn = scene.camera.yaw_deg + float(rng.uniform(-TURN_DEG, TURN_DEG))
    scene = replace(scene, camera=replace(scene.camera, yaw_deg=turn))
    person = detect_landmarks(np.asarray(draw_preview(scene, *SIZE_PX).convert("RGB"))).person
    lost = Recovered(slug=slug, like="", apart_mm=None, turned_deg=None)
    if person is None:
        return lost
    known = known_poses() if with_itself else _without(known_poses(), slug)
    before, lifting.known_poses = lifting.known_poses, lambda: known  # type: ignore[assignment]
    try:
        lifted = lift_person(person.points_px, person.visibility, person.world_m)
    except PoseFileRefused:
        return lost
    finally:
        lifting.known_poses = before
    seen = {name: person.visibility[POINT_NAMES.index(name)] >= SEEN for name in JOINT_BONES}
    apart, turned = compare(lifted.pose, scene.pose, seen)
    return Recovered(slug=slug, like=lifted.like, apart_mm=apart, turned_deg=turned)


def compare(found: Pose, true: Pose, seen: dict[str, bool]) -> tuple[float, float]:
    """Mean distance of the limbs' joints after alignment in millimetres (PA-MPJPE), and the mean angle between limbs
    whose ends are seen, in degrees."""
    ours, theirs = (
        np.stack([body.joint(bone) for bone in (*JOINT_BONES.values(), "neck01", "root")]).astype(float)
        for body in (open_anny().build(POSE_BODY, pose) for pose in (found, true))
    )
    turn, scale = _align(ours, theirs)
    ours = scale * (ours - ours.mean(0)) @ turn
    theirs = theirs - theirs.mean(0)
    names = list(JOINT_BONES)
    angles = []
    for side in ("left", "right"):
        for start, end in LIMBS:
            a, b = f"{side}_{start}", f"{side}_{end}"
            if seen[a] and seen[b]:
                one, two = (points[names.index(b)] - points[names.index(a)] for points in (ours, theirs))
                cosine = one @ two / (np.linalg.norm(one) * np.linalg.norm(two))
                angles.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return 1000 * float(np.linalg.norm(ours - theirs, axis=1).mean()), float(np.mean(angles or [0.0]))


def summarize(found: Sequence[Recovered]) -> str:
    """One line."""
    there = [one for one in found if one.apart_mm is not None]
    apart = np.array([one.apart_mm for one in there])
    turned = np.array([one.turned_deg for one in there])
    return (
        f"{len(there)} of {len(found)} found; PA-MPJPE mean {apart.mean():.0f} mm, median {np.median(apart):.0f}, "
        f"90 % {np.percentile(apart, 90):.0f}; limbs mean {turned.mean():.1f}°, median {np.median(turned):.1f}°"
    )


def _align(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, float]:
    """The turn and the scale that bring one set of points nearest to another (Procrustes)."""
    a, b = first - first.mean(0), second - second.mean(0)
    left, values, right = np.linalg.svd(a.T @ b)
    sign = np.diag([1, 1, np.sign(np.linalg.det(left @ right))])
    return left @ sign @ right, float((values * np.diag(sign)).sum() / (a**2).sum())


def _without(known: KnownPoses, slug: str) -> KnownPoses:
    keep = np.array([one != slug for one in known.slugs])
    return KnownPoses(
        slugs=tuple(np.array(known.slugs)[keep]),
        poses=tuple(pose for pose, kept in zip(known.poses, keep, strict=True) if kept),
        points=known.points[np.concatenate([keep, keep])],
    )


def _known(attribute: str, wanted: Sequence[str]) -> list[str]:
    from pipelines.options import OPTIONS

    keys = {option.key for option in OPTIONS[attribute]}
    return [key for key in wanted if key in keys] or sorted(keys)


def main() -> None:
    """Print the worst and the sums."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else POSES
    slugs = [template.slug for template in load_library().all()][::EVERY][:count]
    for with_itself in (True, False) if "without" in sys.argv else (True,):
        found = [recover(slug, seed, with_itself=with_itself) for seed, slug in enumerate(slugs)]
        for one in sorted(found, key=lambda one: -(one.apart_mm or 1e9))[:8]:
            print(one)
        print(
            "the pose itself among the known:" if with_itself else "the pose itself left out:",
            summarize(found),
        )


if __name__ == "__main__":
    main()
