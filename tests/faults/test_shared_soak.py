"""The quick form of many people in a shared studio: see `python -m tests.faults.soak --shared`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from tests.faults.soak import look_at, serve_people, soak

PEOPLE, SECONDS = 6, 15.0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the app is ended by a signal")
def test_people_of_a_shared_studio_work_side_by_side(tmp_path: Path) -> None:
    with serve_people(tmp_path, PEOPLE) as (url, tokens):
        app = next(one for one in psutil.Process().children() if one.is_running())
        seen = asyncio.run(soak(url, PEOPLE, SECONDS, lambda: look_at(app, tmp_path), tokens))
    assert not seen.errors
    assert seen.done["draw"] >= PEOPLE
    assert seen.done["look_around"] >= 1
