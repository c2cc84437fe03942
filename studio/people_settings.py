"""The settings of who may come in: one creator, people of a house, or visitors of a demo in a Space of the hub."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.setting import Setting

# The hub's proxies reach a Space over networks that nobody else does; what visitors say of themselves counts not.
HUBS_PROXIES = "127.0.0.0/8,10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,::1,fc00::/7"
SPACE_HOST = "SPACE_HOST"  # where the hub says under which name a Space is reached

PEOPLE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="mode",
        default="single",
        choices=("single", "shared", "space"),
        help="single: one creator on this computer, without a log-in. shared: people with accounts. space: visitors of "
        "a demo, each for an hour.",
    ),
    Setting(
        name="open_to_network",
        default=False,
        help="Listen on an address that other computers reach. With one creator there is no log-in: whoever reaches it "
        "sees everything.",
    ),
    Setting(
        name="trusted_proxies",
        default="127.0.0.1",
        help="Addresses or networks of proxies whose word counts for who asks (X-Forwarded-…), separated by commas.",
    ),
    Setting(
        name="sign_up",
        default="off",
        choices=("off", "creator", "viewer"),
        help="Mode shared: whether people make accounts for themselves, at /sign-up, and of which role; off: by "
        "invitation only.",
    ),
    Setting(
        name="assistant_key",
        default="",
        help="Mode shared: the API key that `app.py mcp` asks with; it acts for the person whose key it is.",
    ),
    Setting(
        name="visitors_by_address",
        default=60,
        least=1,
        help="Mode space: how many visitors from one address are received in an hour.",
    ),
    Setting(
        name="visitor_kept_seconds",
        default=3600,
        least=1,
        help="Mode space: how long a visitor and everything of theirs is kept, in seconds.",
    ),
)


def defaults_of_space() -> dict[str, Any]:
    """What is not set in a Space of the hub, which is reached through the hub's proxy and keeps nothing."""
    folder = Path(tempfile.gettempdir()) / "avatar-studio"
    return {"mode": "space", "host": "0.0.0.0", "data": str(folder), "trusted_proxies": HUBS_PROXIES}


def hosts_of_space(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which the hub reaches a Space, beside those of the settings."""
    return tuple(one.strip().lower() for one in environment.get(SPACE_HOST, "").split(",") if one.strip())
