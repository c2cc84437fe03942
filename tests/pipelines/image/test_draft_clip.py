"""Drawn clips: real files, read back by Pillow."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from pipelines.body.anny import open_anny
from pipelines.errors import Cancelled
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.export.choices import CLIPS, ClipName
from pipelines.figure.export.movements import BodyMovement, MovementMaker
from pipelines.image.draft_clip import draw_clip
from pipelines.image.provenance import MovingFormat, find_mark, sign_frames
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.types import Persona

PERSON = Persona(gender="female", height_cm=166)
WIDTH, HEIGHT, FEW = 64, 96, 4


def movement(name: ClipName) -> BodyMovement:
    return MovementMaker(open_anny(), body_of(PERSON)).make(name)


def draw(
    name: ClipName, file_format: MovingFormat = "WEBP", on_progress: OnProgress = ignore_progress
) -> bytes:
    return draw_clip(
        body_of(PERSON),
        appearance_of(PERSON),
        movement(name),
        file_format=file_format,
        width=WIDTH,
        height=HEIGHT,
        most_frames=FEW,
        on_progress=on_progress,
    ).data


def frames_of(data: bytes) -> np.ndarray:
    """(F, H, W, 3) of a file."""
    with Image.open(io.BytesIO(data)) as moving:
        return np.stack(
            [np.asarray(frame.convert("RGB"), np.int16) for frame in ImageSequence.Iterator(moving)]
        )


@pytest.mark.parametrize("file_format", ["WEBP", "GIF"])
def test_a_clip_goes_on_for_ever_and_is_marked(file_format: MovingFormat) -> None:
    told: list[Progress] = []
    data = draw("walk", file_format, told.append)
    with Image.open(io.BytesIO(data)) as moving:
        assert (moving.format, moving.size, moving.info["loop"]) == (file_format, (WIDTH, HEIGHT), 0)
    frames = frames_of(data)
    assert len(frames) == FEW
    for one, other in zip(frames, np.roll(frames, 1, axis=0), strict=True):
        assert (np.abs(one - other).max(-1) > 60).sum() > 50, "something has moved"
    assert find_mark(data) == "algorithmicMedia"
    assert [(one.step, one.total) for one in told] == [(step, FEW) for step in range(FEW + 1)]


def test_a_video_shows_the_frames_once_and_is_marked(tmp_path: Path) -> None:
    """An odd side is cut by a pixel; its boxes follow each other to the end, the mark in the one that XMP has."""
    colors = ((200, 40, 40), (40, 200, 40), (40, 40, 200))
    frames = [Image.new("RGB", (65, 97), color) for color in colors]
    data = sign_frames(frames, "algorithmicMedia", file_format="MP4", frame_ms=80)
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    film = cv2.VideoCapture(str(path))
    assert film.get(cv2.CAP_PROP_FPS) == pytest.approx(12.5)
    for color in colors:
        shown, picture = film.read()
        assert shown
        assert picture.shape == (96, 64, 3)
        assert np.abs(picture[..., ::-1].mean((0, 1)) - color).max() < 12
    assert not film.read()[0]
    kinds, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        kinds.append(data[at + 4 : at + 8])
        at += length
    assert (at, kinds[0], kinds[-1]) == (len(data), b"ftyp", b"uuid")
    assert data[-length + 24 :].startswith(b"<?xpacket")
    assert find_mark(data) == "algorithmicMedia"


def test_the_camera_stands_still_and_holds_the_whole_movement() -> None:
    frames = frames_of(draw("walk"))
    edge = np.concatenate([frames[:, 0], frames[:, :, 0], frames[:, :, -1]], axis=1)
    assert np.ptp(edge, axis=0).max() < 40, "no part of the body, and the floor as it was"


def test_the_turntable_shows_face_and_back_at_one_size() -> None:
    front, _, back, _ = frames_of(draw("turntable"))
    tall = [np.flatnonzero((frame.sum(-1) < 500).any(1)) for frame in (front, back)]
    assert abs(int(tall[0][0]) - int(tall[1][0])) <= 1
    assert (np.abs(front - back)[8:24].max(-1) > 60).sum() > 10, "hair where the face was"


@pytest.mark.parametrize("name", CLIPS)
def test_a_movement_ends_as_it_begins(name: ClipName) -> None:
    made = movement(name)
    first, half, last = (made.pose_at(share).rotations for share in (0.0, 0.3, 1.0))
    for bone, turn in first.items():
        assert last[bone] == pytest.approx(turn, abs=1e-5)
    assert made.turns or max(np.abs(np.subtract(half[bone], first[bone])).max() for bone in first) > 0.01
    assert made.turn_at(1.0) in (0.0, 360.0)


def test_the_joints_of_the_turntable_go_round_to_the_bodys_left() -> None:
    makes = MovementMaker(open_anny(), body_of(PERSON))
    still, quarter, *_ = makes.list_poses(made := makes.make("turntable"), made.seconds / 4)
    before, after = (open_anny().build(body_of(PERSON), pose).joint("toe2-1.L") for pose in (still, quarter))
    assert after == pytest.approx([before[2], before[1], -before[0]], abs=0.01)


def test_a_clip_is_stopped_between_two_frames() -> None:
    def stop(progress: Progress) -> None:
        if progress.step == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        draw("walk", on_progress=stop)
