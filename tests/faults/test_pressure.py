"""The quick form of many uploads at once: see `python -m tests.faults.pressure`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio.api.seats import MOST_AT_ONCE, MOST_WAITING
from tests.faults.pressure import WITHIN_S, press, serve_app


@pytest.mark.skipif(sys.platform == "win32", reason="the app is ended by a signal")
def test_many_uploads_at_once_hold_up_nobody_else(tmp_path: Path) -> None:
    with serve_app(tmp_path) as url:
        seen = press(url, 60)
    assert seen.statuses.keys() <= {201, 503}
    assert seen.statuses[201] >= MOST_AT_ONCE + MOST_WAITING / 2
    assert seen.all_say_when
    assert seen.failed_looks == 0
    assert seen.median_s <= WITHIN_S
    assert seen.worst_s <= 5 * WITHIN_S  # beside other tests; the long form asks for WITHIN_S
