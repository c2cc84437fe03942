"""Residuals of a pose: contacts, directions, balance, joint limits and floor, each with its Jacobian.

Half the sum of squared residuals is the solver's loss. A goal that is met adds nothing; a contact or a balance that
is far off pulls evenly (Huber's loss), so that one hopeless goal does not spoil the rest. Each kind sees a moved rig
(`see`), says what that costs (`loss`), and how it changes with the angles (`rows`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from pipelines.pose.limits import HIP_OUT_PER_FLEX, HIP_OUT_STRAIGHT_DEG, INDEX, SIDES, angle_bounds
from pipelines.pose.motion import WORLD, Motion, Moved, Mover
from pipelines.pose.rig import PoseRig
from pipelines.pose.skeleton import BONE, CHAIN

# the weight of each kind of residual, and the size at which a residual counts as one
CONTACT_WEIGHT, CONTACT_SCALE_M, CONTACT_HUBER = 8.0, 0.02, 4.0
DIRECTION_WEIGHT = 14.0
LIMIT_WEIGHT = 2000.0
HIP_WEIGHT = 1300.0
FLOOR_WEIGHT, FLOOR_SCALE_M = 2.0, 0.012
BALANCE_WEIGHT, BALANCE_SCALE_M, BALANCE_HUBER = 6.0, 0.03, 3.0
FRAMES = {"world": WORLD, "hips": BONE["root"], "chest": BONE["spine01"], "head": BONE["head"]}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Residuals (n,) and their Jacobian (n, A)."""

    residuals: np.ndarray
    jacobian: np.ndarray


class ResidualTerm(Protocol):
    """One kind of residual of a pose."""

    def see(self, moved: Moved) -> Any:
        """How the moved rig meets it; for the two methods below."""

    def loss(self, seen: Any) -> float: ...

    def rows(self, seen: Any, moved: Moved, motion: Motion) -> Rows: ...


class Contacts:
    """Surface points at surface points, or at places in the world."""

    def __init__(self, rig: PoseRig, goals: Sequence[Mapping[str, Any]]) -> None:
        number = {name: i for i, name in enumerate(rig.points)}
        self.names = [goal["point"] for goal in goals]
        self.weights = np.array([goal.get("weight", 1.0) for goal in goals], float)
        self._points = np.array([number[goal["point"]] for goal in goals], int)
        self._to = np.array([number[goal["to"]] if "to" in goal else 0 for goal in goals], int)
        self._frames = np.array([FRAMES[goal.get("frame", "world")] for goal in goals], int)
        self._offsets = np.array([goal.get("offset_m", (0, 0, 0)) for goal in goals], float).reshape(-1, 3)
        self._axes = np.array([goal.get("axes", (1, 1, 1)) for goal in goals], float).reshape(-1, 3)
        self._ids, self._rows = np.unique(np.concatenate([self._points, self._to]), return_inverse=True)

    def see(self, moved: Moved) -> np.ndarray:
        """(n, 3) gaps in metres along the axes that count."""
        gaps = moved.points[self._points] - moved.points[self._to] - self._places(moved)
        return np.asarray(gaps * self._axes)

    def loss(self, seen: np.ndarray) -> float:
        return CONTACT_WEIGHT * float(self.weights @ huber(length(seen) / CONTACT_SCALE_M, CONTACT_HUBER))

    def rows(self, seen: np.ndarray, moved: Moved, motion: Motion) -> Rows:
        slopes = motion.of_points(self._ids)
        slopes = slopes[self._rows[: len(seen)]] - slopes[self._rows[len(seen) :]]
        slopes -= motion.of_directions(self._places(moved), self._frames)
        pull = self.weights * huber_pull(length(seen) / CONTACT_SCALE_M, CONTACT_HUBER)
        scale = np.sqrt(CONTACT_WEIGHT * pull)[:, None] / CONTACT_SCALE_M
        return flat(seen * scale, slopes * (self._axes * scale)[:, :, None])

    def _places(self, moved: Moved) -> np.ndarray:
        return turn_all(moved, self._frames, self._offsets)


class Directions:
    """Parts that point somewhere: 1 - cosine is half the squared distance of two unit vectors."""

    def __init__(self, rig: PoseRig, goals: Sequence[Mapping[str, Any]]) -> None:
        self.names = [goal["of"] for goal in goals]
        self.weights = np.array([goal.get("weight", 1.0) for goal in goals], float)
        own = [rig.joints.directions[goal["of"]] for goal in goals]
        self._bones = np.array([BONE[bone] for bone, _ in own], int)
        self._own = np.array([vector for _, vector in own], float).reshape(-1, 3)
        self._frames = np.array([FRAMES[goal.get("frame", "world")] for goal in goals], int)
        toward = np.array([goal["toward"] for goal in goals], float).reshape(-1, 3)
        self._toward = toward / length(toward)[:, None]

    def see(self, moved: Moved) -> tuple[np.ndarray, np.ndarray]:
        """Unit vectors (n, 3): where the parts point, and where they should."""
        return turn_all(moved, self._bones, self._own), turn_all(moved, self._frames, self._toward)

    def cosines(self, seen: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        return np.asarray((seen[0] * seen[1]).sum(1))

    def loss(self, seen: tuple[np.ndarray, np.ndarray]) -> float:
        return DIRECTION_WEIGHT * float(self.weights @ (1 - self.cosines(seen)))

    def rows(self, seen: tuple[np.ndarray, np.ndarray], moved: Moved, motion: Motion) -> Rows:
        own, wished = seen
        slopes = motion.of_directions(own, self._bones) - motion.of_directions(wished, self._frames)
        scale = np.sqrt(DIRECTION_WEIGHT * self.weights)[:, None]
        return flat((own - wished) * scale, slopes * scale[:, :, None])


class Balance:
    """The centre of mass over what stands on the floor. `blends` makes both of them points of the mover's."""

    def __init__(self, rig: PoseRig, shares: Mapping[str, float]) -> None:
        number = {name: i for i, name in enumerate(rig.points)}
        total = sum(shares.values())
        self._wanted = total > 0
        self.blends = np.zeros((2, len(rig.points)))
        self.blends[0, 1 : 1 + len(CHAIN)] = rig.mass_weights
        for name, share in shares.items():
            self.blends[1, number[name]] += share / total
        self._ids = np.array([len(rig.points), len(rig.points) + 1])

    def see(self, moved: Moved) -> np.ndarray:
        """(2,) metres from above; zero where no balance is asked for."""
        mass, support = moved.points[self._ids, :2]
        return np.asarray((mass - support) * self._wanted)

    def loss(self, seen: np.ndarray) -> float:
        return BALANCE_WEIGHT * float(huber(length(seen) / BALANCE_SCALE_M, BALANCE_HUBER))

    def rows(self, seen: np.ndarray, moved: Moved, motion: Motion) -> Rows:
        slopes = motion.of_points(self._ids)[:, :2]
        pull = huber_pull(length(seen) / BALANCE_SCALE_M, BALANCE_HUBER)
        scale = np.sqrt(BALANCE_WEIGHT * pull) / BALANCE_SCALE_M * self._wanted
        return Rows(residuals=seen * scale, jacobian=(slopes[0] - slopes[1]) * scale)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Over:
    """Radians beyond the ranges: of each angle (A,), and of the abduction of both hips (2,)."""

    angles: np.ndarray
    hips: np.ndarray


class Ranges:
    """Joint limits, the hip's abduction that grows with its flexion among them."""

    def __init__(self) -> None:
        bounds = angle_bounds()
        self._low, self._high = bounds.low, bounds.high
        self._flex = np.array([INDEX["hip_flex" + side] for side in SIDES])
        self._out = np.array([INDEX["hip_out" + side] for side in SIDES])

    def see(self, moved: Moved) -> Over:
        angles = moved.angles
        most = np.radians(HIP_OUT_STRAIGHT_DEG) + HIP_OUT_PER_FLEX * np.maximum(angles[self._flex], 0)
        return Over(
            angles=angles - np.clip(angles, self._low, self._high),
            hips=np.maximum(angles[self._out] - most, 0),
        )

    def loss(self, seen: Over) -> float:
        return float(LIMIT_WEIGHT * seen.angles @ seen.angles + HIP_WEIGHT * seen.hips @ seen.hips)

    def rows(self, seen: Over, moved: Moved, motion: Motion) -> Rows:
        beyond, wide = np.nonzero(seen.angles)[0], np.nonzero(seen.hips)[0]
        limit, hip = np.sqrt(2 * LIMIT_WEIGHT), np.sqrt(2 * HIP_WEIGHT)
        jacobian = np.zeros((len(beyond) + len(wide), len(moved.angles)))
        jacobian[np.arange(len(beyond)), beyond] = limit
        places, flex = len(beyond) + np.arange(len(wide)), self._flex[wide]
        jacobian[places, self._out[wide]] = hip
        jacobian[places, flex] = -hip * HIP_OUT_PER_FLEX * (moved.angles[flex] > 0)
        residuals = np.concatenate([limit * seen.angles[beyond], hip * seen.hips[wide]])
        return Rows(residuals=residuals, jacobian=jacobian)


class Floor:
    """No sample point and no surface point below the floor.

    clearance_m (K,): how far above it the sample points of each part keep; None is nowhere.
    """

    def __init__(self, mover: Mover, clearance_m: np.ndarray | None = None) -> None:
        self._mover, parts = mover, mover.rig.parts
        self._least = 0.0 if clearance_m is None else clearance_m[parts.point_part]
        self._first = 1 + len(CHAIN)
        self._last = len(mover.rig.points)

    def see(self, moved: Moved) -> tuple[np.ndarray, np.ndarray]:
        """Metres below the floor, negative: of the sample points and of the surface points."""
        return np.minimum(moved.samples[:, 2] - self._least, 0), np.minimum(
            moved.points[self._first : self._last, 2], 0
        )

    def loss(self, seen: tuple[np.ndarray, np.ndarray]) -> float:
        return FLOOR_WEIGHT * float(seen[0] @ seen[0] + seen[1] @ seen[1]) / FLOOR_SCALE_M**2

    def rows(self, seen: tuple[np.ndarray, np.ndarray], moved: Moved, motion: Motion) -> Rows:
        samples, marks = np.nonzero(seen[0])[0], np.nonzero(seen[1])[0]
        up = np.tile([0.0, 0.0, 1.0], (len(samples), 1))
        bones = self._mover.sample_bones[samples]
        slopes = motion.of_gaps(moved.samples[samples], up, bones, np.full(len(samples), WORLD))
        marked = motion.of_points(self._first + marks)[:, 2]
        scale = np.sqrt(2 * FLOOR_WEIGHT) / FLOOR_SCALE_M
        return Rows(
            residuals=scale * np.concatenate([seen[0][samples], seen[1][marks]]),
            jacobian=scale * np.concatenate([slopes, marked]),
        )


def turn_all(moved: Moved, bones: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Vectors (n, 3) as bones (n,) carry them, in the world's axes."""
    return np.asarray((moved.rotations[bones] @ vectors[:, :, None])[:, :, 0])


def huber(values: np.ndarray, knee: float) -> np.ndarray:
    """v² / 2 knee up to the knee, then straight on."""
    return np.where(values < knee, 0.5 * values * values / knee, values - 0.5 * knee)


def huber_pull(values: np.ndarray, knee: float) -> np.ndarray:
    """The slope of `huber` divided by the value: what a squared residual is weighed with to pull like it."""
    return np.asarray(1 / np.maximum(values, knee))


def length(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((vectors * vectors).sum(-1)))


def flat(residuals: np.ndarray, jacobian: np.ndarray) -> Rows:
    """Residuals (…,) and a Jacobian (…, A) as rows."""
    return Rows(residuals=residuals.reshape(-1), jacobian=jacobian.reshape(-1, jacobian.shape[-1]))
