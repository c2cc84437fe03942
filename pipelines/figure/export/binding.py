"""Which joints move a part: those of the body's own vertices, or of the vertices that it lies nearest to."""

from __future__ import annotations

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.skinning import four_bones
from pipelines.figure.curves import smoothstep
from pipelines.figure.export.few_joints import spread_shares
from pipelines.figure.export.pieces import is_of_body
from pipelines.figure.export.skeleton import Skeleton
from pipelines.figure.hair import CHEST_Z
from pipelines.figure.mesh import Part, link_vertices, neighbour_average
from pipelines.figure.shell import Wearer

NEAREST = 8  # vertices of the body that carry each point
SMOOTH_ROUNDS = 12  # over the part's own mesh: cloth between two legs goes half with each


def bind_body(skeleton: Skeleton, model: AnnyBodyModel) -> np.ndarray:
    """(V, J) float32: how much each joint moves each of the body's vertices, four of them each.

    Skin and all cloth that is made of its mesh are moved by these alike, so that none comes through the other.
    """
    bones = spread_shares(*four_bones(model.weights), model.weights.shape[1])
    return skeleton.fold(bones)


def bind_part(part: Part, wearer: Wearer, skeleton: Skeleton, moved: np.ndarray) -> np.ndarray:
    """(P, J) float32: how much each joint moves each vertex of a part that the wearer wears at rest.

    moved (V, J): the same of the body's vertices (`bind_body`).
    """
    body = wearer.map
    if is_of_body(part, body):
        return part.pattern.inherit(moved)
    if part.material.tone == "hair":
        with_back = smoothstep(*CHEST_Z, part.pattern.points.canonical[:, 2])[:, None]
        head = np.zeros((1, len(skeleton.names)), np.float32)
        head[0, skeleton.names.index("head")] = 1
        back = (body.chest > 0.5) & (body.arm < 0.2)
        return head * (1 - with_back) + _nearest(part, wearer, back, moved) * with_back
    if part.name == SHOES:
        left = part.vertices[:, 0].mean() > 0
        return _nearest(part, wearer, body.feet[0 if left else 1], moved)
    weights = _nearest(part, wearer, body.skin & ~(body.hand > 0.5), moved)
    smoothing = neighbour_average(link_vertices(part.pattern.faces, len(part.vertices)))
    for _ in range(SMOOTH_ROUNDS):
        weights = 0.5 * (weights + smoothing @ weights)
    return weights


SHOES = "Shoes"


def _nearest(part: Part, wearer: Wearer, region: np.ndarray, weights: np.ndarray) -> np.ndarray:
    from scipy.spatial import cKDTree

    chosen = np.flatnonzero(region)
    distance, nearest = cKDTree(wearer.vertices[chosen]).query(part.vertices, k=NEAREST, workers=1)
    share = 1 / (distance + 1e-3) ** 2
    share = (share / share.sum(1, keepdims=True)).astype(np.float32)
    total = np.zeros((len(part.vertices), weights.shape[1]), np.float32)
    for k in range(NEAREST):
        total += share[:, k : k + 1] * weights[chosen[nearest[:, k]]]
    return total
