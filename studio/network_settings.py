"""The settings of how the studio is reached: names, proxies, pages of other sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.errors import SettingsRefused
from studio.setting import Setting

ANY_ORIGIN = "*"

NETWORK_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="allowed_hosts",
        default="",
        is_list=True,
        help="Further host names the window answers to, separated by commas (localhost is always one).",
    ),
    Setting(
        name="root_path",
        default="",
        shape=r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+",
        shape_says="it has to be a path such as /studio, without a slash at its end",
        help="The path under which a proxy serves the studio, such as /studio; empty: a host name of its own.",
    ),
    Setting(
        name="cors_origins",
        default="",
        is_list=True,
        shape=r"\*|https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?",
        shape_says="it has to be an origin such as https://app.example.com, without a path",
        help="Origins of other sites whose pages may use REST with an API key, separated by commas; * for all of them.",
    ),
)


def check_together(values: Mapping[str, Any]) -> None:
    """Raises SettingsRefused for settings that are each allowed, but not with one another."""
    if values["cors_origins"] and values["mode"] == "single":
        raise SettingsRefused(
            "With one creator there are no API keys: a page of another site that may use REST could see and change "
            "everything. Leave “cors_origins” empty, or set “mode” to shared."
        )
