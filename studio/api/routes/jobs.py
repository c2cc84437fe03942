"""GET /jobs/{id}, its preview, and POST /jobs/{id}/cancel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, status

from studio.api.answers import JobOut
from studio.api.errors import problems
from studio.api.fields import ID_PATTERN
from studio.api.media import NEVER_STORED, picture_content
from studio.api.owners import Owner
from studio.studio import Studio

JobId = Annotated[str, Path(pattern=ID_PATTERN)]

PREVIEW_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": picture_content("image/webp"), "description": "The newest preview."},
    204: {"description": "There is no preview yet."},
}


def job_routes(studio: Studio) -> APIRouter:
    """The routes of jobs."""
    router = APIRouter(tags=["jobs"])

    @router.get("/jobs/{job_id}", responses=problems(404))
    def get_job(job_id: JobId, owner: Owner) -> JobOut:
        """How far a job is, and what became of it."""
        return JobOut.of(studio.get_job(owner, job_id))

    @router.post("/jobs/{job_id}/cancel", responses=problems(404, 409))
    def cancel_job(job_id: JobId, owner: Owner) -> JobOut:
        """Ask a job to stop. A queued one stops at once, a running one at its next step."""
        return JobOut.of(studio.cancel_job(owner, job_id))

    @router.get(
        "/jobs/{job_id}/preview", response_class=Response, responses={**PREVIEW_RESPONSES, **problems(404)}
    )
    def get_preview(job_id: JobId, owner: Owner) -> Response:
        """What the picture looks like so far."""
        preview = studio.job_preview(owner, job_id)
        if preview is None:
            return Response(status_code=status.HTTP_204_NO_CONTENT, headers=NEVER_STORED)
        return Response(preview, media_type="image/webp", headers=NEVER_STORED)

    return router
