"""Try again what can pass by itself, with longer and longer pauses, and stop at once when asked to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from pipelines.errors import PipelineError

TICK_S = 0.25

Result = TypeVar("Result")


def retry_passing(
    attempt: Callable[[], Result],
    pauses_s: tuple[float, ...],
    on_tick: Callable[[], None],
    *,
    progress: Callable[[], int] = lambda: 0,
) -> Result:
    """What `attempt` returns. An error whose class says `passing` is tried again after the next pause.

    progress: a number that grows while attempts get further; growth starts the pauses over.
    Raises the last error, and whatever on_tick raises (it is called every TICK_S of a pause).
    """
    tries, reached = 0, progress()
    while True:
        try:
            return attempt()
        except PipelineError as error:
            if progress() > reached:
                tries, reached = 0, progress()
            if not getattr(error, "passing", False) or tries >= len(pauses_s):
                raise
            pause(pauses_s[tries], on_tick)
            tries += 1


def pause(seconds: float, on_tick: Callable[[], None]) -> None:
    """Wait, asking every TICK_S whether to go on."""
    until = time.monotonic() + seconds
    on_tick()
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(TICK_S, left))
        on_tick()
