"""Monitoring: health with the numbers beside it, for whoever watches over the studio. Nobody's data is in it."""

from __future__ import annotations

import shutil

from pipelines.image.engines import ENGINES, engine_class
from store.errors import StoreError
from store.queue_statistics import count_lanes, list_job_seconds, sum_all_bytes
from studio.services.service import Service
from studio.vocabulary.health import Health
from studio.vocabulary.queue import JobTimes, LaneState, StudioReport
from studio.weights import consent_for


class Monitoring(Service):
    """What a watcher asks for."""

    def report(self, health: Health) -> StudioReport:
        """The numbers beside that health. Where the database does not answer, health says so and they are 0."""
        try:
            lanes = {
                row.lane: LaneState(queued=row.queued, running=row.running, oldest=row.oldest)
                for row in count_lanes(self._store)
            }
            kept = sum_all_bytes(self._store)
        except StoreError:
            lanes, kept = {}, 0
        return StudioReport(
            health=health,
            lanes=lanes,
            storage_bytes=kept,
            free_bytes=shutil.disk_usage(self._settings.data).free,
            engines={name: self._say_engine(name) for name in ENGINES},
        )

    def list_job_times(self) -> tuple[JobTimes, ...]:
        """How long the jobs took that have ended and are not forgotten yet."""
        return tuple(
            JobTimes(kind=kind, state=state, seconds=tuple(seconds))
            for (kind, state), seconds in sorted(list_job_seconds(self._store).items())
        )

    def _say_engine(self, name: str) -> str:
        """Whether it may be asked. Nobody is connected to for that; weights and memory are said of each model."""
        info = engine_class(name).info
        if not info.sends_data_out:
            return "ok"
        if consent_for(self._settings, info) is None:
            return "off: what is asked of it leaves this computer"
        return "ok, allowed to send what is asked of it"
