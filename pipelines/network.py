"""What everything that talks to another machine shares: which one is this machine, and how to try again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TypeVar

from pipelines.errors import PipelineError

TICK_S = 0.25  # how often a waiting caller is asked whether to go on

MOST_WAIT_S = 300.0  # longer than that nobody waits because a server asks it
Result = TypeVar("Result")


def is_loopback(host: str | None) -> bool:
    """Whether that host name is this machine, as it is written."""
    if host is None or host == "localhost":
        return host is not None
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def retry_passing(
    attempt: Callable[[], Result],
    pauses_s: tuple[float, ...],
    on_tick: Callable[[], None],
    *,
    progress: Callable[[], int] = lambda: 0,
) -> Result:
    """What `attempt` returns. An error whose class says `passing` is tried again after the next pause, or after as
    long as the error says that the server asks for (`wait_s`).

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
            pause(max(pauses_s[tries], getattr(error, "wait_s", 0.0)), on_tick)
            tries += 1


def read_retry_after(value: str) -> float:
    """The seconds that a Retry-After header asks for, at most MOST_WAIT_S; 0 for none, or one that is none."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return 0.0
    return min(max(seconds, 0.0), MOST_WAIT_S) if math.isfinite(seconds) else 0.0


def pause(seconds: float, on_tick: Callable[[], None]) -> None:
    """Wait, asking every TICK_S whether to go on."""
    until = time.monotonic() + seconds
    on_tick()
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(TICK_S, left))
        on_tick()
