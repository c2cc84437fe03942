"""What is seen in a photo: people, the chosen one's 33 points and silhouette, faces and where they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.photo.detectors import Detectors, FaceHit, PoseHit, open_detectors
from pipelines.photo.errors import refuse
from pipelines.photo.face_mesh import look_closer, turn_of
from pipelines.photo.people import Box, find_people, is_face_of, person_box
from pipelines.photo.silhouette import refine_mask

POINT_NAMES = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
    "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
    "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    "left_heel", "right_heel", "left_foot_index", "right_foot_index",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A face: box (x, y, width, height) in pixels, the detector's score 0..1, and the angle in degrees by which
    it is turned (0 towards the camera, positive to the subject's left; None where it could not be told)."""

    box: Box
    score: float
    yaw_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectedPerson:
    """The chosen person.

    box: x, y, width, height in pixels; points_px (33, 2) float32 pixels in the order of POINT_NAMES, also
    outside the picture where the detector guesses; visibility (33,) float32 0..1; world_m (33, 3) float32
    metres, camera axes (x right, y down, z forward), origin between the hips, the detector's own scale;
    mask (height, width) bool, the silhouette; face: this person's, where one was found.
    """

    box: Box
    points_px: np.ndarray
    visibility: np.ndarray
    world_m: np.ndarray
    mask: np.ndarray
    face: Face | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """What was found in a picture of width × height pixels: how many people, the largest of them or the one that was
    asked for (None: nobody), all faces, largest first, and the boxes of the bodies found, left to right."""

    width: int
    height: int
    people: int
    person: DetectedPerson | None
    faces: tuple[Face, ...]
    boxes: tuple[Box, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What the store keeps and the window draws over the photo; pixels of the kept photo, no silhouette.

        {"width", "height", "people", "boxes", "faces": [{"box", "score", "yaw_deg"}], "person": null or {"box", "face",
        "points": [[x, y, visibility] × 33], "world": [[x, y, z] × 33]}}; the order of points is POINT_NAMES.
        """
        return {
            "width": self.width,
            "height": self.height,
            "people": self.people,
            "boxes": [[round(length, 1) for length in box] for box in self.boxes],
            "faces": [_face_to_json(face) for face in self.faces],
            "person": _person_to_json(self.person) if self.person else None,
        }


def detect_landmarks(image: np.ndarray, person: int | None = None) -> Landmarks:
    """Look at a picture (H, W, 3) uint8 RGB, upright, and closer at one person: the one of that number, where 1 is the
    leftmost, or the largest. About 0.2 s of processor when warm, a second more at first.

    Any number of threads may call; one picture is looked at at a time. Nothing connects anywhere. Raises PhotoRefused
    for a number that nobody has.
    """
    height, width = image.shape[:2]
    with open_detectors() as detectors:
        people, hits = find_people(detectors, image)
        faces = tuple(_measure_face(detectors, image, hit) for hit in hits)
    owners = [
        next((face for face, hit in zip(faces, hits, strict=True) if is_face_of(hit, one)), None)
        for one in people
    ]
    strangers = sum(face not in owners and face.yaw_deg is not None for face in faces)  # faces that are faces
    boxes = [person_box(one) for one in people]
    from_left = sorted(range(len(people)), key=lambda place: boxes[place][0] + boxes[place][2] / 2)
    if person is not None and people and not 1 <= person <= len(people):
        raise refuse("no-such-person", people=len(people))
    chosen = 0 if person is None or not people else from_left[person - 1]
    return Landmarks(
        width=width,
        height=height,
        people=len(people) + strangers,
        person=_describe(image, people[chosen], owners[chosen]) if people else None,
        faces=faces,
        boxes=tuple(boxes[place] for place in from_left),
    )


def _describe(image: np.ndarray, hit: PoseHit, face: Face | None) -> DetectedPerson:
    mask = refine_mask(image, hit.soft_mask, person_box(hit))
    return DetectedPerson(
        box=person_box(hit),
        points_px=hit.points_px,
        visibility=hit.visibility,
        world_m=hit.world_m,
        mask=mask,
        face=face,
    )


def _measure_face(detectors: Detectors, image: np.ndarray, hit: FaceHit) -> Face:
    """Look closer at a face for where it is turned."""
    mesh = look_closer(detectors, image, hit.box)
    return Face(box=hit.box, score=hit.score, yaw_deg=None if mesh is None else turn_of(mesh))


def _face_to_json(face: Face) -> dict[str, Any]:
    return {
        "box": [round(length, 1) for length in face.box],
        "score": round(face.score, 2),
        "yaw_deg": face.yaw_deg,
    }


def _person_to_json(person: DetectedPerson) -> dict[str, Any]:
    return {
        "box": [round(length, 1) for length in person.box],
        "face": _face_to_json(person.face) if person.face else None,
        "points": [
            [round(float(x), 1), round(float(y), 1), round(float(seen), 2)]
            for (x, y), seen in zip(person.points_px, person.visibility, strict=True)
        ],
        "world": [[round(float(value), 3) for value in point] for point in person.world_m],
    }
