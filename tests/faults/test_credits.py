"""The quick form of credits under faults, as CI runs it; and the rule that must not be broken."""

from __future__ import annotations

import pytest

from tests.faults.credits import POINTS, run_credits

OPERATIONS = 300
ROUNDS = 4


@pytest.mark.slow
def test_balance_ledger_and_jobs_agree_whatever_is_killed_when() -> None:
    seen = run_credits(OPERATIONS)
    assert not seen.faults
    assert set(seen.points) == set(POINTS)
    assert seen.operations >= OPERATIONS
    assert seen.states["succeeded"] > 0
    assert seen.states["failed"] + seen.states["cancelled"] > 0


@pytest.mark.parametrize("mutant", ["charge after commit", "reserve after submit"])
def test_a_charge_outside_the_jobs_transaction_is_noticed(mutant: str) -> None:
    found = [run_credits(OPERATIONS, mutant=mutant, seed=1, every_point=False).faults]
    while not found[-1] and len(found) < ROUNDS:
        found.append(run_credits(OPERATIONS, mutant=mutant, seed=len(found) + 1, every_point=False).faults)
    assert found[-1]
