"""The OpenPose skeleton: body 18 in the usual colours, hands as rainbows of bones, face points in white."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.control.keypoints import BODY_POINTS, Keypoints

RGB = tuple[int, int, int]
# Limbs in drawing order; the colour of limb i and of point i is row i of COLORS.
LIMBS = (
    ("neck", "right_shoulder"),
    ("neck", "left_shoulder"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("neck", "right_hip"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
    ("neck", "left_hip"),
    ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"),
    ("neck", "nose"),
    ("nose", "right_eye"),
    ("right_eye", "right_ear"),
    ("nose", "left_eye"),
    ("left_eye", "left_ear"),
)
COLORS: tuple[RGB, ...] = (
    (255, 0, 0),
    (255, 85, 0),
    (255, 170, 0),
    (255, 255, 0),
    (170, 255, 0),
    (85, 255, 0),
    (0, 255, 0),
    (0, 255, 85),
    (0, 255, 170),
    (0, 255, 255),
    (0, 170, 255),
    (0, 85, 255),
    (0, 0, 255),
    (85, 0, 255),
    (170, 0, 255),
    (255, 0, 255),
    (255, 0, 170),
    (255, 0, 85),
)
LIMB_SHADE = 0.6  # limbs are drawn darker than points
HAND_BONES = tuple(
    (0 if joint == 0 else 4 * f + joint, 4 * f + joint + 1) for f in range(5) for joint in range(4)
)
HAND_POINT: RGB = (0, 0, 255)
FACE_POINT: RGB = (255, 255, 255)

# Sizes for a picture whose shorter side is 512 pixels; they grow with it.
DRAWN_FOR_PX = 512
LIMB_HALF_WIDTH_PX, BODY_POINT_PX = 4.0, 4.0
HAND_BONE_PX, HAND_POINT_PX, FACE_POINT_PX = 2.0, 2.6, 2.2
# …but a small hand or face has finer ones: at most so large, as a share of its own size
HAND_POINT_SHARE, FACE_POINT_SHARE = 0.035, 0.022
LEAST_POINT_PX = 1.5  # …but no finer than a detector draws them: 6 pixels wide in a picture of 1024
SUBPIXEL_BITS = 4


def draw_skeleton(keypoints: Keypoints, width: int, height: int, *, details: bool = True) -> np.ndarray:
    """The skeleton on black, (height, width, 3) uint8 RGB. `details` draws hands and face as well."""
    canvas = np.zeros((height, width, 3), np.uint8)
    scale = min(width, height) / DRAWN_FOR_PX
    for (start, end), color in zip(LIMBS, COLORS, strict=False):
        a, b = keypoints.body[BODY_POINTS.index(start)], keypoints.body[BODY_POINTS.index(end)]
        if np.isfinite(a).all() and np.isfinite(b).all():
            shaded = (int(color[0] * LIMB_SHADE), int(color[1] * LIMB_SHADE), int(color[2] * LIMB_SHADE))
            _draw_limb(canvas, a, b, shaded, LIMB_HALF_WIDTH_PX * scale)
    for point, color in zip(keypoints.body, COLORS, strict=True):
        _draw_point(canvas, point, color, BODY_POINT_PX * scale)
    if details:
        for hand in keypoints.hands:
            _draw_hand(canvas, hand, scale)
        radius = _point_radius(FACE_POINT_PX, FACE_POINT_SHARE, keypoints.face, scale)
        for point in keypoints.face:
            _draw_point(canvas, point, FACE_POINT, radius)
    return canvas


def _draw_limb(canvas: np.ndarray, a: np.ndarray, b: np.ndarray, color: RGB, half_width: float) -> None:
    """A limb as an ellipse from point to point."""
    import cv2

    angle = round(np.degrees(np.arctan2(b[1] - a[1], b[0] - a[0])))
    half_length = float(np.hypot(*(b - a))) / 2
    unit = 1 << SUBPIXEL_BITS
    middle = tuple(round(v * unit) for v in (a + b) / 2)
    axes = (round(half_length * unit), round(half_width * unit))
    polygon = cv2.ellipse2Poly(middle, axes, angle, 0, 360, 3)
    cv2.fillConvexPoly(canvas, polygon, color, cv2.LINE_AA, SUBPIXEL_BITS)


def _draw_point(canvas: np.ndarray, point: np.ndarray, color: RGB, radius: float) -> None:
    import cv2

    if np.isfinite(point).all():
        unit = 1 << SUBPIXEL_BITS
        center = (round(point[0] * unit), round(point[1] * unit))
        cv2.circle(
            canvas,
            center,
            max(round(radius * unit), unit * 3 // 4),
            color,
            -1,
            cv2.LINE_AA,
            SUBPIXEL_BITS,
        )


def _draw_hand(canvas: np.ndarray, hand: np.ndarray, scale: float) -> None:
    import cv2

    colors = _rainbow(len(HAND_BONES))
    unit = 1 << SUBPIXEL_BITS
    radius = _point_radius(HAND_POINT_PX, HAND_POINT_SHARE, hand, scale)
    thickness = max(round(radius * HAND_BONE_PX / HAND_POINT_PX), 1)
    for (start, end), color in zip(HAND_BONES, colors, strict=True):
        if np.isfinite(hand[[start, end]]).all():
            a, b = (tuple(round(v * unit) for v in hand[i]) for i in (start, end))
            cv2.line(canvas, a, b, color, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    for point in hand:
        _draw_point(canvas, point, HAND_POINT, radius)


def _point_radius(usual_px: float, share: float, points: np.ndarray, scale: float) -> float:
    """The radius of a hand's or a face's points: finer in a small one, and never too fine to be seen."""
    return max(min(usual_px * scale, share * _size(points)), LEAST_POINT_PX * scale)


def _size(points: np.ndarray) -> float:
    """The larger side of the box around the points that are there, pixels."""
    there = points[np.isfinite(points).all(1)]
    return float(np.ptp(there, axis=0).max()) if len(there) else 0.0


def _rainbow(count: int) -> Sequence[RGB]:
    """Evenly spaced hues at full saturation and value, red first."""
    colors = []
    for index in range(count):
        hue = 6 * index / count
        ramp = round(255 * (1 - abs(hue % 2 - 1)))
        row = ((255, ramp, 0), (ramp, 255, 0), (0, 255, ramp), (0, ramp, 255), (ramp, 0, 255), (255, 0, ramp))
        colors.append(row[int(hue)])
    return colors
