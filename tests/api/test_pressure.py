"""More than can be done at once: uploads are bounded, abandoned ones are left, half requests are cut."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from pipelines.errors import Cancelled
from pipelines.photo.decoder_pool import DecoderPool
from pipelines.photo.open import open_photo
from studio.api import protocol, request_body
from studio.api.app import build_app
from studio.api.protocol import PunctualProtocol
from studio.api.refusals import TooBusy
from studio.api.seats import Seats
from studio.services import photos as photo_service
from tests.scripted_studio import ScriptedStudio

PHOTOS = "/api/v1/photos"


class TestSeats:
    def test_a_few_at_once_some_wait_the_rest_is_refused(self) -> None:
        async def play() -> tuple[int, int, list[str]]:
            room = Seats(at_once=2, waiting=3, patience_s=5)
            ends, most, now = [], 0, 0

            async def come() -> None:
                nonlocal most, now
                try:
                    async with room.take():
                        now += 1
                        most = max(most, now)
                        await asyncio.sleep(0.02)
                        now -= 1
                        ends.append("done")
                except TooBusy:
                    ends.append("busy")

            await asyncio.gather(*(come() for _ in range(20)))
            again: list[str] = []
            ends, kept = again, ends
            await come()
            return most, kept.count("done"), again

        assert asyncio.run(play()) == (2, 5, ["done"])

    def test_who_waits_for_too_long_is_refused(self) -> None:
        async def play() -> None:
            room = Seats(at_once=1, waiting=3, patience_s=0.05)
            async with room.take():
                with pytest.raises(TooBusy):
                    async with room.take():
                        pass

        asyncio.run(play())

    @pytest.mark.parametrize("address", [PHOTOS, "/stage/photo", "/api/v1/recipes"])
    def test_the_refusal_says_when_to_come_again(
        self,
        studio: ScriptedStudio,
        monkeypatch: pytest.MonkeyPatch,
        address: str,
        photo_bytes: bytes,
    ) -> None:
        monkeypatch.setattr(Seats.__init__, "__defaults__", (0, 0, 0.01))
        with TestClient(build_app(studio), base_url="http://localhost:7860") as client:
            answer = client.post(address, files={"file": ("a.png", photo_bytes, "image/png")})
            assert client.get("/api/v1/health").status_code == 200
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "too-busy")
        assert answer.headers["retry-after"] == "5"


class TestAbandoned:
    def test_a_photo_that_nobody_waits_for_is_not_decoded(self, photo_bytes: bytes) -> None:
        pool = DecoderPool(1)
        with pytest.raises(Cancelled):
            open_photo(photo_bytes, pool=pool, is_wanted=lambda: False)
        assert pool.idle_pids() == ()  # no child was even started
        pool.close()

    def test_a_client_that_leaves_while_its_photo_waits(
        self, served: int, photo_bytes: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[bool] = []
        begun, over = threading.Event(), threading.Event()

        def wait(*_: Any, is_wanted: Any, **__: Any) -> None:
            begun.set()
            until = time.monotonic() + 30
            while is_wanted() and time.monotonic() < until:
                time.sleep(0.01)
            asked.append(is_wanted())
            over.set()
            raise Cancelled

        monkeypatch.setattr(photo_service, "open_photo", wait)
        with connect(served) as client:
            client.sendall(upload(photo_bytes))
            assert begun.wait(30)
        assert over.wait(30)
        assert asked == [False]


class TestHalfRequests:
    """Each is cut, in the time that is given to it."""

    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(protocol, "HEADERS_WITHIN_S", 0.4)
        monkeypatch.setattr(request_body, "IDLE_S", 0.4)
        monkeypatch.setattr(request_body, "TOTAL_S", 1.0)
        monkeypatch.setattr(request_body, "UPLOAD_TOTAL_S", 1.0)

    @pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b"])
    def test_headers_that_do_not_arrive(self, served: int, said: bytes) -> None:
        with connect(served) as client:
            client.sendall(said)
            assert read_all(client, within_s=5) == b""

    def test_headers_that_arrive_letter_by_letter(self, served: int) -> None:
        with connect(served) as client:
            for letter in b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 50:
                try:
                    client.sendall(bytes([letter]))
                except OSError:
                    break
                time.sleep(0.01)
            else:
                pytest.fail("the connection was not cut")

    @pytest.mark.parametrize("address", [PHOTOS, "/api/v1/generations"])
    def test_a_body_that_stops(self, served: int, address: str) -> None:
        with connect(served) as client:
            client.sendall(upload(b"x" * 1000, address)[:-200])
            answer = read_all(client, within_s=5)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"too-slow"' in answer

    def test_a_body_that_drips(self, served: int) -> None:
        with connect(served) as client:
            began = time.monotonic()
            whole = upload(b"x" * 1000)
            client.sendall(whole[:-500])
            client.settimeout(0.1)
            answer = b""
            for letter in whole[-500:]:
                try:
                    client.sendall(bytes([letter]))
                    answer += client.recv(4096)
                except TimeoutError:
                    continue
                except OSError:
                    break
                if answer:
                    break
        assert time.monotonic() - began < 4
        assert answer.startswith(b"HTTP/1.1 408 ")

    def test_whole_requests_on_one_connection_go_on(self, served: int) -> None:
        with connect(served) as client:
            for _ in range(3):
                client.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
                time.sleep(0.3)
                assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")


@pytest.fixture
def served(studio: ScriptedStudio) -> Iterator[int]:
    """The port of a real server with our own protocol, REST put together: the times here are for requests alone."""
    app = build_app(studio)
    app.state.rest.build()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, http=PunctualProtocol, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def upload(data: bytes, address: str = PHOTOS) -> bytes:
    """A whole request with a form."""
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        + data
        + b"\r\n--edge--\r\n"
    )
    kind = "multipart/form-data; boundary=edge" if address == PHOTOS else "application/json"
    head = f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def read_all(client: socket.socket, *, within_s: float) -> bytes:
    """Everything until the other side closes."""
    client.settimeout(within_s)
    pieces = []
    while piece := client.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)
