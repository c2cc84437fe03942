"""Points in pictures: OpenPose JSON (18 or 25 points), COCO keypoints (17), and the coloured OpenPose picture.

Points without depth are lifted to a pose (pipelines.pose.exchange.lifting). What is written is OpenPose's JSON with 18
body points and 21 of each hand, of the pose in its own front view.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.exchange.found import FoundPose
from pipelines.pose.exchange.lifting import lift_points
from pipelines.pose.exchange.limits import (
    LARGEST_PIXEL,
    MOST_PEOPLE,
    PoseFileRefused,
    check_list,
    check_number,
    check_object,
)
from pipelines.pose.openpose import BODY_POINTS, body_points, hand_points
from pipelines.pose.template import PoseTemplate
from pipelines.render.camera import frame_body
from pipelines.types import CameraSpec

WIDTH, HEIGHT = 768, 1024  # pixels of the picture that is written for
VERSION = 1.3
SEEN = 0.05  # a point with less confidence is not seen
# OpenPose's other numbering: 25 points, of which these are ours, in the order of BODY_POINTS
OF_25 = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
MOST_POINTS = 150
BODY_KEYS = ("pose_keypoints_2d", "pose_keypoints", "keypoints")
REMARK = "Depth was guessed: a picture's points do not tell what is nearer."


def write_openpose(template: PoseTemplate) -> bytes:
    """The template's points as OpenPose JSON, one person, in pixels of canvas_width × canvas_height."""
    body = open_anny().build(POSE_BODY, template.pose)
    spec = CameraSpec(view="designed", framing="full", yaw_deg=template.camera_yaw_deg)
    camera = frame_body(body, spec, WIDTH, HEIGHT)

    def flat(points: np.ndarray) -> list[float]:
        seen = camera.project(points)
        return [round(float(v), 2) for x, y, _ in seen for v in (x, y, 1.0)]

    person = {
        "person_id": [-1],
        "pose_keypoints_2d": flat(body_points(body)),
        "face_keypoints_2d": [],
        "hand_left_keypoints_2d": flat(hand_points(body, ".L")),
        "hand_right_keypoints_2d": flat(hand_points(body, ".R")),
    }
    document = {"version": VERSION, "canvas_width": WIDTH, "canvas_height": HEIGHT, "people": [person]}
    return (json.dumps(document) + "\n").encode()


def is_keypoints(document: Any) -> bool:
    """Whether a JSON document holds points of people."""
    if isinstance(document, list):
        return bool(document) and isinstance(document[0], dict) and is_keypoints(document[0])
    return isinstance(document, dict) and any(
        key in document for key in ("people", "annotations", *BODY_KEYS)
    )


def read_keypoints(document: Any, name: str, person: int = 0) -> FoundPose:
    """The pose of one person of OpenPose or COCO JSON, the first being 0. Raises PoseFileRefused."""
    people = people_of(document)
    if not 0 <= person < len(people):
        raise PoseFileRefused(f"There are {len(people)} people, counted from 0; there is no person {person}.")
    return found_in(people[person], name)


def found_in(seen: np.ndarray, name: str) -> FoundPose:
    """The pose of 18 points (18, 2). Raises PoseFileRefused."""
    return FoundPose(name=name, pose=lift_points(seen).pose, remarks=(REMARK,))


def people_of(document: Any) -> list[np.ndarray]:
    """The points (18, 2) of everyone in a document; NaN where one is not seen. Raises PoseFileRefused."""
    people: Any = document
    if isinstance(document, dict):
        people = next((document[key] for key in ("people", "annotations") if key in document), [document])
    if not check_list(people, "people", MOST_PEOPLE):
        raise PoseFileRefused("There is nobody in this file.")
    return [_points_of(check_object(one, "people")) for one in people]


def _points_of(one: dict[str, Any]) -> np.ndarray:
    key = next((key for key in BODY_KEYS if key in one), None)
    if key is None:
        raise PoseFileRefused(f"A person has none of {', '.join(BODY_KEYS)}.")
    values = [check_number(v, key, LARGEST_PIXEL) for v in check_list(one[key], key, 3 * MOST_POINTS)]
    if len(values) % 3:
        raise PoseFileRefused(f"{key}: three numbers a point are expected: x, y, how sure.")
    points = np.array(values).reshape(-1, 3)
    places = np.where(points[:, 2:] > SEEN, points[:, :2], np.nan)
    if len(points) == len(BODY_POINTS):
        return places
    if len(points) >= 25 and key != "keypoints":
        return places[list(OF_25)]
    if len(points) == len(COCO):
        return from_coco(places)
    raise PoseFileRefused(f"{key}: 17 (COCO), 18 or 25 (OpenPose) points are known, not {len(points)}.")


def from_coco(places: np.ndarray) -> np.ndarray:
    """COCO's 17 points (17, 2) as our 18: the neck is between the shoulders."""
    shoulders = places[[COCO.index("left_shoulder"), COCO.index("right_shoulder")]]
    return np.stack(
        [shoulders.mean(0) if name == "neck" else places[COCO.index(name)] for name in BODY_POINTS]
    )
