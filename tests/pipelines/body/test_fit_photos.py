"""Photos from the side and behind: they make the body truer, and one that shows another side is refused."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.estimate import BodyEstimate
from pipelines.body.extractor import PhotoSet
from pipelines.body.fit_photos import BLURRED, see_photos
from pipelines.body.landmark_fit import LandmarkFit, fit_person
from pipelines.body.measure import measure_body
from pipelines.photo.errors import PhotoRefused
from pipelines.photo.landmarks import Landmarks, detect_landmarks
from pipelines.progress import ignore_progress
from pipelines.types import KnownMeasures
from tests.benchmarks.people import Person, make_stranger, photograph_again

TRUNK = ("chest", "waist", "hip")
SEED = 0


@pytest.fixture(scope="module")
def person() -> Person:
    return make_stranger(SEED)  # from the front alone chest, waist and hip come out 8 cm short


@pytest.fixture(scope="module")
def known(person: Person) -> KnownMeasures:
    return KnownMeasures(height_cm=person.measures_cm["height"], gender=person.gender)


@pytest.fixture(scope="module")
def side(person: Person) -> np.ndarray:
    return photograph_again(person, SEED, -90)


def trunk_error_cm(person: Person, estimate: BodyEstimate) -> float:
    values = measure_body(open_anny(), estimate.parameters)
    return float(np.mean([abs(values[name] - person.measures_cm[name]) for name in TRUNK]))


def test_a_side_photo_makes_girths_truer_and_surer(
    person: Person, known: KnownMeasures, side: np.ndarray
) -> None:
    seen = see_photos(PhotoSet(front=person.photo, side=side), known)
    sights = seen.sights
    assert seen.remarks == ()
    assert [round(np.degrees(sight.facing_rad)) for sight in sights] == [0, -90]
    alone, both = (fit_person(sights[0], ignore_progress, others) for others in ((), sights[1:]))
    assert trunk_error_cm(person, both) < trunk_error_cm(person, alone) / 2
    for name in TRUNK:
        assert both.uncertainty_cm[name] < alone.uncertainty_cm[name]
    assert both.confidence > 0.9
    assert 0.3 < (alone.coverage or 0) < 0.55 < (both.coverage or 0) < 0.9
    assert (both.camera.width, both.camera.height) == (person.camera.width, person.camera.height)
    ours = np.array([both.joints_m[name] for name in person.joints_m])
    truth = np.array(list(person.joints_m.values()))
    assert (
        np.linalg.norm((ours - ours[1]) - (truth - truth[1]), axis=1).mean() < 0.15
    )  # the front's, not turned


def test_a_photo_from_behind_is_taken_and_one_of_the_front_is_not(
    person: Person, known: KnownMeasures
) -> None:
    back = photograph_again(person, SEED, 180)
    seen = see_photos(PhotoSet(front=person.photo, back=back), known)
    assert seen.sights[1].facing_rad == pytest.approx(np.pi)
    with pytest.raises(PhotoRefused) as refused:
        see_photos(PhotoSet(front=person.photo, back=person.photo), known)
    assert refused.value.code == "not-from-behind"
    for photo in (person.photo, back):
        with pytest.raises(PhotoRefused, match="Turn by a quarter") as refused:
            see_photos(PhotoSet(front=person.photo, side=photo), known)
        assert refused.value.code == "not-from-the-side"


def test_nobody_in_a_side_photo_is_said_of_that_photo(person: Person, known: KnownMeasures) -> None:
    wall = np.full((640, 640, 3), 180, np.uint8)
    with pytest.raises(PhotoRefused, match="The side photo: No person") as refused:
        see_photos(PhotoSet(front=person.photo, side=wall), known)
    assert refused.value.code == "no-person"


def test_a_blurred_side_photo_is_remarked_on(person: Person, known: KnownMeasures, side: np.ndarray) -> None:
    blurred = cv2.GaussianBlur(side, (0, 0), 8)
    seen = see_photos(PhotoSet(front=person.photo, side=blurred), known)
    assert seen.remarks == (BLURRED.format(name="side"),)


def test_photos_that_no_one_body_fits_are_refused(
    person: Person, known: KnownMeasures, side: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detect(photo: np.ndarray, person: int | None = None) -> Landmarks:
        seen = detect_landmarks(photo, person)
        assert seen.person is not None
        if photo is side:
            seen = replace(seen, person=replace(seen.person, mask=np.roll(seen.person.mask, 200, axis=1)))
        return seen

    monkeypatch.setattr("pipelines.body.fit_photos.detect_landmarks", detect)
    with pytest.raises(PhotoRefused, match="the same person") as refused:
        LandmarkFit().extract(PhotoSet(front=person.photo, side=side), known, ignore_progress)
    assert refused.value.code == "photos-disagree"


def test_whom_of_several_is_measured_is_chosen_from_the_left(person: Person, known: KnownMeasures) -> None:
    cut = person.photo.copy()
    rows = np.flatnonzero(person.mask.any(1))
    cut[rows[0] + 2 * (rows[-1] - rows[0]) // 3 :] = cut[:1]  # a wall from the knees down
    both = np.concatenate([cut, person.photo], axis=1)
    seen = see_photos(PhotoSet(front=both, person=2), known)
    assert [(one.number, one.measured) for one in seen.people] == [(1, False), (2, True)]
    assert seen.sights[0].points_px[:, 0].min() > person.camera.width
    with pytest.raises(PhotoRefused) as refused:
        see_photos(PhotoSet(front=both, person=1), known)
    assert refused.value.code == "cropped-below-the-knee"
