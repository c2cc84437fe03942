"""How many uploads are taken at once: a few are worked on, some wait for a moment, the rest is asked to come again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import Receive

from pipelines.errors import Cancelled
from studio.api.refusals import ClientGone, TooBusy

MOST_AT_ONCE = 8  # bodies in memory; of the pictures in them, two are decoded at a time
MOST_WAITING = 24  # requests whose bodies are not read yet
PATIENCE_S = 8.0
DRAIN_S, DRAIN_BYTES = 1.0, 8_000_000  # of a refused body: who is still sending would not hear the answer

Answer = TypeVar("Answer")


class Seats:
    """Bounds what goes on at once, and what waits for it."""

    def __init__(
        self, at_once: int = MOST_AT_ONCE, waiting: int = MOST_WAITING, patience_s: float = PATIENCE_S
    ) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self._waiting = 0
        self._patience_s = patience_s

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """One seat, as long as the context lasts. Raises TooBusy where too many wait, or this one has for too long."""
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise TooBusy
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError as error:
            raise TooBusy from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()


async def drain(receive: Receive) -> None:
    """Let a client whose body is refused send some more of it, for a moment, so that it hears why."""
    seen = 0
    try:
        async with asyncio.timeout(DRAIN_S):
            while seen < DRAIN_BYTES:
                message = await receive()
                seen += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


async def run_while_wanted(request: Request, work: Callable[[Callable[[], bool]], Answer]) -> Answer:
    """Do work on a thread; it is given a function that says whether its client is still there.

    The request's body must have been read. Raises ClientGone where the work was left undone.
    """
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watcher = asyncio.create_task(watch())
    try:
        return await run_in_threadpool(work, lambda: not gone.is_set())
    except Cancelled as error:
        raise ClientGone from error
    finally:
        watcher.cancel()
