"""Heights and weights are read as people write them."""

from __future__ import annotations

import pytest

from pipelines.errors import RequestRefused
from studio.ui.units import read_girth, read_height, read_weight, write_height


@pytest.mark.parametrize(
    ("text", "cm"),
    [
        ("172", 172),
        ("172 cm", 172),
        ("172,5cm", 172.5),
        ("1.72 m", 172),
        ("1,72", 172),
        ("5 ft 8 in", 172.72),
        ("5'8\"", 172.72),
        ("5’ 8”", 172.72),
        ("6 ft", 182.88),
        ("68 in", 172.72),
        ("  5 FT  8 IN. ", 172.72),
    ],
)
def test_heights(text: str, cm: float) -> None:
    assert read_height(text) == pytest.approx(cm)


@pytest.mark.parametrize(("text", "cm"), [("82", 82), ("82,5 cm", 82.5), ("32 in", 81.28), ("32”", 81.28)])
def test_what_a_tape_said(text: str, cm: float) -> None:
    assert read_girth(text, "Waist") == pytest.approx(cm)
    assert read_girth(" ", "Waist") is None
    with pytest.raises(RequestRefused, match="Waist"):
        read_girth("wide", "Waist")


@pytest.mark.parametrize(("text", "kg"), [("70", 70), ("70 kg", 70), ("154 lb", 69.853), ("70,5", 70.5)])
def test_weights(text: str, kg: float) -> None:
    assert read_weight(text) == pytest.approx(kg, abs=0.01)


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_said_is_none(text: str) -> None:
    assert read_height(text) is None
    assert read_weight(text) is None


@pytest.mark.parametrize("text", ["tall", "17e2", "-172", "172 172", "5 ft 8 cm"])
def test_what_is_no_height_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RequestRefused, match="Write 172 cm or 5 ft 8 in"):
        read_height(text)


def test_a_height_is_written_so_that_it_reads_back() -> None:
    assert read_height(write_height(171.0)) == 171.0
    assert write_height(None) == ""
