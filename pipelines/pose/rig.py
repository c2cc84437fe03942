"""PoseRig: one body as the solver sees it: joints, surface points, mass, convex parts that must stay apart.

Prepared with numpy from the real body in the reference pose; pipelines.pose.motion moves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.frames import to_reference
from pipelines.pose.hands import HAND_SHAPES, hand_rotations
from pipelines.pose.limits import SIDES
from pipelines.pose.parts import Parts, cut_parts
from pipelines.pose.skeleton import BONE, CHAIN, JointMap, map_joints
from pipelines.pose.surface_points import FINGER_TIPS, find_surface_points
from pipelines.types import BodyParameters, Pose

# Segment masses as shares of the body (de Leva 1996, mean of women and men): from bone, to bone, how far along.
SEGMENTS = (
    ("head", "head", 0.0, 0.068),
    ("spine01", "neck01", 0.3, 0.15),
    ("spine04", "spine01", 0.5, 0.15),
    ("root", "spine04", 0.3, 0.135),
)
LIMB_SEGMENTS = (
    ("upperarm01", "lowerarm01", 0.57, 0.0263),
    ("lowerarm01", "wrist", 0.456, 0.015),
    ("wrist", "wrist", 0.0, 0.0058),
    ("upperleg01", "lowerleg01", 0.385, 0.1447),
    ("lowerleg01", "foot", 0.443, 0.0457),
    ("foot", "toe2-1", 0.45, 0.0133),
)
ORIGIN = "WORLD"  # the first point of the list: the world's origin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoseRig:
    """Arrays in the reference frame, metres; C bones of CHAIN, S surface points, A angles.

    points: the names that goals may use: the origin, the bones, the surface points, in this order.
    """

    joints: JointMap
    parents: tuple[int, ...]  # (C,) -1 for the root
    offsets: np.ndarray  # (C, 3) each bone's head from its parent's
    points: tuple[str, ...]
    surface_weights: np.ndarray  # (S, C)
    surface_offsets: np.ndarray  # (S, C, 3) the point as each bone carries it
    mass_weights: np.ndarray  # (C,) the centre of mass as a mean of bone heads
    parts: Parts
    hand_points: dict[
        tuple[str, str], np.ndarray
    ]  # (shape, side) -> (n, 3) the hand's sample points, wrist frame
    hand_tips: dict[tuple[str, str], np.ndarray]  # (shape, side) -> (4, 3) FINGER_TIPS, wrist frame


def prepare_rig(model: AnnyBodyModel, parameters: BodyParameters) -> PoseRig:
    """The rig of one body (0.07 s)."""
    rest = model.build(parameters, Pose(root_m=(0.0, 0.0, 0.0)))
    vertices = to_reference(rest.vertices).astype(np.float64)
    joints = to_reference(rest.joints).astype(np.float64)
    heads = dict(zip(model.bone_names, joints, strict=True))
    surface = find_surface_points()
    chain_weights = fold_weights(model)
    chain_heads = np.stack([heads[bone] for bone in CHAIN])
    vertex_ids = np.array(list(surface.values()))
    parents = chain_parents(model)
    offsets = np.stack(
        [chain_heads[i] - (chain_heads[p] if p >= 0 else chain_heads[i]) for i, p in enumerate(parents)]
    )
    parts = cut_parts(vertices, model.weights, model.bone_names, chain_weights, chain_heads)
    hand_points, hand_tips = _hands(model, parameters, heads, parts)
    return PoseRig(
        joints=map_joints(heads),
        parents=parents,
        offsets=offsets,
        points=(ORIGIN, *CHAIN, *surface),
        surface_weights=chain_weights[vertex_ids],
        surface_offsets=vertices[vertex_ids][:, None] - chain_heads[None],
        mass_weights=_mass_weights(),
        parts=parts,
        hand_points=hand_points,
        hand_tips=hand_tips,
    )


def chain_parents(model: AnnyBodyModel) -> tuple[int, ...]:
    """The parent of each bone of CHAIN, as its index in CHAIN; -1 for the root."""
    parents = []
    for bone in CHAIN:
        parent = model.bone_parents[model.bone_names.index(bone)]
        parents.append(BONE[model.bone_names[parent]] if parent >= 0 else -1)
    return tuple(parents)


def fold_weights(model: AnnyBodyModel) -> np.ndarray:
    """Skinning weights (V, C) in which fingers, toes and eyes belong to the bone of CHAIN that carries them."""
    folded = np.zeros((len(model.weights), len(CHAIN)))
    for index, bone in enumerate(model.bone_names):
        if bone.startswith("toe"):
            bone = "toe2-1" + bone[-2:]
        while bone not in BONE:
            bone = model.bone_names[model.bone_parents[model.bone_names.index(bone)]]
        folded[:, BONE[bone]] += model.weights[:, index]
    return folded


def mass_shares() -> dict[str, float]:
    """The centre of mass as a mean of bone heads: bone -> share."""
    return {bone: float(share) for bone, share in zip(CHAIN, _mass_weights(), strict=True) if share}


def _mass_weights() -> np.ndarray:
    segments = list(SEGMENTS) + [
        (a + s, b + s, along, mass) for s in SIDES for a, b, along, mass in LIMB_SEGMENTS
    ]
    weights = np.zeros(len(CHAIN))
    for start, end, along, mass in segments:
        weights[BONE[start]] += mass * (1 - along)
        weights[BONE[end]] += mass * along
    return weights / weights.sum()


HandArrays = dict[tuple[str, str], np.ndarray]


def _hands(
    model: AnnyBodyModel, parameters: BodyParameters, heads: dict[str, np.ndarray], parts: Parts
) -> tuple[HandArrays, HandArrays]:
    """Sample points and finger tips of every hand shape, from the wrist, of the real mesh."""
    surface = find_surface_points()
    points: HandArrays = {}
    tips: HandArrays = {}
    for name, shape in HAND_SHAPES.items():
        rotations = {bone: v for side in SIDES for bone, v in hand_rotations(shape, heads, side).items()}
        pose = Pose(
            rotations={bone: (v[0], v[1], v[2]) for bone, v in rotations.items()}, root_m=(0.0, 0.0, 0.0)
        )
        vertices = to_reference(model.build(parameters, pose).vertices).astype(np.float64)
        for side in SIDES:
            sampled = parts.vertex_ids[parts.point_part == parts.names.index("hand" + side)]
            points[name, side] = vertices[sampled] - heads["wrist" + side]
            tips[name, side] = vertices[[surface[tip + side] for tip in FINGER_TIPS]] - heads["wrist" + side]
    return points, tips
