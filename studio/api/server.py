"""Serve the app until Ctrl-C or SIGTERM: one line when it is ready, one sentence when the port is taken."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from studio.api.protocol import PunctualProtocol
from studio.errors import AddressTaken, SettingsRefused
from studio.settings import Settings

SHUTDOWN_S = 3  # open pages hold their event streams for ever: they are cut after this
BACKLOG = 128
# Between two requests. Longer than clients and proxies keep an idle connection (httpx 5 s, nginx 60): who sends decides
# that it is over, and never sends into one that is being closed here.
KEEP_ALIVE_S = 75


def refuse_open_network(settings: Settings) -> None:
    """Raises SettingsRefused for a host that other computers may reach, unless a person said that they may, or people
    have to sign in."""
    if settings.open_to_network or settings.mode != "single" or _is_loopback(settings.host):
        return
    raise SettingsRefused(
        f"The window would listen on “{settings.host}”, where other computers may reach it, and there is no log-in: "
        "whoever reaches it would see and change everything. Leave --host out, or add --open-to-network."
    )


def _is_loopback(host: str) -> bool:
    """Whether every address of this name is this computer's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:  # nobody's: open_socket says so
        return True
    return all(ipaddress.ip_address(str(place[0]).split("%")[0]).is_loopback for *_, place in found)


def open_socket(host: str, port: int) -> socket.socket:
    """A bound, listening socket: a page that is asked for while the studio still opens waits instead of failing.

    Port 0 takes a free one. Raises AddressTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio turns off Nagle's algorithm: else every answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: without it two programs may share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise AddressTaken(
            f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: python app.py --port {port + 1}"
        ) from error
    return listener


def run_server(
    app: FastAPI,
    listener: socket.socket,
    *,
    on_ready: Callable[[], None],
    trusted_proxies: str = "127.0.0.1",
) -> None:
    """Serve on a listening socket; returns after Ctrl-C or SIGTERM, within SHUTDOWN_S seconds.

    What X-Forwarded-For and -Proto say counts from the trusted addresses only.
    """
    server = _AnnouncingServer(configure_server(app, trusted_proxies), on_ready, app.state.closing)
    log = logging.getLogger("uvicorn.error")
    log.addFilter(server.is_worth_saying)
    try:
        with _terminating_quietly():
            server.run(sockets=[listener])
    finally:
        log.removeFilter(server.is_worth_saying)


def configure_server(app: FastAPI, trusted_proxies: str) -> uvicorn.Config:
    """How HTTP is served. Of a chain of proxies in X-Forwarded-For the last address counts that is not trusted."""
    return uvicorn.Config(
        app,
        http=PunctualProtocol,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        lifespan="on",
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
    )


@contextmanager
def _terminating_quietly() -> Iterator[None]:
    """The server answers SIGTERM by ending, and then sends it to this process again, which would die of it before it
    has closed what it opened. A second SIGTERM, after this, is at its word."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _AnnouncingServer(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], closing: threading.Event
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._closing = closing

    def is_worth_saying(self, record: logging.LogRecord) -> bool:
        """False for what the server says of every page that is cut when it ends: that is meant so."""
        error = record.exc_info[1] if record.exc_info else None
        is_cut = isinstance(error, asyncio.CancelledError) or "timeout graceful shutdown" in str(record.msg)
        return not (self.should_exit and is_cut)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.set()  # streams that would go on end by themselves, before they are cut
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
