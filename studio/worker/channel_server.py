"""The worker's end of the channel: a thread that reads calls, and one for each name that answers them."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.errors import PipelineError, UnknownName
from studio.worker.frames import ChannelBroken, Connection, Reply

log = logging.getLogger(__name__)

MOST_NAMES = 16

Call = Callable[[Mapping[str, Any], bytes], Reply]
_Order = tuple[int, Mapping[str, Any], bytes]


class ChannelServer:
    """Answers calls: those of one name one after the other, those of different names side by side."""

    def __init__(
        self,
        connection: Connection,
        *,
        load_calls: Callable[[], Mapping[str, Call]],
        on_end: Callable[[], None],
        own_calls: Mapping[str, Call] | None = None,
    ) -> None:
        """`load_calls` is called once, at the first call that `own_calls` does not have; `on_end` when the app has
        closed its end or gone. A call is given its arguments and the frame's body."""
        self._connection = connection
        self._load_calls = load_calls
        self._on_end = on_end
        self._calls = dict(own_calls or {})
        self._is_loaded = False
        self._loading = threading.Lock()
        self._orders: dict[str, queue.SimpleQueue[_Order]] = {}

    def start(self) -> None:
        """Start reading. The threads end with the process."""
        threading.Thread(target=self._read_calls, name="channel-read", daemon=True).start()

    def _read_calls(self) -> None:
        try:
            while (frame := self._connection.receive()) is not None:
                self._take_call(*frame)
        except (OSError, ValueError, ChannelBroken) as error:
            log.error("the channel to the app broke: %s", error)
        self._on_end()

    def _take_call(self, header: Mapping[str, Any], body: bytes) -> None:
        number, name, arguments = (header.get(key) for key in ("number", "call", "arguments"))
        if not isinstance(number, int) or not isinstance(name, str) or not isinstance(arguments, dict):
            raise ChannelBroken("a call without number, name or arguments")
        if name not in self._orders:
            if len(self._orders) >= MOST_NAMES:
                raise ChannelBroken("calls of too many names")
            self._orders[name] = queue.SimpleQueue()
            threading.Thread(
                target=self._answer_calls, args=(name,), name=f"channel-{name}", daemon=True
            ).start()
        self._orders[name].put((number, arguments, body))

    def _answer_calls(self, name: str) -> None:
        orders = self._orders[name]
        while True:
            number, arguments, body = orders.get()
            started = time.perf_counter()
            header: dict[str, Any] = {"number": number}
            answer = Reply()
            try:
                answer = self._find_call(name)(arguments, body)
                header["values"] = answer.values
            except PipelineError as error:
                header |= {"error": error.code, "message": error.message}
            except Exception:  # this thread's border: one odd scene must not end the channel
                log.exception("unexpected error in the call %s", name)
                header |= {"error": "unexpected", "message": f"Unexpected error in “{name}”; see the log."}
            log.debug("the call %s took %.0f ms", name, 1000 * (time.perf_counter() - started))
            if not self._send(header, answer.body):
                return  # the app is gone; the reading thread says so

    def _find_call(self, name: str) -> Call:
        if name not in self._calls:
            with self._loading:
                if not self._is_loaded:
                    self._calls.update(self._load_calls())
                    self._is_loaded = True
        if name not in self._calls:
            raise UnknownName(f"There is no call “{name}” in this version of the worker.")
        return self._calls[name]

    def _send(self, header: Mapping[str, Any], body: bytes) -> bool:
        try:
            try:
                self._connection.send(header, body)
            except ChannelBroken as error:
                log.error("an answer could not be sent: %s", error)
                said = "The answer is too large. Ask for a smaller one."
                self._connection.send({"number": header["number"], "error": "unexpected", "message": said})
        except (OSError, ValueError):  # the pipe is broken, or closed at this end
            return False
        return True
