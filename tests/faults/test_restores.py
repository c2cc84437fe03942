"""The quick form of the restores under load; the long one is `python -m tests.faults --restores 20`."""

from __future__ import annotations

from tests.faults.restores import run_restores


def test_each_backup_under_load_comes_back_whole() -> None:
    result = run_restores(4)
    assert not result.faults
    assert result.restores == 4
    assert result.orders > 4
