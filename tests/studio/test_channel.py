"""The channel between app and worker, over pipes and over a socket: named calls that do not wait for each other, the
newest draft of a page wins, pages take turns, a dead worker is told at once."""

from __future__ import annotations

import io
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from pipelines.errors import UnknownName
from studio.errors import DraftUnavailable
from studio.worker.channel import ChannelClient
from studio.worker.channel_server import ChannelServer
from studio.worker.frames import (
    BODY_MAX_BYTES,
    HEADER_MAX_BYTES,
    LENGTHS,
    ChannelBroken,
    Connection,
    Reply,
)

PATIENCE_S = 10.0
READING = "channel-read"


def pipe_ends() -> tuple[Connection, Connection]:
    """The app's end and the worker's, over two pipes."""
    to_worker, to_app = os.pipe(), os.pipe()
    app = Connection(io.FileIO(to_app[0], "r"), io.FileIO(to_worker[1], "w"))
    worker = Connection(io.FileIO(to_worker[0], "r"), io.FileIO(to_app[1], "w"))
    return app, worker


def socket_ends() -> tuple[Connection, Connection]:
    """The app's end and the worker's, over a TCP connection on the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = socket.create_connection(listener.getsockname())
        worker, _ = listener.accept()
    return Connection.over_socket(app), Connection.over_socket(worker)


class Channel:
    """Both ends, joined; drawings wait for `go` and are listed in `drawn`."""

    def __init__(self, ends: Callable[[], tuple[Connection, Connection]]) -> None:
        self.client = ChannelClient()
        self.drawn: list[str] = []
        self.go = threading.Semaphore(0)
        self.ended = threading.Event()
        self.begun = threading.Semaphore(0)
        self.app, self.worker = ends()
        calls = {"draw": self.draw, "echo": lambda arguments, body: Reply(values=arguments, body=body)}
        self.server = ChannelServer(self.worker, load_calls=lambda: calls, on_end=self.ended.set)
        self.server.start()
        self.client.attach(self.app)
        self.pool = ThreadPoolExecutor(max_workers=16)

    def draw(self, arguments: Mapping[str, Any], _: bytes) -> Reply:
        self.drawn.append(arguments["name"])
        self.begun.release()
        assert self.go.acquire(timeout=PATIENCE_S)
        if arguments["name"] == "refused":
            raise UnknownName("There is no such pose.")
        if arguments["name"] == "bug":
            raise ZeroDivisionError("secret")
        if arguments["name"] == "huge":
            return Reply(body=bytes(BODY_MAX_BYTES + 1))
        return Reply(body=arguments["name"].encode() * 100_000)

    def picture(self, key: str, name: str, timeout: float = PATIENCE_S) -> bytes | None:
        answer = self.client.call("draw", {"name": name}, timeout=timeout, newest_of=key)
        return None if answer is None else answer.body

    def ask(self, key: str, name: str, timeout: float = PATIENCE_S) -> Future[bytes | None]:
        """Ask on a thread of its own, and wait until the call is on its way or waiting."""
        before = self._asked()
        future = self.pool.submit(self.picture, key, name, timeout)
        while self._asked() == before and not future.done():
            time.sleep(0.001)
        return future

    def _asked(self) -> tuple[object, ...]:
        with self.client._lock:
            return (self.client._number, *self.client._waiting.get("draw", {}).values())

    def close(self) -> None:
        self.app.close()
        self.go.release(100)
        assert self.ended.wait(PATIENCE_S)
        self.client.detach()
        self.worker.close()
        for thread in threading.enumerate():
            if thread.name == READING:  # it reads from a number that the next test's pipe would get
                thread.join(PATIENCE_S)
        self.pool.shutdown()
        for connection in (self.app, self.worker):
            connection._reader.close()


@pytest.fixture(params=[pipe_ends, socket_ends], ids=["pipes", "socket"])
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    made = Channel(request.param)
    yield made
    made.close()


def test_an_answer_comes_back_with_values_and_body(channel: Channel) -> None:
    sent = {"name": "a", "numbers": [1, 2.5, None]}
    answer = channel.client.call("echo", sent, b"\x00\xff" * 500_000, timeout=PATIENCE_S)
    assert answer == Reply(values=sent, body=b"\x00\xff" * 500_000)
    channel.go.release()
    assert channel.picture("page", "a") == b"a" * 100_000


def test_a_call_of_another_name_does_not_wait_for_a_draft(channel: Channel) -> None:
    drawing = channel.ask("page", "slow")
    channel.begun.acquire()
    started = time.perf_counter()
    assert channel.client.call("echo", timeout=PATIENCE_S) == Reply()
    assert time.perf_counter() - started < PATIENCE_S / 10
    assert not drawing.done()
    channel.go.release()
    assert drawing.result(PATIENCE_S)


def test_calls_of_one_name_are_all_answered_in_turn(channel: Channel) -> None:
    calls = [
        channel.pool.submit(channel.client.call, "echo", {"n": n}, timeout=PATIENCE_S) for n in range(12)
    ]
    assert [call.result(PATIENCE_S) for call in calls] == [Reply(values={"n": n}) for n in range(12)]


def test_an_unknown_call_is_refused_by_name(channel: Channel) -> None:
    with pytest.raises(UnknownName, match="fly"):
        channel.client.call("fly", timeout=PATIENCE_S)


def test_the_newest_of_a_page_wins(channel: Channel) -> None:
    first = channel.ask("page", "first")
    channel.begun.acquire()
    older, newer, newest = (channel.ask("page", name) for name in ("older", "newer", "newest"))
    assert older.result(PATIENCE_S) is None  # at once: nothing has been drawn yet
    assert newer.result(PATIENCE_S) is None
    channel.go.release(2)
    assert newest.result(PATIENCE_S) == b"newest" * 100_000
    assert first.result(PATIENCE_S) == b"first" * 100_000  # it was in work, and is still worth seeing
    assert channel.drawn == ["first", "newest"]


def test_pages_take_turns(channel: Channel) -> None:
    asked = [channel.ask("a", "a1")]
    channel.begun.acquire()
    asked += [
        channel.ask(key, name)
        for key, name in (("a", "a2"), ("b", "b1"), ("a", "a3"), ("c", "c1"), ("a", "a4"))
    ]
    channel.go.release(20)
    assert [bool(future.result(PATIENCE_S)) for future in asked] == [True, False, True, False, True, True]
    assert channel.drawn == ["a1", "a4", "b1", "c1"]


def test_what_the_worker_refused_is_raised_here(channel: Channel) -> None:
    channel.go.release(3)
    with pytest.raises(UnknownName, match="There is no such pose"):
        channel.picture("page", "refused")


@pytest.mark.parametrize("name", ["bug", "huge"])
def test_an_odd_scene_does_not_end_the_channel(channel: Channel, name: str) -> None:
    channel.go.release(2)
    with pytest.raises(Exception, match=r"Unexpected error in “draw”|too large") as shown:
        channel.picture("page", name)
    assert "secret" not in str(shown.value)
    assert channel.picture("page", "next") is not None


def test_a_dead_worker_is_told_to_all_who_wait(channel: Channel) -> None:
    waiting = [channel.ask(key, key) for key in "abc"]
    channel.worker.close()  # as by the end of its process
    for future in waiting:
        with pytest.raises(DraftUnavailable):
            future.result(PATIENCE_S)
    with pytest.raises(DraftUnavailable):
        channel.picture("a", "late")


def test_patience_ends(channel: Channel) -> None:
    channel.ask("a", "slow", timeout=0.05)
    channel.begun.acquire()
    with pytest.raises(DraftUnavailable, match="too long"):
        channel.picture("b", "waiting", 0.05)
    channel.go.release(2)
    assert channel.picture("b", "after") is not None
    assert channel.drawn == ["slow", "after"]


def test_a_call_that_is_too_large_harms_nobody_else(channel: Channel) -> None:
    channel.go.release(2)
    with pytest.raises(DraftUnavailable, match="too large"):
        channel.picture("a", "x" * HEADER_MAX_BYTES)
    assert channel.picture("a", "small") is not None


def test_a_stalled_worker_holds_up_no_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads: a body that no pipe can hold must not block the one who asks, nor those after him."""
    app, worker = pipe_ends()
    client = ChannelClient()
    client.attach(app)
    started = time.perf_counter()
    for _ in range(2):
        with pytest.raises(DraftUnavailable, match="too long"):
            client.call("detect", body=bytes(2_000_000), timeout=0.1)
    assert time.perf_counter() - started < PATIENCE_S / 2
    worker._reader.close()  # it is killed
    worker.close()
    while client.is_attached:
        assert time.perf_counter() - started < PATIENCE_S
        time.sleep(0.01)
    app.close()
    app._reader.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff" * 64,
        LENGTHS.pack(HEADER_MAX_BYTES + 1, 0),
        LENGTHS.pack(2, BODY_MAX_BYTES + 1),
        LENGTHS.pack(4, 0) + b"nope",
        LENGTHS.pack(2, 0) + b"[]",
    ],
)
def test_nonsense_is_no_frame(nonsense: bytes) -> None:
    with pytest.raises(ChannelBroken):
        Connection(io.BytesIO(nonsense), io.BytesIO()).receive()


@pytest.mark.parametrize("cut", [0, 3, 8, 20])
def test_a_cut_frame_is_the_end(cut: int) -> None:
    whole = io.BytesIO()
    Connection(io.BytesIO(), whole).send({"number": 1, "name": "x"}, b"body")
    sent = whole.getvalue()
    assert Connection(io.BytesIO(sent), whole).receive() == ({"number": 1, "name": "x"}, b"body")
    assert Connection(io.BytesIO(sent[:cut]), whole).receive() is None


def _nonsense(channel: Channel) -> None:
    channel.worker._writer.write(b"\xff" * 64)


def _wrong_number(channel: Channel) -> None:
    channel.worker.send({"number": 77}, b"x")


def _odd_values(channel: Channel) -> None:
    channel.worker.send({"number": 1, "values": "none"})


@pytest.mark.parametrize("misbehave", [_nonsense, _wrong_number, _odd_values])
def test_a_worker_that_talks_nonsense_is_let_go(
    channel: Channel, misbehave: Callable[[Channel], None]
) -> None:
    waiting = channel.ask("a", "a")
    misbehave(channel)
    with pytest.raises(DraftUnavailable):
        waiting.result(PATIENCE_S)
    assert channel.ended.wait(PATIENCE_S)  # the app closed its end: the sign for the worker to end


@pytest.mark.parametrize(
    "header", [{}, {"number": 1, "call": "echo"}, {"number": 1, "call": 2, "arguments": {}}]
)
def test_a_call_without_number_name_or_arguments_ends_the_worker_s_end(
    channel: Channel, header: dict[str, Any]
) -> None:
    head = json.dumps(header).encode()
    channel.app._writer.write(LENGTHS.pack(len(head), 0) + head)
    assert channel.ended.wait(PATIENCE_S)
