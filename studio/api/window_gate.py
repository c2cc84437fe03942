"""The gate before the window's own addresses: only calls that its page makes, only functions that it has, and only
files that it gave to the same person.

Gradio answers 500 to several malformed calls, and a mounted Gradio reads any file of this machine that a call names
(it checks file references only after `launch()`). So the gate reads every call before Gradio does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

from studio.api.refusals import CallMalformed, CallUnknown, FileForeign
from studio.api.told import Told, is_inside
from studio.api.window_facts import WindowFacts, find_files

PREFIX = "/gradio_api/"
FILE_PREFIX = "file="
JOIN, RUN, COMPONENT, EVENTS = "queue/join", "run/", "component_server", "queue/data"
DEEPEST_CALL = 32  # levels of nesting
LONGEST_SESSION = 64
PAGE_READS = frozenset({"info", "app_id", "startup-events", "theme.css", EVENTS, "queue/status"})
# Not "upload": what a person brings goes to our own routes, which look at it before anything is kept.
PAGE_WRITES = frozenset({"cancel", "reset", JOIN, COMPONENT})
SERVED_ADDRESSES = (PREFIX + FILE_PREFIX, "/api/v1/files/", "/poses/")  # where our own files are fetched
CLOSED_PAGES = ("/monitoring", "/login", "/logout", "/dev")
CLOSED_QUERIES = frozenset({"deep_link"})  # opens a state file by a name that the client chooses

_SESSION = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_SESSION}}}")
_HEARTBEAT = re.compile(rf"heartbeat/{_SESSION.pattern}")
_RUN = re.compile(rf"{RUN}[A-Za-z0-9_-]{{1,100}}")


class WindowGate:
    """Looks at requests to the window. `told` is what the window told to whom."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def check_address(self, method: str, path: str, query: str, owner: str, facts: WindowFacts) -> None:
        """Raises CallUnknown for an address that the page does not use, FileForeign for another's file."""
        fields = parse_qs(query, keep_blank_values=True)
        if CLOSED_QUERIES & fields.keys() or path.startswith(CLOSED_PAGES):
            raise CallUnknown
        if not path.startswith(PREFIX):
            return
        name = path.removeprefix(PREFIX)
        if name.startswith(FILE_PREFIX) and method in ("GET", "HEAD"):
            self._check_file(name.removeprefix(FILE_PREFIX), owner, facts)
            return
        name = name.removesuffix("/")
        if method == "GET" and name == EVENTS:
            self._check_session((fields.get("session_hash") or [""])[0], owner)
        known = name in PAGE_READS or _HEARTBEAT.fullmatch(name) if method in ("GET", "HEAD") else False
        if method == "POST":
            known = name in PAGE_WRITES or _RUN.fullmatch(name)
        if not known:
            raise CallUnknown

    @staticmethod
    def reads_body(method: str, path: str) -> bool:
        """Whether check_body wants to see this request's body."""
        return method == "POST" and path.startswith(PREFIX)

    def check_body(self, path: str, body: bytes, owner: str, facts: WindowFacts) -> None:
        """Raises CallMalformed, CallUnknown or FileForeign for a call that the window cannot or must not take."""
        call = _read_json(body)
        name = path.removeprefix(PREFIX).removesuffix("/")
        self._check_names(call, owner)
        if name == COMPONENT:
            self._check_component(call, facts)
        elif name == JOIN or name.startswith(RUN):
            self._check_function(name, call, facts)
        try:
            for file in find_files(call, deepest=DEEPEST_CALL):
                self._check_reference(file, owner, facts)
        except ValueError as error:
            raise CallMalformed from error
        if name == JOIN:
            self._told.note(owner, "session", call["session_hash"])

    def note_answer(self, answer: Any, owner: str, facts: WindowFacts) -> None:
        """Remember the files that the window names in an answer: from now on they are this person's to name."""
        for file in find_files(answer):
            if is_inside(file["path"], facts.folder):
                self._told.note(owner, "file", file["path"])

    def _check_names(self, call: Mapping[str, Any], owner: str) -> None:
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

    def _check_function(self, name: str, call: Mapping[str, Any], facts: WindowFacts) -> None:
        number = call.get("fn_index")
        if not isinstance(call.get("data"), list) or call.get("batched") or call.get("simple_format"):
            raise CallMalformed
        if name == JOIN and (number is None or call.get("session_hash") is None):
            raise CallMalformed
        function = name.removeprefix(RUN) if number is None else number
        if function not in facts.inputs:
            raise CallUnknown
        if len(call["data"]) < facts.inputs[function]:
            raise CallMalformed

    def _check_component(self, call: Mapping[str, Any], facts: WindowFacts) -> None:
        if (
            not {"component_id", "fn_name", "session_hash", "data"} <= call.keys()
            or call["session_hash"] is None
        ):
            raise CallMalformed
        if call["fn_name"] not in facts.server_functions.get(call["component_id"], frozenset()):
            raise CallUnknown

    def _check_session(self, session: str, owner: str) -> None:
        if not self._told.knows(owner, "session", session):
            raise CallUnknown

    def _check_file(self, path: str, owner: str, facts: WindowFacts) -> None:
        if path not in facts.public_files and not self._told.knows(owner, "file", path):
            raise FileForeign("There is no file of yours at that address.")

    def _check_reference(self, file: Mapping[str, Any], owner: str, facts: WindowFacts) -> None:
        if not isinstance(file.get("meta", {}), dict):
            raise CallMalformed
        self._check_file(file["path"], owner, facts)
        url = file.get("url")
        if url is not None and not (isinstance(url, str) and urlsplit(url).path.startswith(SERVED_ADDRESSES)):
            raise FileForeign


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        call = json.loads(body, parse_constant=_refuse_constant)
        if b"\\u" in body:
            json.dumps(call, ensure_ascii=False).encode()  # half a character cannot be written down again
    except (ValueError, RecursionError) as error:
        raise CallMalformed from error
    if not isinstance(call, dict):
        raise CallMalformed
    return call


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
