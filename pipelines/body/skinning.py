"""How a body's bones move its skin from the reference pose, and the four of them that a file names for a vertex.

A shape has its own directions of bones, so that each bone turns its skin a little even where the body only stands. A
file whose bones start unturned from the standing skin leaves that out and is up to 5 mm off in other poses.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipelines.body.frames import to_reference
from pipelines.types import Body

BONES = 4  # that move a vertex, as most programs read; the free body has up to 9
FOUR_BONES = Path(__file__).parents[2] / "assets" / "body" / "four_bones.npz"


def bone_moves(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """What each bone does to the reference pose's skin: turns (B, 3, 3), shifts (B, 3) metres, reference axes."""
    turns = body.skin_turns.astype(np.float64)
    joints, rest_joints = (
        to_reference(places.astype(np.float64)) for places in (body.joints, body.rest_joints)
    )
    return turns, joints - np.einsum("bij,bj->bi", turns, rest_joints)


def blend_moves(
    moves: tuple[np.ndarray, np.ndarray], bones: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What bones (V, K) with weights (V, K) do together to each vertex: (V, 3, 3) and (V, 3)."""
    turns, shifts = moves
    return np.einsum("vk,vkij->vij", weights, turns[bones]), np.einsum("vk,vki->vi", weights, shifts[bones])


def four_bones(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(V, 4) uint8 bones and float32 weights that sum to one, strongest first; unused ones are bone 0 at 0.

    Where the free body has more, those that `pipelines.pose.prepare_four_bones` chose.
    """
    bones = np.argsort(-weights, axis=1, kind="stable")[:, :BONES]
    kept = np.take_along_axis(weights, bones, axis=1)
    with np.load(FOUR_BONES, allow_pickle=False) as chosen:
        order = np.argsort(-chosen["weights"], axis=1, kind="stable")
        bones[chosen["vertices"]] = np.take_along_axis(chosen["bones"], order, axis=1)
        kept[chosen["vertices"]] = np.take_along_axis(chosen["weights"], order, axis=1)
    kept = kept / kept.sum(1, keepdims=True)
    return np.where(kept > 0, bones, 0).astype(np.uint8), kept.astype(np.float32)


def rest_for(body: Body, bones: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(V, 3) where the skin has to rest for these bones (V, 4) to put it where the body has it now, reference frame;
    and (V, 3, 3) how they turn it from there."""
    turns, shifts = blend_moves(bone_moves(body), bones, weights)
    places = to_reference(body.vertices.astype(np.float64))
    return np.linalg.solve(turns, (places - shifts)[..., None])[..., 0], turns
