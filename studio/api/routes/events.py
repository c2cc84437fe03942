"""GET /events: what happens to your jobs, as it happens (Server-Sent Events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from pipelines.errors import PipelineError
from studio.api.asker import Mine
from studio.api.errors import problem_content, problems, request_id_of
from studio.api.media import NEVER_STORED
from studio.api.refusals import TooBusy
from studio.personal_studio import PersonalStudio
from studio.services.events import IDLE_EVERY_S, LOOK_EVERY_S
from studio.vocabulary.event import JobEvent
from studio.vocabulary.names import ID_PATTERN

EVENT_STREAM = "text/event-stream"
LONGEST_S = 600.0  # of one stream; a browser's EventSource comes again by itself
COMES_AGAIN_MS = 1000
ALIVE_EVERY_S = 15.0  # a comment, so that nobody between takes the stream for dead
CLOSING_LOOK_S = 0.1
MOST_STREAMS = 64
THREADS = 2  # of their own: streams hold up nothing else

JobWanted = Annotated[
    str, Query(pattern=ID_PATTERN, description="One job: the stream ends with it. Left out: all of yours.")
]
EVENT_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {EVENT_STREAM: {}},
        "description": "One event for every change: its data is JSON with `id` (the job's), `state`, `percent`, "
        "`stage`, `kind`, `title`, `step`, `total`, `error_code`, `error`, and of one that waits `place` and "
        "`expected_start`; its name is the state. After ten minutes a stream ends, and is asked for again.",
    }
}


def event_routes() -> APIRouter:
    """The route of events."""
    router = APIRouter(tags=["jobs"])
    threads, streams = CapacityLimiter(THREADS), Streams()

    @router.get(
        "/events",
        response_class=StreamingResponse,
        responses={**EVENT_RESPONSES, **problems(404, 422, 503)},
    )
    async def follow_jobs(request: Request, mine: Mine, job_id: JobWanted = "") -> StreamingResponse:
        """What happens to your jobs: first how each open one stands, then every change, as it is seen.

        With `job_id` the stream ends when the job does.
        """
        if streams.open >= MOST_STREAMS:
            raise TooBusy
        follower = Follower(mine, job_id, request, threads)
        first = await follower.look()
        return StreamingResponse(
            streams.count(follower.follow(first)), media_type=EVENT_STREAM, headers=NEVER_STORED
        )

    return router


class Streams:
    """How many are open; of one event loop."""

    def __init__(self) -> None:
        self.open = 0

    async def count(self, stream: AsyncIterator[str]) -> AsyncIterator[str]:
        """The stream, counted for as long as it lasts."""
        self.open += 1
        try:
            async for piece in stream:
                yield piece
        finally:
            self.open -= 1


class Follower:
    """One open stream."""

    def __init__(self, mine: PersonalStudio, job_id: str, request: Request, threads: CapacityLimiter) -> None:
        self._mine = mine
        self._job_id = job_id
        self._request = request
        self._threads = threads
        self._since = datetime.now(UTC)
        self._told: dict[str, JobEvent] = {}

    async def look(self) -> Sequence[JobEvent]:
        """What is new. Raises what `JobEvents.look` does."""
        return await to_thread.run_sync(
            self._mine.events.look, self._told, self._since, self._job_id, limiter=self._threads
        )

    async def follow(self, events: Sequence[JobEvent]) -> AsyncIterator[str]:
        """What is written, until the job has ended, the studio ends, or time is up; who goes away cancels it."""
        clock = asyncio.get_running_loop().time
        began = spoke = clock()
        yield f"retry: {COMES_AGAIN_MS}\n\n"
        while True:
            for event in events:
                self._told[event.id] = event
                spoke = clock()
                yield write_event(asdict(event), name=event.state)
                if self._job_id and event.is_last:
                    return
            if clock() - spoke >= ALIVE_EVERY_S:
                spoke = clock()
                yield ": still here\n\n"
            if clock() - began >= LONGEST_S or not await self._wait():
                return
            try:
                events = await self.look()
            except PipelineError as error:  # deleted for good meanwhile, or the disk is in trouble
                yield write_event(problem_content(error, request_id_of(self._request)), name="error")
                return

    async def _wait(self) -> bool:
        """Until it is time to look again; whether anybody is still to be told."""
        goes_on = any(not event.is_last for event in self._told.values())
        left = LOOK_EVERY_S if goes_on else IDLE_EVERY_S
        while left > 0:
            if self._request.app.state.closing.is_set():
                return False
            await asyncio.sleep(min(left, CLOSING_LOOK_S))
            left -= CLOSING_LOOK_S
        return True


def write_event(data: Mapping[str, Any], *, name: str) -> str:
    """One event as text; JSON has no line break of its own."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
