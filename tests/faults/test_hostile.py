"""The quick forms of hostile files and of a long time of work: see `tests.faults.hostile` and `tests.faults.soak`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from tests.faults.hostile import run_assault
from tests.faults.pressure import serve_app
from tests.faults.soak import look_at, soak

FILES, PEOPLE, SECONDS = 120, 6, 12.0
MOST_MB = 2500.0  # window, worker with its detectors, and four decoders
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the app is ended by a signal")


def test_hostile_files_are_refused_in_bounded_memory(tmp_path: Path) -> None:
    seen = run_assault(FILES, tmp_path)
    assert sum(seen.statuses.values()) == FILES
    assert all(status < 500 for status in seen.statuses)
    assert seen.statuses[201] < seen.statuses[422] + seen.statuses[415] + seen.statuses[400]
    assert max(seen.memory_mb) <= MOST_MB  # how it grows once it is warm is for the long form to say


def test_people_at_work_meet_no_error(tmp_path: Path) -> None:
    with serve_app(tmp_path) as url:
        app = psutil.Process().children()[0]
        seen = asyncio.run(soak(url, PEOPLE, SECONDS, lambda: look_at(app, tmp_path)))
    assert not seen.errors
    assert seen.done.keys() >= {"draw", "upload", "look_around"}
    assert len(seen.looks) > 5
