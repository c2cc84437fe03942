"""How much of a silhouette no body fills: skirts, coats and wide sleeves stand out beyond limbs and trunk."""

from __future__ import annotations

import numpy as np

from pipelines.photo.landmarks import POINT_NAMES, DetectedPerson

WORK_SIDE_PX = 384  # long side of the silhouette as it is compared
# Shirts, trousers, a suit and sports clothes gave 0.004–0.053, shells of 5 cm 0.06–0.15, two skirts 0.16 and 0.23.
MIN_LOOSE_SHARE = 0.056
# Half widths in metres of a well-fed adult, so that weight alone is not called loose clothing.
LIMBS = (
    ("hip", "knee", 0.095),
    ("knee", "ankle", 0.065),
    ("shoulder", "elbow", 0.06),
    ("elbow", "wrist", 0.05),
    ("wrist", "index", 0.05),
    ("ankle", "foot_index", 0.05),
    ("heel", "foot_index", 0.05),
)
TRUNK_MARGIN_M = 0.10
HEAD_RADIUS_M = 0.17  # hair is no clothing
NECK_HALF_WIDTH_M = 0.07
SCALE_POINTS = tuple(
    POINT_NAMES.index(f"{side}_{part}")
    for side in ("left", "right")
    for part in ("shoulder", "elbow", "hip", "knee", "ankle")
)
TRUNK_POINTS = tuple(
    POINT_NAMES.index(name) for name in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")
)
HEAD_POINTS = tuple(range(11))


def measure_looseness(person: DetectedPerson) -> float:
    """The share of a person's silhouette that lies outside a generous body drawn through their points, 0..1."""
    import cv2

    shrink = min(1.0, WORK_SIDE_PX / max(person.mask.shape))
    mask = (
        cv2.resize(person.mask.astype(np.uint8), None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) > 0
    )
    if not mask.any():
        return 0.0
    points = person.points_px * shrink
    filled = _draw_body(points, _pixels_per_metre(person) * shrink, mask.shape)
    return float((mask & (filled == 0)).sum() / mask.sum())


def _pixels_per_metre(person: DetectedPerson) -> float:
    """The picture's scale at the person: the spread of their points in pixels over that in metres, both seen from
    the front."""
    flat, deep = person.points_px[list(SCALE_POINTS)], person.world_m[list(SCALE_POINTS), :2]
    spread = np.sqrt(((flat - flat.mean(axis=0)) ** 2).sum())
    return float(spread / max(1e-6, np.sqrt(((deep - deep.mean(axis=0)) ** 2).sum())))


def _draw_body(points: np.ndarray, scale: float, shape: tuple[int, ...]) -> np.ndarray:
    """A generous body (H, W) uint8 through points (33, 2) at `scale` pixels per metre."""
    import cv2

    body = np.zeros(shape, np.uint8)
    trunk = cv2.convexHull(points[list(TRUNK_POINTS)].astype(np.int32))
    cv2.fillConvexPoly(body, trunk, (1,))
    margin = max(1, round(TRUNK_MARGIN_M * scale))
    body = cv2.dilate(body, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1)))
    for side in ("left", "right"):
        for start, end, half_width in LIMBS:
            one, two = (_pixel(points[POINT_NAMES.index(f"{side}_{part}")]) for part in (start, end))
            cv2.line(body, one, two, (1,), max(1, round(2 * half_width * scale)))
    head = points[list(HEAD_POINTS)].mean(axis=0)
    neck = points[list(TRUNK_POINTS[:2])].mean(axis=0)
    cv2.circle(body, _pixel(head), max(1, round(HEAD_RADIUS_M * scale)), (1,), -1)
    cv2.line(body, _pixel(neck), _pixel(head), (1,), max(1, round(2 * NECK_HALF_WIDTH_M * scale)))
    return body


def _pixel(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
