"""The camera: where it stands for a view and a framing of a body, and how it projects points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from pipelines.types import VIEWS, Body, CameraSpec

VIEW_YAW_DEG = {
    "front": 0.0,
    "back": 180.0,
    "side": 90.0,
    "quarter": 35.0,
    "designed": 0.0,
}  # body turned to its own left
FIELD_OF_VIEW_DEG = {"full": 20.0, "three-quarter": 18.0, "bust": 16.0, "portrait": 16.0}  # vertical
TILT_DEG = {"full": 5.0, "three-quarter": 3.0, "bust": 0.0, "portrait": 0.0}  # looking slightly down
HEADS_SHOWN = {
    "three-quarter": 5.2,
    "bust": 2.9,
    "portrait": 1.62,
}  # picture height below the crown, in heads
HEADROOM = {"full": 0.07, "three-quarter": 0.07, "bust": 0.12, "portrait": 0.155}  # share free above the head
FULL_MARGIN = 0.06  # share of the picture kept free on each side of a whole figure
NARROWEST = 0.75  # width to height below which a head-relative framing steps back, so that shoulders stay in
HEAD_PER_JOINT = 1.53  # chin to crown, over the crown above the head bone (the free body: 23.3 to 15.2 cm)
HEAD_LEAN = 0.4  # how much the head, beside the middle of the body, decides where a whole figure stands
BESIDE_M = 0.75  # a carried thing is held in the picture as far as it reaches beyond the body
FILM_HEIGHT_MM = 36.0  # of the picture that a lens is said for: 35 mm film, held upright
LOWEST_EYE_M = 0.1  # above the floor; a camera that looks up from further down looks up less
NEAREST_EYE_M = 0.35  # before the nearest point of the body; a wider lens would have the camera inside of it
TILT_HALVINGS = 10  # finds the tilt within a twentieth of a degree
HEAD_RADIUS_M = 0.25  # rest vertices above the head bone and this close to its axis are the head's


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
        return np.concatenate([xy + np.array([self.width / 2, self.height / 2]), seen[:, 2:]], axis=1)

    def unproject(self, pixels: np.ndarray) -> np.ndarray:
        """(N, 3) of pixel x, pixel y, depth in metres, back to world points (N, 3)."""
        xy = (pixels[:, :2] - [self.width / 2, self.height / 2]) * pixels[:, 2:] / self.focal_px
        seen = np.concatenate([xy, pixels[:, 2:]], axis=1)
        return (seen - self.translation) @ self.rotation


def yaw_of(spec: CameraSpec) -> float:
    """How far the body is turned about the vertical for this spec, degrees, positive to its own left.

    The four views are turns of one turntable: side and back are plain turns of the body's front. "designed" is turned
    by spec.yaw_deg alone.
    """
    return VIEW_YAW_DEG[spec.view] + spec.yaw_deg


def frame_body(
    body: Body, spec: CameraSpec, width: int, height: int, beside: np.ndarray | None = None
) -> Camera:
    """The camera that shows this body in that view and framing in a width x height picture.

    "full" holds every vertex and the floor below it, at one distance for all four views, so that a set agrees
    in scale; the other framings are measured in heads from the crown. A lens or a tilt of the spec's own keeps
    what is held: the camera goes nearer or farther, up or down. It stays above the floor and outside the body.
    beside (N, 3): points near the body that "full" holds too, those of what it carries.
    """
    held = _with_floor(body.vertices if beside is None else _and_near(body.vertices, beside))
    frame = partial(_frame_whole, held) if spec.framing == "full" else _frame_head
    camera = frame(body, spec, width, height)
    if spec.tilt_deg is None or _eye_height(camera) >= LOWEST_EYE_M:
        return camera
    low, high = spec.tilt_deg, max(spec.tilt_deg, TILT_DEG[spec.framing])
    for _ in range(TILT_HALVINGS):
        middle = (low + high) / 2
        below = _eye_height(frame(body, replace(spec, tilt_deg=middle), width, height)) < LOWEST_EYE_M
        low, high = (middle, high) if below else (low, middle)
    return frame(body, replace(spec, tilt_deg=high), width, height)


def _frame_whole(points: np.ndarray, body: Body, spec: CameraSpec, width: int, height: int) -> Camera:
    """The nearest camera that holds those points (N, 3), the body and the floor, in every view of the turntable.

    A point is inside the picture's side when a linear inequality in the camera's position holds, so the nearest
    position follows from the extreme points alone.
    """
    focal, tilt = _focal_px(spec, height), tilt_of(spec)
    right = (0.5 - FULL_MARGIN) * width / focal  # slopes of the four planes that bound the figure
    up, down = (0.5 - HEADROOM["full"]) * height / focal, (0.5 - FULL_MARGIN) * height / focal
    forward, tops, bottoms = [], [], []
    for view in VIEWS:
        seen = points @ _looking(VIEW_YAW_DEG[view] + spec.yaw_deg, tilt).T
        lefts = (-seen[:, 0] - right * seen[:, 2]).max()
        rights = (seen[:, 0] - right * seen[:, 2]).max()
        forward.append(-(lefts + rights) / (2 * right))
        tops.append((-seen[:, 1] - up * seen[:, 2]).max())
        bottoms.append((seen[:, 1] - down * seen[:, 2]).max())
    top, bottom = max(tops), max(bottoms)
    z = min(*forward, -(top + bottom) / (up + down))
    y = ((bottom + down * z) - (top + up * z)) / 2  # what height is left over is shared by top and bottom

    rotation = _looking(yaw_of(spec), tilt)
    seen = points @ rotation.T
    least = (seen[:, 0] - right * seen[:, 2]).max() + right * z
    most = -((-seen[:, 0] - right * seen[:, 2]).max() + right * z)
    head = float(np.mean(_head_points(body) @ rotation[0]))
    x = HEAD_LEAN * head + (1 - HEAD_LEAN) * (seen[:, 0].min() + seen[:, 0].max()) / 2
    return _camera(rotation, (float(np.clip(x, least, most)), y, z), focal, width, height)


def _frame_head(body: Body, spec: CameraSpec, width: int, height: int) -> Camera:
    """The camera that shows so many heads of the body, from the crown along the spine.

    The picture's middle lies on the way from the head to the hips as it is seen, so that a lying body is shown
    along its length; then it moves as little as needed to hold the whole head below the headroom.
    """
    framing = spec.framing
    focal = _focal_px(spec, height)
    rotation = _looking(yaw_of(spec), tilt_of(spec))
    head_m = head_height(body)
    span = HEADS_SHOWN[framing] * head_m / (1 - HEADROOM[framing])
    span *= max(1.0, NARROWEST * height / width)
    headroom = HEADROOM[framing] * span
    head = _head_points(body) @ rotation.T
    middle = (head.min(0) + head.max(0)) / 2
    spine = (rotation @ (body.joint("root") - body.joint("head")))[:2]
    spine = spine / max(float(np.linalg.norm(spine)), head_m)
    center = middle[:2] + spine * (span / 2 - headroom - head_m / HEAD_PER_JOINT / 2)
    half = np.array([span * width / height, span]) / 2 - headroom
    center = np.maximum(center, head[:, :2].max(0) - half)
    center = np.minimum(center, head[:, :2].min(0) + half)
    distance = span / 2 * focal / (height / 2)
    if spec.lens_mm is not None:
        before_head = float(middle[2] - (body.vertices @ rotation[2]).min())
        distance = max(distance, before_head + NEAREST_EYE_M)
        focal = distance * (height / 2) / (span / 2)
    return _camera(
        rotation, (float(center[0]), float(center[1]), float(middle[2]) - distance), focal, width, height
    )


def head_height(body: Body) -> float:
    """Chin to crown in metres, from the body's own rest shape."""
    return HEAD_PER_JOINT * float(
        body.rest_vertices[:, 1].max() - body.rest_joints[body.bone_names.index("head"), 1]
    )


def _head_points(body: Body) -> np.ndarray:
    """The posed vertices of the skull, (N, 3)."""
    offset = body.rest_vertices - body.rest_joints[body.bone_names.index("head")]
    near = (offset[:, 1] > 0) & (np.hypot(offset[:, 0], offset[:, 2]) < HEAD_RADIUS_M)
    return body.vertices[near]


def _and_near(vertices: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """The vertices, and points of what is carried: as far as they do not make the figure small in its picture."""
    near = np.clip(beside, vertices.min(0) - BESIDE_M, vertices.max(0) + BESIDE_M)
    return np.concatenate([vertices, near.astype(vertices.dtype)])


def _with_floor(vertices: np.ndarray) -> np.ndarray:
    """The vertices, and the floor under the middle of the body, so that a jump is seen to be one."""
    middle = (vertices.min(0) + vertices.max(0)) / 2
    return np.concatenate([vertices, [[middle[0], 0.0, middle[2]]]])


def lens_of(spec: CameraSpec) -> float:
    """The focal length in millimetres that a spec asks for, on 35 mm film held upright."""
    return FILM_HEIGHT_MM / 2 / _half_slope(spec)


def tilt_of(spec: CameraSpec) -> float:
    """How far a spec asks the camera to look down, degrees."""
    return TILT_DEG[spec.framing] if spec.tilt_deg is None else spec.tilt_deg


def _focal_px(spec: CameraSpec, height: int) -> float:
    return height / 2 / _half_slope(spec)


def _half_slope(spec: CameraSpec) -> float:
    """Half the picture's height over the distance to it."""
    if spec.lens_mm is not None:
        return FILM_HEIGHT_MM / 2 / spec.lens_mm
    return float(np.tan(np.radians(FIELD_OF_VIEW_DEG[spec.framing]) / 2))


def _eye_height(camera: Camera) -> float:
    """Metres above the floor."""
    return float(-camera.rotation[:, 1] @ camera.translation)


def _looking(yaw_deg: float, tilt_deg: float) -> np.ndarray:
    """World to camera axes: the body turned to its own left, the camera before it looking down by the tilt."""
    yaw, tilt = np.radians(yaw_deg), np.radians(tilt_deg)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    return lean @ np.diag([1.0, -1.0, -1.0]) @ turn


def _camera(
    rotation: np.ndarray, position: tuple[float, float, float], focal: float, width: int, height: int
) -> Camera:
    """`position` is the camera's place in its own axes."""
    return Camera(
        rotation=rotation, translation=-np.asarray(position), focal_px=focal, width=width, height=height
    )
