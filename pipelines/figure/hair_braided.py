"""Fields of hair that is braided or twisted close to the head: cornrows, and locs that hang round it."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.hair_fields import (
    EAR_TOP_Z,
    OPENING_HEIGHTS,
    OPENING_WIDTHS,
    TEMPLE_Y,
    cap_field,
    draped_field,
)
from pipelines.figure.head_space import CELL_M, HeadSpace, above_hairline
from pipelines.figure.people import canonical_map
from pipelines.figure.voxels import ball_field

ROW_ANGLE = 0.30  # radians about the head's length from one row to the next: 2.7 cm on the skull
BEAD_M = 0.015  # one turn of a braid
LOC_M, LOC_SPACING_M, LOC_STEP_M = 0.0072, 0.021, 0.007
LOC_LIFT_M = 0.009  # how far off the head a loc hangs
LOC_END_Z = 0.812


def cornrows_field(space: HeadSpace) -> np.ndarray:
    """Rows from the forehead to the nape, each a flat braid, with the skin's own line between them."""
    height = space.z - 0.925
    row = np.arctan2(space.x, height) / ROW_ANGLE
    ridge = np.abs(np.cos(np.pi * row))
    along = np.arctan2(space.y + 0.02, height) * 0.10
    side = np.where(np.round(row) % 2 == 0, 0.0, 0.5)
    bead = 0.8 + 0.2 * np.abs(np.cos(np.pi * (along / BEAD_M + side)))
    thickness = -0.013 + 0.026 * ridge * bead * smoothstep(-0.004, 0.010, space.over)
    return cap_field(space, thickness)


def locs_field(space: HeadSpace) -> np.ndarray:
    """Locs from all over the scalp: each follows the head outward and hangs from where it leaves it."""
    under = cap_field(space, 0.006 * smoothstep(-0.004, 0.02, space.over))
    centers, radii = _hang_locs(space)
    return np.maximum(under, ball_field(space.points, centers, radii, 0.02))


def _hang_locs(space: HeadSpace) -> tuple[np.ndarray, np.ndarray]:
    """Balls along all locs: middles (N, 3) and radii (N,)."""
    from scipy import ndimage

    away = draped_field(space)
    slope = np.stack(np.gradient(away, CELL_M), axis=-1)

    def sample(values: np.ndarray, points: np.ndarray) -> np.ndarray:
        places = ((points - space.low) / CELL_M).T
        return ndimage.map_coordinates(values, places, order=1, mode="nearest")

    tips = _find_roots()
    end = LOC_END_Z + 0.02 * np.sin(tips @ np.array([311.0, 173.0, 237.0]))
    middles, radii = [tips.copy()], [np.full(len(tips), LOC_M)]
    for step in range(1, 60):
        outward = np.stack([sample(slope[..., axis], tips) for axis in range(3)], axis=1)
        outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
        side = np.sign(tips[:, :1] + 1e-6) * (tips[:, 1:2] < 0.0)  # before the ears to the side, else back
        above = smoothstep(EAR_TOP_Z, EAR_TOP_Z + 0.04, tips[:, 2:])  # lower down it only hangs
        pull = np.concatenate(
            [0.6 * side * above, 0.35 * above * (tips[:, 1:2] > -0.02), np.full_like(side, -1.0)], axis=1
        )
        pull -= outward * np.minimum((pull * outward).sum(1, keepdims=True), 0)
        tips = tips + LOC_STEP_M * pull / np.maximum(np.linalg.norm(pull, axis=1, keepdims=True), 1e-6)
        lift = np.minimum(LOC_LIFT_M, 0.004 + 0.0012 * step) - sample(away, tips)
        tips = tips + outward * np.maximum(lift, 0)[:, None]
        tips[:, 0] += np.where(tips[:, 1] < TEMPLE_Y, _clear_face(tips), 0)
        going = tips[:, 2] > end
        if not going.any():
            break
        middles.append(tips[going])
        radii.append(np.full(int(going.sum()), LOC_M))
    return np.concatenate(middles), np.concatenate(radii)


def _clear_face(points: np.ndarray) -> np.ndarray:
    """How far to the side points have to go to leave the face open."""
    half = polyline(points[:, 2], OPENING_HEIGHTS, OPENING_WIDTHS) + LOC_M
    return (
        np.sign(points[:, 0]) * np.maximum(half - np.abs(points[:, 0]), 0) * (points[:, 2] < EAR_TOP_Z + 0.03)
    )


def _find_roots() -> np.ndarray:
    """(N, 3) places on the scalp, about evenly."""
    body = canonical_map()
    head = np.nonzero((body.head > 0.6) & body.skin)[0]
    points = body.canonical[head]
    points = points[above_hairline(points) > 0.006]
    kept: list[np.ndarray] = []
    for point in points[np.argsort(points @ np.array([12.9, 78.2, 37.7]) % 1.0)]:
        if all(np.linalg.norm(point - other) > LOC_SPACING_M for other in kept):
            kept.append(point)
    return np.array(kept, np.float64)
