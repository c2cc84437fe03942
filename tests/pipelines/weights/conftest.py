"""A hub double with one repository, and a weights manager that asks it, impatiently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.weights.line import Patience
from pipelines.weights.manager import WeightsManager
from tests.pipelines.weights.hub_double import HubDouble, tiny_repo

IMPATIENT = Patience(connect_s=2.0, stall_s=0.6, pauses_s=(0.0, 0.01, 0.01))


@pytest.fixture
def hub() -> Iterator[HubDouble]:
    with HubDouble(repos={"some/tiny": tiny_repo()}) as double:
        yield double


@pytest.fixture
def make_manager(hub: HubDouble, tmp_path: Path) -> Callable[..., WeightsManager]:
    def make(**facts: Any) -> WeightsManager:
        return WeightsManager(tmp_path / "weights", **{"hub_url": hub.url, "patience": IMPATIENT, **facts})

    return make


@pytest.fixture
def manager(make_manager: Callable[..., WeightsManager]) -> WeightsManager:
    return make_manager()
