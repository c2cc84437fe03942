"""The answer to an order that became a job."""

from __future__ import annotations

from fastapi import Response

from studio.api.answers import API_PREFIX, JobRef, OrderedOut, PricedOrderOut
from studio.services.credits import prices_of
from studio.settings import Settings


def answer_of_orders(settings: Settings) -> type[OrderedOut]:
    """How an order is answered: of one creator there is no word about credits."""
    return OrderedOut if prices_of(settings) is None else PricedOrderOut


def accepted(response: Response, job_id: str) -> JobRef:
    """The answer to an order that became a job."""
    response.headers["Location"] = f"{API_PREFIX}/jobs/{job_id}"
    return JobRef(job_id=job_id)
