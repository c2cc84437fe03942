"""How the studio is seen from outside: under a path of a proxy's, and from pages of other sites."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Scope

from studio.api.answers import API_PREFIX
from studio.api.origin import authority_of
from studio.network_settings import ANY_ORIGIN
from studio.settings import Settings

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
TAKEN_HEADERS = "authorization, content-type, idempotency-key, if-none-match"
SHOWN_HEADERS = "content-disposition, etag, location, retry-after, x-request-id"
ROOT_COOKIE = re.compile(r"Path=/(?=;|$)")
ASKED_AGAIN_S = 600  # when a browser asks once more what is allowed


def home_of(request: Request) -> str:
    """The address of the studio as this request was made to it, without a slash at its end: for links that are sent
    to somebody."""
    root_path: str = request.app.state.studio.settings.root_path
    return f"{request.url.scheme}://{request.headers['host']}{root_path}"


class RootPath:
    """The path under which a proxy serves the studio; "" for none. Behind the shield everything lies at "/"."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.root_path

    def take_off(self, scope: Scope) -> Scope:
        """The request without the path before it, where the proxy has not taken it off."""
        path: str = scope["path"]
        if not self._root or not path.startswith(self._root + "/"):
            return scope
        rest = path.removeprefix(self._root)
        return {**scope, "path": rest, "raw_path": rest.encode("utf-8", "surrogatepass"), "root_path": ""}

    def lacks_slash(self, path: str) -> bool:
        """Whether the path itself is asked for: relative addresses count from the one with a slash at its end."""
        return bool(self._root) and path == self._root

    def put_before(self, headers: MutableHeaders) -> None:
        """Let an answer lead on, and its cookies hold, under the path only."""
        if not self._root:
            return
        if headers.get("location", "").startswith("/") and not headers["location"].startswith("//"):
            headers["location"] = self._root + headers["location"]
        cookies = headers.getlist("set-cookie")
        if cookies:
            del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", ROOT_COOKIE.sub(f"Path={self._root}/", cookie))


class CrossOrigin:
    """Pages of other sites that may use REST, with an API key: a cookie of theirs counts for nothing."""

    def __init__(self, settings: Settings) -> None:
        self._origins = frozenset(settings.cors_origins)

    def allows(self, scope: Scope, headers: Headers) -> bool:
        """Whether this is a request of such a page to REST; of the studio's own pages it is none."""
        origins = headers.getlist("origin")
        if not self._origins or len(origins) != 1 or not scope["path"].startswith(API_PREFIX + "/"):
            return False
        if authority_of(origins[0]) == headers["host"].lower():
            return False
        return ANY_ORIGIN in self._origins or origins[0] in self._origins

    def is_preflight(self, scope: Scope, headers: Headers) -> bool:
        """Whether a browser asks only what may be asked: before it is known by whom."""
        return scope["method"] == "OPTIONS" and "access-control-request-method" in headers

    def permit(self, headers: Headers, *, is_preflight: bool = False) -> dict[str, str]:
        """What an answer has to say so that a browser lets that page read it: never that cookies come along."""
        said = ANY_ORIGIN if ANY_ORIGIN in self._origins else headers["origin"]
        told = {"access-control-allow-origin": said, "access-control-expose-headers": SHOWN_HEADERS}
        told["vary"] = "Origin"
        if is_preflight:
            told |= {"access-control-allow-methods": METHODS, "access-control-allow-headers": TAKEN_HEADERS}
            told["access-control-max-age"] = str(ASKED_AGAIN_S)
        return told


def without_cookies(scope: Scope) -> Scope:
    """The request as if the browser had kept nothing."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"cookie"]}
