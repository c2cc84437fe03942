"""The live-draft lane: newest request of a page wins, pages take turns, a dead worker is told at once."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from pipelines.errors import UnknownName
from studio.errors import DraftUnavailable
from studio.worker.channel import (
    BODY_MAX_BYTES,
    HEADER_MAX_BYTES,
    LENGTHS,
    ChannelBroken,
    ChannelClient,
    ChannelServer,
    read_frame,
    write_frame,
)

PATIENCE_S = 10.0


class Lane:
    """Both ends, joined by real pipes; drawings wait for `go` and are listed in `drawn`."""

    def __init__(self) -> None:
        self.client = ChannelClient()
        self.drawn: list[str] = []
        self.go = threading.Semaphore(0)
        self.ended = threading.Event()
        self.begun = threading.Semaphore(0)
        to_worker, to_app = os.pipe(), os.pipe()
        self.pipes = [
            io.FileIO(end, mode) for pipe in (to_worker, to_app) for end, mode in zip(pipe, "rw", strict=True)
        ]
        self.server = ChannelServer(
            self.pipes[0], self.pipes[3], load_draw=lambda: self.draw, on_end=self.ended.set
        )
        self.server.start()
        self.client.attach(self.pipes[1], self.pipes[2])
        self.pool = ThreadPoolExecutor(max_workers=16)

    def draw(self, request: Mapping[str, Any]) -> bytes:
        self.drawn.append(request["name"])
        self.begun.release()
        assert self.go.acquire(timeout=PATIENCE_S)
        if request["name"] == "refused":
            raise UnknownName("There is no such pose.")
        if request["name"] == "bug":
            raise ZeroDivisionError("secret")
        if request["name"] == "huge":
            return bytes(BODY_MAX_BYTES + 1)
        return request["name"].encode() * 100_000

    def ask(self, key: str, name: str, timeout: float = PATIENCE_S) -> Future[bytes | None]:
        """Ask on a thread of its own, and wait until the request is on its way or waiting."""
        before = self._asked()
        future = self.pool.submit(self.client.draw, key, {"name": name}, timeout)
        while self._asked() == before and not future.done():
            time.sleep(0.001)
        return future

    def _asked(self) -> tuple[object, ...]:
        return (self.client._number, *self.client._waiting.values())

    def close(self) -> None:
        self.pipes[1].close()
        self.go.release(100)
        assert self.ended.wait(PATIENCE_S)
        self.client.detach()
        self.pipes[3].close()
        for thread in threading.enumerate():
            if thread.name == "lane":  # it reads from a number that the next test's pipe would get
                thread.join(PATIENCE_S)
        self.pool.shutdown()
        for pipe in self.pipes:
            pipe.close()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


def test_a_draft_comes_back(lane: Lane) -> None:
    lane.go.release()
    assert lane.client.draw("page", {"name": "a"}, PATIENCE_S) == b"a" * 100_000


def test_the_newest_of_a_page_wins(lane: Lane) -> None:
    first = lane.ask("page", "first")
    lane.begun.acquire()
    older, newer, newest = (lane.ask("page", name) for name in ("older", "newer", "newest"))
    assert older.result(PATIENCE_S) is None  # at once: nothing has been drawn yet
    assert newer.result(PATIENCE_S) is None
    lane.go.release(2)
    assert newest.result(PATIENCE_S) == b"newest" * 100_000
    assert first.result(PATIENCE_S) == b"first" * 100_000  # it was in work, and is still worth seeing
    assert lane.drawn == ["first", "newest"]


def test_pages_take_turns(lane: Lane) -> None:
    asked = [lane.ask("a", "a1")]
    lane.begun.acquire()
    asked += [
        lane.ask(key, name) for key, name in (("a", "a2"), ("b", "b1"), ("a", "a3"), ("c", "c1"), ("a", "a4"))
    ]
    lane.go.release(20)
    assert [bool(future.result(PATIENCE_S)) for future in asked] == [True, False, True, False, True, True]
    assert lane.drawn == ["a1", "a4", "b1", "c1"]


def test_what_the_drawing_refused_is_raised_here(lane: Lane) -> None:
    lane.go.release(3)
    with pytest.raises(UnknownName, match="There is no such pose"):
        lane.client.draw("page", {"name": "refused"}, PATIENCE_S)


@pytest.mark.parametrize("name", ["bug", "huge"])
def test_an_odd_scene_does_not_end_the_lane(lane: Lane, name: str) -> None:
    lane.go.release(2)
    with pytest.raises(Exception, match=r"Unexpected error in a live draft|too large") as shown:
        lane.client.draw("page", {"name": name}, PATIENCE_S)
    assert "secret" not in str(shown.value)
    assert lane.client.draw("page", {"name": "next"}, PATIENCE_S) is not None


def test_a_dead_worker_is_told_to_all_who_wait(lane: Lane) -> None:
    waiting = [lane.ask(key, key) for key in "abc"]
    lane.pipes[3].close()  # as by the end of its process
    lane.client.detach()
    for future in waiting:
        with pytest.raises(DraftUnavailable):
            future.result(PATIENCE_S)
    with pytest.raises(DraftUnavailable):
        lane.client.draw("a", {"name": "late"}, PATIENCE_S)


def test_patience_ends(lane: Lane) -> None:
    lane.ask("a", "slow", timeout=0.05)
    lane.begun.acquire()
    with pytest.raises(DraftUnavailable, match="too long"):
        lane.client.draw("b", {"name": "waiting"}, 0.05)
    lane.go.release(2)
    assert lane.client.draw("b", {"name": "after"}, PATIENCE_S) is not None
    assert lane.drawn == ["slow", "after"]


def test_a_request_that_is_too_large_harms_nobody_else(lane: Lane) -> None:
    lane.go.release(2)
    with pytest.raises(DraftUnavailable):
        lane.client.draw("a", {"name": "x" * HEADER_MAX_BYTES}, PATIENCE_S)
    assert lane.client.draw("a", {"name": "small"}, PATIENCE_S) is not None


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
        read_frame(io.BytesIO(nonsense))


@pytest.mark.parametrize("cut", [0, 3, 8, 20])
def test_a_cut_frame_is_the_end(cut: int) -> None:
    whole = io.BytesIO()
    write_frame(whole, {"number": 1, "name": "x"}, b"body")
    assert read_frame(io.BytesIO(whole.getvalue())) == ({"number": 1, "name": "x"}, b"body")
    assert read_frame(io.BytesIO(whole.getvalue()[:cut])) is None


def _nonsense(lane: Lane) -> None:
    lane.pipes[3].write(b"\xff" * 64)


def _wrong_number(lane: Lane) -> None:
    write_frame(lane.pipes[3], {"number": 77}, b"x")


@pytest.mark.parametrize("misbehave", [_nonsense, _wrong_number])
def test_a_worker_that_talks_nonsense_is_let_go(lane: Lane, misbehave: Callable[[Lane], None]) -> None:
    waiting = lane.ask("a", "a")
    misbehave(lane)
    with pytest.raises(DraftUnavailable):
        waiting.result(PATIENCE_S)
    assert lane.pipes[1].closed  # the sign for the worker to end
    lane.pipes[1] = io.FileIO(os.open(os.devnull, os.O_RDONLY))


def test_a_request_without_a_number_ends_the_worker_s_lane(lane: Lane) -> None:
    lane.pipes[1].write(LENGTHS.pack(2, 0) + json.dumps({}).encode())
    assert lane.ended.wait(PATIENCE_S)
