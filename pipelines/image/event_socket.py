"""EventSocket: listens to a server's WebSocket (RFC 6455), just enough for progress and previews.

A poll never waits longer than it was told to, and what has half arrived is kept for the next one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import ssl
import time
from urllib.parse import urlsplit

ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
MAX_HEAD_BYTES = 16_384
MAX_MESSAGE_BYTES = 16_000_000  # a preview at full size
RECEIVE_BYTES = 65_536
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL, MASKED = 0x80, 0x80
LENGTH_16, LENGTH_64 = 126, 127  # announce a length in two or eight bytes


class SocketClosed(Exception):
    """The server has hung up, or does not speak the protocol."""


class EventSocket:
    """An open WebSocket to `url` (http or https) + path. Use as a context manager."""

    def __init__(self, url: str, path: str, timeout_s: float) -> None:
        """Connect and shake hands. Raises SocketClosed where that fails."""
        self._buffer = bytearray()
        self._message, self._kind = bytearray(), CONTINUATION
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            self._socket = socket.create_connection((host, port), timeout_s)
        except OSError as error:
            raise SocketClosed from error
        try:
            if parts.scheme == "https":
                self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=host)
            self._shake_hands(parts.netloc, parts.path.rstrip("/") + path, time.monotonic() + timeout_s)
        except (OSError, SocketClosed) as error:
            self._socket.close()
            raise SocketClosed from error

    def __enter__(self) -> EventSocket:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._send(CLOSE, b"")
        except OSError:
            pass
        finally:
            self._socket.close()

    def poll(self, wait_s: float) -> list[str | bytes]:
        """The whole messages that are there or come within that time, oldest first. Raises SocketClosed."""
        messages = self._take_messages()
        if not messages and self._receive(wait_s):
            messages = self._take_messages()
        return messages

    def _shake_hands(self, host: str, path: str, until: float) -> None:
        key = base64.b64encode(os.urandom(16)).decode("ascii")
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "User-Agent: avatar-studio",
        )
        self._socket.sendall("\r\n".join((*lines, "", "")).encode("ascii"))
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > MAX_HEAD_BYTES or time.monotonic() > until:
                raise SocketClosed
            self._receive(max(0.01, until - time.monotonic()))
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        self._buffer[:] = rest
        first, *others = head.decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (o.partition(":") for o in others)
        }
        digest = hashlib.sha1((key + ACCEPT_SALT).encode("ascii"), usedforsecurity=False).digest()
        if first.split(" ")[1:2] != ["101"] or headers.get("sec-websocket-accept") != base64.b64encode(
            digest
        ).decode("ascii"):
            raise SocketClosed

    def _receive(self, wait_s: float) -> bool:
        """Whether something came within that time; it is in the buffer then."""
        self._socket.settimeout(wait_s)
        try:
            chunk = self._socket.recv(RECEIVE_BYTES)
        except (TimeoutError, ssl.SSLWantReadError):
            return False
        except OSError as error:
            raise SocketClosed from error
        if not chunk:
            raise SocketClosed
        self._buffer += chunk
        return True

    def _take_messages(self) -> list[str | bytes]:
        messages: list[str | bytes] = []
        while (frame := self._take_frame()) is not None:
            final, kind, payload = frame
            if kind == CLOSE:
                raise SocketClosed
            if kind == PING:
                self._answer(payload)
            if kind in (CONTINUATION, TEXT, BINARY):
                if (kind == CONTINUATION) != (self._kind != CONTINUATION):
                    raise SocketClosed  # a part without a beginning, or a beginning within another
                self._kind = kind or self._kind
                self._message += payload
                if len(self._message) > MAX_MESSAGE_BYTES:
                    raise SocketClosed
                if final:
                    whole = bytes(self._message)
                    messages.append(whole.decode("utf-8", "replace") if self._kind == TEXT else whole)
                    self._message, self._kind = bytearray(), CONTINUATION
        return messages

    def _take_frame(self) -> tuple[bool, int, bytes] | None:
        """The first whole frame of the buffer: final, kind, payload."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & ~MASKED, 2
        if buffer[1] & MASKED:
            raise SocketClosed  # only clients mask
        if length >= LENGTH_16:
            start = 4 if length == LENGTH_16 else 10
            if len(buffer) < start:
                return None
            length = int.from_bytes(buffer[2:start])
        if length > MAX_MESSAGE_BYTES:
            raise SocketClosed
        if len(buffer) < start + length:
            return None
        first, payload = buffer[0], bytes(buffer[start : start + length])
        del buffer[: start + length]
        return bool(first & FINAL), first & 0x0F, payload

    def _answer(self, payload: bytes) -> None:
        try:
            self._send(PONG, payload[:125])
        except OSError as error:
            raise SocketClosed from error

    def _send(self, kind: int, payload: bytes) -> None:
        """One short frame, masked as the protocol asks of clients."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
        self._socket.settimeout(1.0)
        self._socket.sendall(bytes([FINAL | kind, MASKED | len(payload)]) + mask + masked)
