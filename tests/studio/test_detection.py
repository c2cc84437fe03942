"""Looking for people in the worker: nothing is lost on the way, and the detector stays out of the app's process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.photo.landmarks import DetectedPerson, Face, Landmarks, detect_landmarks
from pipelines.photo.open import open_photo
from studio.worker.detection import answer_detect, find_landmarks, pack_landmarks, unpack_landmarks
from studio.worker.frames import Reply

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "assets" / "examples" / "person.png"
IN_THE_APP = """
import sys
from pathlib import Path
from studio.settings import read_settings
from studio.studio import open_studio
from studio.vocabulary.person import YOU
from studio.worker.supervisor import WorkerSupervisor
supervisor = WorkerSupervisor(Path(sys.argv[1]))
supervisor.start()
studio = open_studio(read_settings({"data": Path(sys.argv[1])}, {}), channel=supervisor.channel)
photo = studio.for_person(YOU).photos.add(Path(sys.argv[2]).read_bytes())
supervisor.stop()
studio.close()
print(photo.people, photo.body_usable, "mediapipe" in sys.modules)
"""


def sent(answer: Reply) -> Reply:
    """As it comes out of a frame."""
    return Reply(values=json.loads(json.dumps(answer.values)), body=answer.body)


def assert_same(one: Landmarks, other: Landmarks) -> None:
    assert (one.width, one.height, one.people, one.faces) == (
        other.width,
        other.height,
        other.people,
        other.faces,
    )
    assert (one.person is None) == (other.person is None)
    if one.person is not None and other.person is not None:
        assert (one.person.box, one.person.face) == (other.person.box, other.person.face)
        for name in ("points_px", "visibility", "world_m", "mask"):
            mine, theirs = getattr(one.person, name), getattr(other.person, name)
            assert mine.dtype == theirs.dtype
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("size", [(16, 8), (13, 7)])
def test_landmarks_survive_the_frame_unrounded(size: tuple[int, int]) -> None:
    chance = np.random.default_rng(7)
    width, height = size
    face = Face(box=(1.25, 2.0, 3.0, 4.1), score=0.87, yaw_deg=-3.4)
    person = DetectedPerson(
        box=(0.1, 0.2, 0.3, 0.4),
        points_px=chance.normal(size=(33, 2)).astype(np.float32),
        visibility=chance.random(33).astype(np.float32),
        world_m=chance.normal(size=(33, 3)).astype(np.float32),
        mask=chance.random((height, width)) > 0.5,
        face=face,
    )
    faces = (face, replace(face, yaw_deg=None))
    whole = Landmarks(width=width, height=height, people=2, person=person, faces=faces)
    for landmarks in (whole, replace(whole, person=replace(person, face=None)), replace(whole, person=None)):
        assert_same(unpack_landmarks(sent(pack_landmarks(landmarks))), landmarks)


def test_what_the_worker_finds_is_what_would_be_found_here() -> None:
    photo = open_photo(EXAMPLE.read_bytes())
    here = detect_landmarks(photo.image)
    assert here.person is not None
    assert_same(unpack_landmarks(sent(answer_detect({}, photo.data))), here)
    assert_same(find_landmarks(None, photo), here)


def test_an_upload_never_imports_the_detector_into_the_app_s_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", IN_THE_APP, str(tmp_path), str(EXAMPLE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True", "False"]
