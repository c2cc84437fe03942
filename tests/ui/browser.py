"""A real browser for the tests: Debian's chromium, a guard over what the page says and asks for, the app as a process.

Nothing here skips: without a chromium the tests fail and say what to install.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from studio.api.server import open_socket

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--use-fake-device-for-media-stream",  # a camera that shows a test picture; a page still needs permission
)
READY = "Avatar Studio is ready:"
START_SECONDS = 90
STOP_SECONDS = 20
WEBGPU_LINE = "WebGPU"  # the one line that a browser without a GPU may log


def find_chromium() -> str:
    """Where the browser is. Raises FileNotFoundError that says what to install."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        raise FileNotFoundError("no chromium: apt-get install chromium, or name one in CHROMIUM")
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Guard:
    """What a page must not do: log errors, throw, ask anybody else for anything."""

    host: str
    wrong: list[str] = field(default_factory=list)
    leaving: bool = False

    def watch(self, page: Page) -> None:
        """Look at everything that this page says and asks for from now on."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.wrong.append(f"thrown: {error}"))
        page.on("request", self._on_request)

    @contextmanager
    def leave(self) -> Iterator[None]:
        """While a page is left in the middle of an answer: Gradio logs what it did not hear to the end."""
        self.leaving = True
        yield
        self.leaving = False

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and WEBGPU_LINE not in message.text and not self.leaving:
            self.wrong.append(f"console: {message.text} {message.location.get('url', '')}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.wrong.append(f"outside: {request.url}")


@contextmanager
def serve(make_app: Callable[[], FastAPI]) -> Iterator[str]:
    """An app in a thread of this process, on a free port; yields its address.

    It is made inside the thread's own loop: outside of one the window's library opens loops and leaves them open.
    """

    servers: list[uvicorn.Server] = []

    async def run(listener: socket.socket) -> None:
        config = uvicorn.Config(make_app(), log_level="error", timeout_graceful_shutdown=1)
        servers.append(uvicorn.Server(config))
        await servers[0].serve(sockets=[listener])

    with open_socket("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(run(listener)), daemon=True)
        thread.start()
        until = time.monotonic() + START_SECONDS
        while not (servers and servers[0].started) and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            if servers:
                servers[0].should_exit = True
            thread.join(START_SECONDS)


class RunningApp:
    """`python app.py` on a data folder, as a person starts it; with more in its environment where that is given."""

    def __init__(self, data: Path, port: int, **environment: str) -> None:
        self._environment = environment
        self.url = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self._command = [sys.executable, "app.py", "--port", str(port), "--data", str(data)]
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self) -> None:
        """Start it and wait for the one line that it prints when it is ready."""
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")}
            | self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()

        def read(stream: Iterator[str]) -> None:
            for line in stream:
                self.said.append(line)
                if line.startswith(READY):
                    ready.set()
            ready.set()

        assert self._process.stdout is not None
        threading.Thread(target=read, args=(self._process.stdout,), daemon=True).start()
        if not ready.wait(START_SECONDS) or not any(line.startswith(READY) for line in self.said):
            self.stop()
            raise RuntimeError("the app did not start:\n" + "".join(self.said))

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
