"""What a photo is good for, what is missing, and what could be better."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageFilter

from pipelines.photo.checks import REFUSED_SHARPNESS, CheckRules, PhotoCheck, check_photo, measure_sharpness
from pipelines.photo.errors import REFUSALS, PhotoRefused
from pipelines.photo.landmarks import POINT_NAMES, DetectedPerson, Face, Landmarks, detect_landmarks
from pipelines.photo.looseness import MIN_LOOSE_SHARE, measure_looseness
from pipelines.photo.open import OpenedPhoto, open_photo
from tests.pipelines.photo.pictures import SHARED_PHOTO, draw_scene, noisy, save

needs_photo = pytest.mark.skipif(
    not SHARED_PHOTO.exists(), reason="the shared photo is not beside the repository"
)
WIDTH, HEIGHT = 600, 900
PIXELS_PER_METRE = 400.0
STANDING_M = {
    "nose": (0.0, -0.62), "shoulder": (0.18, -0.5), "elbow": (0.24, -0.22), "wrist": (0.27, 0.03), "pinky": (0.28, 0.1),
    "index": (0.27, 0.11), "thumb": (0.26, 0.08), "hip": (0.1, 0.0), "knee": (0.11, 0.42), "ankle": (0.12, 0.83),
    "heel": (0.12, 0.88), "foot_index": (0.15, 0.9),
}  # fmt: skip


def stand(middle: tuple[float, float] = (300.0, 480.0)) -> DetectedPerson:
    """Somebody who stands straight, hips at `middle`, with a silhouette that fills the limbs."""
    import cv2

    flat = []
    for name in POINT_NAMES:
        side = -1 if name.startswith("right") else 1
        part = name.removeprefix("left_").removeprefix("right_")
        x, y = STANDING_M.get(part, (0.03, -0.64))
        flat.append((side * x, y))
    world = np.array([(x, y, 0.0) for x, y in flat], np.float32)
    points = (world[:, :2] * PIXELS_PER_METRE + middle).astype(np.float32)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for start, end in (
        (11, 13),
        (13, 15),
        (12, 14),
        (14, 16),
        (23, 25),
        (25, 27),
        (24, 26),
        (26, 28),
        (27, 31),
        (28, 32),
    ):
        cv2.line(mask, *(tuple(int(v) for v in points[at]) for at in (start, end)), (1,), 40)
    trunk = cv2.convexHull(points[[11, 12, 23, 24]].astype(np.int32))
    cv2.fillConvexPoly(mask, trunk, (1,))
    cv2.circle(mask, tuple(int(v) for v in points[0]), 40, (1,), -1)
    return DetectedPerson(
        box=(points[:, 0].min(), points[:, 1].min(), np.ptp(points[:, 0]), np.ptp(points[:, 1])),
        points_px=points,
        visibility=np.full(33, 0.95, np.float32),
        world_m=world,
        mask=mask.astype(bool),
        face=Face(box=(points[0, 0] - 40, points[0, 1] - 40, 80.0, 80.0), score=0.9, yaw_deg=2.0),
    )


def seen(person: DetectedPerson | None, people: int = 1) -> Landmarks:
    faces = (person.face,) if person and person.face else ()
    return Landmarks(width=WIDTH, height=HEIGHT, people=people, person=person, faces=faces)


@pytest.fixture(scope="module")
def sharp_photo() -> OpenedPhoto:
    return open_photo(save(noisy(WIDTH, HEIGHT), "JPEG"))


def codes(check: PhotoCheck) -> list[str]:
    return [remark.code for remark in check.remarks]


def test_a_whole_person_is_fine_and_nothing_is_remarked(sharp_photo: OpenedPhoto) -> None:
    check = check_photo(sharp_photo, seen(stand()), "body")
    assert check.usable
    assert check.usable_for_body
    assert check.usable_for_face
    assert codes(check) == []


@pytest.mark.parametrize(
    ("middle_y", "words"),
    [
        (920.0, "Only the upper body"),
        (800.0, "The legs are outside"),
        (600.0, "The lower legs are outside"),
        (560.0, "The feet are outside the picture. Step back until your whole body is in it."),
    ],
)
def test_what_is_missing_is_said(sharp_photo: OpenedPhoto, middle_y: float, words: str) -> None:
    check = check_photo(sharp_photo, seen(stand((300.0, middle_y))), "body")
    assert not check.usable_for_body
    assert check.problem is not None
    assert check.problem.code == "cropped-below-the-knee"
    assert check.problem.sentence.startswith(words)
    assert check_photo(sharp_photo, seen(stand((300.0, middle_y))), "face").usable


def test_head_outside(sharp_photo: OpenedPhoto) -> None:
    check = check_photo(sharp_photo, seen(stand((300.0, 230.0))), "body")
    assert check.problem == REFUSALS["head-outside"]


def test_hidden_legs(sharp_photo: OpenedPhoto) -> None:
    person = stand()
    person.visibility[[27, 28]] = 0.1
    check = check_photo(sharp_photo, seen(person), "body")
    assert check.problem is not None
    assert check.problem.sentence.startswith("The lower legs cannot be seen")
    person.visibility[27] = 0.9
    assert check_photo(sharp_photo, seen(person), "body").usable


def test_one_foot_outside_is_a_remark(sharp_photo: OpenedPhoto) -> None:
    person = stand()
    person.points_px[27] = [WIDTH + 30, 700]
    check = check_photo(sharp_photo, seen(person), "body")
    assert check.usable
    assert "foot-outside" in codes(check)


def test_nobody_and_no_face(sharp_photo: OpenedPhoto) -> None:
    assert check_photo(sharp_photo, seen(None, 0), "body").problem == REFUSALS["no-person"]
    assert check_photo(sharp_photo, seen(None, 0), "face").problem == REFUSALS["no-face"]
    faceless = dataclasses.replace(stand(), face=None)
    check = check_photo(sharp_photo, seen(faceless), "body")
    assert check.usable_for_body
    assert not check.usable_for_face
    assert "face-not-found" in codes(check)


def test_photo_too_small_for_a_body() -> None:
    photo = open_photo(save(noisy(400, 600), "JPEG"))
    check = check_photo(photo, seen(stand()), "body")
    assert check.problem is not None
    assert check.problem.code == "too-small"
    assert "400 × 600" in check.problem.sentence
    assert check.usable_for_face


def test_remarks(sharp_photo: OpenedPhoto) -> None:
    face = Face(box=(280.0, 210.0, 40.0, 40.0), score=0.9, yaw_deg=-50.0)
    person = dataclasses.replace(stand(), face=face)
    person.mask[0:4, 280:320] = True
    check = check_photo(sharp_photo, seen(person, 3), "body")
    assert codes(check) == ["several-people", "head-cut", "small-face", "face-turned-away"]
    assert "3 people were found; the largest is meant" in check.remarks[0].sentence
    portrait = Image.fromarray(skimage.data.astronaut()).resize((WIDTH, HEIGHT))
    blurred = open_photo(save(portrait.filter(ImageFilter.GaussianBlur(6)), "JPEG"))
    assert codes(check_photo(blurred, seen(stand()), "body")) == ["blurred"]


def test_a_face_and_blur_are_judged_as_the_rules_say(sharp_photo: OpenedPhoto) -> None:
    faceless = dataclasses.replace(stand(), face=None)
    assert check_photo(sharp_photo, seen(faceless)).usable
    strict = check_photo(sharp_photo, seen(faceless), rules=CheckRules(face="refuse"))
    assert strict.problem == REFUSALS["no-face"]
    portrait = Image.fromarray(skimage.data.astronaut()).resize((WIDTH, HEIGHT))
    smeared = open_photo(save(portrait.filter(ImageFilter.GaussianBlur(20)), "JPEG"))
    assert measure_sharpness(smeared.image, stand().box) < REFUSED_SHARPNESS
    assert check_photo(smeared, seen(stand())).problem == REFUSALS["blurred"]
    assert check_photo(smeared, seen(stand()), "face").usable
    lenient = check_photo(smeared, seen(stand()), rules=CheckRules(blur="remark"))
    assert lenient.usable
    assert codes(lenient) == ["blurred"]


def test_sharpness_does_not_depend_on_size_or_contrast() -> None:
    image = Image.fromarray(skimage.data.astronaut())
    box = (0.0, 0.0, 512.0, 512.0)
    sharp = measure_sharpness(np.asarray(image), box)
    low = measure_sharpness((np.asarray(image) // 3 + 80).astype(np.uint8), box)
    large = measure_sharpness(np.asarray(image.resize((1536, 1536))), (0.0, 0.0, 1536.0, 1536.0))
    assert low == pytest.approx(sharp, rel=0.2)
    assert large == pytest.approx(sharp, rel=0.5)
    assert measure_sharpness(np.asarray(image.filter(ImageFilter.GaussianBlur(2))), box) < sharp / 20


def test_skirt_is_loose_and_limbs_are_not() -> None:
    import cv2

    person = stand()
    assert measure_looseness(person) < 0.05
    skirt = person.mask.astype(np.uint8)
    hem = np.array([[250, 480], [350, 480], [430, 760], [170, 760]], np.int32)
    cv2.fillConvexPoly(skirt, hem, (1,))
    assert measure_looseness(dataclasses.replace(person, mask=skirt.astype(bool))) > MIN_LOOSE_SHARE


def test_portrait_is_refused_for_a_body_and_fine_for_a_face() -> None:
    photo = open_photo(save(Image.fromarray(skimage.data.astronaut()), "PNG"))
    landmarks = detect_landmarks(photo.image)
    body, face = (check_photo(photo, landmarks, purpose) for purpose in ("body", "face"))
    assert not body.usable
    assert body.problem is not None
    assert body.problem.code == "cropped-below-the-knee"
    assert face.usable
    assert face.problem is None
    with pytest.raises(PhotoRefused) as refused:
        raise PhotoRefused(body.problem)
    assert refused.value.code == "cropped-below-the-knee"
    said = json.loads(json.dumps(body.to_json()))
    assert said["problem"]["code"] == "cropped-below-the-knee"
    assert not said["usable_for_body"]


def test_picture_of_nobody() -> None:
    photo = open_photo(save(draw_scene(700, 700), "PNG"))
    check = check_photo(photo, detect_landmarks(photo.image), "body")
    assert check.problem == REFUSALS["no-person"]


@needs_photo
def test_shared_photo_is_usable_and_its_crops_are_not() -> None:
    photo = open_photo(SHARED_PHOTO.read_bytes())
    landmarks = detect_landmarks(photo.image)
    check = check_photo(photo, landmarks, "body")
    assert landmarks.people == 1
    assert check.usable_for_body, check.problem
    assert "blurred" not in codes(check)
    assert "loose-clothing" not in codes(check)
    for share in (0.75, 0.83):
        cut = open_photo(save(Image.fromarray(photo.image[: int(photo.height * share)]), "JPEG"))
        problem = check_photo(cut, detect_landmarks(cut.image), "body").problem
        assert problem is not None
        assert problem.code == "cropped-below-the-knee", share


@needs_photo
def test_blurred_photo_is_remarked_on() -> None:
    with Image.open(SHARED_PHOTO) as image:
        soft = image.filter(ImageFilter.GaussianBlur(5))
    photo = open_photo(save(soft, "JPEG"))
    check = check_photo(photo, detect_landmarks(photo.image), "body")
    assert check.usable_for_body, check.problem
    assert "blurred" in codes(check)
