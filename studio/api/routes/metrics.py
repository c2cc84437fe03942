"""GET /metrics: numbers for Prometheus, at the root, beside REST and outside of its description."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response

from studio.api.media import NEVER_STORED
from studio.api.metrics import CONTENT_TYPE, HttpNumbers, describe_jobs, describe_report, write_metrics
from studio.studio import Studio

THREADS = 1  # of its own: a slow disk holds up nobody but the next who asks


def metric_routes(studio: Studio, http: HttpNumbers) -> APIRouter:
    """The route of metrics."""
    router = APIRouter(include_in_schema=False)
    threads = CapacityLimiter(THREADS)

    def measure() -> str:
        now = studio.resources.store.clock()
        monitoring = studio.monitoring
        described = [
            *describe_report(monitoring.report(studio.maintenance.health()), now),
            *describe_jobs(monitoring.list_job_times()),
            *http.describe(),
        ]
        return write_metrics(described)

    @router.get("/metrics")
    async def get_metrics() -> Response:
        """Health, queue, job times, storage and HTTP. No name, id or word of anybody is in it."""
        text = await to_thread.run_sync(measure, limiter=threads)
        return Response(text, headers={**NEVER_STORED, "Content-Type": CONTENT_TYPE})

    return router
