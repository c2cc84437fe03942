"""The gate before the window's own addresses: only calls that its page makes, only functions that it has, no files.

Gradio answers 500 to several malformed calls, and a mounted Gradio reads any file of this machine that a call names
(it checks file references only after `launch()`). The window takes and gives files through our own routes alone, so
the gate reads every call before Gradio does and lets none through that names a file.
"""

from __future__ import annotations

import json
import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qs

from starlette.routing import Mount

from studio.api.refusals import CallMalformed, CallUnknown, FileForeign

PREFIX = "/gradio_api/"
JOIN, RUN, EVENTS, HEARTBEAT = "queue/join", "run/", "queue/data", "heartbeat/"
DEEPEST_CALL = 32  # levels of nesting
LONGEST_SESSION = 64
MOST_SESSIONS = 65_536  # remembered; the oldest are forgotten first
PAGE_READS = frozenset({"info", "app_id", "startup-events", "theme.css", EVENTS, "queue/status"})
# Not "upload" and "file=": what a person brings or gets goes through our own routes, which look at it first.
PAGE_WRITES = frozenset({"cancel", "reset", JOIN})
CLOSED_PAGES = ("/monitoring", "/login", "/logout", "/dev")
CLOSED_QUERIES = frozenset({"deep_link"})  # opens a state file by a name that the client chooses

_SESSION = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_SESSION}}}")
_HEARTBEAT = re.compile(HEARTBEAT + _SESSION.pattern)
_RUN = re.compile(rf"{RUN}[A-Za-z0-9_-]{{1,100}}")


class WindowGate:
    """Looks at requests to one window.

    `inputs`: function id, or the name that it goes by -> how many values it takes.
    """

    def __init__(self, inputs: Mapping[int | str, int]) -> None:
        self._inputs = inputs
        self._sessions: OrderedDict[str, str] = OrderedDict()  # whose page each one is

    def check_address(self, method: str, path: str, query: str, owner: str) -> None:
        """Raises CallUnknown for an address that the page does not use, or for the events of another's page."""
        fields = parse_qs(query, keep_blank_values=True)
        if CLOSED_QUERIES & fields.keys() or path.startswith(CLOSED_PAGES):
            raise CallUnknown
        if not path.startswith(PREFIX):
            return
        name = path.removeprefix(PREFIX).removesuffix("/")
        if method == "POST":
            known = name in PAGE_WRITES or bool(_RUN.fullmatch(name))
        else:
            known = method in ("GET", "HEAD") and (name in PAGE_READS or bool(_HEARTBEAT.fullmatch(name)))
        if known and name == EVENTS:
            known = self._sessions.get((fields.get("session_hash") or [""])[0]) == owner
        if known and name.startswith(HEARTBEAT):
            known = self._sessions.get(name.removeprefix(HEARTBEAT), owner) == owner
        if not known:
            raise CallUnknown

    @staticmethod
    def reads_body(method: str, path: str) -> bool:
        """Whether check_body wants to see this request's body."""
        return method == "POST" and path.startswith(PREFIX)

    def check_body(self, path: str, body: bytes, owner: str) -> None:
        """Raises CallMalformed, CallUnknown or FileForeign for a call that the window cannot or must not take."""
        call = _read_json(body)
        name = path.removeprefix(PREFIX).removesuffix("/")
        self._check_names(call)
        if name == JOIN or name.startswith(RUN):
            self._check_function(name, call)
        _refuse_files(call)
        if call.get("session_hash") is not None:  # of a page: what it holds is of one person
            self._remember(call["session_hash"], owner)

    @staticmethod
    def _check_names(call: Mapping[str, Any]) -> None:
        session = call.get("session_hash")
        if session is not None and not (isinstance(session, str) and _SESSION.fullmatch(session)):
            raise CallMalformed
        for name in ("event_id", "fn_name"):
            if not isinstance(call.get(name), str | None):
                raise CallMalformed
        for name in ("fn_index", "trigger_id", "component_id"):
            number = call.get(name)
            if isinstance(number, bool) or not isinstance(number, int | None):
                raise CallMalformed

    def _check_function(self, name: str, call: Mapping[str, Any]) -> None:
        number = call.get("fn_index")
        if not isinstance(call.get("data"), list) or call.get("batched") or call.get("simple_format"):
            raise CallMalformed
        if name == JOIN and (number is None or call.get("session_hash") is None):
            raise CallMalformed
        function = name.removeprefix(RUN) if number is None else number
        if function not in self._inputs:
            raise CallUnknown
        if len(call["data"]) < self._inputs[function]:
            raise CallMalformed

    def _remember(self, session: str, owner: str) -> None:
        if self._sessions.setdefault(session, owner) != owner:
            raise CallUnknown
        self._sessions.move_to_end(session)
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)


def find_gate(app: Any) -> WindowGate | None:
    """The gate for the window that this app is, or that is mounted in it; None where there is none.

    Nothing of the window's library is imported: its functions are read off its own description.
    """
    mounted = (route.app for route in getattr(app, "routes", ()) if isinstance(route, Mount))
    window = next((found for found in (app, *mounted) if hasattr(found, "get_blocks")), None)
    if window is None:
        return None
    inputs = {
        name: 0 if call.get("cancels") else len(call["inputs"])
        for call in window.get_blocks().config["dependencies"]
        for name in (call["id"], call.get("api_name"))
        if isinstance(name, int | str) and not isinstance(name, bool)
    }
    return WindowGate(inputs)


def _refuse_files(call: Mapping[str, Any]) -> None:
    """Raises FileForeign for a call with a file reference (an object with a text "path"), however deep in it."""
    waiting: list[tuple[Any, int]] = [(call, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST_CALL:
            raise CallMalformed
        if isinstance(value, dict):
            if isinstance(value.get("path"), str):
                raise FileForeign
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        call = json.loads(body, parse_constant=_refuse_constant, parse_float=_read_finite)
        if b"\\u" in body:
            json.dumps(call, ensure_ascii=False).encode()  # half a character cannot be written down again
    except (ValueError, RecursionError) as error:
        raise CallMalformed from error
    if not isinstance(call, dict):
        raise CallMalformed
    return call


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):  # 1e999: Gradio cannot write it down again
        raise ValueError(text)
    return number
