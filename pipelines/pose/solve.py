"""The pose solver: many poses at once, by gradient descent on joint angles towards their goals.

The loss adds up contacts, directions, comfort (distance from the wished angles), joint limits, the reach of the
shoulder, parts running into each other, the floor and balance. Everything is deterministic: no random start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.pose.limits import (
    ANGLES,
    HIP_OUT_PER_FLEX,
    HIP_OUT_STRAIGHT_DEG,
    INDEX,
    ROOT_ANGLES,
    SIDES,
    angle_bounds,
)
from pipelines.pose.motion import RigTensors, move_rig
from pipelines.pose.rig import PoseRig
from pipelines.pose.skeleton import BONE

ITERATIONS = 300
STEP_RAD = 0.05
WARM_ITERATIONS = 140
WARM_STEP_RAD = 0.02
BATCH = 32  # poses solved together
STANDING_ROOT_M = 0.88
REST_ANGLES_DEG = {
    "shoulder_out": -33.0,
    "elbow": 14.0,
    "shoulder_in": 5.0,
    "knee": 4.0,
}  # arms hang, knees are soft

# what each part of the loss weighs, and the scale at which it counts as one
CONTACT_WEIGHT, CONTACT_SCALE_M, CONTACT_HUBER = 2.0, 0.02, 4.0
DIRECTION_WEIGHT = 14.0
COMFORT_WEIGHT = 0.22
LIMIT_WEIGHT = 2000.0
CONE_WEIGHT = 60.0
RHYTHM_WEIGHT = 200.0
OVERLAP_WEIGHT, OVERLAP_SCALE_M, OVERLAP_SLACK_M, NEIGHBOUR_SLACK_M = 2.0, 0.01, 0.003, 0.022
FLOOR_WEIGHT, FLOOR_SCALE_M = 2.0, 0.012
BALANCE_WEIGHT, BALANCE_SCALE_M, BALANCE_HUBER = 3.0, 0.03, 3.0
HIP_WEIGHT = 1300.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """Angles (B, A) in radians and metres, and how far each goal was missed."""

    angles: np.ndarray
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """The worst of each kind of goal of one pose; only goals of full weight count."""

    contact_cm: float
    contact: str
    direction_deg: float
    direction: str
    overlap_cm: float
    overlap: str
    balance_cm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One pose to be solved: its goals as kept in a template, and its two hand shapes."""

    goals: Mapping[str, Any]
    hands: tuple[str, str] = ("relaxed", "relaxed")


def solve_poses(rig: PoseRig, tasks: Sequence[Task], start: np.ndarray | None = None) -> Solved:
    """Solve poses for a body. `start` (B, A) is a warm start: an earlier solution, a few steps away from this one."""
    answers, misses = [], []
    for first in range(0, len(tasks), BATCH):
        part = tasks[first : first + BATCH]
        batch = _Batch(rig, part)
        warm = None if start is None else start[first : first + BATCH]
        angles = batch.descend(warm)
        answers.append(angles.numpy().astype(np.float64))
        misses += batch.measure(angles)
    return Solved(angles=np.concatenate(answers), misses=tuple(misses))


def rest_angles() -> np.ndarray:
    """Standing at ease, (A,) radians: what a pose is where its goals say nothing."""
    angles = np.zeros(len(ANGLES))
    angles[INDEX["root_z"]] = STANDING_ROOT_M
    for name, degrees in REST_ANGLES_DEG.items():
        for side in SIDES:
            angles[INDEX[name + side]] = np.radians(degrees)
    return angles


class _Batch:
    """The goals of some poses as tensors, and their loss."""

    def __init__(self, rig: PoseRig, tasks: Sequence[Task]) -> None:
        import torch

        self.torch, self.rig, self.tasks = torch, rig, tasks
        self.tensors = RigTensors(rig, [task.hands for task in tasks])
        self.bounds = {
            name: torch.tensor(getattr(angle_bounds(), name), dtype=torch.float32)
            for name in ("low", "high", "spread")
        }
        self._read_angles()
        self._read_contacts()
        self._read_directions()
        self._read_balance()

    def _read_angles(self) -> None:
        torch = self.torch
        wish = np.tile(rest_angles(), (len(self.tasks), 1))
        weight = np.ones_like(wish)
        for row, task in enumerate(self.tasks):
            for name, (value, importance) in task.goals.get("angles", {}).items():
                column = INDEX[name]
                wish[row, column] = value if name in ROOT_ANGLES[:3] else np.radians(value)
                weight[row, column] = importance
        self.wish = torch.tensor(wish, dtype=torch.float32)
        self.wish_weight = torch.tensor(weight, dtype=torch.float32)

    def _read_contacts(self) -> None:
        torch, point = self.torch, {name: i for i, name in enumerate(self.rig.points)}
        rows, numbers, names = [], [], []
        for row, task in enumerate(self.tasks):
            for goal in task.goals.get("contacts", ()):
                to = point[goal["to"]] if "to" in goal else 0
                rows.append((row, point[goal["point"]], to, self._frame(goal)))
                offset, axes = goal.get("offset_m", (0, 0, 0)), goal.get("axes", (1, 1, 1))
                numbers.append((goal.get("weight", 1.0), *offset, *axes))
                names.append(goal["point"])
        self.contact_rows = torch.tensor(np.array(rows, int).reshape(-1, 4))
        self.contact_numbers = torch.tensor(np.array(numbers, float).reshape(-1, 7), dtype=torch.float32)
        self.contact_names = names

    def _read_directions(self) -> None:
        torch = self.torch
        rows, numbers, names = [], [], []
        for row, task in enumerate(self.tasks):
            for goal in task.goals.get("directions", ()):
                bone, own = self.rig.joints.directions[goal["of"]]
                rows.append((row, BONE[bone], self._frame(goal)))
                toward = np.array(goal["toward"], float)
                numbers.append((goal.get("weight", 1.0), *own, *(toward / np.linalg.norm(toward))))
                names.append(goal["of"])
        self.direction_rows = torch.tensor(np.array(rows, int).reshape(-1, 3))
        self.direction_numbers = torch.tensor(np.array(numbers, float).reshape(-1, 7), dtype=torch.float32)
        self.direction_names = names

    def _read_balance(self) -> None:
        torch, point = self.torch, {name: i for i, name in enumerate(self.rig.points)}
        support = np.zeros((len(self.tasks), len(self.rig.points)))
        for row, task in enumerate(self.tasks):
            shares = task.goals.get("balance", {})
            for name, share in shares.items():
                support[row, point[name]] += share / sum(shares.values())
        self.support = torch.tensor(support, dtype=torch.float32)
        self.balanced = torch.tensor(support.sum(1) > 0, dtype=torch.float32)

    @staticmethod
    def _frame(goal: Mapping[str, Any]) -> int:
        """The index of the bone whose axes a goal is written in; -1 for the world's."""
        return {"world": -1, "hips": BONE["root"], "chest": BONE["spine01"], "head": BONE["head"]}[
            goal.get("frame", "world")
        ]

    def errors(self, angles: Any) -> dict[str, Any]:
        """How far the goals are missed at these angles (B, A): metres, cosines, squared excess."""
        torch = self.torch
        moved = move_rig(self.tensors, angles)
        world = torch.eye(3).expand(len(angles), 1, 3, 3)
        frames = torch.cat([moved.rotations, world], 1)  # -1 is the world
        row, point, to, frame = self.contact_rows.unbind(1)
        numbers = self.contact_numbers
        place = (frames[row, frame] @ numbers[:, 1:4, None])[..., 0]
        gap = (moved.points[row, point] - moved.points[row, to] - place) * numbers[:, 4:7]
        pose, bone, axis = self.direction_rows.unbind(1)
        own = (moved.rotations[pose, bone] @ self.direction_numbers[:, 1:4, None])[..., 0]
        wish = (frames[pose, axis] @ self.direction_numbers[:, 4:7, None])[..., 0]
        over = torch.relu(angles - self.bounds["high"]) + torch.relu(self.bounds["low"] - angles)
        standing = torch.einsum("bn,bnk->bk", self.support, moved.points)
        cone, rhythm = self._shoulders(angles, moved.rotations)
        lowest = torch.cat([moved.samples, moved.points[:, 1 + len(BONE) :]], 1)[..., 2]
        return {
            "contact": gap.norm(dim=-1),
            "cosine": (own * wish).sum(-1),
            "over": over,
            "cone": cone,
            "rhythm": rhythm,
            "hip": self._hips(angles),
            "overlap": self.tensors.overlap(moved),
            "below": torch.relu(-lowest),
            "balance": (moved.mass - standing)[:, :2].norm(dim=-1) * self.balanced,
        }

    def _shoulders(self, angles: Any, rotations: Any) -> tuple[Any, Any]:
        """Squared excess beyond the cone that an upper arm reaches, and of the shoulder blade's rhythm.

        The cone is written in the chest's frame: back, up and across the middle, for a unit upper arm; the rhythm
        lifts the collarbone about 24 degrees for an arm raised overhead (a third of textbook scapular rotation).
        """
        torch = self.torch
        chest = rotations[:, BONE["spine01"]].transpose(1, 2)
        cone, rhythm = 0.0, 0.0
        for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
            bone, own = self.rig.joints.directions["upperarm" + side]
            arm = chest @ (rotations[:, BONE[bone]] @ torch.tensor(own, dtype=torch.float32)[:, None])
            back, up, across = arm[:, 1, 0], arm[:, 2, 0], -sign * arm[:, 0, 0]
            cone = (
                cone
                + torch.relu(back - (0.55 - 0.4 * up)) ** 2
                + torch.relu(across - 0.75) ** 2
                + torch.relu(across - (0.32 - 0.6 * back)) ** 2
                + torch.relu(across - 0.35 - torch.relu(0.6 - up)) ** 2
            )
            lift = np.radians(24) * torch.relu(up + 0.35) / 1.35
            forward = np.radians(14) * torch.relu(-back - 0.35)
            rhythm = (
                rhythm
                + (angles[:, INDEX["clavicle_up" + side]] - lift) ** 2
                + (angles[:, INDEX["clavicle_forward" + side]] - forward) ** 2
            )
        return cone, rhythm

    def _hips(self, angles: Any) -> Any:
        """Squared excess of abduction, whose limit grows with flexion."""
        torch, total = self.torch, 0.0
        for side in SIDES:
            most = np.radians(HIP_OUT_STRAIGHT_DEG) + HIP_OUT_PER_FLEX * torch.relu(
                angles[:, INDEX["hip_flex" + side]]
            )
            total = total + torch.relu(angles[:, INDEX["hip_out" + side]] - most) ** 2
        return total

    def loss(self, angles: Any, overlap_share: float = 1.0) -> Any:
        torch, e = self.torch, self.errors(angles)

        def huber(value: Any, knee: float) -> Any:
            return torch.where(value < knee, 0.5 * value * value / knee, value - 0.5 * knee)

        depth, _, point, part = e["overlap"]
        slack = OVERLAP_SLACK_M + NEIGHBOUR_SLACK_M * self.tensors.neighbour[point, part]
        comfort = self.wish_weight * ((angles - self.wish) / self.bounds["spread"]) ** 2
        return (
            CONTACT_WEIGHT
            * (self.contact_numbers[:, 0] * huber(e["contact"] / CONTACT_SCALE_M, CONTACT_HUBER)).sum()
            + DIRECTION_WEIGHT * (self.direction_numbers[:, 0] * (1 - e["cosine"])).sum()
            + COMFORT_WEIGHT * comfort.sum()
            + LIMIT_WEIGHT * (e["over"] ** 2).sum()
            + CONE_WEIGHT * e["cone"].sum()
            + RHYTHM_WEIGHT * e["rhythm"].sum()
            + HIP_WEIGHT * e["hip"].sum()
            + overlap_share * OVERLAP_WEIGHT * (torch.relu(depth - slack) / OVERLAP_SCALE_M).pow(2).sum()
            + FLOOR_WEIGHT * (e["below"] / FLOOR_SCALE_M).pow(2).sum()
            + BALANCE_WEIGHT * huber(e["balance"] / BALANCE_SCALE_M, BALANCE_HUBER).sum()
        )

    def descend(self, start: np.ndarray | None) -> Any:
        """Adam from the wished angles (or a warm start); parts may overlap at first, and less and less."""
        torch = self.torch
        cold = start is None
        first = self.wish if cold else torch.tensor(start, dtype=torch.float32)
        angles = first.clone().requires_grad_(True)
        iterations, step = (ITERATIONS, STEP_RAD) if cold else (WARM_ITERATIONS, WARM_STEP_RAD)
        optimizer = torch.optim.Adam([angles], lr=step, betas=(0.85, 0.98))
        for iteration in range(iterations):
            done = iteration / iterations
            late = max(0.0, (done - 0.4) / 0.6)
            optimizer.param_groups[0]["lr"] = step * (0.5 * (1 + np.cos(np.pi * late)) + 0.02)
            optimizer.zero_grad()
            share = min(1.0, 2 * done) ** 2 + 0.02 if cold else 1.0
            self.loss(angles, share).backward()
            optimizer.step()
        with torch.no_grad():
            return torch.minimum(torch.maximum(angles, self.bounds["low"]), self.bounds["high"])

    def measure(self, angles: Any) -> list[Miss]:
        with self.torch.no_grad():
            e = self.errors(angles)
        depth, row, point, part = e["overlap"]
        depth = depth - NEIGHBOUR_SLACK_M * self.tensors.neighbour[point, part]
        misses = []
        for pose in range(len(self.tasks)):
            contact, contact_name = _worst(
                e["contact"],
                (self.contact_rows[:, 0] == pose) & (self.contact_numbers[:, 0] >= 0.9),
                self.contact_names,
            )
            cosine, direction_name = _worst(
                -e["cosine"],
                (self.direction_rows[:, 0] == pose) & (self.direction_numbers[:, 0] >= 0.9),
                self.direction_names,
            )
            deepest, overlap_name = _worst(depth, row == pose, None)
            if deepest is not None and overlap_name is not None:
                names, own = self.rig.parts.names, self.rig.parts.point_part[int(point[overlap_name])]
                overlap_name = f"{names[own]} in {names[int(part[overlap_name])]}"
            misses.append(
                Miss(
                    contact_cm=100 * (contact or 0.0),
                    contact=str(contact_name or ""),
                    direction_deg=float(np.degrees(np.arccos(np.clip(-cosine, -1, 1))))
                    if cosine is not None
                    else 0.0,
                    direction=str(direction_name or ""),
                    overlap_cm=100 * max(deepest or 0.0, 0.0),
                    overlap=str(overlap_name or "") if (deepest or 0.0) > 0 else "",
                    balance_cm=100 * float(e["balance"][pose]),
                )
            )
        return misses


def _worst(values: Any, mask: Any, names: Sequence[str] | None) -> tuple[float | None, Any]:
    """The largest of some values and its name (its index where there are no names)."""
    rows = mask.nonzero()[:, 0]
    if not len(rows):
        return None, None
    index = int(rows[int(values[rows].argmax())])
    return float(values[index]), names[index] if names is not None else index
