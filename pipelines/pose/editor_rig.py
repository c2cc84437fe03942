"""The rig that the pose editor moves in the browser: one body's bones, a lighter skin, joint limits and hand shapes.

The numbers are those of pipelines.body.anny and pipelines.pose.skeleton: with the same angles the browser's bones are
where Python's are (a test holds them together). Reference frame: x left, y back, z up, metres, radians.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.pose.angles import pose_body_joints
from pipelines.pose.hands import HAND_SHAPES, HandAxes, find_hand_axes
from pipelines.pose.limits import (
    ANGLES,
    HIP_OUT_PER_FLEX,
    HIP_OUT_STRAIGHT_DEG,
    ROOT_ANGLES,
    SIDES,
    angle_bounds,
)
from pipelines.pose.skeleton import CHAIN, TOES
from pipelines.pose.surface_points import default_rest
from pipelines.types import BodyParameters

EDITION = 1  # raise it when the description changes, so that browsers ask anew
MESH = Path(__file__).parents[2] / "assets" / "body" / "editor_mesh.npz"
BONES_A_VERTEX = 6  # with the four strongest alone a raised arm is a centimetre off
DECIMALS = 5


def describe_rig(model: AnnyBodyModel, parameters: BodyParameters) -> dict[str, Any]:
    """The rig of one body, as JSON; arrays are base64 of little-endian numbers.

    bones, parents (-1: none), offsets: each bone's head from its parent's, as the parent carries it;
    vertices (N, 3) float32 at rest, faces (F, 3) uint16; carried (B, 12) float32: the matrix (3 x 3) and the shift that
    bring a vertex at rest to where its bone carries it in the reference pose, seen from the bone's head;
    skin_bones (N, 6) uint8 and skin_weights (N, 6) float32;
    angles, low, high, spread: every joint angle with its range (the root has none) and how loosely it is held;
    turns: [angle, bone, factor, x, y, z]: how an angle turns a bone; bends: [bone, x, y, z]: what is always bent;
    alike: bones that turn like another; hip: how far a thigh goes out; shapes, fingers: see pipelines.pose.hands.
    """
    mesh = _mesh()
    vertices, heads, orientations = model.rest_shape(parameters)
    carry = model.data.reference_orientations @ orientations.transpose(0, 2, 1)
    carry[0] = np.eye(3)
    offsets = np.array(
        [
            carry[p] @ (heads[b] - heads[p]) if p >= 0 else np.zeros(3)
            for b, p in enumerate(model.bone_parents)
        ]
    )
    linear = model.data.reference_orientations @ orientations.transpose(0, 2, 1)
    shift = -np.einsum("bij,bj->bi", linear, heads)
    skin_bones, skin_weights = _strongest(model.weights[mesh["vertices"]])
    return {
        "edition": EDITION,
        "bones": list(model.bone_names),
        "parents": [int(parent) for parent in model.bone_parents],
        "offsets": offsets.round(DECIMALS).tolist(),
        "vertices": _pack(vertices[mesh["vertices"]], "<f4"),
        "faces": _pack(mesh["faces"], "<u2"),
        "carried": _pack(np.concatenate([linear.reshape(-1, 9), shift], axis=1), "<f4"),
        "skin_bones": _pack(skin_bones, "u1"),
        "skin_weights": _pack(skin_weights, "<f4"),
        **_joints(model),
        "shapes": {name: asdict(shape) for name, shape in HAND_SHAPES.items()},
        "fingers": {side: _finger_axes(find_hand_axes(default_rest(model).heads, side)) for side in SIDES},
    }


def _joints(model: AnnyBodyModel) -> dict[str, Any]:
    """How angles turn bones, and how far they go: the same on every body, as poses are kept."""
    joints, bounds = pose_body_joints(model), angle_bounds()
    number = {name: model.bone_names.index(name) for name in CHAIN}
    factors, bones, _, angles = np.nonzero(np.abs(joints.matrix).sum(2, keepdims=True))
    turns = [
        [int(a), number[CHAIN[c]], int(f), *joints.matrix[f, c, :, a].round(6).tolist()]
        for f, c, a in zip(factors, bones, angles, strict=True)
    ]
    bends = [
        [number[bone], *joints.offset[0, c].round(6).tolist()]
        for c, bone in enumerate(CHAIN)
        if joints.offset[0, c].any()
    ]
    unbounded = set(ROOT_ANGLES)
    return {
        "angles": list(ANGLES),
        "low": [
            None if a in unbounded else round(float(v), 6) for a, v in zip(ANGLES, bounds.low, strict=True)
        ],
        "high": [
            None if a in unbounded else round(float(v), 6) for a, v in zip(ANGLES, bounds.high, strict=True)
        ],
        "spread": bounds.spread.round(6).tolist(),
        "turns": turns,
        "bends": bends,
        "alike": {
            str(number["toe2-1" + side]): [model.bone_names.index(toe + side) for toe in TOES]
            for side in SIDES
        },
        "hip": {"straight": float(np.radians(HIP_OUT_STRAIGHT_DEG)), "per_flex": HIP_OUT_PER_FLEX},
    }


def _finger_axes(axes: HandAxes) -> dict[str, Any]:
    return {
        "hinges": {bone: axis.round(6).tolist() for bone, axis in axes.hinges.items()},
        "spreads": {bone: axis.round(6).tolist() for bone, axis in axes.spreads.items()},
        "thumb": [axis.round(6).tolist() for axis in axes.thumb],
    }


def _strongest(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bones (N, 6) that carry vertices most, and their weights (N, 6), rows sum to 1."""
    bones = np.argsort(-weights, axis=1, kind="stable")[:, :BONES_A_VERTEX]
    kept = np.take_along_axis(weights, bones, axis=1)
    return bones, kept / kept.sum(1, keepdims=True)


def _pack(numbers: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(numbers, kind).tobytes()).decode()


@lru_cache(1)
def _mesh() -> dict[str, np.ndarray]:
    with np.load(MESH) as stored:
        return {name: stored[name] for name in ("vertices", "faces")}
