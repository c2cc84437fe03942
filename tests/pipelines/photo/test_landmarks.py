"""People, points, silhouettes and faces in real and in made pictures."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageFilter

from pipelines.photo.errors import PhotoRefused
from pipelines.photo.landmarks import POINT_NAMES, Landmarks, detect_landmarks
from tests.pipelines.photo.pictures import SHARED_PHOTO, draw_scene, noisy

needs_photo = pytest.mark.skipif(
    not SHARED_PHOTO.exists(), reason="the shared photo is not beside the repository"
)


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    return skimage.data.astronaut()


@pytest.fixture(scope="module")
def squat() -> np.ndarray:
    return np.asarray(Image.open(SHARED_PHOTO).convert("RGB"))


def test_nobody_is_found_where_nobody_is() -> None:
    scene = np.asarray(draw_scene(640, 480))
    for image in (
        scene,
        np.asarray(noisy(300, 400)),
        skimage.data.coffee(),
        skimage.data.chelsea(),
        np.zeros((64, 99, 3), np.uint8),
    ):
        found = detect_landmarks(image)
        assert (found.people, found.person, found.faces) == (0, None, ())


def test_a_motorcycle_is_no_person() -> None:
    found = detect_landmarks(skimage.data.stereo_motorcycle()[0])
    assert found.person is None


def test_face_and_upper_body(astronaut: np.ndarray) -> None:
    found = detect_landmarks(astronaut)
    assert (found.people, len(found.faces)) == (1, 1)
    assert found.person is not None
    face = found.person.face
    assert face is not None
    x, y, width, _ = face.box
    assert 170 < x < 190
    assert 60 < y < 90
    assert 85 < width < 110
    assert face.yaw_deg == pytest.approx(0, abs=10)
    nose = found.person.points_px[POINT_NAMES.index("nose")]
    assert np.linalg.norm(nose - [226, 125]) < 15
    ankle = POINT_NAMES.index("left_ankle")
    assert found.person.visibility[ankle] < 0.1
    assert found.person.mask[400, 200]
    assert not found.person.mask[30, 40]


def test_mirrored_picture_gives_mirrored_landmarks(astronaut: np.ndarray) -> None:
    one, two = detect_landmarks(astronaut).person, detect_landmarks(astronaut[:, ::-1]).person
    assert one is not None
    assert two is not None
    shoulders = [POINT_NAMES.index(f"{side}_shoulder") for side in ("left", "right")]
    mirrored = two.points_px[shoulders[::-1]] * [-1, 1] + [astronaut.shape[1] - 1, 0]
    assert np.abs(mirrored - one.points_px[shoulders]).max() < 12
    assert (one.mask ^ two.mask[:, ::-1]).mean() < 0.06


def test_turn_of_the_face_has_a_sign(astronaut: np.ndarray) -> None:
    camera = np.repeat(skimage.data.camera()[..., None], 3, axis=2)  # a man who looks to his left
    to_left, to_right = detect_landmarks(camera), detect_landmarks(np.ascontiguousarray(camera[:, ::-1]))
    assert to_left.faces[0].yaw_deg is not None
    assert to_right.faces[0].yaw_deg is not None
    assert to_left.faces[0].yaw_deg > 30
    assert to_right.faces[0].yaw_deg < -30


def test_two_people_are_counted_and_the_larger_is_taken(astronaut: np.ndarray) -> None:
    canvas = np.full((700, 1000, 3), 235, np.uint8)
    canvas[100:612, 40:552] = astronaut
    canvas[400:700, 650:950] = np.asarray(Image.fromarray(astronaut).resize((300, 300)))
    found = detect_landmarks(canvas)
    assert found.people == 2
    assert found.person is not None
    assert found.person.box[0] < 552
    assert found.person.face == found.faces[0]
    assert len(found.boxes) == 2
    assert found.boxes[0] == found.person.box
    smaller = detect_landmarks(canvas, person=2).person
    assert smaller is not None
    assert smaller.box == found.boxes[1]
    assert smaller.box[0] > 552
    for number in (0, 3):
        with pytest.raises(PhotoRefused, match="1 to 2"):
            detect_landmarks(canvas, person=number)


@needs_photo
def test_whole_person_from_behind(squat: np.ndarray) -> None:
    found = detect_landmarks(squat)
    assert found.people == 1
    assert found.person is not None
    points = dict(zip(POINT_NAMES, found.person.points_px, strict=True))
    assert np.linalg.norm(points["left_ankle"] - [531, 1358]) < 40
    assert np.linalg.norm(points["right_ankle"] - [868, 1390]) < 40
    assert found.person.visibility.mean() > 0.85
    assert found.person.mask[1050, 640]  # the back
    assert not found.person.mask[900, 250]  # the disc of the barbell
    assert 0.05 < found.person.mask.mean() < 0.13
    assert found.person.world_m[POINT_NAMES.index("left_ankle"), 1] > 0.4  # y down, hips at 0


@needs_photo
def test_two_whole_people(squat: np.ndarray) -> None:
    part = squat[650:]
    found = detect_landmarks(np.concatenate([part, part[:, ::-1]], axis=1))
    assert found.people == 2


def test_same_picture_same_answer_from_many_threads(astronaut: np.ndarray) -> None:
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: detect_landmarks(astronaut).to_json(), range(4)))
    assert all(answer == answers[0] for answer in answers)


def test_json_form(astronaut: np.ndarray) -> None:
    found = detect_landmarks(astronaut)
    said = json.loads(json.dumps(found.to_json()))
    assert set(said) == {"width", "height", "people", "boxes", "person", "faces"}
    assert set(said["person"]) == {"box", "face", "points", "world"}
    assert np.shape(said["person"]["points"]) == (33, 3)
    assert np.shape(said["person"]["world"]) == (33, 3)
    assert set(said["faces"][0]) == {"box", "score", "yaw_deg"}
    assert len(json.dumps(said)) < 4000
    nobody = Landmarks(width=9, height=9, people=0, person=None, faces=())
    assert nobody.to_json()["person"] is None


def test_nothing_is_connected_to_and_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, so that the detectors are opened there."""
    code = (
        "import sys, socket, skimage.data\n"
        "def forbid(event, _):\n"
        "    if event.startswith(('socket.connect', 'socket.getaddrinfo', 'urllib')): sys.exit('connected: ' + event)\n"
        "sys.addaudithook(forbid)\n"
        "from pipelines.photo.landmarks import detect_landmarks\n"
        "print(detect_landmarks(skimage.data.astronaut()).people)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    assert socket.socket is not None


def test_importing_the_room_is_light() -> None:
    code = (
        "import sys\n"
        "import pipelines.photo.checks, pipelines.photo.landmarks, pipelines.photo.open, pipelines.photo.sources\n"
        "heavy = {'mediapipe', 'cv2', 'torch', 'scipy', 'skimage', 'matplotlib', 'gradio'}\n"
        "print(*sorted(heavy & {name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@needs_photo
def test_a_blurred_crowd_of_bricks_is_nobody(squat: np.ndarray) -> None:
    wall = Image.fromarray(squat[:700]).filter(ImageFilter.GaussianBlur(3))
    assert detect_landmarks(np.asarray(wall)).people == 0
