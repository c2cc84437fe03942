"""GET /jobs/{id}, its preview, and POST /jobs/{id}/cancel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, status

from studio.api.answers import JobOut
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import NEVER_STORED, picture_content
from studio.vocabulary.names import ID_PATTERN

JobId = Annotated[str, Path(pattern=ID_PATTERN)]

PREVIEW_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": picture_content("image/webp"), "description": "The newest preview."},
    204: {"description": "There is no preview yet."},
}


def job_routes() -> APIRouter:
    """The routes of jobs."""
    router = APIRouter(tags=["jobs"])

    @router.get("/jobs/{job_id}", responses=problems(404))
    def get_job(job_id: JobId, mine: Mine) -> JobOut:
        """How far a job is, and what became of it."""
        return JobOut.of(mine.jobs.get(job_id))

    @router.post("/jobs/{job_id}/cancel", responses=problems(404, 409))
    def cancel_job(job_id: JobId, mine: Mine) -> JobOut:
        """Ask a job to stop. A queued one stops at once, a running one at its next step."""
        return JobOut.of(mine.jobs.cancel(job_id))

    @router.get(
        "/jobs/{job_id}/preview", response_class=Response, responses={**PREVIEW_RESPONSES, **problems(404)}
    )
    def get_preview(job_id: JobId, mine: Mine) -> Response:
        """What the picture looks like so far."""
        preview = mine.jobs.preview(job_id)
        if preview is None:
            return Response(status_code=status.HTTP_204_NO_CONTENT, headers=NEVER_STORED)
        return Response(preview, media_type="image/webp", headers=NEVER_STORED)

    return router
