"""The camera: where it stands for a view and a framing of a body, and how it projects points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.types import Body, CameraSpec

VIEW_YAW_DEG = {"front": 0.0, "back": 180.0, "side": 90.0, "quarter": 35.0}  # body turned to its own left
FIELD_OF_VIEW_DEG = {"full": 20.0, "three-quarter": 18.0, "bust": 16.0, "portrait": 16.0}  # vertical
TILT_DEG = {"full": 5.0, "three-quarter": 3.0, "bust": 0.0, "portrait": 0.0}  # looking slightly down
HEADS_SHOWN = {"three-quarter": 5.2, "bust": 2.9, "portrait": 1.62}  # picture height below the crown, in heads
HEADROOM = 0.07  # share of the picture kept free above the figure
FULL_MARGIN = 0.06  # share of the picture kept free on each side of a whole figure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Camera:
    """A pinhole camera. camera_point = rotation @ world_point + translation; principal point in the middle."""

    rotation: np.ndarray  # (3, 3)
    translation: np.ndarray  # (3,) metres
    focal_px: float
    width: int
    height: int

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """World points (N, 3) in the camera's frame, metres."""
        return points @ self.rotation.T.astype(points.dtype) + self.translation.astype(points.dtype)

    def project(self, points: np.ndarray) -> np.ndarray:
        """World points (N, 3) to (N, 3): pixel x, pixel y (pixel centres at .5), depth in metres."""
        seen = self.to_camera(points)
        xy = self.focal_px * seen[:, :2] / seen[:, 2:]
        return np.concatenate([xy + [self.width / 2, self.height / 2], seen[:, 2:]], axis=1)


def yaw_of(spec: CameraSpec) -> float:
    """How far the body is turned about the vertical for this spec, degrees, positive to its own left.

    The pose's own turn belongs to the front and quarter views; side and back are plain turns of the front.
    """
    return VIEW_YAW_DEG[spec.view] + spec.yaw_deg


def frame_body(body: Body, spec: CameraSpec, width: int, height: int) -> Camera:
    """The camera that shows this body in that view and framing in a width x height picture."""
    raise NotImplementedError
