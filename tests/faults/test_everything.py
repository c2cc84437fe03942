"""A few kills of the whole app, as CI runs them; `python -m tests.faults.everything` is the long form."""

from __future__ import annotations

import signal

import pytest

from tests.faults.everything import run_kills

KILLS = 3


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(signal, "SIGSTOP"), reason="stops a whole family of processes at once: POSIX alone"
)
def test_whatever_was_acknowledged_outlives_kills_of_everything() -> None:
    seen = run_kills(KILLS)
    assert not seen.faults, seen
    assert seen.kills == KILLS, seen
    assert seen.jobs, seen
