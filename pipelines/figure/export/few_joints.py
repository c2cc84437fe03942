"""Four joints a vertex: which of those that move it, and how much each, so that it goes where all of them take it.

Most programs read four, and a vertex of cloth between others has those of all of them. The strongest, taken as they
are, tear cloth at a shoulder: neighbours that lose different joints part by centimetres. So joints are left out one by
one, each time the one without which the others, weighed anew, follow best (least squares over movements by chance of
every joint, their sum one).
"""

from __future__ import annotations

import numpy as np

from pipelines.figure.export.skeleton import OWN_JOINTS, Skeleton

JOINTS = 4  # a vertex: what every program reads
LEAST_SHARE = 1e-3
MOVEMENTS = 24  # by chance
# How far joints turn about each axis, one sigma: those of limbs, others, those between.
LIMB_RAD, TURN_RAD, LITTLE_RAD = 0.9, 0.25, 0.08
LIMBS = ("UpperArm", "LowerArm", "UpperLeg", "LowerLeg")
SEED = 20
STEADY = 1e-9  # square metres: two joints that do the same are told apart by nothing


def choose_joints(
    weights: np.ndarray, places: np.ndarray, skeleton: Skeleton
) -> tuple[np.ndarray, np.ndarray]:
    """(N, 4) uint8 joints and float32 shares that sum to one, strongest first; unused ones are joint 0 at 0.

    weights (N, J): how much each joint moves each vertex; places (N, 3): where it is at rest, world metres.
    """
    kept = np.where(weights < LEAST_SHARE, 0, weights).astype(np.float64)
    number = (kept > 0).sum(1)
    moves = _move_by_chance(skeleton)
    for count in np.unique(number[number > JOINTS]):
        rows = np.flatnonzero(number == count)
        joints = np.argsort(-kept[rows], axis=1, kind="stable")[:, :count]
        shares = np.take_along_axis(kept[rows], joints, axis=1)
        errors = _square_errors(moves, joints, shares / shares.sum(1, keepdims=True), places[rows])
        chosen, weighed = _leave_out(errors)
        kept[rows] = 0
        kept[rows[:, None], np.take_along_axis(joints, chosen, axis=1)] = weighed
    return _strongest(kept)


def spread_shares(joints: np.ndarray, shares: np.ndarray, count: int) -> np.ndarray:
    """(N, J) float32: chosen joints and their shares (N, 4) as one column for each of J joints."""
    spread = np.zeros((len(joints), count), np.float32)
    np.add.at(spread, (np.arange(len(joints))[:, None], joints.astype(np.int64)), shares)
    return spread


def _move_by_chance(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Turns (P, J, 3, 3) and shifts (P, J, 3) in metres of each joint, in movements of all of them."""
    from scipy.spatial.transform import Rotation

    chance, count = np.random.default_rng(SEED), len(skeleton.names)
    far = np.array([_how_far(name) for name in skeleton.names])
    vectors = chance.normal(0, far[:, None], (MOVEMENTS, count, 3))
    local = Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix().reshape(MOVEMENTS, count, 3, 3)
    turns, heads = local.copy(), np.repeat(skeleton.heads[None].astype(np.float64), MOVEMENTS, 0)
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            turns[:, joint] = turns[:, parent] @ local[:, joint]
            bone = skeleton.heads[joint] - skeleton.heads[parent]
            heads[:, joint] = heads[:, parent] + turns[:, parent] @ bone
    return turns, heads - np.einsum("pjab,jb->pja", turns, skeleton.heads)


def _how_far(joint: str) -> float:
    return LITTLE_RAD if joint in OWN_JOINTS else LIMB_RAD if joint.endswith(LIMBS) else TURN_RAD


def _square_errors(
    moves: tuple[np.ndarray, np.ndarray], joints: np.ndarray, shares: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """(M, K, K): twice between new shares of these joints (M, K), the square of what they leave a vertex off."""
    turns, shifts = moves
    missed = np.empty((len(joints), joints.shape[1], 3 * MOVEMENTS))
    for number, (turn, shift) in enumerate(zip(turns, shifts, strict=True)):
        alone = np.einsum("mkab,mb->mka", turn[joints], places) + shift[joints]
        together = np.einsum("mka,mk->ma", alone, shares)
        missed[:, :, 3 * number : 3 * number + 3] = alone - together[:, None]
    return missed @ missed.transpose(0, 2, 1) / MOVEMENTS


def _leave_out(errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which four of K joints (M, 4), and their shares (M, 4), by the square errors (M, K, K)."""
    rows = np.arange(len(errors))[:, None]
    chosen = np.repeat(np.arange(errors.shape[1])[None], len(errors), 0)
    while chosen.shape[1] > JOINTS:
        count = chosen.shape[1]
        without = np.array([np.delete(np.arange(count), one) for one in range(count)])  # (K, K - 1)
        left = np.stack([_weigh(errors, chosen[:, some])[1] for some in without], axis=1)
        chosen = chosen[rows, without[left.argmin(1)]]
    return chosen, _weigh(errors, chosen)[0]


def _weigh(errors: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares (M, K) of the chosen joints that sum to one with the least square error, and that error (M,).

    None is negative: what would be is nothing, and the others are weighed once more.
    """
    rows = np.arange(len(errors))[:, None, None]
    some = errors[rows, chosen[:, :, None], chosen[:, None, :]]
    used = np.ones(chosen.shape, bool)
    for _ in range(chosen.shape[1]):
        both = used[:, :, None] & used[:, None, :]
        system = np.where(both, some, 0) + np.eye(chosen.shape[1]) * np.where(used, STEADY, 1)[:, :, None]
        shares = np.linalg.solve(system, used[:, :, None].astype(np.float64))[:, :, 0]
        shares /= shares.sum(1, keepdims=True)
        if (shares >= 0).all():
            break
        used &= shares > 0
    return shares, np.einsum("mi,mij,mj->m", shares, some, shares)


def _strongest(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The four strongest of each row, whose others are 0."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :JOINTS]
    shares = np.take_along_axis(weights, order, axis=1)
    shares = shares / shares.sum(1, keepdims=True)
    return np.where(shares > 0, order, 0).astype(np.uint8), shares.astype(np.float32)
