"""The settings of a sign-in service that a house has already (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from studio.errors import SettingsRefused
from studio.setting import Setting

ANYBODY = "*"  # in oidc_domains: whoever the service signs in
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

OIDC_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="oidc_issuer",
        default="",
        is_url=True,
        help="Mode shared: the issuer of an OpenID Connect service that people sign in with, such as "
        "https://login.example.com/realms/house; empty: by name and password alone.",
    ),
    Setting(name="oidc_client_id", default="", help="The name that this studio has there."),
    Setting(
        name="oidc_client_secret",
        default="",
        help="Its secret there; best as STUDIO_OIDC_CLIENT_SECRET. Empty: it has none, as a public client.",
    ),
    Setting(
        name="oidc_domains",
        default="",
        is_list=True,
        shape=r"\*|[a-z0-9-]+(\.[a-z0-9-]+)+",
        shape_says="it has to be a domain such as example.com, or *",
        help="Domains of e-mail addresses whose people need no invitation, separated by commas; * for whoever the "
        "service signs in. Empty: by invitation only.",
    ),
    Setting(
        name="oidc_role",
        default="creator",
        choices=("creator", "viewer"),
        help="The role of those who need no invitation.",
    ),
)


def check_oidc(values: Mapping[str, Any]) -> None:
    """Raises SettingsRefused for a service that cannot be asked, or that anybody on the way could speak for."""
    if not values["oidc_issuer"]:
        return
    if not values["oidc_client_id"]:
        raise SettingsRefused(
            "“oidc_issuer” needs “oidc_client_id”: the name that the service knows this studio by."
        )
    parts = urlsplit(values["oidc_issuer"])
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise SettingsRefused("“oidc_issuer” has to begin with https://.")
    if parts.query or parts.fragment:
        raise SettingsRefused("“oidc_issuer” cannot have a “?” or a “#” in it.")
