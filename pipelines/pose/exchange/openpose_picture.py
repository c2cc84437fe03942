"""The coloured OpenPose picture on black, as control maps are: back to its 18 points, by the colours of its joints."""

from __future__ import annotations

import numpy as np

from pipelines.pose.exchange.limits import PoseFileRefused

# The usual colour of each of the 18 points, in their order; limbs are drawn darker.
COLORS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0), (0, 255, 85),
    (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255), (170, 0, 255),
    (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
BLACK_MOST, BLACK_SHARE = 24, 0.75  # a pixel this dark is black, and so much of such a picture is
NEAR = 34.0  # a pixel is of the colour that is so near in RGB and nearest
LEAST_PIXELS = 4
LEAST_COLORS = 8


def looks_like_openpose(picture: np.ndarray) -> bool:
    """Whether a picture (H, W, 3) uint8 is points and limbs on black, and no photo."""
    if float((picture.max(2) <= BLACK_MOST).mean()) < BLACK_SHARE:
        return False
    return int(np.isfinite(read_points(picture)).all(1).sum()) >= LEAST_COLORS


def read_points(picture: np.ndarray) -> np.ndarray:
    """The points (18, 2) of the one person in the picture, pixels; NaN where a colour is not there."""
    import cv2

    rows, columns = np.nonzero(picture.max(2) > 200)
    points = np.full((len(COLORS), 2), np.nan)
    if not len(rows):
        return points
    away = np.linalg.norm(picture[rows, columns, None].astype(float) - np.array(COLORS), axis=2)
    nearest = away.argmin(1)
    for number in range(len(COLORS)):
        own = (nearest == number) & (away[:, number] < NEAR)
        mask = np.zeros(picture.shape[:2], np.uint8)
        mask[rows[own], columns[own]] = 1
        count, _, stats, middles = cv2.connectedComponentsWithStats(mask)
        if count < 2:
            continue
        largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        if stats[largest, cv2.CC_STAT_AREA] >= LEAST_PIXELS:
            points[number] = middles[largest] + 0.5
    return points


def points_of_picture(picture: np.ndarray) -> np.ndarray:
    """As read_points. Raises PoseFileRefused where too little is found."""
    points = read_points(picture)
    if int(np.isfinite(points).all(1).sum()) < LEAST_COLORS:
        raise PoseFileRefused("The picture is no OpenPose picture: its colours are not found on black.")
    return points
