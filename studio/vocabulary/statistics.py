"""Statistics: how much a person has made, how it ended and how long it took."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineTimes:
    """How long the generations of one preset took, from their start to their end, in seconds."""

    engine: str
    preset: str
    completed: int
    average_s: float
    p95_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What is kept, without the trash. Times are those of the newest generations that were completed."""

    total: int
    completed: int
    failed: int
    cancelled: int
    queued: int
    running: int
    pictures: int
    avatars: int
    photos: int
    average_processing_time_s: float | None  # None: nothing was completed yet
    engines: tuple[EngineTimes, ...]  # by name
    storage_bytes: int
    credits_used: int | None = None  # None where nothing costs credits
