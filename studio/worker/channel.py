"""The app's end of the channel to its worker: named calls, each with an answer; nothing of them is kept.

Calls of one name are answered one after the other, in turn; those of another name do not wait for them. A draft that
nobody wants any more is dropped while it waits.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import PipelineError
from studio.errors import DraftUnavailable
from studio.worker.frames import ChannelBroken, Connection, Reply

log = logging.getLogger(__name__)

SILENT_AFTER_S = 12.0  # more than passes between two answers that a supervisor asks for


@dataclass(slots=True, kw_only=True, eq=False)
class _Call:
    """One call, until it is settled."""

    name: str
    arguments: Mapping[str, Any]
    body: bytes
    number: int = 0
    settled: threading.Event = field(default_factory=threading.Event)
    answer: Reply | None = None
    error: PipelineError | None = None

    def settle(self, answer: Reply | None = None, error: PipelineError | None = None) -> None:
        self.answer, self.error = answer, error
        self.settled.set()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Link:
    """One worker: its connection, and what is to be sent to it, so that no caller waits for a stalled worker."""

    connection: Connection
    outbox: queue.SimpleQueue[_Call | None]


def describe_trouble(client: ChannelClient) -> str:
    """What is wrong with the worker just now, and what becomes of it; "" for one that answers."""
    if not client.is_attached:
        return "not running; it is started again within half a minute"
    return "" if client.is_answering else "not answering; it is replaced within a minute"


class ChannelClient:
    """Lives as long as the app; workers come and go under it by `attach` and `detach`. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[
            str, dict[object, _Call]
        ] = {}  # by name; in it, insertion order is the turn order
        self._in_flight: dict[str, _Call] = {}  # one of each name
        self._number = 0
        self._link: _Link | None = None
        self._heard = 0.0  # when the worker last said anything, or was attached; monotonic seconds

    def call(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        body: bytes = b"",
        *,
        timeout: float,
        newest_of: str | None = None,
    ) -> Reply | None:
        """Have the worker do what it calls `name`; its answer, or None where a newer call took this one's turn.

        With `newest_of`, the name of one page, only the newest waiting call of that page is answered; a call that
        is at work is finished and answered all the same, so that a person who keeps dragging still sees pictures.
        Raises DraftUnavailable where the worker is not there, dies, or does not answer within `timeout` seconds;
        otherwise what the worker raised.
        """
        call = _Call(name=name, arguments=arguments or {}, body=body)
        key = call if newest_of is None else newest_of
        with self._lock:
            if self._link is None:
                raise DraftUnavailable
            waiting = self._waiting.setdefault(name, {})
            overtaken = waiting.get(key)
            waiting[key] = call  # in place of the overtaken one: a busy page waits no longer for it
            self._send_next(name)
        if overtaken is not None:
            overtaken.settle()
        if not call.settled.wait(timeout):
            with self._lock:
                if self._waiting.get(name, {}).get(key) is call:
                    del self._waiting[name][key]
            raise DraftUnavailable("This took too long. Try again in a moment.")
        if call.error is not None:
            raise call.error
        return call.answer

    @property
    def is_attached(self) -> bool:
        """Whether there is a worker at the other end."""
        with self._lock:
            return self._link is not None

    @property
    def is_answering(self) -> bool:
        """Whether there is a worker that has said anything lately; its supervisor asks it every few seconds."""
        with self._lock:
            return self._link is not None and time.monotonic() - self._heard < SILENT_AFTER_S

    def attach(self, connection: Connection) -> None:
        """Use a new worker; it is written to and read from on threads of their own, until it ends."""
        link = _Link(connection=connection, outbox=queue.SimpleQueue())
        with self._lock:
            self._link, self._heard = link, time.monotonic()
        for name, run in (("channel-send", self._send_calls), ("channel-read", self._read_answers)):
            threading.Thread(target=run, args=(link,), name=name, daemon=True).start()

    def detach(self) -> None:
        """Forget the worker: everything that waits for it raises DraftUnavailable."""
        with self._lock:
            abandoned = [call for calls in self._waiting.values() for call in calls.values()]
            abandoned += self._in_flight.values()
            self._waiting.clear()
            self._in_flight.clear()
            link, self._link = self._link, None
        if link is not None:
            link.outbox.put(None)
        for call in abandoned:
            call.settle(error=DraftUnavailable())

    def _send_next(self, name: str) -> None:
        """Hand on the next waiting call of that name where none is in flight. The lock is held."""
        waiting = self._waiting.get(name)
        if name in self._in_flight or not waiting or self._link is None:
            return
        call = waiting.pop(next(iter(waiting)))
        self._number += 1
        call.number = self._number
        self._in_flight[name] = call
        self._link.outbox.put(call)

    def _send_calls(self, link: _Link) -> None:
        while (call := link.outbox.get()) is not None:
            header = {"number": call.number, "call": call.name, "arguments": call.arguments}
            try:
                link.connection.send(header, call.body)
            except ChannelBroken as error:  # this call cannot be sent; the next one can
                log.warning("the call %s could not be sent: %s", call.name, error)
                self._end_call(call)
                call.settle(error=DraftUnavailable("This is too large for the worker."))
            except (OSError, ValueError):  # the worker is gone, which the reading thread sees too
                log.warning("the call %s could not be sent: the worker is gone", call.name)
                self._detach_from(link)
                return

    def _read_answers(self, link: _Link) -> None:
        try:
            while (frame := link.connection.receive()) is not None:
                self._take_answer(*frame)
        except (OSError, ValueError, ChannelBroken) as error:
            log.error("the channel to the worker broke: %s", error)
            link.connection.close()  # tells the worker to end; its supervisor starts the next one
        self._detach_from(link)

    def _detach_from(self, link: _Link) -> None:
        with self._lock:
            is_current = self._link is link
        if is_current:
            self.detach()

    def _take_answer(self, header: dict[str, Any], body: bytes) -> None:
        with self._lock:
            self._heard = time.monotonic()
            found = [call for call in self._in_flight.values() if call.number == header.get("number")]
        if not found or not isinstance(header.get("values", {}), dict):
            raise ChannelBroken("an answer to nothing that was asked")
        call = found[0]
        self._end_call(call)
        if "error" in header:
            call.settle(error=_rebuild_error(str(header["error"]), str(header.get("message", ""))))
        else:
            call.settle(answer=Reply(values=header.get("values", {}), body=body))

    def _end_call(self, call: _Call) -> None:
        """Let the next call of that name have its turn."""
        with self._lock:
            if self._in_flight.get(call.name) is call:
                del self._in_flight[call.name]
            self._send_next(call.name)


def _rebuild_error(code: str, message: str) -> PipelineError:
    """The error that the worker met, of the class that has its code (PipelineError where none is loaded here, or it
    cannot be made of a sentence alone)."""
    kinds = [PipelineError]
    for kind in kinds:  # grows while it is walked
        if kind.code == code and kind.__init__ is PipelineError.__init__:
            return kind(message)
        kinds += kind.__subclasses__()
    return PipelineError(message)
