"""The quick form of the faults, as CI runs it: nothing is violated, every mutant is caught."""

from __future__ import annotations

import pytest

from store.faults import FAULT_POINTS
from tests.faults.kill_loop import run_kill_loop
from tests.faults.mutants import MUTANTS, WAL, Mutant
from tests.faults.power_loss import run_power_loss
from tests.faults.report import QUICK, catch
from tests.faults.takeover import run_takeover


@pytest.mark.slow
def test_kills_at_every_point_and_at_random_violate_nothing() -> None:
    result = run_kill_loop(QUICK.kills, every_point=True)
    assert not result.faults
    assert set(result.points) == set(FAULT_POINTS)
    assert result.kills >= QUICK.kills
    assert result.states["succeeded"] > result.jobs / 2


@pytest.mark.slow
def test_no_power_cut_violates_anything() -> None:
    result = run_power_loss(QUICK.orders, states=QUICK.states)
    assert not result.faults
    assert result.states > QUICK.states / 3  # the others were the same as one before


def test_no_power_cut_violates_anything_with_the_other_journal() -> None:
    result = run_power_loss(QUICK.orders, states=QUICK.wal_states, journal=WAL)
    assert not result.faults
    assert result.states > 0


def test_a_worker_that_was_taken_for_dead_changes_nothing() -> None:
    assert not run_takeover()


def test_a_first_start_may_be_cut_anywhere() -> None:
    result = run_power_loss(0, states=QUICK.first_start_states, fresh=True)
    assert not result.faults
    assert result.calls > 0


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_rule_is_noticed(mutant: Mutant) -> None:
    row = catch(mutant)
    assert row.good, row
