"""Accidents lose nothing, and each rule against them is needed: broken, its accident is noticed."""

from __future__ import annotations

import pytest

from tests.faults.accidents import ACCIDENTS, run_accidents


def test_accidents_lose_nothing() -> None:
    assert +run_accidents() == {}


@pytest.mark.parametrize("mutant", ACCIDENTS)
def test_a_broken_rule_is_noticed(mutant: str) -> None:
    assert +run_accidents(mutant)
