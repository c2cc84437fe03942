"""What only the window's own page asks for: the stage's live draft and the gallery's public thumbnails."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from pipelines.errors import UnknownName
from studio.api.media import NEVER_STORED
from studio.api.owners import Owner
from studio.api.schemas import StageSceneIn
from studio.studio import Studio

BACK_SUFFIX = "-back"
PUBLIC_FOR_A_YEAR = "public, max-age=31536000, immutable"  # the address carries a version
PUBLIC_FOR_AN_HOUR = "public, max-age=3600"

ThumbnailName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]


def window_routes(studio: Studio) -> APIRouter:
    """The routes of the window's own page."""
    router = APIRouter(include_in_schema=False)

    @router.post("/stage/draft", response_class=Response)
    def draw_stage(scene: StageSceneIn, owner: Owner) -> Response:
        """The live draft, WEBP; 204 when a newer request of the same lane has overtaken this one."""
        draft = studio.draw_stage(scene.to_scene(), owner=owner, lane=scene.lane)
        if draft is None:
            return Response(status_code=status.HTTP_204_NO_CONTENT, headers=NEVER_STORED)
        return Response(draft, media_type="image/webp", headers=NEVER_STORED)

    @router.get("/poses/thumbnails/{name}.webp", response_class=Response)
    def get_thumbnail(
        name: ThumbnailName,
        request: Request,
        dark: bool = False,
        v: Annotated[
            str, Query(max_length=64, description="Any version: the answer may be kept for good.")
        ] = "",
    ) -> Response:
        """A pose's thumbnail, or its back view where the name ends in "-back"."""
        picture = _read_thumbnail(studio, name, dark=dark)
        etag = f'"{hashlib.sha256(picture).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": PUBLIC_FOR_A_YEAR if v else PUBLIC_FOR_AN_HOUR}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(picture, media_type="image/webp", headers=headers)

    return router


def _read_thumbnail(studio: Studio, name: str, *, dark: bool) -> bytes:
    if name.endswith(BACK_SUFFIX):
        try:
            return studio.pose_thumbnail(name.removesuffix(BACK_SUFFIX), back=True, dark=dark)
        except UnknownName:
            pass  # a pose may be called so itself
    return studio.pose_thumbnail(name, dark=dark)
