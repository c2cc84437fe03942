"""The queue as a whole: how much waits, for how long, and what else a watcher asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from studio.vocabulary.health import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """The jobs of one lane, of everybody. `oldest`: when the one that has waited longest was ordered."""

    queued: int = 0
    running: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioReport:
    """Health in words, with the numbers beside it."""

    health: Health
    lanes: Mapping[str, LaneState]
    storage_bytes: int  # of all kept files
    free_bytes: int  # on the disk of the data folder
    engines: Mapping[str, str]  # "ok" begins the line of one that may be asked

    @property
    def depth(self) -> int:
        """How many jobs wait."""
        return sum(lane.queued for lane in self.lanes.values())

    @property
    def oldest(self) -> datetime | None:
        """When the job that has waited longest was ordered."""
        return min((lane.oldest for lane in self.lanes.values() if lane.oldest), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTimes:
    """The jobs of one kind that ended and whose rows are still kept: seconds from their start, by how they ended."""

    kind: str
    state: str
    seconds: tuple[float, ...]
