"""What only the window's pose editor asks for: a body's rig, a pose to edit, an edit settled."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response, status

from pipelines.bounds import Text
from studio.api.asker import Mine
from studio.api.media import NEVER_STORED
from studio.vocabulary.names import ID_PATTERN, SLUG_PATTERN
from studio.vocabulary.pose_edit import PoseEdit

JSON = "application/json"
Slug = Annotated[str, Path(pattern=SLUG_PATTERN)]


def pose_editor_routes() -> APIRouter:
    """The routes of the pose editor."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stage/rig", response_class=Response)
    def get_rig(
        request: Request,
        mine: Mine,
        avatar_id: Annotated[str | None, Text(64, pattern=ID_PATTERN), Query()] = None,
    ) -> Response:
        """The rig of an avatar's body, or of the body that poses are made on; 304 where the browser has it."""
        rig = mine.pose_editing.rig(avatar_id)
        headers = {"ETag": rig.etag, "Cache-Control": "private, no-cache"}
        if rig.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(rig.data, media_type=JSON, headers=headers)

    @router.get("/stage/poses/{slug}/edit")
    def open_pose(slug: Slug, mine: Mine, response: Response) -> dict[str, Any]:
        """A pose as joint angles and fingers."""
        response.headers.update(NEVER_STORED)
        return mine.pose_editing.open(slug)

    @router.post("/stage/pose/settle")
    def settle_pose(edit: PoseEdit, mine: Mine, response: Response) -> dict[str, Any]:
        """What the studio makes of an edit; nothing is kept."""
        response.headers.update(NEVER_STORED)
        return mine.pose_editing.settle(edit)

    return router
