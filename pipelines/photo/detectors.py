"""MediaPipe's detectors, opened once per process. The only file that knows mediapipe.

All models come inside its wheel; nothing is fetched. Sources: BlazeFace (Bazarevsky et al. 2019), BlazePose
(Bazarevsky et al. 2020), Attention Mesh (Grishchenko et al. 2020).
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

POSE_POINTS = 33
POSE_CONFIDENCE = 0.3  # plausibility is judged afterwards; at 0.5 rendered people were missed
FACE_CONFIDENCE = 0.5
WARM_UP_SIDE_PX = 256
STDERR = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoseHit:
    """One person found in a picture. points_px (33, 2) pixels of the picture given, in MediaPipe's order;
    visibility (33,) 0..1; world_m (33, 3) metres, camera axes, origin between the hips; soft_mask (height,
    width) float32 0..1."""

    points_px: np.ndarray
    visibility: np.ndarray
    world_m: np.ndarray
    soft_mask: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceHit:
    """One face found in a picture: box (x, y, width, height) in its pixels, and the detector's score 0..1."""

    box: tuple[float, float, float, float]
    score: float


class Detectors:
    """The opened detectors. They are not thread-safe: `open_detectors` hands them out under a lock."""

    def __init__(self) -> None:
        from mediapipe.python.solutions import face_detection, face_mesh, pose

        self._pose = pose.Pose(
            static_image_mode=True,
            model_complexity=1,  # the one whose model is in the wheel
            enable_segmentation=True,
            min_detection_confidence=POSE_CONFIDENCE,
        )
        # 0: faces within 2 m, large in the picture; 1: up to 5 m, small ones
        self._faces = [
            face_detection.FaceDetection(model_selection=reach, min_detection_confidence=FACE_CONFIDENCE)
            for reach in (0, 1)
        ]
        self._mesh = face_mesh.FaceMesh(
            static_image_mode=True, max_num_faces=1, refine_landmarks=True, min_detection_confidence=0.3
        )
        self._has_found_pose = False
        blank = np.full((WARM_UP_SIDE_PX, WARM_UP_SIDE_PX, 3), 128, np.uint8)
        for detector in (self._pose, *self._faces, self._mesh):
            detector.process(blank)

    def find_pose(self, image: np.ndarray) -> PoseHit | None:
        """The most prominent person in a picture (H, W, 3) uint8 RGB, or None."""
        height, width = image.shape[:2]
        side = max(height, width)
        square = np.zeros((side, side, 3), np.uint8)  # its projection is exact on square pictures only
        square[:height, :width] = image
        with (
            nullcontext() if self._has_found_pose else _quiet_stderr()
        ):  # the first person found is announced
            found = _run(self._pose, square)
        self._has_found_pose = self._has_found_pose or found.pose_landmarks is not None
        if found.pose_landmarks is None or found.segmentation_mask is None:
            return None
        flat = [(at.x, at.y, at.visibility) for at in found.pose_landmarks.landmark]
        points = np.asarray(flat, np.float32)
        world = [(at.x, at.y, at.z) for at in found.pose_world_landmarks.landmark]
        return PoseHit(
            points_px=points[:, :2] * side,
            visibility=points[:, 2].copy(),
            world_m=np.asarray(world, np.float32),
            soft_mask=np.asarray(found.segmentation_mask[:height, :width], np.float32),
        )

    def find_faces(self, image: np.ndarray) -> list[FaceHit]:
        """The faces that either range finds in a picture (H, W, 3) uint8 RGB; one face may come twice."""
        height, width = image.shape[:2]
        hits = []
        for detector in self._faces:
            for face in _run(detector, image).detections or ():
                box = face.location_data.relative_bounding_box
                pixels = (box.xmin * width, box.ymin * height, box.width * width, box.height * height)
                hits.append(FaceHit(box=pixels, score=float(face.score[0])))
        return hits

    def find_mesh(self, image: np.ndarray) -> np.ndarray | None:
        """The 478 points of the one face in a square picture, (478, 3) pixels (z towards the picture's depth, in
        the same scale), or None."""
        found = _run(self._mesh, image)
        if not found.multi_face_landmarks:
            return None
        points = [(at.x, at.y, at.z) for at in found.multi_face_landmarks[0].landmark]
        return np.asarray(points, np.float32) * image.shape[1]


_opened: list[Detectors] = []
_lock = threading.Lock()


@contextmanager
def open_detectors() -> Iterator[Detectors]:
    """The process's detectors, opened at the first call (about a second), for one thread at a time."""
    with _lock:
        if not _opened:
            with _quiet_stderr():
                _opened.append(Detectors())
        yield _opened[0]


def _run(detector: Any, image: np.ndarray) -> Any:
    image = np.ascontiguousarray(image)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="SymbolDatabase.GetPrototype", category=UserWarning)
        return detector.process(image)


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep what native code writes to standard error while it starts off the terminal: no option of the
    libraries silences it. Python's own lines of other threads are lost for that second too."""
    kept = os.dup(STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)
