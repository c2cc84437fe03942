"""Make assets/body/four_bones.npz: for vertices that more than four bones move, the four that do it best.

    python -m pipelines.pose.prepare_four_bones

Most programs move a vertex by four bones at most. The four strongest, as they are, put the skin of an arm or a hip up
to 27 mm off. Here bones are left out one by one, each time the one that is missed least in poses of the gallery, and
the weights of the others are fitted again (non-negative least squares, summing to one): less than 8 mm off in
other poses of the gallery, on other bodies. Run by a developer, never by the studio.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_reference
from pipelines.pose.library import load_library
from pipelines.types import Body, BodyParameters, Pose

OUT = Path(__file__).parents[2] / "assets" / "body" / "four_bones.npz"
MOST_BONES = 4
EVERY = 10  # of the gallery's poses
SHAPES: tuple[dict[str, float], ...] = ({}, {"gender": 0.1, "weight": 0.7}, {"gender": 0.9, "weight": 0.9})
ROUNDS = 20
GOOD_M = 5e-4  # less is not looked for
SURE = 1e3  # how much firmer the sum of one is than any place


def main() -> None:
    """Write the asset."""
    model = open_anny()
    many = np.flatnonzero((model.weights > 0).sum(1) > MOST_BONES)
    moved = [move_vertices(model, BodyParameters(shape=shape), many) for shape in SHAPES]
    chosen = [
        choose_bones(model, vertex, [of_shape[vertex] for of_shape in moved]) for vertex in many.tolist()
    ]
    bones, weights = (np.stack(part) for part in zip(*chosen, strict=True))
    np.savez_compressed(
        OUT, vertices=many.astype(np.uint16), bones=bones.astype(np.uint8), weights=weights.astype(np.float32)
    )


def move_vertices(
    model: AnnyBodyModel, parameters: BodyParameters, vertices: np.ndarray
) -> dict[int, np.ndarray]:
    """Where each of a vertex's bones alone would take it, from where all of them do: (P, K, 3) metres by vertex."""
    standing = model.build(parameters)
    moves = [move_bones(standing, model.build(parameters, pose)) for pose in training_poses()]
    turns, shifts = (np.stack(part) for part in zip(*moves, strict=True))
    places = to_reference(standing.vertices).astype(np.float64)
    off = {}
    for vertex in vertices.tolist():
        bones = np.flatnonzero(model.weights[vertex] > 0)
        alone = np.einsum("pbij,j->pbi", turns[:, bones], places[vertex]) + shifts[:, bones]
        off[vertex] = alone - np.einsum("pbi,b->pi", alone, model.weights[vertex, bones])[:, None]
    return off


def training_poses() -> list[Pose]:
    """One in some of the gallery's poses."""
    return [template.pose for template in load_library().all()[::EVERY]]


def move_bones(standing: Body, posed: Body) -> tuple[np.ndarray, np.ndarray]:
    """What each bone does to the skin from one body to the other: turns (B, 3, 3), shifts (B, 3), reference frame."""
    turns = posed.bone_rotations.astype(np.float64) @ standing.bone_rotations.transpose(0, 2, 1)
    return turns, to_reference(posed.joints) - np.einsum("bij,bj->bi", turns, to_reference(standing.joints))


def choose_bones(
    model: AnnyBodyModel, vertex: int, moved: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Bones (4,) and weights (4,) of one vertex; `moved` is its `move_vertices` on each body.

    Lawson's way to the least greatest error: each round, poses that are further off count for more.
    """
    bones, off = np.flatnonzero(model.weights[vertex] > 0), np.concatenate(moved)
    counts = np.full(len(off), 1 / len(off))
    best, least = (bones[:MOST_BONES], np.full(MOST_BONES, 1 / MOST_BONES)), np.inf
    for _ in range(ROUNDS):
        errors = np.einsum("p,pbi,pci->bc", counts, off, off)
        kept = list(range(len(bones)))
        while len(kept) > MOST_BONES:
            fewer = [kept[:one] + kept[one + 1 :] for one in range(len(kept))]
            kept = min(fewer, key=lambda some: _fit(errors, some)[1])
        weights = _fit(errors, kept)[0]
        missed = np.linalg.norm(np.einsum("pbi,b->pi", off[:, kept], weights), axis=1)
        if missed.max() < least:
            best, least = (bones[kept], weights), missed.max()
        if missed.max() < GOOD_M:
            break
        counts *= missed
        counts /= counts.sum()
    return best


def _fit(errors: np.ndarray, kept: list[int]) -> tuple[np.ndarray, float]:
    """Weights (K,) that sum to one, and the squared error that they leave."""
    some = errors[np.ix_(kept, kept)] + 1e-10 * np.eye(len(kept))
    firm = SURE * np.sqrt(np.trace(some))
    system = np.vstack([np.linalg.cholesky(some).T, np.full((1, len(kept)), firm)])
    weights, _ = scipy.optimize.nnls(system, np.append(np.zeros(len(kept)), firm))
    weights /= weights.sum()
    return weights, float(weights @ some @ weights)


if __name__ == "__main__":
    main()
