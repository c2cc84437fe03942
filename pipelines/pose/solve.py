"""The pose solver: joint angles that meet a pose's goals best, by damped Gauss-Newton steps (Levenberg-Marquardt).

The loss adds up contacts, directions, comfort (distance from the wished angles), joint limits, the reach of the
shoulder, parts running into each other, the floor and balance (pipelines.pose.residuals, shoulders, overlaps). It has
several local minima: four descents with different starts and step sizes are made, and the lowest loss is kept. No step
is random: the same goals give the same angles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from pipelines.pose.limits import ANGLES, INDEX, ROOT_ANGLES, SIDES, angle_bounds
from pipelines.pose.motion import ROOT_PLACES, Moved, Mover, multiply
from pipelines.pose.overlaps import Overlaps
from pipelines.pose.residuals import Balance, Contacts, Directions, Floor, Ranges, ResidualTerm, length
from pipelines.pose.rig import PoseRig
from pipelines.pose.shoulders import Shoulders

STANDING_ROOT_M = 0.88
REST_ANGLES_DEG = {
    "shoulder_out": -33.0,
    "elbow": 14.0,
    "shoulder_in": 5.0,
    "knee": 4.0,
}  # arms hang, knees are soft
COMFORT_WEIGHT = 0.22
REPORTED_WEIGHT = 0.9  # a goal that weighs less is a hint: by how much it is missed is not reported

LIKE_SPREAD_DEG = 15.0  # how far an angle goes from where it looks right for one unit of likeness
LOOSE, LOOSE_MORE = (
    ("shoulder", "elbow", "pronation", "wrist", "clavicle"),
    2.0,
)  # arms, which reach for a larger body
PURPOSE_MOST, PURPOSE_SHARE = 24.0, 8.0  # an angle that the goals wish for is held up to four times as firmly

MOST_STEPS = 60
DAMPING, DAMPING_DOWN, DAMPING_UP, LEAST_DAMPING, MOST_DAMPING = 0.01, 0.3, 5.0, 1e-6, 1e6
STILL = 1e-4  # a step that lowers the loss by a smaller share than this…
STILL_STEPS = 2  # …so many times in a row is the last
FIRST_SHARE = 0.02  # parts may overlap at first, and less and less


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """How one descent is made.

    ramp, power: overlaps count a little at first and in full after `ramp` steps, growing with this power;
    most_rad: the most that an angle turns in one step; damping: the first damping of the steps;
    stiffness: how much every angle resists being turned; from_rest: start from standing at ease instead of
    the wished angles.
    """

    ramp: int
    power: int
    most_rad: float
    damping: float = DAMPING
    stiffness: float = 0.0
    from_rest: bool = False


# Found by trying many on the whole catalog: these together end lowest for their time.
COLD_DESCENTS = (
    Descent(ramp=25, power=2, most_rad=0.5, damping=1.0),
    Descent(ramp=30, power=4, most_rad=0.3, stiffness=10.0),
    Descent(ramp=20, power=5, most_rad=0.1, from_rest=True),
    Descent(ramp=25, power=4, most_rad=0.3, stiffness=30.0, from_rest=True),
)
WARM_DESCENT = Descent(ramp=0, power=1, most_rad=0.1)


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """Angles (A,) in radians and metres, the loss that is left, and how far each kind of goal was missed."""

    angles: np.ndarray
    loss: float
    miss: Miss


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One pose to be solved: its goals as kept in a template, and its two hand shapes.

    likeness: how much it counts to stay near the angles of a warm start, of a pose that looks as it should; 0 is not.
    """

    goals: Mapping[str, Any]
    hands: tuple[str, str] = ("relaxed", "relaxed")
    likeness: float = 0.0


def solve_pose(
    rig: PoseRig,
    task: Task,
    start: np.ndarray | None = None,
    clearance_m: np.ndarray | None = None,
    like: np.ndarray | None = None,
    floor_m: np.ndarray | None = None,
    evidence: tuple[ResidualTerm, ...] = (),
) -> Solved:
    """Solve a pose for a body. `start` (A,) is a warm start: an earlier solution, a few steps away from this one.

    clearance_m (K, K) keeps parts further apart than their hulls say (see Overlaps); like (A,) are the angles that a
    task's likeness is about; floor_m (K,) keeps parts so far above the floor (see Floor); evidence is what else the
    pose has to agree with, such as points in a picture.
    """
    problem = PoseProblem(rig, task, clearance_m, like, floor_m, evidence)
    if start is None:
        starts = {True: rest_angles(), False: problem.wish}
        found = [problem.descend(starts[descent.from_rest], descent) for descent in COLD_DESCENTS]
    else:
        found = [problem.descend(start, WARM_DESCENT)]
    best = min(found, key=lambda at: at.loss())
    angles = np.clip(best.moved.angles, angle_bounds().low, angle_bounds().high)
    seen = problem.see(angles)
    return Solved(angles=angles, loss=seen.loss(), miss=problem.measure(seen))


def rest_angles() -> np.ndarray:
    """Standing at ease, (A,) radians: what a pose is where its goals say nothing."""
    angles = np.zeros(len(ANGLES))
    angles[INDEX["root_z"]] = STANDING_ROOT_M
    for name, degrees in REST_ANGLES_DEG.items():
        for side in SIDES:
            angles[INDEX[name + side]] = np.radians(degrees)
    return angles


def likeness_pull(goals: Mapping[str, Any]) -> np.ndarray:
    """How firmly each angle (A,) is held where it looks right: most those that the goals bend on purpose.

    The root's place is free: it follows from the legs' length.
    """
    spread = np.full(len(ANGLES), np.radians(LIKE_SPREAD_DEG))
    for column, name in enumerate(ANGLES):
        if name.startswith(LOOSE):
            spread[column] *= LOOSE_MORE
    firm = np.ones(len(ANGLES))
    for name, (_, importance) in goals.get("angles", {}).items():
        firm[INDEX[name]] += min(importance, PURPOSE_MOST) / PURPOSE_SHARE
    pull = firm / spread**2
    pull[:ROOT_PLACES] = 0
    return np.asarray(pull)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A moved rig, what each residual term measured on it, and its loss: overlaps apart, which may count in part."""

    moved: Moved
    terms: tuple[Any, ...]
    overlap: Any
    cost: float
    overlap_cost: float

    def loss(self, share: float = 1.0) -> float:
        return self.cost + share * self.overlap_cost


class PoseProblem:
    """One pose on one rig: its loss, the loss's slope, and the descent to a minimum."""

    def __init__(
        self,
        rig: PoseRig,
        task: Task,
        clearance_m: np.ndarray | None = None,
        like: np.ndarray | None = None,
        floor_m: np.ndarray | None = None,
        evidence: tuple[ResidualTerm, ...] = (),
    ) -> None:
        goals = task.goals
        self._balance = Balance(rig, goals.get("balance", {}))
        self._mover = Mover(rig, task.hands, self._balance.blends)
        self._contacts = Contacts(rig, goals.get("contacts", ()))
        self._directions = Directions(rig, goals.get("directions", ()))
        self._overlaps = Overlaps(self._mover, clearance_m)
        self._terms: tuple[ResidualTerm, ...] = (
            self._contacts,
            self._directions,
            self._balance,
            Shoulders(rig),
            Ranges(),
            Floor(self._mover, floor_m),
            *evidence,
        )
        self.wish, weight = rest_angles(), np.ones(len(ANGLES))
        for name, (value, importance) in goals.get("angles", {}).items():
            column = INDEX[name]
            self.wish[column] = value if name in ROOT_ANGLES[:ROOT_PLACES] else np.radians(value)
            weight[column] = importance
        comfort = 2 * COMFORT_WEIGHT * weight / angle_bounds().spread ** 2
        pull = task.likeness * likeness_pull(goals) if like is not None else np.zeros(len(ANGLES))
        # the sum of two squared distances from two angles is one squared distance from their weighted mean
        self._comfort = comfort + pull
        self._rest = self.wish if like is None else (comfort * self.wish + pull * like) / self._comfort

    def see(self, angles: np.ndarray) -> Seen:
        """The rig at these angles (A,)."""
        moved = self._mover.move(angles)
        terms = tuple(term.see(moved) for term in self._terms)
        overlap, away = self._overlaps.see(moved), angles - self._rest
        cost = sum(term.loss(seen) for term, seen in zip(self._terms, terms, strict=True))
        return Seen(
            moved=moved,
            terms=terms,
            overlap=overlap,
            cost=cost + 0.5 * float(self._comfort @ (away * away)),
            overlap_cost=self._overlaps.loss(overlap),
        )

    def slope(self, seen: Seen, share: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """The loss's gradient (A,), exact, and its curvature (A, A), without the second derivatives of residuals."""
        motion = self._mover.motion(seen.moved)
        rows = [
            term.rows(part, seen.moved, motion) for term, part in zip(self._terms, seen.terms, strict=True)
        ]
        overlap, root = self._overlaps.rows(seen.overlap, seen.moved, motion), np.sqrt(share)
        jacobian = np.concatenate([*(part.jacobian for part in rows), root * overlap.jacobian])
        residuals = np.concatenate([*(part.residuals for part in rows), root * overlap.residuals])
        gradient = multiply(jacobian.T, residuals) + self._comfort * (seen.moved.angles - self._rest)
        return gradient, multiply(jacobian.T, jacobian) + np.diag(self._comfort)

    def descend(self, start: np.ndarray, descent: Descent) -> Seen:
        """Steps down from some angles until the loss is still."""
        at, damping, still, share = self.see(start), descent.damping, 0, -1.0
        gradient, curvature, fresh = np.zeros(0), np.zeros((0, 0)), False
        for number in range(MOST_STEPS):
            before, share = share, _overlap_share(number, descent)
            if not fresh or share != before:
                gradient, curvature = self.slope(at, share)
                fresh = True
            damped = _damp(curvature, damping, descent.stiffness)
            step = -scipy.linalg.cho_solve(
                scipy.linalg.cho_factor(damped, check_finite=False), gradient, check_finite=False
            )
            longest = float(np.abs(step[ROOT_PLACES:]).max())  # 0 where a pose is all that is asked of it
            if longest > descent.most_rad:
                step *= descent.most_rad / longest
            trial, lost = self.see(at.moved.angles + step), at.loss(share)
            gain = 1 - trial.loss(share) / lost if lost else 0.0
            if gain <= 0:
                damping *= DAMPING_UP
                if damping > MOST_DAMPING:
                    break
                continue
            at, damping, fresh = trial, max(damping * DAMPING_DOWN, LEAST_DAMPING), False
            still = still + 1 if share == 1 and gain < STILL else 0
            if still == STILL_STEPS:
                break
        return at

    def measure(self, seen: Seen) -> Miss:
        """The worst misses."""
        contacts, directions, balance = seen.terms[:3]
        gaps = length(contacts)
        turns = np.degrees(np.arccos(np.clip(self._directions.cosines(directions), -1, 1)))
        contact_m, contact = _worst(gaps, self._contacts.weights, self._contacts.names)
        direction_deg, direction = _worst(turns, self._directions.weights, self._directions.names)
        overlap_m, overlap = self._overlaps.deepest(seen.moved)
        return Miss(
            contact_cm=100 * contact_m,
            contact=contact,
            direction_deg=direction_deg,
            direction=direction,
            overlap_cm=100 * overlap_m,
            overlap=overlap,
            balance_cm=100 * float(length(balance)),
        )


def _damp(curvature: np.ndarray, damping: float, stiffness: float) -> np.ndarray:
    """The curvature with a heavier diagonal: shorter steps, more straight down."""
    damped = curvature.copy()
    np.fill_diagonal(damped, np.diag(curvature) * (1 + damping) + stiffness)
    return damped


def _overlap_share(number: int, descent: Descent) -> float:
    """How much overlaps count in a step."""
    if number >= descent.ramp:
        return 1.0
    return FIRST_SHARE + (1 - FIRST_SHARE) * (number / descent.ramp) ** descent.power


def _worst(values: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> tuple[float, str]:
    """The largest value of a full goal, and its name; 0 where there is none."""
    told = np.nonzero(weights >= REPORTED_WEIGHT)[0]
    if not len(told):
        return 0.0, ""
    worst = int(told[values[told].argmax()])
    return float(values[worst]), names[worst]
