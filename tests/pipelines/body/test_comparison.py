"""What two measured bodies differ by, and what the ± makes of it."""

from __future__ import annotations

import pytest

from pipelines.body.comparison import compare_derived, compare_measures
from pipelines.body.derived import DerivedMeasure
from pipelines.types import Measurement


def measured(**cm: tuple[float, float]) -> list[Measurement]:
    return [
        Measurement(name=name, cm=value, plus_minus_cm=within, method="")
        for name, (value, within) in cm.items()
    ]


def ratio(value: float, plus_minus: float | None) -> list[DerivedMeasure]:
    return [DerivedMeasure(name="waist_to_hip", value=value, unit="", plus_minus=plus_minus, method="")]


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (82.4, "within"),
        (85.0, "within"),
        (85.1, "unsure"),
        (90.0, "unsure"),
        (90.1, "changed"),
        (69, "changed"),
    ],
)
def test_a_difference_is_held_against_both_spreads(after: float, verdict: str) -> None:
    [waist] = compare_measures(measured(waist=(80, 3)), measured(waist=(after, 4)))
    assert (waist.before, waist.after, waist.plus_minus, waist.unit) == (80, after, 5, "cm")
    assert waist.change == pytest.approx(after - 80)
    assert waist.verdict == verdict


def test_drawn_bodies_are_exact_to_the_digit_that_is_shown() -> None:
    same, other = compare_measures(
        measured(waist=(80, 0), hip=(100, 0)), measured(waist=(80.04, 0), hip=(100.2, 0))
    )
    assert (same.verdict, other.verdict) == ("within", "changed")


def test_only_what_both_have_is_compared_in_the_later_order() -> None:
    before, after = measured(waist=(80, 1), hip=(99, 1)), measured(chest=(90, 1), hip=(98, 1), waist=(81, 1))
    assert [one.name for one in compare_measures(before, after)] == ["hip", "waist"]


def test_what_nobody_knows_the_spread_of_is_not_judged() -> None:
    [unknown] = compare_derived(ratio(0.80, 0.01), ratio(0.99, None))
    assert (unknown.plus_minus, unknown.verdict) == (None, "unknown")
    [known] = compare_derived(ratio(0.80, 0.03), ratio(0.83, 0.04))
    assert (known.unit, known.verdict) == ("", "within")
