"""Job: work that was ordered, as a person sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
JobKind = Literal["body", "generation", "download", "export", "import"]
JobLane = Literal["gpu", "cpu", "download"]  # what it waits for
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
JOB_KINDS: tuple[JobKind, ...] = get_args(JobKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlace:
    """Where a job waits: its place in its lane (1: the next), of how many, and when it is expected to begin."""

    place: int
    waiting: int
    expected_start: datetime | None  # None: nothing tells how long a job takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as a person sees it. `step` of `total` within `stage`; 0 of 0 when not known."""

    id: str
    kind: JobKind
    lane: JobLane
    title: str  # "Avatar 1, 4 pictures"
    state: JobState
    stage: str
    step: int
    total: int
    attempt: int
    cancel_requested: bool
    error_code: str
    error: str
    preset: str  # of a download: whose weights; else ""
    result: Mapping[str, Any]  # body: {"avatar_id"}; generation: {"generation_id", "pictures": n}
    seconds_left: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    place: int | None = None  # of one that waits, in its lane; 1 is the next
    expected_start: datetime | None = None  # of one that waits, as far as its lane's times tell

    @property
    def percent(self) -> int:
        """How much of it is done, 0..100 as far as its steps tell; 100 only where it has succeeded."""
        if self.state == "succeeded":
            return 100
        return min(99, 100 * self.step // self.total) if self.total else 0

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsNow:
    """What a person's window shows of their jobs: what runs first, then what waits, then what has ended lately."""

    jobs: tuple[Job, ...]
    open: int  # how many run or wait, also those that are not among `jobs`
    places: Mapping[str, JobPlace]  # of those that wait, by their ids
    trouble: str = ""  # what is wrong with the worker that they wait for, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """One page of jobs, newest first. `next_cursor` is None on the last page."""

    items: tuple[Job, ...]
    next_cursor: str | None
