"""Who may speak to the studio: host names that it answers to, and pages that are its own.

A page of another site can make a browser send requests here, and can point a name of its own at this address
(DNS rebinding). Browsers say truthfully which host was meant and which page asked; programs say nothing.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from studio.api.refusals import AddressTooLong, HostRefused, OriginRefused
from studio.settings import Settings

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY_ADDRESS = frozenset({"0.0.0.0", "::", "[::]", ""})  # what one may listen on, but not be called
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})  # "none": typed or opened by the person
LONGEST_PATH_BYTES, LONGEST_PART_BYTES = 2048, 255  # of an address; a part is a file name on every system

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?", re.IGNORECASE)


def allowed_names(settings: Settings) -> frozenset[str]:
    """The host names, in lower case, that the studio answers to on every port."""
    named = {_bracketed(name.lower()) for name in (settings.host, *settings.allowed_hosts)}
    return LOCAL_NAMES | (named - ANY_ADDRESS)


def check_host(scope: Scope, headers: Headers, allowed: frozenset[str]) -> None:
    """Raises HostRefused unless the request was meant for a name of ours, also through a proxy."""
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        raise HostRefused("A request needs exactly one Host header.")
    forwarded = [host.strip() for value in headers.getlist("x-forwarded-host") for host in value.split(",")]
    for host in (*hosts, *forwarded):
        match = _HOST.fullmatch(host)
        name = match["name"].lower() if match else ""
        if name not in allowed and name not in _own_address(scope):
            raise HostRefused


def check_length(path: str) -> None:
    """Raises AddressTooLong for a path that no file could have: file systems fail on it, each in its own way."""
    parts = path.encode("utf-8", "surrogatepass").split(b"/")
    if sum(map(len, parts)) > LONGEST_PATH_BYTES or max(map(len, parts)) > LONGEST_PART_BYTES:
        raise AddressTooLong


def check_origin(method: str, headers: Headers, *, is_framed: bool = False) -> None:
    """Raises OriginRefused for what a page of another site asked for.

    Anything that may change something has to come from our own page or from a program; of the rest a foreign page
    may only open ours in the whole tab; of a Space, which the hub's page frames (`is_framed`), in a frame too.
    """
    site = headers.get("sec-fetch-site", "")
    if method in SAFE_METHODS:
        places = ("document", "iframe") if is_framed else ("document",)
        opens_page = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") in places
        if site and site not in OWN_SITE and not opens_page:
            raise OriginRefused
        return
    if site and site not in OWN_SITE:
        raise OriginRefused
    for told in ("origin", "referer"):
        if told in headers:
            if authority_of(headers[told]) != headers["host"].lower():
                raise OriginRefused
            return


def authority_of(address: str) -> str:
    """Host and port of an address, in small letters; "" where it has none."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:  # a broken IPv6 literal
        return ""


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _own_address(scope: Scope) -> frozenset[str]:
    """The address that the connection came in on, where it is one: a name cannot be rebound to a literal."""
    server = (scope.get("server") or ("",))[0]
    try:
        ipaddress.ip_address(server)
    except ValueError:
        return frozenset()
    return frozenset({_bracketed(server.lower())})
