"""Convex parts of a body: seventeen many-sided hulls, and points on each that must stay outside the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.pose.skeleton import BONE, CHAIN

PLANES = 64  # sides of a hull, spread evenly over the sphere
SHRINK_M = 0.001
HULL_QUANTILE = 0.998  # a few stray vertices do not blow a hull up
POINTS = {"hand": 64, "forearm": 40}  # sample points; thin parts need many
POINTS_ELSEWHERE = 18
# Stacked hulls of the trunk overlap upwards and downwards by so much, or a forearm hides in the gap between two.
CAPS_M = {"pelvis": (0.06, 0.0), "belly": (0.10, 0.08), "chest": (0.0, 0.06)}
FLAT_CAP = 0.5  # a plane whose normal points up by this much is a cap
JOINT_GAP_M = 0.07  # between neighbours, points nearer to the joint than this are left alone
THIGH_GAP_M = 0.03
HANDS_SHARE = 0.5  # of the neighbours' slack, for one hand on the other
PART_OF = {
    "root": "pelvis",
    "pelvis": "pelvis",
    "spine05": "pelvis",
    "spine04": "belly",
    "spine03": "belly",
    "spine02": "chest",
    "spine01": "chest",
    "clavicle": "chest",
    "shoulder01": "chest",
    "neck01": "neck",
    "neck02": "neck",
    "neck03": "neck",
    "head": "head",
    "upperarm01": "upperarm",
    "upperarm02": "upperarm",
    "lowerarm01": "forearm",
    "lowerarm02": "forearm",
    "wrist": "hand",
    "upperleg01": "thigh",
    "upperleg02": "thigh",
    "lowerleg01": "shank",
    "lowerleg02": "shank",
    "foot": "foot",
    "toe2-1": "foot",
}
DRIVER = {  # the bone that carries a part's hull
    "pelvis": "root",
    "belly": "spine04",
    "chest": "spine01",
    "neck": "neck02",
    "head": "head",
    "upperarm": "upperarm02",
    "forearm": "lowerarm01",
    "hand": "wrist",
    "thigh": "upperleg02",
    "shank": "lowerleg02",
    "foot": "foot",
}
NEIGHBOURS = {
    frozenset(pair)
    for pair in (
        ("pelvis", "belly"),
        ("belly", "chest"),
        ("chest", "neck"),
        ("neck", "head"),
        ("chest", "upperarm"),
        ("upperarm", "forearm"),
        ("forearm", "hand"),
        ("pelvis", "thigh"),
        ("thigh", "shank"),
        ("shank", "foot"),
        ("belly", "thigh"),
        ("chest", "head"),
        ("pelvis", "chest"),
    )
}
TRUNK = ("pelvis", "belly", "chest")
WHOLE = (*TRUNK, "neck", "head")  # parts without a side
LONG = ("upperarm", "forearm", "thigh", "shank")  # far ends of these are tested against their neighbours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """K hulls and P sample points; positions are from the head of the bone that carries them, reference axes."""

    names: tuple[str, ...]
    normals: np.ndarray  # (PLANES, 3)
    distances: np.ndarray  # (K, PLANES) metres
    drivers: np.ndarray  # (K,) index in CHAIN
    centers: np.ndarray  # (K, 3)
    radii: np.ndarray  # (K,)
    points: np.ndarray  # (P, 3)
    point_part: np.ndarray  # (P,)
    vertex_ids: np.ndarray  # (P,)
    tested: np.ndarray  # (P, K) which point may not be inside which hull
    neighbour: np.ndarray  # (P, K) 0..1: how much of the slack between parts that touch naturally they have


def cut_parts(
    vertices: np.ndarray,
    weights: np.ndarray,
    bone_names: tuple[str, ...],
    chain_weights: np.ndarray,
    chain_heads: np.ndarray,
) -> Parts:
    """Cut a body in the reference pose (V, 3) into parts."""
    labels = label_vertices(chain_weights)
    solid = weights[:, [bone_names.index("eye.L"), bone_names.index("eye.R")]].sum(1) < 0.1
    names = tuple(sorted(set(labels)))
    normals = even_directions(PLANES)
    distances, centers, radii, drivers, points, ids = [], [], [], [], [], []
    for name in names:
        own = np.nonzero((labels == name) & solid)[0]
        driver = BONE[driver_of(name)]
        local = vertices[own] - chain_heads[driver]
        reach = np.quantile(local @ normals.T, HULL_QUANTILE, axis=0) - SHRINK_M
        up, down = CAPS_M.get(name, (0.0, 0.0))
        reach += np.where(normals[:, 2] > FLAT_CAP, up, np.where(normals[:, 2] < -FLAT_CAP, down, 0.0))
        picked = spread_points(local, POINTS.get(plain(name), POINTS_ELSEWHERE))
        center = local.mean(0)
        distances.append(reach)
        centers.append(center)
        radii.append(np.linalg.norm(local - center, axis=1).max() + (0.06 if name in TRUNK else 0.0))
        drivers.append(driver)
        points.append(local[picked])
        ids.append(own[picked])
    point_part = np.repeat(np.arange(len(names)), [len(p) for p in points])
    parts = Parts(
        names=names,
        normals=normals,
        distances=np.array(distances),
        drivers=np.array(drivers),
        centers=np.array(centers),
        radii=np.array(radii),
        points=np.concatenate(points),
        point_part=point_part,
        vertex_ids=np.concatenate(ids),
        tested=np.zeros((len(point_part), len(names)), bool),
        neighbour=np.zeros((len(point_part), len(names))),
    )
    _choose_tests(parts, chain_heads)
    return parts


def label_vertices(chain_weights: np.ndarray) -> np.ndarray:
    """The part (with its side) of every vertex, (V,) strings."""
    names = []
    for bone in CHAIN:
        base, side = (bone[:-2], bone[-2:]) if bone[-2:] in (".L", ".R") else (bone, "")
        part = PART_OF[base]
        names.append(part if part in WHOLE else part + side)
    return np.array(names)[chain_weights.argmax(1)]


def driver_of(part: str) -> str:
    """The bone that carries a part."""
    return DRIVER[part] if part in WHOLE else DRIVER[part[:-2]] + part[-2:]


def plain(part: str) -> str:
    """A part's name without its side."""
    return part if part in WHOLE else part[:-2]


def even_directions(count: int) -> np.ndarray:
    """(count, 3) unit vectors spread evenly over the sphere (Fibonacci lattice)."""
    step = np.arange(count) + 0.5
    polar = np.arccos(1 - 2 * step / count)
    azimuth = np.pi * (1 + np.sqrt(5)) * step
    return np.stack([np.cos(azimuth) * np.sin(polar), np.sin(azimuth) * np.sin(polar), np.cos(polar)], axis=1)


def spread_points(points: np.ndarray, count: int) -> list[int]:
    """Indices of `count` points far from each other: each next one is the furthest from those already chosen."""
    chosen = [int(np.argmax(points[:, 2]))]
    distance = np.full(len(points), np.inf)
    for _ in range(count - 1):
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
        chosen.append(int(distance.argmax()))
    return chosen


def _choose_tests(parts: Parts, chain_heads: np.ndarray) -> None:
    """Fill in which sample points are tested against which hulls."""
    placed = parts.points + chain_heads[parts.drivers[parts.point_part]]
    for other, other_name in enumerate(parts.names):
        local = placed - chain_heads[parts.drivers[other]]
        gap = (local @ parts.normals.T - parts.distances[other]).max(1)
        for own, own_name in enumerate(parts.names):
            a, b = plain(own_name), plain(other_name)
            rows = parts.point_part == own
            touching = frozenset((a, b)) in NEIGHBOURS
            opposite = own_name != a and other_name != b and own_name[-2:] != other_name[-2:]
            parts.neighbour[rows, other] = touching and not opposite
            if a == b == "hand":
                parts.neighbour[rows, other] = HANDS_SHARE
            if own == other or (a in (*TRUNK, "neck") and b in WHOLE):
                continue
            if touching and not opposite:
                if a in LONG and b != "neck":
                    parts.tested[rows, other] = gap[rows] > JOINT_GAP_M
            elif a == b == "thigh":
                parts.tested[rows, other] = gap[rows] > THIGH_GAP_M
            else:
                parts.tested[rows, other] = True
