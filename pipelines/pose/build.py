"""The pose tool: solves the catalog and writes assets/poses. Deterministic; run it after changing a pose."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.catalog.all import ENTRIES
from pipelines.pose.catalog.entry import Entry, slug_of, write_goals
from pipelines.pose.check import open_checker
from pipelines.pose.clearing import solve_clear
from pipelines.pose.goals import Goals
from pipelines.pose.hands import HAND_SHAPES, hand_rotations
from pipelines.pose.library import HANDS_FILE, read_hands, with_hands
from pipelines.pose.motion import bone_rotations
from pipelines.pose.rig import PoseRig, prepare_rig
from pipelines.pose.solve import Miss, Task
from pipelines.pose.surface_points import default_rest
from pipelines.pose.template import CATEGORIES, ROTATION_DECIMALS, PoseTemplate, template_to_json
from pipelines.types import Pose

log = logging.getLogger(__name__)

STILL_RAD = 1e-3  # rotations smaller than this are left out


def build_poses(out_dir: Path, entries: Sequence[Entry] = ENTRIES) -> list[tuple[PoseTemplate, Miss]]:
    """Solve every entry and write one file a category, and the hand shapes, into a folder.

    Returns the templates (hands by name) and by how much each missed its goals.
    """
    model = open_anny()
    rig = prepare_rig(model, POSE_BODY)
    out_dir.mkdir(parents=True, exist_ok=True)
    write_hands(model, out_dir / HANDS_FILE)
    templates, misses = solve_entries(rig, model, entries, out_dir)
    for category in CATEGORIES:
        poses = [template_to_json(t) for t in templates if t.category == category]
        if poses:
            write_json(out_dir / f"{category}.json", {"format": 1, "poses": poses})
    return list(zip(templates, misses, strict=True))


def solve_entries(
    rig: PoseRig, model: AnnyBodyModel, entries: Sequence[Entry], folder: Path
) -> tuple[list[PoseTemplate], list[Miss]]:
    """The templates of some entries. `folder` holds the hand shapes."""
    hands, checker = read_hands(folder / HANDS_FILE), open_checker()
    templates, misses = [], []
    for entry in entries:
        goals = write_goals(entry)
        shapes = (goals.hands[0], goals.hands[1])

        def pose_at(angles: np.ndarray, shapes: tuple[str, str] = shapes) -> Pose:
            return Pose(
                rotations=kept_rotations(rig, angles),
                root_m=(float(angles[0]), float(angles[1]), float(angles[2])),
                hands=shapes,
            )

        solved = solve_clear(
            rig,
            Task(goals=goals.to_json(), hands=shapes),
            checker,
            lambda angles, pose_at=pose_at: (
                model.build(  # type: ignore[misc]
                    POSE_BODY, with_hands(pose_at(angles), hands)
                ).vertices
            ),
        )
        pose = pose_at(solved.angles)
        templates.append(
            make_template(entry, goals, pose, _root_on_floor(model, with_hands(pose, hands), goals))
        )
        misses.append(solved.miss)
    return templates, misses


def kept_rotations(rig: PoseRig, angles: np.ndarray) -> dict[str, tuple[float, float, float]]:
    """A pose's rotations as its file keeps them: rounded, and only those that turn."""
    return {
        bone: (
            round(x, ROTATION_DECIMALS) + 0.0,
            round(y, ROTATION_DECIMALS) + 0.0,
            round(z, ROTATION_DECIMALS) + 0.0,
        )
        for bone, (x, y, z) in bone_rotations(rig.joints, angles).items()
        if max(map(abs, (x, y, z))) > STILL_RAD
    }


def _root_on_floor(model: AnnyBodyModel, pose: Pose, goals: Goals) -> tuple[float, float, float]:
    """The solved root, lifted so that the lowest vertex is on the floor, or as high above it as a jump declares."""
    lowest = float(model.build(POSE_BODY, pose).vertices[:, 1].min())
    assert pose.root_m is not None
    x, y, z = pose.root_m
    return round(x, 4), round(y, 4), round(z - lowest + goals.airborne_m, 4)


def make_template(entry: Entry, goals: Goals, pose: Pose, root: tuple[float, float, float]) -> PoseTemplate:
    kept = goals.to_json() | {"root_m": list(root)}
    if "props" in kept:  # a built body has its root above the world's origin: so do its props
        kept["props"] = [_under_root(prop, root) for prop in kept["props"]]
    return PoseTemplate(
        slug=slug_of(entry.name),
        name=entry.name,
        category=entry.category,
        tags=tuple(sorted((goals.tags | set(entry.tags)) - {entry.category})),
        framing=entry.framing,
        camera_yaw_deg=entry.yaw,
        pose=Pose(
            rotations=pose.rotations,
            root_m=(0.0, 0.0, root[2]) if goals.airborne_m else None,
            hands=pose.hands,
        ),
        goals=kept,
    )


def _under_root(prop: Mapping[str, Any], root: tuple[float, float, float]) -> dict[str, Any]:
    """A prop (world frame) moved as a body is whose root (reference frame) goes above the origin."""
    x, y, z = prop["center_m"]
    return {**prop, "center_m": [round(x - root[0], 4), y, round(z + root[1], 4)]}


def write_hands(model: AnnyBodyModel, path: Path) -> None:
    """The finger rotations of every hand shape, left hand."""
    heads = default_rest(model).heads
    hands = {
        name: {
            bone: [round(float(part), ROTATION_DECIMALS) + 0.0 for part in vector]
            for bone, vector in hand_rotations(shape, heads).items()
        }
        for name, shape in HAND_SHAPES.items()
    }
    write_json(path, {"format": 1, "hands": hands})


def write_json(path: Path, content: object) -> None:
    """One pose a line, so that a change is seen for what it is."""
    if isinstance(content, dict) and "poses" in content:
        lines = ",\n".join(json.dumps(pose, ensure_ascii=False) for pose in content["poses"])
        text = f'{{"format": {content["format"]}, "poses": [\n{lines}\n]}}\n'
    else:
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
