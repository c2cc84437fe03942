"""Answers that go on: they end when whoever asked is let in no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import PipelineError

LOOK_EVERY_S = 2.0
EVENT_STREAM = b"text/event-stream"


async def end_with_caller(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    is_still_in: Callable[[Scope], Awaitable[bool]],
) -> None:
    """Call the app. A stream of events that it answers with ends in order soon after its session or key was revoked,
    has expired, or its person is gone: the events of REST, and those of the window alike.
    """
    watcher: asyncio.Task[None] | None = None
    with CancelScope() as answer:

        async def watch() -> None:
            try:
                while await is_still_in(scope):
                    await asyncio.sleep(LOOK_EVERY_S)
            except PipelineError:  # it cannot be said: the browser comes again, and is asked anew
                pass
            answer.cancel()

        async def listen(message: Message) -> None:
            nonlocal watcher
            if watcher is None and _begins_stream(message):
                watcher = asyncio.create_task(watch())
            await send(message)

        try:
            await app(scope, receive, listen)
        finally:
            if watcher is not None:
                watcher.cancel()
    if answer.cancelled_caught:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _begins_stream(message: Message) -> bool:
    """Whether an answer begins by this that is told piece by piece."""
    told = dict(message.get("headers", ()))
    return message["type"] == "http.response.start" and told.get(b"content-type", b"").startswith(
        EVENT_STREAM
    )
