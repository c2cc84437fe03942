"""Looking for people in a photo, in the worker: the detector's libraries stay out of the app's process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.photo.landmarks import DetectedPerson, Face, Landmarks, detect_landmarks
from pipelines.photo.open import OpenedPhoto, read_kept_photo
from studio.worker.channel import ChannelClient
from studio.worker.frames import Reply

DETECT_TIMEOUT_S = 60.0  # the first photo of a fresh worker waits for the detector's libraries


def find_landmarks(channel: ChannelClient | None, photo: OpenedPhoto) -> Landmarks:
    """Who and what is seen in an opened photo; asked of the worker, or found here where there is none.

    Raises DraftUnavailable while the worker starts again, and what the detector raises.
    """
    if channel is None:
        return detect_landmarks(photo.image)
    answer = channel.call("detect", body=photo.data, timeout=DETECT_TIMEOUT_S)
    assert answer is not None  # nothing overtakes it
    return unpack_landmarks(answer)


def answer_detect(_: Mapping[str, Any], body: bytes) -> Reply:
    """The worker's side of it: `body` is a photo as it is kept."""
    return pack_landmarks(detect_landmarks(read_kept_photo(body)))


def pack_landmarks(landmarks: Landmarks) -> Reply:
    """Landmarks as a frame, nothing rounded: numbers in the header, the silhouette as bits in the body."""
    person = landmarks.person
    values: dict[str, Any] = {
        "width": landmarks.width,
        "height": landmarks.height,
        "people": landmarks.people,
        "boxes": [list(map(float, box)) for box in landmarks.boxes],
        "faces": [_face_to_list(face) for face in landmarks.faces],
        "person": None,
    }
    if person is None:
        return Reply(values=values)
    values["person"] = {
        "box": list(map(float, person.box)),
        "points_px": person.points_px.tolist(),
        "visibility": person.visibility.tolist(),
        "world_m": person.world_m.tolist(),
        "face": _face_to_list(person.face) if person.face else None,
    }
    return Reply(values=values, body=np.packbits(person.mask).tobytes())


def unpack_landmarks(answer: Reply) -> Landmarks:
    """What pack_landmarks was given."""
    values = answer.values
    width, height, found = values["width"], values["height"], values["person"]
    person = None
    if found is not None:
        bits = np.unpackbits(np.frombuffer(answer.body, np.uint8), count=width * height)
        person = DetectedPerson(
            box=tuple(found["box"]),
            points_px=np.asarray(found["points_px"], np.float32),
            visibility=np.asarray(found["visibility"], np.float32),
            world_m=np.asarray(found["world_m"], np.float32),
            mask=bits.reshape(height, width).astype(bool),
            face=_face_from_list(found["face"]) if found["face"] else None,
        )
    faces = tuple(_face_from_list(face) for face in values["faces"])
    return Landmarks(
        width=width,
        height=height,
        people=values["people"],
        person=person,
        faces=faces,
        boxes=tuple(map(tuple, values["boxes"])),
    )


def _face_to_list(face: Face) -> list[Any]:
    return [list(map(float, face.box)), float(face.score), face.yaw_deg]


def _face_from_list(values: list[Any]) -> Face:
    box, score, yaw_deg = values
    return Face(box=tuple(box), score=score, yaw_deg=yaw_deg)
