"""The people in a picture, one by one: the pose detector answers for one person at a time.

Each find is looked at again, mirrored and closer. A person is found in the same place: the median of the visible
points moved by 0.005 to 0.025 of the person's size on the photos and renders tried, up to 0.046 where the picture
cuts the person or the camera hides the face. A motorcycle that stood there whole moved by 0.031; lamp posts and
logos were not found again. So more is allowed where a face says that somebody is there, and where the legs are
outside the picture. What is found is painted over and the picture is asked again.
"""

from __future__ import annotations

import numpy as np

from pipelines.options import MOST_PEOPLE
from pipelines.photo.detectors import Detectors, FaceHit, PoseHit

MIRRORED = np.array(
    [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(at for pair in range(11, 33, 2) for at in (pair + 1, pair))]
)  # MediaPipe's point that each point becomes in a mirror
NOSE = 0
LEGS = (25, 26, 27, 28)  # knees and ankles
SEEN_VISIBILITY = 0.5
MAX_DISAGREEMENT = 0.027  # of the person's size; see the first lines
MAX_DISAGREEMENT_OF_PART = 0.08
CLOSER_MARGIN = 0.3  # how much of its size is left around a person when looked at again
MAX_FALSE_FINDS = 2
SAME_FACE_OVERLAP = 0.3  # intersection over union
FACE_OF_PERSON = 1.0  # a face belongs to the person whose nose is nearer to its middle than this many widths
BODY_AROUND_FACE = (
    4.5,
    1.5,
    9.0,
)  # face widths to each side, above and below, in which its body is looked for
MAX_SHARED = 0.5  # share of a find's visible points that may lie on somebody found before
PAINT_MARGIN = 0.01  # of the picture's long side
PAINT_GRID = 48  # cells a side in which the surroundings' colours are averaged …
PAINT_BLUR = 4.0  # … and this many cells far spread

Box = tuple[float, float, float, float]  # x, y, width, height in pixels


def find_people(detectors: Detectors, image: np.ndarray) -> tuple[list[PoseHit], list[FaceHit]]:
    """The people and the faces, largest first, of a picture (H, W, 3) uint8 RGB."""
    faces = _merge_faces(detectors.find_faces(image))
    canvas = image.copy()
    people: list[PoseHit] = []
    false_finds = 0
    while len(people) < MOST_PEOPLE and false_finds < MAX_FALSE_FINDS:
        hit = detectors.find_pose(canvas)
        if hit is None:
            break
        person = None if _is_ghost(hit, people) else _look_again(detectors, canvas, hit, faces)
        if person is None:
            false_finds += 1
        else:
            people.append(person)
        _paint_over(canvas, person or hit)
    for face in faces:
        if len(people) < MOST_PEOPLE and not any(is_face_of(face, person) for person in people):
            person = _find_body_of(detectors, canvas, face)
            if person is not None:
                people.append(person)
                _paint_over(canvas, person)
    return sorted(people, key=_area, reverse=True), [
        face for face in faces if not _is_on_a_body(face, people)
    ]


def person_box(person: PoseHit) -> Box:
    """The box around a person's silhouette and visible points, within the picture."""
    height, width = person.soft_mask.shape
    seen = person.points_px[person.visibility > SEEN_VISIBILITY]
    rows, columns = np.nonzero(person.soft_mask > 0.5)
    xs = np.concatenate([seen[:, 0], columns]).clip(0, width)
    ys = np.concatenate([seen[:, 1], rows]).clip(0, height)
    if not xs.size:
        return 0.0, 0.0, 0.0, 0.0
    return float(xs.min()), float(ys.min()), float(np.ptp(xs)), float(np.ptp(ys))


def is_face_of(face: FaceHit, person: PoseHit) -> bool:
    """Whether a face sits where a person's nose is."""
    x, y, width, height = face.box
    middle = np.array([x + width / 2, y + height / 2])
    return float(np.linalg.norm(person.points_px[NOSE] - middle)) < FACE_OF_PERSON * width


def _look_again(
    detectors: Detectors, image: np.ndarray, hit: PoseHit, faces: list[FaceHit]
) -> PoseHit | None:
    """The same person seen closer and mirrored, averaged with the first look; None where they disagree."""
    height, width = image.shape[:2]
    inside = ((hit.points_px >= 0) & (hit.points_px < [width, height])).all(axis=1)
    seen = inside & (hit.visibility > SEEN_VISIBILITY)
    if not seen.any():
        return None
    size = float(np.ptp(hit.points_px[seen], axis=0).max())
    left, top, right, bottom = _crop_around(hit.points_px[seen], CLOSER_MARGIN * size, image.shape)
    if min(right - left, bottom - top) < 2:
        return None
    again = detectors.find_pose(image[top:bottom, left:right][:, ::-1])
    if again is None:
        return None
    points = again.points_px[MIRRORED] * [-1, 1] + [right - 1, top]
    off = np.linalg.norm(points - hit.points_px, axis=1)[seen]
    is_part = any(is_face_of(face, hit) for face in faces) or not inside[list(LEGS)].all()
    if np.median(off) > (MAX_DISAGREEMENT_OF_PART if is_part else MAX_DISAGREEMENT) * size:
        return None
    mask = hit.soft_mask.copy()
    mask[top:bottom, left:right] = (mask[top:bottom, left:right] + again.soft_mask[:, ::-1]) / 2
    return PoseHit(
        points_px=((points + hit.points_px) / 2).astype(np.float32),
        visibility=(again.visibility[MIRRORED] + hit.visibility) / 2,
        world_m=(again.world_m[MIRRORED] * np.array([-1, 1, 1], np.float32) + hit.world_m) / 2,
        soft_mask=mask,
    )


def _find_body_of(detectors: Detectors, canvas: np.ndarray, face: FaceHit) -> PoseHit | None:
    x, y, width, _ = face.box
    side, above, below = (widths * width for widths in BODY_AROUND_FACE)
    corners = np.array([[x + width / 2 - side, y - above], [x + width / 2 + side, y + below]])
    left, top, right, bottom = _crop_around(corners, 0.0, canvas.shape)
    if min(right - left, bottom - top) < 2:
        return None
    hit = detectors.find_pose(canvas[top:bottom, left:right])
    if hit is None:
        return None
    mask = np.zeros(canvas.shape[:2], np.float32)
    mask[top:bottom, left:right] = hit.soft_mask
    whole = PoseHit(
        points_px=hit.points_px + np.array([left, top], np.float32),
        visibility=hit.visibility,
        world_m=hit.world_m,
        soft_mask=mask,
    )
    return _look_again(detectors, canvas, whole, [face]) if is_face_of(face, whole) else None


def _crop_around(points: np.ndarray, margin: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the box around points (N, 2) with a margin, within the picture."""
    low = np.floor(points.min(axis=0) - margin).clip(0, [shape[1], shape[0]]).astype(int)
    high = np.ceil(points.max(axis=0) + margin).clip(0, [shape[1], shape[0]]).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _paint_over(canvas: np.ndarray, hit: PoseHit) -> None:
    """Let the surroundings of a find flow over it, so that no figure is left to be found."""
    import cv2

    person = (hit.soft_mask > 0.3).astype(np.uint8)
    seen = hit.points_px[hit.visibility > SEEN_VISIBILITY]
    if len(seen) > 2:  # the mask of a false find may be empty: its points are covered too
        cv2.fillConvexPoly(person, cv2.convexHull(seen).astype(np.int32), (1,))
    margin = 1 + round(PAINT_MARGIN * max(canvas.shape[:2]))
    person = cv2.dilate(person, np.ones((2 * margin + 1, 2 * margin + 1), np.uint8))
    ground = 1 - person
    size = (PAINT_GRID, PAINT_GRID)
    weights = cv2.resize(ground.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    rest = cv2.bitwise_and(canvas, canvas, mask=ground)
    colors = cv2.resize(rest, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    weights, colors = (cv2.GaussianBlur(cells, (0, 0), PAINT_BLUR) for cells in (weights, colors))
    flow = (colors / np.maximum(weights, 1e-6)[..., None]).clip(0, 255).astype(np.uint8)
    cv2.copyTo(cv2.resize(flow, canvas.shape[1::-1], interpolation=cv2.INTER_LINEAR), person, canvas)


def _is_on_a_body(face: FaceHit, people: list[PoseHit]) -> bool:
    """Whether a face was seen in the folds of somebody's clothes."""
    if any(is_face_of(face, person) for person in people):
        return False
    x, y, width, height = face.box
    column, row = round(x + width / 2), round(y + height / 2)
    return any(
        0 <= row < one.soft_mask.shape[0]
        and 0 <= column < one.soft_mask.shape[1]
        and one.soft_mask[row, column] > 0.5
        for one in people
    )


def _is_ghost(hit: PoseHit, people: list[PoseHit]) -> bool:
    """Whether a find lies on somebody who was found before."""
    seen = hit.points_px[hit.visibility > SEEN_VISIBILITY]
    height, width = hit.soft_mask.shape
    columns, rows = seen.round().astype(int).clip(0, [width - 1, height - 1]).T
    return any((one.soft_mask[rows, columns] > 0.3).mean() > MAX_SHARED for one in people)


def _merge_faces(hits: list[FaceHit]) -> list[FaceHit]:
    """One hit per face, the surest of those that overlap; largest first."""
    kept: list[FaceHit] = []
    for hit in sorted(hits, key=lambda face: face.score, reverse=True):
        if all(_overlap(hit.box, other.box) < SAME_FACE_OVERLAP for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda face: face.box[2], reverse=True)


def _overlap(one: Box, two: Box) -> float:
    """Intersection over union of two boxes; 1 where one holds the other's middle within it entirely."""
    wide = min(one[0] + one[2], two[0] + two[2]) - max(one[0], two[0])
    high = min(one[1] + one[3], two[1] + two[3]) - max(one[1], two[1])
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min(one[2] * one[3], two[2] * two[3])
    return wide * high / smaller if smaller > 0 else 0.0


def _area(person: PoseHit) -> float:
    _, _, width, height = person_box(person)
    return width * height
