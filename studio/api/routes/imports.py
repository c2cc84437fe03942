"""POST /imports: an archive that a studio exported, taken in by a job."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from studio.api.answers import API_PREFIX, JobRef
from studio.api.asker import Mine
from studio.api.errors import RequestInvalid, WrongMediaType, problems
from studio.api.forms import FILE_FIELD, FORM, media_type_of
from studio.api.parameters import IdempotencyKey

BODY_DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": [FILE_FIELD],
                    "additionalProperties": False,
                    "properties": {
                        FILE_FIELD: {
                            "type": "string",
                            "format": "binary",
                            "description": "A ZIP that `POST /exports` made with metadata.",
                        }
                    },
                }
            }
        },
    }
}


def import_routes() -> APIRouter:
    """The route of imports."""
    router = APIRouter(tags=["generations"])

    @router.post(
        "/imports",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(404, 408, 409, 413, 415, 422, 429, 503),
        openapi_extra=BODY_DESCRIPTION,
    )
    async def start_import(
        request: Request, response: Response, mine: Mine, idempotency_key: IdempotencyKey = ""
    ) -> JobRef:
        """Take an exported archive in. The job checks all of it first: where a hash is wrong, nothing comes in; what is
        here already stays as it is. Its result says how much came in."""
        if media_type_of(request) != FORM:
            raise WrongMediaType(f"Send the archive as {FORM} with a field “{FILE_FIELD}”.")
        async with request.form(max_files=1, max_fields=1) as form:
            file = form.get(FILE_FIELD)
            if not isinstance(file, UploadFile) or len(form.multi_items()) != 1:
                raise RequestInvalid(
                    f"The form needs one file in the field “{FILE_FIELD}”, and nothing else."
                )
            start = mine.imports.start
            job_id = await run_in_threadpool(start, file.file, idempotency_key=idempotency_key or None)
        response.headers["Location"] = f"{API_PREFIX}/jobs/{job_id}"
        return JobRef(job_id=job_id)

    return router
