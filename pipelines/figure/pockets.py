"""Hands in pockets: the cloth is lifted over a hand that its shape says is in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.garment import Garment, ShellGarment
from pipelines.figure.garments.skirts import Skirt
from pipelines.figure.held.grip import Carrier, Hand
from pipelines.figure.mesh import Part, vertex_normals
from pipelines.figure.shell import Wearer
from pipelines.types import Body

IN_POCKET = "pocket"  # the hand shape that says it
NO_POCKETS = ("dress", "skirt")
EDGE_M = 0.020  # from the wrist's joint to the pocket's edge, along the hand
NEAR_M = 0.075  # a palm further from the body's skin is in no pocket
LOOSE_M, LAYER_M = 0.007, 0.003  # between hand and cloth, and one layer of it and the next
FLAT_M, SPREAD_M = (
    0.012,
    0.035,
)  # cloth over the hand is so much larger than it, and comes back to the leg in so much
LEAST_FACING = -0.1  # cosine: cloth that looks the other way is on another side of the leg
REACH_M, THINNED = 0.25, 5  # cloth that is looked at; every so many vertices of the hand are enough
NEIGHBOURS = 24  # points of the hand that say how high cloth lies near them
DEEPEST_M = 0.10  # cloth deeper under the back of the hand than this is on another side of the leg
LEAST_HAND = 0.5  # what the hand's bones move at least this much


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandSkin:
    """Skin vertices of one hand: rows (n,) of the body's; along, across, over (n,) metres from the wrist: by the hand's
    own directions, the last towards its back."""

    rows: np.ndarray
    along: np.ndarray
    across: np.ndarray
    over: np.ndarray


def fill_pockets(
    parts: Sequence[Part], body: Body, wearer: Wearer, garments: Sequence[Garment], hands: tuple[str, str]
) -> list[Part]:
    """The parts, with each hand that its shape says is in a pocket hidden under the cloth that is there.

    A hand that is not at the body, or has nothing with pockets to go into, is left as it is.
    """
    filled = list(parts)
    for side, shape in zip("LR", hands, strict=True):
        if shape != IN_POCKET:
            continue
        hand = Carrier(body).hand(side)
        layer = _layer_at(hand, wearer, garments)
        if layer:
            skin = _find_skin(hand, wearer)
            filled = [_fill(part, layer, hand, skin, wearer) for part in filled]
    return filled


def _layer_at(hand: Hand, wearer: Wearer, garments: Sequence[Garment]) -> int:
    """The layer of the outermost garment at the skin that the palm is nearest to; 0 where no pocket is."""
    body = wearer.map
    trunk = np.flatnonzero((body.arm < 0.1) & body.skin)
    away = np.linalg.norm(wearer.vertices[trunk] - hand.palm, axis=1)
    if float(away.min()) > NEAR_M:
        return 0
    nearest = trunk[int(away.argmin())]
    height = float(body.canonical[nearest, 2])
    for layer in range(len(garments), 0, -1):
        garment = garments[layer - 1]
        if isinstance(garment, Skirt):
            if garment.hem_z < height < garment.top_z:  # a coat's; a hand is inside that of a dress
                return 0 if garment.slot in NO_POCKETS else layer
            continue
        cover = garment.cover(body.points, body)
        if cover is not None and cover[nearest] > 0:
            return layer if isinstance(garment, ShellGarment) and garment.slot not in NO_POCKETS else 0
    return 0


def _find_skin(hand: Hand, wearer: Wearer) -> HandSkin:
    of_side = wearer.map.canonical[:, 0] > 0 if hand.side == "L" else wearer.map.canonical[:, 0] < 0
    rows = np.flatnonzero((wearer.map.hand > LEAST_HAND) & of_side)
    along, across, over = _in_hand(wearer.vertices[rows], hand).T
    return HandSkin(rows=rows, along=along, across=across, over=over)


def _in_hand(points: np.ndarray, hand: Hand) -> np.ndarray:
    """Points (N, 3) as along, across and over the hand (N, 3), metres from the wrist."""
    return (points - hand.wrist) @ np.stack([hand.fingers, hand.thumb, -hand.outward], 1)


def _fill(part: Part, layer: int, hand: Hand, skin: HandSkin, wearer: Wearer) -> Part:
    if part.name == "Skin":  # what the cloth lies over is not drawn: a coarse mesh lets no knuckle through
        clip = part.pattern.clip.copy()
        clip[skin.rows] = np.minimum(clip[skin.rows], EDGE_M + FLAT_M - skin.along)
        return replace(part, pattern=replace(part.pattern, clip=clip.astype(np.float32)))
    if part.material.tone != "cloth" or part.layer < layer:
        return part
    count = part.pattern.base_count
    needed = _lift(part, hand, skin, LOOSE_M + LAYER_M * (part.layer - layer))
    if not needed.any():
        return part
    lift = needed
    if count == len(wearer.vertices):  # a shell over the body
        lift = np.maximum(needed, wearer.map.smoothing @ needed)
    vertices = part.pattern.inherit((part.vertices[:count] - lift[:, None] * hand.outward).astype(np.float32))
    return replace(part, vertices=vertices, normals=vertex_normals(vertices, part.pattern.faces))


def _lift(part: Part, hand: Hand, skin: HandSkin, loose_m: float) -> np.ndarray:
    """(V,) metres by which the part's first vertices are lifted towards the back of the hand, to lie over it."""
    from scipy.spatial import cKDTree

    count = part.pattern.base_count
    lift = np.zeros(count)
    cloth, facing = part.vertices[:count], part.normals[:count] @ -hand.outward
    inside = np.flatnonzero(skin.along > EDGE_M)[::THINNED]
    footprint = np.stack([skin.along[inside], skin.across[inside]], 1)
    places = _in_hand(cloth, hand)
    low, high = footprint.min(0) - FLAT_M - SPREAD_M, footprint.max(0) + FLAT_M + SPREAD_M
    near = ((places[:, :2] > low) & (places[:, :2] < high)).all(1) & (np.abs(places[:, 2]) < REACH_M)
    near = np.flatnonzero(near & (facing > LEAST_FACING))
    if not len(near):
        return lift
    over = places[near, 2]
    away, found = cKDTree(footprint).query(places[near, :2], k=NEIGHBOURS)
    closest = away[:, 0]
    over_hand = np.where(away < away[:, :1] + FLAT_M, skin.over[inside][found], -np.inf).max(1) + loose_m
    share = smoothstep(SPREAD_M, 0.0, closest - FLAT_M)
    lift[near] = share * np.clip(over_hand - over, 0, DEEPEST_M) * (over > over_hand - DEEPEST_M)
    return lift
