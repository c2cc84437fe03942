"""What follows from measures: by hand on round numbers, and how sure it is."""

from __future__ import annotations

import pytest

from pipelines.body.derived import DERIVED_TITLES, BodyVolume, DerivedMeasure, derive_measures
from pipelines.types import Measurement


def measured(**cm: tuple[float, float]) -> list[Measurement]:
    return [
        Measurement(name=name, cm=value, plus_minus_cm=within, method="")
        for name, (value, within) in cm.items()
    ]


FOUR = measured(height=(200, 1), chest=(100, 3), waist=(80, 4), hip=(100, 0), inseam=(90, 0))


def by_name(derived: tuple[DerivedMeasure, ...]) -> dict[str, DerivedMeasure]:
    return {one.name: one for one in derived}


def test_a_told_weight_counts_and_the_volume_does_not_weigh() -> None:
    found = by_name(derive_measures(FOUR, BodyVolume(litres=90, plus_minus_l=2), 100))
    assert tuple(found) == tuple(DERIVED_TITLES)
    assert (found["volume"].value, found["volume"].plus_minus, found["volume"].unit) == (90, 2, "l")
    assert (found["weight"].value, found["weight"].plus_minus) == (100, 0)
    assert found["bmi"].value == pytest.approx(25)
    assert found["bmi"].plus_minus == pytest.approx(25 * 2 * 1 / 200)  # of the height alone


def test_without_one_the_volume_weighs_and_its_density_is_not_known_for_sure() -> None:
    found = by_name(derive_measures(FOUR, BodyVolume(litres=100, plus_minus_l=4), None))
    assert found["weight"].value == pytest.approx(98)
    assert found["weight"].plus_minus == pytest.approx((3.92**2 + 2.94**2) ** 0.5)
    assert found["bmi"].value == pytest.approx(24.5)
    drawn = by_name(derive_measures(FOUR, BodyVolume(litres=100, plus_minus_l=0.0), None))
    assert drawn["weight"].plus_minus == 0
    unsure = by_name(derive_measures(FOUR, BodyVolume(litres=100, plus_minus_l=None), None))
    assert unsure["weight"].plus_minus is None
    assert unsure["bmi"].plus_minus is None


def test_a_ratio_is_as_sure_as_its_measures() -> None:
    found = by_name(derive_measures(FOUR, None, None))
    assert tuple(found) == ("waist_to_hip", "waist_to_height", "chest_to_waist", "inseam_to_height")
    assert found["waist_to_hip"].value == 0.8
    assert found["waist_to_hip"].plus_minus == pytest.approx(0.04)
    assert found["chest_to_waist"].plus_minus == pytest.approx(1.25 * (0.03**2 + 0.05**2) ** 0.5)
    assert found["inseam_to_height"].value == 0.45


def test_what_was_not_measured_gives_no_ratio() -> None:
    assert derive_measures(measured(waist=(80, 1)), None, None) == ()
