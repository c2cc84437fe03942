"""A short clip of a person, drawn by the draft engine: the frames of a movement before one camera that stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from pipelines.appearance import Appearance
from pipelines.figure.drawing import Drawing
from pipelines.figure.export.movements import BodyMovement
from pipelines.figure.people import build_body
from pipelines.image.draft import DraftEngine
from pipelines.image.provenance import MovingFormat, sign_frames
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.render.camera import Camera, frame_body
from pipelines.types import BodyParameters, BodyScene, CameraSpec, Pose

FRAMES_A_SECOND = 12.5  # a GIF counts in hundredths
MOST_FRAMES = 60
DRAWING_FRAMES = "Drawing the frames"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnClip:
    """A clip: its file, and how many moments of the movement it shows."""

    data: bytes
    frames: int


def draw_clip(
    parameters: BodyParameters,
    appearance: Appearance,
    movement: BodyMovement,
    *,
    file_format: MovingFormat,
    width: int,
    height: int,
    most_frames: int = MOST_FRAMES,
    on_progress: OnProgress = ignore_progress,
) -> DrawnClip:
    """The person in that movement, again and again. Raises UnknownName, PersonaRefused; Cancelled through on_progress
    between the frames.

    Frames that are alike are drawn once; all are held until the file is written.
    """
    count = min(most_frames, max(2, round(movement.seconds * FRAMES_A_SECOND)))
    shares = [frame / count for frame in range(count)]
    poses = [movement.pose_at(share) for share in shares]
    turns = [_about_the_vertical(movement.turn_at(share)) for share in shares]
    on_progress(Progress(stage=DRAWING_FRAMES, total=count))
    camera = _hold_all(parameters, poses, turns, CameraSpec(view=movement.view), (width, height))
    drawing, drawn, frames = Drawing(), dict[object, Image.Image](), list[Image.Image]()
    for pose, turn in zip(poses, turns, strict=True):
        key = (tuple(sorted(_rounded(pose).items())), turn.tobytes())
        if key not in drawn:
            scene = BodyScene(
                body=parameters, pose=pose, camera=CameraSpec(view=movement.view), look=appearance
            )
            turned = replace(camera, rotation=camera.rotation @ turn)
            drawn[key] = drawing.draw(scene, width, height, camera=turned)
        frames.append(drawn[key])
        on_progress(Progress(stage=DRAWING_FRAMES, step=len(frames), total=count))
    frame_ms = round(movement.seconds / count * 100) * 10
    data = sign_frames(frames, DraftEngine.info.source_type, file_format=file_format, frame_ms=frame_ms)
    return DrawnClip(data=data, frames=count)


def _hold_all(
    parameters: BodyParameters,
    poses: Sequence[Pose],
    turns: Sequence[np.ndarray],
    spec: CameraSpec,
    size: tuple[int, int],
) -> Camera:
    """The camera that frames the body in all its poses at once."""
    built = {id(pose): build_body(parameters, pose) for pose in poses}
    bodies = [built[id(pose)] for pose in poses]
    return frame_body(
        replace(
            bodies[0],
            vertices=np.concatenate(
                [body.vertices @ turn.T for body, turn in zip(bodies, turns, strict=True)]
            ),
            rest_vertices=np.concatenate([body.rest_vertices for body in bodies]),
        ),
        spec,
        *size,
    )


def _about_the_vertical(degrees: float) -> np.ndarray:
    """(3, 3) float32, world axes: a turn to the body's own left."""
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]], np.float32)


def _rounded(pose: Pose) -> dict[str, tuple[float, ...]]:
    """The turns of a pose to a tenth of a thousandth of a radian: what no picture shows is left out."""
    return {bone: tuple(round(part, 4) for part in turn) for bone, turn in pose.rotations.items()}
