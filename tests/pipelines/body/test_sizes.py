"""Clothing sizes by the charts."""

from __future__ import annotations

import itertools

import pytest

from pipelines.body.definitions import MEASURE_NAMES
from pipelines.body.sizes import find_sizes, load_charts
from pipelines.types import Measurement


def chest(cm: float, plus_minus_cm: float = 0.0) -> list[Measurement]:
    return [Measurement(name="chest", cm=cm, plus_minus_cm=plus_minus_cm, method="")]


@pytest.mark.parametrize(
    ("cm", "gender", "size"),
    [(94, 0.0, "M"), (93.9, 0.0, "S"), (94, 1.0, "M"), (98, 1.0, "L"), (120, 1.0, "XXL"), (120, 0.0, "XXL")],
)
def test_a_chest_has_its_letter(cm: float, gender: float, size: str) -> None:
    (found,) = find_sizes(chest(cm), {"gender": gender})
    assert (found.size, found.chart, found.perhaps) == (size, "EN 13402-3", ())
    assert found.from_cm <= cm < found.to_cm


def test_what_the_uncertainty_reaches_is_said_too() -> None:
    (found,) = find_sizes(chest(96.5, 3.4), {"gender": 0.0})
    assert (found.size, found.perhaps) == ("M", ("S",))
    (found,) = find_sizes(chest(98, 9), {"gender": 0.0})
    assert found.perhaps == ("S", "L")


def test_a_body_between_both_gets_both_and_one_beyond_all_charts_none() -> None:
    assert [one.gender for one in find_sizes(chest(96), {"gender": 0.5})] == ["female", "male"]
    assert find_sizes(chest(180), {"gender": 0.0}) == ()
    assert find_sizes([], {"gender": 0.0}) == ()


def test_charts_go_up_without_gaps_by_measures_that_are_taken() -> None:
    for chart in load_charts():
        assert chart.measure in MEASURE_NAMES
        for row, following in itertools.pairwise(chart.sizes):
            assert row.from_cm < row.to_cm == following.from_cm
