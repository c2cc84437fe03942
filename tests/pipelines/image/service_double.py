"""The start of an HTTP service on this machine: answers by routes, remembers what was asked."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from PIL import Image

Route = Callable[["ServiceHandler"], None]


def connect_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, every connection fails."""

    def refuse(*given: object) -> None:
        raise AssertionError("an engine asked for a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


def connect_at_home_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, a connection to any other machine fails."""
    really = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        assert address[0] == "127.0.0.1", f"asked for a connection to {address}"
        really(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def picture_bytes(width: int = 256, height: int = 256, kind: str = "PNG", seed: int = 1) -> bytes:
    """A picture of coarse noise."""
    noise = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((width, height)).save(out, kind)
    return out.getvalue()


class ServiceDouble:
    """A service on a free port. `route(method, path)` says who answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.let_go = threading.Event()  # ends every answer that is held back

    def __enter__(self) -> Any:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), ServiceHandler)
        self._server.daemon_threads = True
        self._server.double = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def route(self, method: str, path: str) -> Route:
        raise NotImplementedError


class ServiceHandler(BaseHTTPRequestHandler):
    """Reads the body, remembers the question, lets the double answer."""

    protocol_version = "HTTP/1.1"
    body = b""

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked has left
            super().handle()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        double: ServiceDouble = self.server.double  # type: ignore[attr-defined]
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        double.asked.append((self.command, self.path, headers, self.body))
        try:
            double.route(self.command, self.path)(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET  # noqa: N815

    def send(self, data: bytes, kind: str = "application/json", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def send_json(self, value: Any, status: int = 200) -> None:
        self.send(json.dumps(value).encode(), status=status)
