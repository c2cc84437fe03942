"""The pose tool: solves the catalog and writes assets/poses. Deterministic; run it after changing a pose."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.pose import traits
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.catalog.all import ENTRIES
from pipelines.pose.catalog.entry import Entry, slug_of, write_goals
from pipelines.pose.check import open_checker
from pipelines.pose.clearing import solve_clear
from pipelines.pose.goals import DECIMALS, Goals
from pipelines.pose.hands import HAND_SHAPES, hand_rotations
from pipelines.pose.library import ALIASES_FILE, HANDS_FILE, read_hands, read_poses, with_hands
from pipelines.pose.motion import Moved, Mover, bone_rotations
from pipelines.pose.residuals import FRAMES
from pipelines.pose.rig import PoseRig, prepare_rig
from pipelines.pose.solve import Solved, Task
from pipelines.pose.surface_points import default_rest
from pipelines.pose.template import ROTATION_DECIMALS, PoseBroken, PoseTemplate, template_to_json
from pipelines.pose.vocabulary import CATEGORIES
from pipelines.types import Body, Pose

log = logging.getLogger(__name__)

STILL_RAD = 1e-3  # rotations smaller than this are left out
SOLVER_EDITION = 2  # raise it when the solver changes, so that every pose is solved again
TOUCH_MORE = 4.0  # how much more contacts count in the second solution, once the pose has its form
PRESSED_M = 0.006  # how far skin is pressed in by a wall
SEAT_GIVES_M, SHORTEST_SEAT_M, SEAT_STEP_M = 0.045, 0.16, 0.02
HELD = 30.0  # how firmly the second solution keeps the form of the first (see Task)


def build_poses(
    out_dir: Path, entries: Sequence[Entry] = ENTRIES, *, afresh: bool = False
) -> list[PoseTemplate]:
    """Solve the entries and write one file a category, and the hand shapes, into a folder.

    An entry whose goals are those of a pose in the folder keeps its solution; `afresh` solves every one again.
    Returns the templates (hands by name).
    """
    model = open_anny()
    out_dir.mkdir(parents=True, exist_ok=True)
    write_hands(model, out_dir / HANDS_FILE)
    known = {} if afresh else _solved_before(out_dir)
    hands = read_hands(out_dir / HANDS_FILE)
    solver = EntrySolver(model, prepare_rig(model, POSE_BODY), hands)
    templates = []
    for entry in entries:
        goals = write_goals(entry)
        solution = known.get(fingerprint(goals)) or solver.solve(goals)
        body = model.build(POSE_BODY, with_hands(solution.pose, hands))
        templates.append(make_template(entry, goals, solution, body))
    for path in out_dir.glob("*.json"):
        if path.name not in (HANDS_FILE, ALIASES_FILE):
            path.unlink()
    for category in CATEGORIES:
        poses = [template_to_json(t) for t in templates if t.category == category]
        if poses:
            write_json(out_dir / f"{category}.json", {"format": 2, "poses": poses})
    return templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A solved pose (hands by name, root only where it is in the air) and its goals as they were met (see settle)."""

    pose: Pose
    goals: Mapping[str, Any]


def _solved_before(folder: Path) -> dict[str, Solution]:
    """The solutions in a folder, by the fingerprint of what they were solved from; none where its files are older."""
    found: dict[str, Solution] = {}
    for path in folder.glob("*.json"):
        if path.name not in (HANDS_FILE, ALIASES_FILE):
            try:
                found |= {t.source: Solution(pose=t.pose, goals=t.goals) for t in read_poses(path)}
            except PoseBroken as problem:
                log.info("%s is solved again: %s", path.name, problem)
    return found


class EntrySolver:
    """Solves entries on the body that poses are made on."""

    def __init__(self, model: AnnyBodyModel, rig: PoseRig, hands: Mapping[str, Pose]) -> None:
        self._model, self._rig, self._hands, self._checker = model, rig, hands, open_checker()

    def solve(self, goals: Goals) -> Solution:
        """The pose of some goals: solved for its form first, and then with contacts counting more."""
        wanted, shapes = goals.to_json(), (goals.hands[0], goals.hands[1])
        first = self._solve_clear(wanted, shapes)
        firm = [
            {**goal, "weight": TOUCH_MORE * goal.get("weight", 1.0)} for goal in wanted.get("contacts", ())
        ]
        second = self._solve_clear({**wanted, "contacts": firm}, shapes, first.angles)
        pose = self._pose_at(second.angles, shapes)
        root = _root_on_floor(self._model, with_hands(pose, self._hands), goals)
        kept = settle(wanted, Mover(self._rig, shapes).move(second.angles), self._rig) | {
            "root_m": list(root)
        }
        if "props" in kept:  # a built body has its root above the world's origin: so do its props
            kept["props"] = [_under_root(prop, root) for prop in kept["props"]]
        in_the_air = (0.0, 0.0, root[2]) if goals.airborne_m else None
        return Solution(pose=replace(pose, root_m=in_the_air), goals=kept)

    def _solve_clear(
        self, wanted: Mapping[str, Any], shapes: tuple[str, str], start: np.ndarray | None = None
    ) -> Solved:
        def vertices_at(angles: np.ndarray) -> np.ndarray:
            return self._model.build(
                POSE_BODY, with_hands(self._pose_at(angles, shapes), self._hands)
            ).vertices

        task = Task(goals=wanted, hands=shapes, likeness=0.0 if start is None else HELD)
        return solve_clear(self._rig, task, self._checker, vertices_at, start)

    def _pose_at(self, angles: np.ndarray, shapes: tuple[str, str]) -> Pose:
        root = (float(angles[0]), float(angles[1]), float(angles[2]))
        return Pose(rotations=kept_rotations(self._rig, angles), root_m=root, hands=shapes)


def settle(goals: Mapping[str, Any], moved: Moved, rig: PoseRig) -> dict[str, Any]:
    """Goals whose touches of the body are where the solved pose has them.

    An entry says roughly where a hand goes; what was approved by eye is the solved pose. On another body it is the
    solved touch that is to be found again, and goals that contradict each other a little no longer do.
    """
    number = {name: i for i, name in enumerate(rig.points)}
    settled = []
    for goal in goals.get("contacts", ()):
        if "to" in goal:
            gap = moved.points[number[goal["point"]]] - moved.points[number[goal["to"]]]
            local = moved.rotations[FRAMES[goal.get("frame", "world")]].T @ gap
            goal = {**goal, "offset_m": [round(float(part), DECIMALS) for part in local]}
        settled.append(goal)
    return {**goals, "contacts": settled} if settled else dict(goals)


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


def make_template(entry: Entry, goals: Goals, solution: Solution, body: Body) -> PoseTemplate:
    """The template of a solved entry; `body` is its pose, fingers included, on the body that it was solved for."""
    tags = tuple(sorted((goals.tags | set(entry.tags)) - {entry.category}))
    kept = dict(solution.goals)
    if "props" in kept:
        kept["props"] = fit_props(kept["props"], body.vertices)
    return PoseTemplate(
        slug=slug_of(entry.name),
        name=entry.name,
        category=entry.category,
        tags=tags,
        framing=entry.framing,
        view=traits.view_at(entry.yaw),
        difficulty=entry.difficulty or traits.difficulty_of(goals, tags),
        gender=entry.gender,
        mood=entry.mood or traits.mood_of(tags),
        hand_uses=traits.hand_uses_of(goals, body),
        symmetry=traits.symmetry_of(body),
        support=entry.support or traits.support_of(goals),
        props=tuple(sorted({*entry.props, *traits.furniture_of(goals)})),
        camera_yaw_deg=entry.yaw,
        pose=solution.pose,
        source=fingerprint(goals),
        goals=kept,
        held=entry.held,
    )


def fingerprint(goals: Goals) -> str:
    """Equal for equal goals and hand shapes, made by the same edition of the solver."""
    text = json.dumps([SOLVER_EDITION, goals.to_json(), goals.hands], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fit_props(props: Sequence[Mapping[str, Any]], vertices: np.ndarray) -> list[dict[str, Any]]:
    """Props as they fit the skin (V, 3), in its frame: walls just touch it, seats end where thighs leave them."""
    fitted = []
    for prop in props:
        if prop.get("name") == "wall":
            fitted.append(_touching(prop, vertices))
        elif prop.get("name") == "stool":
            fitted.append(_shortened(prop, vertices))
        else:
            fitted.append(dict(prop))
    return fitted


def _touching(prop: Mapping[str, Any], vertices: np.ndarray) -> dict[str, Any]:
    """A wall moved until the skin just touches it."""
    size, center = prop["size_m"], list(prop["center_m"])
    axis = int(np.argmin(size))  # a wall is thin where it is leaned on
    side = 1.0 if center[axis] > 0 else -1.0
    skin = float((side * vertices[:, axis]).max())
    center[axis] = round(side * (skin - PRESSED_M + size[axis] / 2), 4)
    return {**prop, "center_m": center}


def _shortened(prop: Mapping[str, Any], vertices: np.ndarray) -> dict[str, Any]:
    """A seat whose front edge is drawn back until no leg is deeper inside than flesh gives way."""
    size, center = np.array(prop["size_m"]), np.array(prop["center_m"])
    while size[2] > SHORTEST_SEAT_M:
        if float((size / 2 - np.abs(vertices - center)).min(1).max()) <= SEAT_GIVES_M:
            break
        size[2] -= SEAT_STEP_M
        center[2] -= SEAT_STEP_M / 2
    return {
        **prop,
        "size_m": [round(float(part), 4) for part in size],
        "center_m": [round(float(part), 4) for part in center],
    }


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
        lines = ",\n".join(
            json.dumps(pose, ensure_ascii=False, separators=(",", ":")) for pose in content["poses"]
        )
        text = f'{{"format": {content["format"]}, "poses": [\n{lines}\n]}}\n'
    else:
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
