"""The shield: one ASGI layer in front of the window and of REST. What it lets through is meant for us, asked for by
our own page or a program, no larger than is taken, and a call that can be understood.

In this order: host, origin, who asks, address, headers of the body, body. A refusal has the one error shape and is a
4xx.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import status
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import PipelineError
from studio.account_errors import NotSignedIn
from studio.api.answers import API_PREFIX
from studio.api.callers import NEW_COOKIE, Callers, PageForSignedIn
from studio.api.errors import problem_content, say_when_to_retry
from studio.api.media import NEVER_STORED
from studio.api.origin import allowed_names, check_host, check_length, check_origin
from studio.api.outside import CrossOrigin, RootPath, without_cookies
from studio.api.refusals import TooBusy
from studio.api.request_body import LimitedReceive, StopReading, needs_seat, rule_for
from studio.api.seats import Seats, drain
from studio.api.streams import end_with_caller
from studio.api.window_gate import PREFIX, RUN, WindowGate, find_gate
from studio.settings import Settings
from studio.who_asks import read_asker

logger = logging.getLogger(__name__)

POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
REQUEST_ID_BYTES = 8

# The window's page has inline scripts and styles, compiles its templates, and draws from blobs; all from here.
WINDOW_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
# Answers and files run nothing.
LOCKED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
FRAMED_BY_HUB = "frame-ancestors 'self' https://huggingface.co"
OWN_PATHS = (
    "/api/",
    "/health/",
    "/account",
    "/invitations/",
    "/metrics",
    "/first-start",
    "/people",
    "/poses/",
    "/share/",
    "/sign-",
    "/stage/",
)  # everything else is the window's
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
# A range may be ignored (RFC 9110, 14.2), and a malformed one must not fail: kept files alone are given in parts.
DROPPED_HEADERS = frozenset({b"range", b"if-range"})
FILES = f"{API_PREFIX}/files/"
# What a proxy says of who asks is taken into account before the shield, where it comes from a trusted one.
FORWARDED = (b"x-forwarded-", b"forwarded")


class Shield:
    """The layer. `callers` says who asks."""

    def __init__(self, app: ASGIApp, *, settings: Settings, callers: Callers) -> None:
        self.app = app
        self._settings = settings
        self._callers = callers
        self._is_space = settings.mode == "space"
        self._names = allowed_names(settings)
        self._root, self._cross_origin = RootPath(settings), CrossOrigin(settings)
        self._gate: WindowGate | None = None
        self._seats = Seats()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "http":
            await self._take(scope, receive, send)
        elif scope["type"] == "websocket":  # the studio has none
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await self.app(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = secrets.token_hex(REQUEST_ID_BYTES)
        scope.setdefault("state", {})["request_id"] = request_id
        scope = self._root.take_off(scope)
        guarded = GuardedSend(send, scope, request_id, root=self._root, is_space=self._is_space)
        limited: LimitedReceive | None = None
        try:
            headers = Headers(scope=scope)
            check_host(scope, headers, self._names)
            if self._root.lacks_slash(scope["path"]):
                await RedirectResponse("/", headers=NEVER_STORED)(scope, receive, guarded)
                return
            if self._cross_origin.allows(scope, headers):
                is_preflight = self._cross_origin.is_preflight(scope, headers)
                guarded.permits = self._cross_origin.permit(headers, is_preflight=is_preflight)
                if is_preflight:
                    await Response(status_code=status.HTTP_204_NO_CONTENT)(scope, receive, guarded)
                    return
                scope = without_cookies(scope)
                headers = Headers(scope=scope)
            else:
                check_origin(scope["method"], headers, is_framed=self._is_space)
            await self._callers.find(scope, headers)
            check_length(scope["path"])
            scope = _read_as_get(scope)
            limited = LimitedReceive(
                receive, headers, rule_for(scope["method"], scope["path"], headers, self._settings)
            )
            guarded.limited = limited
            if needs_seat(scope["method"], scope["path"], headers):
                async with self._seats.take():
                    await self._pass_on(scope, limited, guarded)
            else:
                await self._pass_on(scope, limited, guarded)
        except StopReading:
            logger.debug("request %s was not read to its end", request_id)
        except PageForSignedIn as unsigned:
            await RedirectResponse(unsigned.location, status.HTTP_303_SEE_OTHER, NEVER_STORED)(
                scope, receive, guarded
            )
        except PipelineError as refusal:
            if isinstance(refusal, TooBusy):
                await drain(receive)
            await guarded.refuse(refusal, scope, receive)
        if limited is not None and limited.refusal is not None:
            await guarded.refuse(limited.refusal, scope, receive)

    async def _pass_on(self, scope: Scope, limited: LimitedReceive, guarded: GuardedSend) -> None:
        """Call what is behind the shield, through the window's gate where the window is asked."""
        path, method = scope["path"], scope["method"]
        if self._gate is None:
            self._gate = find_gate(scope.get("app"))
        kept = (pair for pair in scope["headers"] if not pair[0].startswith(FORWARDED))
        dropped = frozenset() if path.startswith(FILES) else DROPPED_HEADERS
        scope = {**scope, "headers": [pair for pair in kept if pair[0] not in dropped]}
        incoming: Receive = limited
        if self._gate is not None and not path.startswith(OWN_PATHS):
            owner = read_asker(scope).id
            self._gate.check_address(method, path, scope["query_string"].decode("latin-1"), owner)
            if self._gate.reads_body(method, path):
                body = await limited.read_all()
                self._gate.check_body(path, body, owner)
                incoming = Replay(body, limited)
        await end_with_caller(self.app, scope, incoming, guarded, is_still_in=self._callers.is_still_in)


def _read_as_get(scope: Scope) -> Scope:
    """A HEAD as the GET that it asks about: what is behind the shield knows GET alone, and the body is left out on the
    way back. Not for the window's own addresses: reading its events takes them away."""
    if scope["method"] != "HEAD" or scope["path"].startswith(PREFIX):
        return scope
    return {**scope, "method": "GET"}


class Replay:
    """A `receive` that gives a body that was read already once more, then listens on."""

    def __init__(self, body: bytes, rest: Receive) -> None:
        self._body: bytes | None = body
        self._rest = rest

    async def __call__(self) -> Message:
        """The body once, then what comes after it."""
        if self._body is None:
            return await self._rest()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class GuardedSend:
    """A `send` that adds what every answer carries, and lets nothing out once the body was refused."""

    def __init__(
        self, send: Send, scope: Scope, request_id: str, *, root: RootPath, is_space: bool = False
    ) -> None:
        self._send = send
        self._root = root
        self.permits: dict[str, str] = {}  # what a page of another site may do with the answer
        self._is_head = scope["method"] == "HEAD"
        self._path = scope["path"]
        self._state = scope["state"]
        self._is_space = is_space
        self._request_id = request_id
        self._started = False
        self.limited: LimitedReceive | None = None

    async def __call__(self, message: Message) -> None:
        """Send a message on."""
        if self.limited is not None and self.limited.refusal is not None:
            return
        if message["type"] == "http.response.start":
            self._started = True
            message = self._dress(message)
        if self._is_head and "body" in message:
            message = {**message, "body": b""}
        await self._send(message)

    async def refuse(self, refusal: PipelineError, scope: Scope, receive: Receive) -> None:
        """Answer with a refusal, unless an answer is under way."""
        logger.info("request %s refused: %s", self._request_id, refusal.code)
        if self._started:
            return
        content: dict[str, Any] = problem_content(refusal, self._request_id)
        if self._path.startswith(PREFIX):
            content["detail"] = refusal.message  # what the window's page shows
        self.limited = None
        headers = {"connection": "close", **say_when_to_retry(refusal)}
        if isinstance(refusal, NotSignedIn):
            headers["www-authenticate"] = "Bearer"
        answer = JSONResponse(content, status_code=refusal.http_status, headers=headers)
        await answer(scope, receive, self)

    def _dress(self, message: Message) -> Message:
        headers = MutableHeaders(raw=list(message.get("headers", [])))
        headers["x-request-id"] = self._request_id
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        locked = self._path.startswith((*OWN_PATHS, PREFIX))
        headers.setdefault("content-security-policy", LOCKED_POLICY if locked else WINDOW_POLICY)
        if self._is_space:  # the hub's page shows it in a frame; nobody else's does
            policy = headers["content-security-policy"]
            headers["content-security-policy"] = policy.replace("frame-ancestors 'self'", FRAMED_BY_HUB)
            del headers["x-frame-options"]
        if NEW_COOKIE in self._state:
            headers.append("set-cookie", self._state[NEW_COOKIE])
        self._root.put_before(headers)
        headers.update(self.permits)
        code = message["status"]
        if self._path.startswith(PREFIX + RUN) and code == status.HTTP_500_INTERNAL_SERVER_ERROR:
            code = status.HTTP_422_UNPROCESSABLE_CONTENT  # Gradio says 500 to whatever a handler refuses
        return {**message, "status": code, "headers": headers.raw}
