"""Who may reach the window: this computer alone, unless a person says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.api.server import refuse_open_network
from studio.errors import SettingsRefused
from studio.settings import read_settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7"])
def test_an_address_that_others_reach_is_refused_with_the_reason(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsRefused, match=r"no log-in.*--open-to-network"):
        refuse_open_network(read_settings({"data": str(tmp_path), "host": host}, {}))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_this_computer_s_own_addresses_are_taken(tmp_path: Path, host: str) -> None:
    refuse_open_network(read_settings({"data": str(tmp_path), "host": host}, {}))


def test_a_person_may_open_it(tmp_path: Path) -> None:
    settings = {"data": str(tmp_path), "host": "0.0.0.0", "open_to_network": True}
    refuse_open_network(read_settings(settings, {}))
