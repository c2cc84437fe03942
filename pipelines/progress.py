"""Progress: where a run is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run is: a stage in words, and steps done of steps in all within it."""

    stage: str
    step: int = 0
    total: int = 0
    preview: bytes | None = None  # a small WEBP, where an engine has one
    counts: bool = True  # False: what comes before the work, as opening weights; its steps are not the work's
    seconds_left: float | None = None  # of the whole, where whoever tells it has measured


OnProgress = Callable[[Progress], None]  # may raise Cancelled: the only way a run is stopped


def ignore_progress(progress: Progress) -> None:
    """The OnProgress of a caller who does not look."""
