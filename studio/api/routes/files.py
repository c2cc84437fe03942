"""GET /files/{id}: a person's own pictures and meshes, by id, never by path."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from pipelines.bounds import ONE_LINE
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import SERVED_TYPES, serve_file
from studio.api.parameters import PathId

LONGEST_FILE_NAME = 200

DownloadName = Annotated[
    str,
    Query(
        max_length=LONGEST_FILE_NAME,
        pattern=ONE_LINE,
        description="Save it under this name instead of showing it; the type decides the ending.",
    ),
]

FILE_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(SERVED_TYPES)
        },
        "description": "The file.",
    },
    206: {"description": "The one part of it that `Range` asks for, as “bytes=0-1023” does."},
    304: {"description": "The file has not changed."},
}


def file_routes() -> APIRouter:
    """The route of private files."""
    router = APIRouter(tags=["files"])

    @router.get(
        "/files/{file_id}", response_class=Response, responses={**FILE_RESPONSES, **problems(404, 416, 422)}
    )
    def get_file(file_id: PathId, request: Request, mine: Mine, download: DownloadName = "") -> Response:
        """A file of yours."""
        file = mine.files.get(file_id)
        return serve_file(file, partial(mine.files.open, file_id), request.headers, download=download)

    return router
