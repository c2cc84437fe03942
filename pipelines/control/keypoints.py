"""The points that pose detectors see, on a posed body: body 18, hands of 21, face of 70 (OpenPose's order)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.pose.openpose import BODY_POINTS, body_points, hand_points
from pipelines.pose.surface_points import find_surface_points
from pipelines.render.camera import Camera
from pipelines.types import Body

# The 68 face points of iBUG's order (jaw, brows, nose, eyes, lips; the subject's right first) and the two pupils,
# as vertices of the free body. They were found once: a face mesh detector on a drawing of the default body, each
# point given to the nearest seen vertex, the left half mirrored from the right, eyelids corrected by hand.
JAW = (5389, 5719, 5471, 912, 5224, 893, 995, 5276, 5209, 11866, 7673, 7579, 11817, 7598, 12054, 12300, 11972)
BROWS = (3726, 207, 176, 177, 209, 6968, 6937, 6936, 6966, 10378)
NOSE = (132, 131, 291, 5038, 354, 313, 316, 7060, 7099)
EYES = (5061, 1057, 6747, 6748, 6756, 41, 13328, 13327, 7733, 11660, 6809, 13336)
OUTER_LIPS = (429, 5338, 456, 455, 7199, 11924, 7173, 7219, 7225, 591, 486, 480)
INNER_LIPS = (444, 462, 468, 7205, 7188, 7212, 474, 472)
PUPILS = (13655, 13583)
FACE_VERTICES = (*JAW, *BROWS, *NOSE, *EYES, *OUTER_LIPS, *INNER_LIPS, *PUPILS)

# A detector sees a face point from so far around: the cosine between the face and the way to the camera, plus
# a share of the cosine of the point's own side. Chosen so that a quarter view shows both eyes and one ear, a
# profile one eye and one ear, and the back of the head its two ears alone.
NOSE_FACING = -0.1
EYE_FRONT, EYE_SIDE, EYE_FACING = 0.8, 0.35, 0.05
EAR_FACING = -0.4
FACE_FACING = 0.3
HAND_HIDDEN_M = 0.03  # a hand point so far behind the seen surface is hidden
HAND_SEEN = 0.34  # share of a hand's points that must be seen for a detector to find the hand


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keypoints:
    """Points in a picture: x and y in pixels; NaN where a detector would not see one.

    body (18, 2); hands (2, 21, 2), left and right; face (70, 2).
    """

    body: np.ndarray
    hands: np.ndarray
    face: np.ndarray


def find_keypoints(body: Body, camera: Camera, depth: np.ndarray) -> Keypoints:
    """What a detector would find in the picture. `depth` (height, width) in metres, 0 where there is no body."""
    seen = camera.project(body_points(body))[:, :2]
    face = camera.project(body.vertices[list(FACE_VERTICES)].astype(np.float64))[:, :2]
    hidden, facing = _turned_away(body, camera)
    seen[[BODY_POINTS.index(name) for name in hidden]] = np.nan
    if facing < FACE_FACING:
        face[:] = np.nan
    hands = [_seen_hand(camera.project(hand_points(body, side)), depth) for side in (".L", ".R")]
    return Keypoints(
        body=_within(seen, camera), hands=_within(np.array(hands), camera), face=_within(face, camera)
    )


def find_face(body: Body, camera: Camera) -> tuple[float, float, float, float] | None:
    """Where the face is in the picture, brows to chin: left, top, right, bottom in pixels, beyond its sides too.

    None where it looks away from the camera; a profile is still a face.
    """
    if _turned_away(body, camera)[1] < NOSE_FACING:
        return None
    face = camera.project(body.vertices[list(FACE_VERTICES)].astype(np.float64))[:, :2]
    (left, top), (right, bottom) = face.min(0), face.max(0)
    return float(left), float(top), float(right), float(bottom)


def _turned_away(body: Body, camera: Camera) -> tuple[list[str], float]:
    """Which face points look away from the camera, and how much the face looks at it (cosine)."""
    ears = body.vertices[[find_surface_points()["ear.L"], find_surface_points()["ear.R"]]].astype(np.float64)
    eyes = (body.joint("eye.L") + body.joint("eye.R")).astype(np.float64) / 2
    left = ears[0] - ears[1]
    left /= np.linalg.norm(left)
    front = eyes - ears.mean(0)
    front -= (front @ left) * left  # eyes and ears are about level, so this is where the face looks
    front /= np.linalg.norm(front)
    position = -camera.rotation.T @ camera.translation
    view = position - eyes
    view /= np.linalg.norm(view)
    facing, aside = float(front @ view), float(left @ view)
    hidden = ["nose"] if facing < NOSE_FACING else []
    for name, own in (("left", aside), ("right", -aside)):
        if EYE_FRONT * facing + EYE_SIDE * own < EYE_FACING:
            hidden.append(name + "_eye")
        if own < EAR_FACING:
            hidden.append(name + "_ear")
    return hidden, facing


def _seen_hand(points: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """The pixels (21, 2) of a hand; all NaN where too much of it is hidden behind the body."""
    height, width = depth.shape
    x, y = np.floor(points[:, 0]).astype(int), np.floor(points[:, 1]).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    surface = np.zeros(len(points))
    surface[inside] = depth[y[inside], x[inside]]
    seen = inside & ((surface == 0) | (points[:, 2] < surface + HAND_HIDDEN_M))
    return points[:, :2] if seen.mean() >= HAND_SEEN else np.full((len(points), 2), np.nan)


def _within(points: np.ndarray, camera: Camera) -> np.ndarray:
    """Points outside the picture become NaN."""
    outside = (points < 0).any(-1) | (points >= np.array([camera.width, camera.height])).any(-1)
    return np.where(outside[..., None], np.nan, points)
