"""What REST answers about the health of the studio: words for a person, numbers for a program."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from studio.api.answers import Answer, HealthOut
from studio.vocabulary.queue import StudioReport


class LaneOut(Answer):
    """The jobs of one lane: what waits for the GPU, for the processor, or for the network."""

    queued: int
    running: int
    oldest: datetime | None


class QueueOut(BaseModel):
    """What waits to be done in the whole studio."""

    depth: int = Field(description="How many jobs wait.")
    oldest: datetime | None = Field(description="When the one that has waited longest was ordered.")
    lanes: dict[str, LaneOut]


class SpaceOut(BaseModel):
    """Bytes of all kept files, and free bytes on their disk."""

    bytes: int
    free: int


class ReportOut(HealthOut):
    """Whether each part works, in words, and the numbers of a watcher."""

    database: str
    worker: str
    disk: str
    queue: QueueOut
    storage: SpaceOut
    engines: dict[str, str] = Field(
        description="“ok” begins the line of one that may be asked; GET /models says which models are ready."
    )

    @classmethod
    def of(cls, view: StudioReport) -> Self:
        """The answer that describes this report."""
        health = view.health
        lanes = {name: LaneOut.of(lane) for name, lane in view.lanes.items()}
        return cls(
            ok=health.ok,
            version=health.version,
            parts=dict(health.parts),
            **{name: health.parts.get(name, "") for name in ("database", "worker", "disk")},
            queue=QueueOut(depth=view.depth, oldest=view.oldest, lanes=lanes),
            storage=SpaceOut(bytes=view.storage_bytes, free=view.free_bytes),
            engines=dict(view.engines),
        )
