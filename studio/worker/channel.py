"""The live-draft lane between app and worker: newest request of a page wins, nothing is kept.

Both ends speak in frames over the worker's standard input and output: two lengths (4 bytes each, big-endian),
a JSON header, a body. The app keeps the waiting requests and has one at a time drawn, so a draft never queues
up behind drafts that nobody wants any more.
"""

from __future__ import annotations

import json
import logging
import queue
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipelines.errors import PipelineError
from studio.errors import DraftUnavailable

log = logging.getLogger(__name__)

HEADER_MAX_BYTES = 60 * 1024  # below a pipe's buffer, so that asking never blocks on a stalled worker
BODY_MAX_BYTES = 32 * 1024 * 1024
LENGTHS = struct.Struct(">II")

DrawScene = Callable[[Mapping[str, Any]], bytes]


class ChannelBroken(Exception):
    """The other end does not speak the lane's language. Only restarting the worker helps."""


class Pipe(Protocol):
    """The binary ends of a pipe, as `open(..., buffering=0)` and subprocess give them."""

    def read(self, size: int, /) -> bytes | None: ...
    def write(self, data: bytes, /) -> int | None: ...
    def close(self) -> None: ...


def write_frame(pipe: Pipe, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Write one frame. Raises ChannelBroken for one that is too large, OSError where the pipe is closed."""
    head = json.dumps(header).encode()
    if len(head) > HEADER_MAX_BYTES or len(body) > BODY_MAX_BYTES:
        raise ChannelBroken(f"a frame of {len(head)} + {len(body)} bytes is too large")
    data = memoryview(LENGTHS.pack(len(head), len(body)) + head + body)
    while data:  # an unbuffered pipe takes what fits
        data = data[pipe.write(data) or 0 :]  # type: ignore[arg-type]


def read_frame(pipe: Pipe) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame: header and body; None at the end of the pipe. Raises ChannelBroken for what is not a frame."""
    lengths = _read_exactly(pipe, LENGTHS.size)
    if lengths is None:
        return None
    head_size, body_size = LENGTHS.unpack(lengths)
    if head_size > HEADER_MAX_BYTES or body_size > BODY_MAX_BYTES:
        raise ChannelBroken(f"a frame of {head_size} + {body_size} bytes is announced")
    head, body = _read_exactly(pipe, head_size), _read_exactly(pipe, body_size)
    if head is None or body is None:
        return None
    try:
        header = json.loads(head)
    except ValueError as error:
        raise ChannelBroken("a frame's header is not JSON") from error
    if not isinstance(header, dict):
        raise ChannelBroken("a frame's header is not an object")
    return header, body


def _read_exactly(pipe: Pipe, size: int) -> bytes | None:
    """`size` bytes, or None where the pipe ends before."""
    parts = bytearray()
    while len(parts) < size:
        part = pipe.read(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


# --- the app's end -------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True, eq=False)
class _Draw:
    """One call of `draw`, until it is settled."""

    request: Mapping[str, Any]
    settled: threading.Event = field(default_factory=threading.Event)
    picture: bytes | None = None
    error: PipelineError | None = None

    def settle(self, picture: bytes | None = None, error: PipelineError | None = None) -> None:
        self.picture, self.error = picture, error
        self.settled.set()


class ChannelClient:
    """The app's end. One lives as long as the app; workers come and go under it by `attach` and `detach`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, _Draw] = {}  # insertion order is the turn order, newest request per key
        self._in_flight: _Draw | None = None
        self._number = 0
        self._to_worker: Pipe | None = None

    def draw(self, key: str, request: Mapping[str, Any], timeout: float) -> bytes | None:
        """Have the worker draw a request; the picture's bytes, or None where a newer one of `key` took its turn.

        `key` names one page. Keys take turns. A request that is being drawn already is finished and answered,
        so a person who keeps dragging still sees pictures. Raises DraftUnavailable where the worker is not
        there, dies, or does not answer within `timeout` seconds; otherwise what the drawing itself raised.
        """
        draw = _Draw(request=request)
        with self._lock:
            if self._to_worker is None:
                raise DraftUnavailable
            overtaken = self._waiting.get(key)
            self._waiting[key] = (
                draw  # a replaced entry keeps its turn, so a busy page waits no longer for it
            )
            self._send_next()
        if overtaken is not None:
            overtaken.settle()
        if not draw.settled.wait(timeout):
            with self._lock:
                if self._waiting.get(key) is draw:
                    del self._waiting[key]
            raise DraftUnavailable("The draft took too long. Try again in a moment.")
        if draw.error is not None:
            raise draw.error
        return draw.picture

    @property
    def is_attached(self) -> bool:
        """Whether there is a worker at the other end."""
        with self._lock:
            return self._to_worker is not None

    def attach(self, to_worker: Pipe, from_worker: Pipe) -> None:
        """Use a new worker's pipes; its answers are read on a thread of their own until it ends."""
        with self._lock:
            self._to_worker = to_worker
        threading.Thread(
            target=self._read_answers, args=(to_worker, from_worker), name="lane", daemon=True
        ).start()

    def detach(self) -> None:
        """Forget the worker: everything that waits for it raises DraftUnavailable."""
        with self._lock:
            abandoned = [*self._waiting.values(), *([self._in_flight] if self._in_flight else [])]
            self._waiting.clear()
            self._in_flight = self._to_worker = None
        for draw in abandoned:
            draw.settle(error=DraftUnavailable())

    def _send_next(self) -> None:
        """Send the next waiting request where none is being drawn. The lock is held."""
        while self._in_flight is None and self._waiting and self._to_worker is not None:
            draw = self._waiting.pop(next(iter(self._waiting)))
            self._number += 1
            try:
                write_frame(self._to_worker, {"number": self._number, "request": draw.request})
            except (OSError, ValueError, ChannelBroken):  # the worker is gone, or this request cannot be sent
                log.warning("a live draft could not be sent")
                draw.settle(error=DraftUnavailable())
            else:
                self._in_flight = draw

    def _read_answers(self, to_worker: Pipe, from_worker: Pipe) -> None:
        try:
            while (frame := read_frame(from_worker)) is not None:
                self._take_answer(*frame)
        except (OSError, ValueError, ChannelBroken) as error:
            log.error("the lane to the worker broke: %s", error)
            to_worker.close()  # tells the worker to end; its supervisor starts the next one
        with self._lock:
            is_current = self._to_worker is to_worker
        if is_current:
            self.detach()

    def _take_answer(self, header: dict[str, Any], body: bytes) -> None:
        with self._lock:
            draw = self._in_flight
            if draw is None or header.get("number") != self._number:
                raise ChannelBroken("an answer to nothing that was asked")
            self._in_flight = None
            self._send_next()
        if "error" in header:
            draw.settle(error=_rebuild_error(str(header["error"]), str(header.get("message", ""))))
        else:
            draw.settle(picture=body)


def _rebuild_error(code: str, message: str) -> PipelineError:
    """The error that the worker met, of the class that has its code (PipelineError where none is loaded here, or it
    cannot be made of a sentence alone)."""
    kinds = [PipelineError]
    for kind in kinds:  # grows while it is walked
        if kind.code == code and kind.__init__ is PipelineError.__init__:
            return kind(message)
        kinds += kind.__subclasses__()
    return PipelineError(message)


# --- the worker's end ----------------------------------------------------------------------------


class ChannelServer:
    """The worker's end: one thread reads, one draws, so that the app's end is seen while a draft is drawn."""

    def __init__(
        self,
        from_app: Pipe,
        to_app: Pipe,
        *,
        load_draw: Callable[[], DrawScene],
        on_end: Callable[[], None],
    ) -> None:
        """`load_draw` is called once, at the first draft; `on_end` when the app has closed its end or gone."""
        self._from_app = from_app
        self._to_app = to_app
        self._load_draw = load_draw
        self._on_end = on_end
        self._orders: queue.SimpleQueue[tuple[int, Mapping[str, Any]]] = queue.SimpleQueue()

    def start(self) -> None:
        """Start both threads. They end with the process."""
        threading.Thread(target=self._read_requests, name="lane-read", daemon=True).start()
        threading.Thread(target=self._draw_requests, name="lane-draw", daemon=True).start()

    def _read_requests(self) -> None:
        try:
            while (frame := read_frame(self._from_app)) is not None:
                header, _ = frame
                if not isinstance(header.get("number"), int) or not isinstance(header.get("request"), dict):
                    raise ChannelBroken("a request without number or request")
                self._orders.put((header["number"], header["request"]))
        except (OSError, ValueError, ChannelBroken) as error:
            log.error("the lane to the app broke: %s", error)
        self._on_end()

    def _draw_requests(self) -> None:
        draw: DrawScene | None = None
        while True:
            number, request = self._orders.get()
            started = time.perf_counter()
            header: dict[str, Any] = {"number": number}
            body = b""
            try:
                draw = draw or self._load_draw()
                body = draw(request)
            except PipelineError as error:
                header |= {"error": error.code, "message": error.message}
            except Exception:  # this thread's border: one odd scene must not end the lane
                log.exception("unexpected error in a live draft")
                header |= {"error": "unexpected", "message": "Unexpected error in a live draft; see the log."}
            log.debug("live draft %d took %.0f ms", number, 1000 * (time.perf_counter() - started))
            if not self._answer(header, body):
                return  # the app is gone; the reading thread says so

    def _answer(self, header: Mapping[str, Any], body: bytes) -> bool:
        try:
            try:
                write_frame(self._to_app, header, body)
            except ChannelBroken as error:
                log.error("a live draft could not be sent: %s", error)
                said = "The draft is too large. Ask for a smaller one."
                write_frame(
                    self._to_app, {"number": header["number"], "error": "unexpected", "message": said}
                )
        except (OSError, ValueError):  # the pipe is broken, or closed at this end
            return False
        return True
