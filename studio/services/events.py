"""Events: what changed about a person's jobs since they were last looked at.

The worker is another process and tells nobody but the job's row, so the row is looked at: at most every LOOK_EVERY_S
while something goes on, every IDLE_EVERY_S while nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from studio.services.jobs import Jobs
from studio.services.service import PersonalService
from studio.vocabulary.event import JobEvent
from studio.vocabulary.job import Job

LOOK_EVERY_S = 0.25  # as often as a worker writes its progress
IDLE_EVERY_S = 1.0
MOST_JOBS = 100  # of a person, the newest


class JobEvents(PersonalService):
    """What a listener of one person hears."""

    def look(self, told: Mapping[str, JobEvent], since: datetime, job_id: str = "") -> Sequence[JobEvent]:
        """What is not as it was told, oldest job first: of one job, or of all that are open or ended since then.

        Raises NotFound for one job that is not there.
        """
        if job_id:
            jobs = [Jobs(self._resources, self._person).get(job_id)]
        else:
            recent = Jobs(self._resources, self._person).list_recent(limit=MOST_JOBS)
            jobs = [
                job
                for job in reversed(recent)
                if job.finished_at is None or job.finished_at >= since or job.id in told
            ]
        events = [describe_job(job) for job in jobs]
        return [event for event in events if told.get(event.id) != event]


def describe_job(job: Job) -> JobEvent:
    """What is told of a job."""
    return JobEvent(
        id=job.id,
        kind=job.kind,
        title=job.title,
        state=job.state,
        percent=job.percent,
        stage=job.stage,
        step=job.step,
        total=job.total,
        error_code=job.error_code,
        error=job.error,
        place=job.place,
        expected_start=job.expected_start.isoformat() if job.expected_start else None,
    )
