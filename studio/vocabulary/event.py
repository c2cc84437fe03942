"""JobEvent: what a listener is told when a job changes."""

from __future__ import annotations

from dataclasses import dataclass

from studio.vocabulary.job import JobKind, JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """A job as it stands. Two that are equal are told once."""

    id: str  # the job's
    kind: JobKind
    title: str
    state: JobState
    percent: int
    stage: str
    step: int
    total: int
    error_code: str
    error: str
    place: int | None = None
    expected_start: str | None = None  # ISO, with zone

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.state not in ("queued", "running")
