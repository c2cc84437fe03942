"""The studio in memory keeps pace with the real one: the same use cases, with the same parameters."""

from __future__ import annotations

import inspect

import pytest

from studio.studio import Studio
from tests.fakes import FakeStudio

USE_CASES = [
    name for name, member in vars(Studio).items() if inspect.isfunction(member) and not name.startswith("_")
]


@pytest.mark.parametrize("name", USE_CASES)
def test_every_use_case_has_a_double_with_the_same_parameters(name: str) -> None:
    double, real = getattr(FakeStudio, name), getattr(Studio, name)
    assert double is not real
    expected, found = (inspect.signature(member).parameters for member in (real, double))
    assert list(found.items()) == list(expected.items())
