"""Every named fault point is really passed, so that a test that kills there kills somewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from store.faults import FAULT_POINTS, install_fault_hook
from store.store import Store


@pytest.fixture
def passed() -> Iterator[list[str]]:
    names: list[str] = []
    install_fault_hook(names.append)
    yield names
    install_fault_hook(None)


def test_one_job_and_one_collection_pass_them_all(store: Store, things, passed: list[str]) -> None:
    things.finished(pictures=1, price=5)
    store.files.put(b"nobody's")
    for path in store.objects.walk():
        os.utime(path, (0, 0))
    assert store.files.collect_garbage(timedelta(hours=1)).files == 1
    assert set(passed) == set(FAULT_POINTS)
    assert (
        passed.index("submit.before_commit")
        < passed.index("submit.after_commit")
        < passed.index("finish.begin")
    )


def test_nothing_happens_without_a_hook(store: Store, things, passed: list[str]) -> None:
    install_fault_hook(None)
    things.finished(pictures=1)
    assert passed == []
