"""GET /jobs in pages; GET /jobs/{id}, its preview, and POST /jobs/{id}/cancel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response, status

from pipelines.bounds import KeyOf
from studio.api.answers import JobOut, JobPageOut
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import NEVER_STORED, picture_content
from studio.api.parameters import PAGE_SIZE, Cursor, Limit, PathId
from studio.vocabulary.job import JOB_KINDS, JOB_STATES

StateFilter = Annotated[str, KeyOf(("", *JOB_STATES)), Query(description="Only jobs in this state.")]
KindFilter = Annotated[str, KeyOf(("", *JOB_KINDS)), Query(description="Only jobs of this kind.")]

PREVIEW_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": picture_content("image/webp"), "description": "The newest preview."},
    204: {"description": "There is no preview yet."},
}


def job_routes() -> APIRouter:
    """The routes of jobs."""
    router = APIRouter(tags=["jobs"])

    @router.get("/jobs", responses=problems(404, 422))
    def list_jobs(
        mine: Mine,
        state: StateFilter = "",
        kind: KindFilter = "",
        cursor: Cursor = "",
        limit: Limit = PAGE_SIZE,
    ) -> JobPageOut:
        """Your jobs, newest first, page by page; all that are not forgotten yet, or those of a state or a kind."""
        page = mine.jobs.list_page(state=state, kind=kind, cursor=cursor or None, limit=limit)
        return JobPageOut(items=[JobOut.of(job) for job in page.items], next_cursor=page.next_cursor)

    @router.get("/jobs/{job_id}", responses=problems(404))
    def get_job(job_id: PathId, mine: Mine) -> JobOut:
        """How far a job is, and what became of it."""
        return JobOut.of(mine.jobs.get(job_id))

    @router.post("/jobs/{job_id}/cancel", responses=problems(404, 409))
    def cancel_job(job_id: PathId, mine: Mine) -> JobOut:
        """Ask a job to stop. A queued one stops at once, a running one at its next step."""
        return JobOut.of(mine.jobs.cancel(job_id))

    @router.get(
        "/jobs/{job_id}/preview", response_class=Response, responses={**PREVIEW_RESPONSES, **problems(404)}
    )
    def get_preview(job_id: PathId, mine: Mine) -> Response:
        """What the picture looks like so far."""
        preview = mine.jobs.preview(job_id)
        if preview is None:
            return Response(status_code=status.HTTP_204_NO_CONTENT, headers=NEVER_STORED)
        return Response(preview, media_type="image/webp", headers=NEVER_STORED)

    return router
