"""Whose request it is, found before anything else of it is looked at: by a session's cookie, or a bearer's token.

Of one creator on this computer nobody is asked. Else what is not named public here is for who is signed in: a page is
answered by the way to the sign-in page, everything else by 401.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.types import Scope

from studio.account_errors import NotAllowed, NotSignedIn, TooManyVisits
from studio.studio import Studio
from studio.throttle import Throttle
from studio.vocabulary.person import YOU, Person
from studio.who_asks import read_asker, write_asker

COOKIE = "studio_session"
LONGEST_TOKEN = 200
THREADS = 8  # of their own: a disk that is slow to read holds up nobody's upload
NOBODY = Person(id="", role="viewer", scopes=frozenset())
SIGN_IN, SIGN_UP, FIRST_START = "/sign-in", "/sign-up", "/first-start"
SIGN_IN_WITH, SIGN_IN_BACK = "/sign-in-with", "/sign-in-back"  # a service of the house
VISITS_WITHIN_S = 3600.0
NEW_COOKIE = "new_cookie"  # in a request's state: what its answer has the browser keep
# Asked by who is not signed in yet, or by programs that watch over the process; the last ones hold nobody's data.
PUBLIC = frozenset(
    {
        ("POST", "/api/v1/sessions"),
        ("GET", "/api/v1/health"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/docs"),
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", SIGN_IN),
        ("POST", SIGN_IN),
        ("POST", SIGN_IN_WITH),
        ("GET", SIGN_IN_BACK),
        ("GET", SIGN_UP),
        ("POST", SIGN_UP),
        ("GET", FIRST_START),
        ("POST", FIRST_START),
        ("GET", "/manifest.json"),
        ("GET", "/favicon.ico"),
    }
)
# Behind these a secret stands in the address itself.
PUBLIC_UNDER = ("/share/", "/invitations/", "/api/v1/invitations/")
NO_PAGES = ("/api/", "/gradio_api/", "/stage/", "/metrics", "/assets/", "/static/", "/poses/")


class PageForSignedIn(NotSignedIn):
    """Sign in first to see this page."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


class Callers(Protocol):
    """Finds the person of each request."""

    async def find(self, scope: Scope, headers: Headers) -> Person:
        """Who asks; it is written into the request's state. Raises NotSignedIn, NotAllowed, StorageTrouble."""

    async def is_still_in(self, scope: Scope) -> bool:
        """Whether the same request would be let in now, as by the same person. Raises StorageTrouble."""


class OneCreator:
    """Whoever reaches a studio without accounts: the one place where somebody is "you" without having to say so."""

    async def find(self, scope: Scope, headers: Headers) -> Person:
        """You."""
        write_asker(scope, YOU)
        return YOU

    async def is_still_in(self, scope: Scope) -> bool:
        """Always."""
        return True


class AccountHolders:
    """People with accounts, and the visitors of a Space."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._is_space = studio.settings.mode == "space"
        self._threads: CapacityLimiter | None = None
        self._visits = Throttle(studio.settings.visitors_by_address, VISITS_WITHIN_S)

    async def find(self, scope: Scope, headers: Headers) -> Person:
        """Who asks; it is written into the request's state. Raises NotSignedIn, NotAllowed, StorageTrouble."""
        person = await self._identify(scope, headers)
        write_asker(scope, person)
        return person

    async def is_still_in(self, scope: Scope) -> bool:
        """Whether the session or the key is still one of the person whom the request was let in as."""
        person = await self._look_up(Headers(scope=scope))
        return person is not None and person.id == read_asker(scope).id and person.may("read")

    async def _look_up(self, headers: Headers) -> Person | None:
        """Whose session or key the request carries."""
        if not (token := read_token(headers)):
            return None
        self._threads = self._threads or CapacityLimiter(THREADS)
        return await to_thread.run_sync(self._studio.people.find_person, token, limiter=self._threads)

    async def _identify(self, scope: Scope, headers: Headers) -> Person:
        person = await self._look_up(headers)
        if is_public(scope["method"], scope["path"]):
            return person or NOBODY
        if person is None:
            if self._is_space and (opens_page(scope, headers) or is_front(scope)):
                return await self._receive(scope)
            if opens_page(scope, headers):
                asked = scope["path"] + (
                    f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
                )
                raise PageForSignedIn(f"{SIGN_IN}?next={quote(asked, safe='')}")
            raise NotSignedIn
        if not person.may("read"):
            raise NotAllowed
        return person

    async def _receive(self, scope: Scope) -> Person:
        """A visitor, whose browser is given a session with the page that it asked for. Raises TooManyVisitors, and
        TooManyVisits where one address would take the places of all others."""
        if wait := self._visits.take((scope.get("client") or ("",))[0]):
            raise TooManyVisits(wait)
        token, person = await to_thread.run_sync(self._studio.people.receive_visitor, limiter=self._threads)
        kept_s = self._studio.settings.visitor_kept_seconds
        scope.setdefault("state", {})[NEW_COOKIE] = say_visitors_cookie(token, kept_s)
        return person


def say_visitors_cookie(token: str, kept_s: int) -> str:
    """The Set-Cookie of a visitor, also in the hub's frame; kept for 0 s it is forgotten there."""
    return f"{COOKIE}={token}; Path=/; Max-Age={kept_s}; HttpOnly; Secure; SameSite=None; Partitioned"


def find_callers(studio: Studio) -> Callers:
    """Who can ask in this studio's mode."""
    return OneCreator() if studio.settings.mode == "single" else AccountHolders(studio)


def is_front(scope: Scope) -> bool:
    """Whether it is the page that everybody comes in by, whatever a program says that it takes."""
    return scope["method"] in ("GET", "HEAD") and scope["path"] == "/"


def read_token(headers: Headers) -> str:
    """The token that a request carries, "" without one; what a program says counts before what a browser keeps."""
    kind, _, said = headers.get("authorization", "").partition(" ")
    if kind:
        return said.strip()[:LONGEST_TOKEN] if kind.lower() == "bearer" else ""
    try:
        kept = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return kept.value[:LONGEST_TOKEN] if kept else ""


def is_public(method: str, path: str) -> bool:
    """Whether somebody may ask this who is not signed in."""
    method = "GET" if method == "HEAD" else method
    return (method, path) in PUBLIC or path.startswith(PUBLIC_UNDER)


def opens_page(scope: Scope, headers: Headers) -> bool:
    """Whether a person opens a page by this, rather than a program something else."""
    looks = scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")
    return looks and not scope["path"].startswith(NO_PAGES)
