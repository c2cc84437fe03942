"""Make assets/body/four_bones.npz: for vertices that more than four bones move, the four that do it best.

    python -m pipelines.pose.prepare_four_bones

Most programs move a vertex by four bones at most. The four strongest, as they are, put the skin of an arm or a hip up
to 27 mm off. Here every four of a vertex's bones is weighed anew (non-negative least squares, summing to one) for the
least greatest error in poses of the gallery, and the best is taken: less than 4 mm off in other poses of the gallery
(5 mm in the hardest of them), on other bodies. Run by a developer, for some minutes, never by the studio.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import scipy

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_reference
from pipelines.body.skinning import BONES, FOUR_BONES, bone_moves
from pipelines.pose.library import load_library
from pipelines.pose.mirror import mirror_pose
from pipelines.types import BodyParameters, Pose

EVERY, TRAINED = 10, (0, 3, 7)  # of every ten of the gallery's poses
ALONE_RAD = 0.1  # how far each bone is turned by itself, which no pose of the gallery does
SHAPES: tuple[dict[str, float], ...] = (  # a man, and a woman who does all mirrored
    {"gender": 0.1, "weight": 0.7},
    {"gender": 0.9, "weight": 0.9},
)
ROUNDS = 60
WEIGHED_WELL = 12  # fours of bones a vertex, at most
GOOD_M, HOPELESS = 1e-3, 3.0  # less is not looked for; so much worse at first is not made good
SURE = 1e3  # how much firmer the sum of one is than any place


def main() -> None:
    """Write the asset."""
    model = open_anny()
    many = np.flatnonzero((model.weights > 0).sum(1) > BONES)
    gallery, alone = training_poses()
    man, woman = (BodyParameters(shape=shape) for shape in SHAPES)
    moved = [
        move_vertices(model, man, many, gallery),
        move_vertices(model, woman, many, [*map(mirror_pose, gallery), *alone]),
    ]
    chosen = [
        choose_bones(model, vertex, [of_shape[vertex] for of_shape in moved]) for vertex in many.tolist()
    ]
    bones, weights = (np.stack(part) for part in zip(*chosen, strict=True))
    np.savez_compressed(
        FOUR_BONES,
        vertices=many.astype(np.uint16),
        bones=bones.astype(np.uint8),
        weights=weights.astype(np.float32),
    )


def move_vertices(
    model: AnnyBodyModel, parameters: BodyParameters, vertices: np.ndarray, poses: Sequence[Pose]
) -> dict[int, np.ndarray]:
    """Where each of a vertex's bones alone would take it, from where all of them do: (P, K, 3) metres by vertex.

    Less what it is off as the body stands: a file's skin rests where that is nothing (`rest_for`).
    """
    standing = model.build(parameters)
    bodies = [standing, *(model.build(parameters, pose) for pose in poses)]
    turns, shifts = (np.stack(part) for part in zip(*map(bone_moves, bodies), strict=True))
    places = to_reference(standing.rest_vertices).astype(np.float64)
    off: dict[int, np.ndarray] = {}
    for vertex in vertices.tolist():
        bones = np.flatnonzero(model.weights[vertex] > 0)
        weights = model.weights[vertex, bones].astype(np.float64)
        alone = np.einsum("pbij,j->pbi", turns[:, bones], places[vertex]) + shifts[:, bones]
        missed = alone - np.einsum("pbi,b->pi", alone, weights)[:, None]
        together = np.einsum("pbij,b->pij", turns[:, bones], weights)
        corrected = np.linalg.solve(together[0], missed[0].T)
        less = missed[1:] - np.einsum("pij,jb->pbi", together[1:], corrected)
        off[vertex] = less.astype(np.float32)
    return off


def training_poses() -> tuple[list[Pose], list[Pose]]:
    """Some of the gallery's poses, tests take others; and each bone turned alone."""
    gallery = [template.pose for template in load_library().all()]
    chosen = [pose for number, pose in enumerate(gallery) if number % EVERY in TRAINED]
    turned = sorted({bone for pose in chosen for bone in pose.rotations} - {"root"})
    alone = [
        Pose(rotations={bone: (float(x), float(y), float(z))})
        for bone in turned
        if not bone.startswith(("finger", "toe"))
        for x, y, z in np.concatenate([np.eye(3), -np.eye(3)]) * ALONE_RAD
    ]
    return chosen, alone


def choose_bones(
    model: AnnyBodyModel, vertex: int, moved: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Bones (4,) and weights (4,) of one vertex; `moved` is its `move_vertices` on each body.

    All fours are tried, and those that are least off as they are first weighed are weighed well.
    """
    bones, off = np.flatnonzero(model.weights[vertex] > 0), np.concatenate(moved)
    even = np.full(len(off), 1 / len(off), np.float32)
    errors = _square_errors(off, even)
    fours = [np.array(some) for some in combinations(range(len(bones)), BONES)]
    tries = sorted(
        (float(_missed(off[:, some], _weigh(errors[np.ix_(some, some)])).max()), number)
        for number, some in enumerate(fours)
    )
    best, weights, least = fours[0], np.full(BONES, 1 / BONES), np.inf
    for first, number in tries[:WEIGHED_WELL]:
        if least < GOOD_M or first > HOPELESS * least:
            break
        found, missed = _weigh_well(off[:, fours[number]])
        if missed < least:
            best, weights, least = fours[number], found, missed
    return bones[best], weights


def _weigh_well(off: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights (K,) with the least greatest error of bones that are (P, K, 3) off, and that error, after Lawson:
    each round, poses that are further off count for more."""
    counts = np.full(len(off), 1 / len(off), np.float32)
    best, least = np.full(off.shape[1], 1 / off.shape[1]), np.inf
    for _ in range(ROUNDS):
        weights = _weigh(_square_errors(off, counts))
        missed = _missed(off, weights)
        if missed.max() < least:
            best, least = weights, float(missed.max())
        if least < GOOD_M:
            break
        counts *= missed**2
        counts /= counts.sum()
    return best, least


def _square_errors(off: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(K, K): twice between its weights this is the mean square error of bones that are (P, K, 3) off."""
    flat = (off * np.sqrt(counts)[:, None, None]).transpose(1, 0, 2).reshape(off.shape[1], -1)
    return np.asarray(flat @ flat.T, np.float64)


def _missed(off: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(P,) metres that bones with these weights leave the vertex off in each pose."""
    return np.asarray(np.linalg.norm(weights.astype(np.float32) @ off, axis=1))


def _weigh(errors: np.ndarray) -> np.ndarray:
    """Weights (K,) that sum to one and leave the least square error."""
    some = errors + 1e-10 * np.eye(len(errors))
    firm = SURE * np.sqrt(np.trace(some))
    system = np.vstack([np.linalg.cholesky(some).T, np.full((1, len(some)), firm)])
    weights, _ = scipy.optimize.nnls(system, np.append(np.zeros(len(some)), firm))
    return np.asarray(weights / weights.sum())


if __name__ == "__main__":
    main()
