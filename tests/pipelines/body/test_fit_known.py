"""What a tape said is followed by the body, sharpens what is sure, and is said where the body cannot follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.fit_equations import Equations
from pipelines.body.fit_known import TAPE_SD_CM, KnownEvidence
from pipelines.body.fit_sight import Sight
from pipelines.body.fit_uncertainty import shape_parameters
from pipelines.body.fit_view import open_fit_body
from pipelines.body.landmark_fit import FOLLOWED_CM, fit_person
from pipelines.body.measure import measure_body, measure_sides, measurements
from pipelines.options import TAPE_RANGES_CM
from pipelines.photo.landmarks import detect_landmarks
from pipelines.progress import ignore_progress
from pipelines.types import BodyParameters, KnownMeasures
from tests.benchmarks.people import Person, make_stranger

TAPED = ("chest", "waist", "hip")


@pytest.fixture(scope="module")
def person() -> Person:
    return make_stranger(0)  # without a tape the waist comes out 13 cm short


@pytest.fixture(scope="module")
def sight(person: Person) -> Sight:
    seen = detect_landmarks(person.photo).person
    assert seen is not None
    return Sight(
        points_px=seen.points_px,
        visibility=seen.visibility,
        world_m=seen.world_m,
        mask=seen.mask,
        known=KnownMeasures(height_cm=person.measures_cm["height"], gender=person.gender),
    )


def test_what_a_tape_said_comes_back_and_helps_the_rest(person: Person, sight: Sight) -> None:
    tape = {name: person.measures_cm[name] for name in TAPED}
    without = fit_person(sight, ignore_progress)
    estimate = fit_person(replace(sight, known=replace(sight.known, tape=tape)), ignore_progress)
    guessed, values = (measure_body(open_anny(), one.parameters) for one in (without, estimate))
    for name in TAPED:
        assert values[name] == pytest.approx(tape[name], abs=FOLLOWED_CM)
        assert estimate.uncertainty_cm[name] < without.uncertainty_cm[name]
    assert abs(guessed["waist"] - tape["waist"]) > 5 * FOLLOWED_CM
    others = [name for name in values if name not in TAPED]
    off = [
        np.mean([abs(one[name] - person.measures_cm[name]) for name in others]) for one in (guessed, values)
    ]
    assert off[1] < off[0]
    assert not any("was told" in remark for remark in estimate.remarks)


def test_a_body_that_cannot_follow_says_so(sight: Sight) -> None:
    most = TAPE_RANGES_CM["neck"][1]
    estimate = fit_person(replace(sight, known=replace(sight.known, tape={"neck": most})), ignore_progress)
    assert measure_body(open_anny(), estimate.parameters)["neck"] < most - FOLLOWED_CM
    assert "The neck was told as 70 cm" in estimate.remarks[-1]


def test_the_slopes_of_every_measure_are_those_of_the_body() -> None:
    body, _, _ = open_fit_body()
    rng = np.random.default_rng(4)
    raw, turns = 0.3 * rng.normal(size=len(body.space.names)), np.zeros((len(body.bones), 3))
    tape = dict.fromkeys(TAPE_RANGES_CM, 100.0)
    at, equations = body.locate(turns, raw), Equations(len(raw))
    KnownEvidence(body, KnownMeasures(tape=tape)).add(
        equations, slice(0, len(raw)), at, body.rest_vertices(at)
    )

    def measure(shape: np.ndarray) -> np.ndarray:
        values = measure_body(open_anny(), shape_parameters(body.space, shape))
        return np.array([values[name] for name in tape])

    step = 0.002
    slopes = np.array(
        [(measure(raw + step * one) - measure(raw - step * one)) / (2 * step) for one in np.eye(len(raw))]
    )
    off = measure(raw) - 100
    expected = slopes @ off / TAPE_SD_CM**2
    assert np.abs(equations.slope - expected).max() < 0.02 * np.abs(expected).max()


def test_the_measures_say_what_was_told_of_them() -> None:
    known = KnownMeasures(height_cm=170, tape={"waist": 82.0})
    told = {
        row.name: row.told_cm for row in measurements(measure_sides(open_anny(), BodyParameters()), {}, known)
    }
    assert {name: cm for name, cm in told.items() if cm is not None} == {"height": 170, "waist": 82.0}
