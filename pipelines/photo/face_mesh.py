"""The 468 points of a face in a photo, by the face mesh of the detectors (Attention Mesh, Grishchenko et al. 2020)."""

from __future__ import annotations

import numpy as np

from pipelines.photo.detectors import Detectors, open_detectors
from pipelines.photo.errors import refuse
from pipelines.photo.people import Box

FACE_POINTS = 468  # those of the skin; further ones are the irises'
FACE_CROP = 1.8  # side of the square that the face mesh looks at, in face widths
FACE_CROP_SIDE_PX = 256
RIGHT_CHEEK, LEFT_CHEEK = 234, 454  # points of the face mesh at the ears, the subject's sides
MOST_TURNED_DEG = 35.0  # beyond that one side of the face is not seen
FEWEST_PX_ACROSS = 48  # from ear to ear: of fewer a face on a body is a smear


def find_face_points(image: np.ndarray, box: Box) -> np.ndarray:
    """(468, 3) pixels of a picture (H, W, 3) uint8 RGB, z into the picture in the same scale, of the face in that box.

    Raises PhotoRefused where there is none, one that is too small, or one that is turned away.
    """
    with open_detectors() as detectors:
        found = look_closer(detectors, image, box)
    if found is None:
        raise refuse("no-face")
    points = found[:FACE_POINTS]
    if abs(turn_of(points)) > MOST_TURNED_DEG:
        raise refuse("face-turned")
    if np.ptp(points[:, 0]) < FEWEST_PX_ACROSS:
        raise refuse("face-too-small")
    return points


def turn_of(points: np.ndarray) -> float:
    """By how many degrees a face is turned: 0 towards the camera, positive to the subject's left. That is the angle of
    the line from cheek to cheek, in depth."""
    across, _, depth = points[LEFT_CHEEK] - points[RIGHT_CHEEK]
    return round(float(np.degrees(np.arctan2(depth, across))), 1)


def look_closer(detectors: Detectors, image: np.ndarray, box: Box) -> np.ndarray | None:
    """All 478 points of the face in that box, irises too, in pixels of the picture; None where there is no face."""
    import cv2

    x, y, width, height = box
    half = FACE_CROP * width / 2
    corner = np.array([x + width / 2 - half, y + height / 2 - half])
    scale = FACE_CROP_SIDE_PX / (2 * half)
    shift = np.array([[scale, 0, -corner[0] * scale], [0, scale, -corner[1] * scale]])
    side = (FACE_CROP_SIDE_PX, FACE_CROP_SIDE_PX)
    closer = cv2.warpAffine(image, shift, side, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    mesh = detectors.find_mesh(closer)
    if mesh is None:
        return None
    placed = mesh / scale
    placed[:, :2] += corner
    return placed.astype(np.float32)
