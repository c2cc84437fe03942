"""Frames: what app and worker say to each other, over pipes here, over a socket to a worker on another machine.

A frame is two lengths (4 bytes each, big-endian), a JSON header and a body.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

HEADER_MAX_BYTES = 60 * 1024
BODY_MAX_BYTES = 32 * 1024 * 1024
LENGTHS = struct.Struct(">II")
ALIVE = "alive"  # the call that every worker answers at once, whatever else it does


class ChannelBroken(Exception):
    """The other end does not speak in frames. Only restarting the worker helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a call gives back: plain values for the frame's header, and bytes for its body."""

    values: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""


class Stream(Protocol):
    """One binary end, as `open(..., buffering=0)` and subprocess give it: reads and writes what there is."""

    def read(self, size: int, /) -> bytes | None: ...
    def write(self, data: bytes, /) -> int | None: ...
    def close(self) -> None: ...


class SocketStream:
    """A connected socket as both ends of a Connection."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; b"" at the end. Raises OSError."""
        return self._socket.recv(size)

    def write(self, data: bytes, /) -> int:
        """How many bytes were taken. Raises OSError."""
        return self._socket.send(data)

    def close(self) -> None:
        """Tell the other end, and whoever reads here, that it is over."""
        with contextlib.suppress(OSError):  # the other end was faster
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Connection:
    """Frames over two streams. Any thread may send; one thread receives."""

    def __init__(self, reader: Stream, writer: Stream) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    @classmethod
    def over_socket(cls, connected: socket.socket) -> Connection:
        """A connection over a connected stream socket."""
        stream = SocketStream(connected)
        return cls(stream, stream)

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Send one frame; waits while the other end reads nothing.

        Raises ChannelBroken for one that is too large, OSError or ValueError where the connection is closed.
        """
        head = json.dumps(header).encode()
        if len(head) > HEADER_MAX_BYTES or len(body) > BODY_MAX_BYTES:
            raise ChannelBroken(f"a frame of {len(head)} + {len(body)} bytes is too large")
        data = memoryview(LENGTHS.pack(len(head), len(body)) + head + body)
        with self._lock:
            while data:  # a stream takes what fits
                data = data[self._writer.write(data) or 0 :]  # type: ignore[arg-type]

    def receive(self) -> tuple[dict[str, Any], bytes] | None:
        """Read one frame: header and body; None at the end. Raises ChannelBroken for what is not a frame, OSError."""
        lengths = self._read_exactly(LENGTHS.size)
        if lengths is None:
            return None
        head_size, body_size = LENGTHS.unpack(lengths)
        if head_size > HEADER_MAX_BYTES or body_size > BODY_MAX_BYTES:
            raise ChannelBroken(f"a frame of {head_size} + {body_size} bytes is announced")
        head, body = self._read_exactly(head_size), self._read_exactly(body_size)
        if head is None or body is None:
            return None
        try:
            header = json.loads(head)
        except ValueError as error:
            raise ChannelBroken("a frame's header is not JSON") from error
        if not isinstance(header, dict):
            raise ChannelBroken("a frame's header is not an object")
        return header, body

    def close(self) -> None:
        """Close this end for writing, which tells the other end to go."""
        self._writer.close()

    def _read_exactly(self, size: int) -> bytes | None:
        """`size` bytes, or None where the stream ends before."""
        parts = bytearray()
        while len(parts) < size:
            part = self._reader.read(size - len(parts))
            if not part:
                return None
            parts += part
        return bytes(parts)
