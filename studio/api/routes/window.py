"""What only the window's own page asks for: the live draft, photos and pictures that it brings, public thumbnails."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from pipelines.errors import PipelineError, UnknownName
from studio.api.answers import PhotoOut, RecipeOut
from studio.api.asker import Mine, require
from studio.api.errors import problem_content, request_id_of
from studio.api.forms import read_form, read_picture
from studio.api.media import NEVER_STORED
from studio.api.photo_intake import keep_photo, read_photo
from studio.api.pose_answers import BodyOnPhotoOut, OwnPoseList, PoseOut, PosesSeen
from studio.api.schemas import StageSceneIn
from studio.api.seats import run_while_wanted
from studio.studio import Studio

logger = logging.getLogger(__name__)

BACK_SUFFIX = "-back"
PUBLIC_FOR_A_YEAR = "public, max-age=31536000, immutable"  # the address carries a version
PUBLIC_FOR_AN_HOUR = "public, max-age=3600"

ThumbnailName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]


def window_routes(studio: Studio) -> APIRouter:
    """The routes of the window's own page."""
    router = APIRouter(include_in_schema=False)

    @router.post("/stage/draft", response_class=Response)
    def draw_stage(scene: StageSceneIn, mine: Mine) -> Response:
        """The live draft, WEBP; 204 when a newer request of the same lane has overtaken this one."""
        draft = mine.stage.draw(scene.to_scene(), page=scene.lane)
        if draft is None:
            return Response(status_code=status.HTTP_204_NO_CONTENT, headers=NEVER_STORED)
        return Response(draft, media_type="image/webp", headers=NEVER_STORED)

    @router.post("/stage/photo", dependencies=[require("write")])
    async def add_photo(request: Request, mine: Mine) -> Response:
        """A photo, looked at and kept as REST does it; a refusal is an answer here."""

        async def keep() -> BaseModel:
            sent = await read_photo(request)
            return PhotoOut.of(await keep_photo(request, mine, sent.data, sent.name))

        return await answer_or_tell(request, keep())

    @router.post("/stage/recipe")
    async def read_recipe(request: Request, mine: Mine) -> Response:
        """The settings that a picture carries, as REST reads them; a refusal is an answer here."""

        async def read() -> BaseModel:
            data = await read_picture(request)
            return RecipeOut.of(await run_in_threadpool(mine.recipes.read, data))

        return await answer_or_tell(request, read())

    @router.post("/stage/pose", dependencies=[require("write")])
    async def add_pose(request: Request, mine: Mine) -> Response:
        """The poses of a file, kept as REST keeps them, and the body over a photo; a refusal is an answer here."""

        async def keep() -> BaseModel:
            data, name = await read_form(request)
            kept, on_photo = await run_while_wanted(
                request, lambda is_wanted: mine.poses.import_seen(data, name, is_wanted=is_wanted)
            )
            return PosesSeen(
                slug=kept[0].slug,
                items=[PoseOut.of(pose) for pose in kept],
                on_photo=BodyOnPhotoOut.of(on_photo) if on_photo else None,
            )

        return await answer_or_tell(request, keep())

    @router.get("/stage/poses")
    def list_own_poses(mine: Mine) -> OwnPoseList:
        """The person's own poses, newest first, which poses they marked, and which they ordered last."""
        own = [PoseOut.of(pose) for pose in mine.poses.list_own()]
        favourites, recent = mine.pose_marks.list_slugs(), mine.poses.list_ordered()
        return OwnPoseList(items=own, favourites=list(favourites), recent=list(recent))

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


async def answer_or_tell(request: Request, work: Awaitable[BaseModel]) -> Response:
    """200 with what was asked for, or with the error in its one shape: a browser logs every other status as an error
    of the page, and a photo that cannot be used is none."""
    try:
        content = (await work).model_dump(mode="json")
    except PipelineError as error:
        logger.info("request %s refused: %s", request_id_of(request), error.code)
        content = problem_content(error, request_id_of(request))
    return JSONResponse(content, headers=NEVER_STORED)


def _read_thumbnail(studio: Studio, name: str, *, dark: bool) -> bytes:
    if name.endswith(BACK_SUFFIX):
        try:
            return studio.poses.thumbnail(name.removesuffix(BACK_SUFFIX), back=True, dark=dark)
        except UnknownName:
            pass  # a pose may be called so itself
    return studio.poses.thumbnail(name, dark=dark)
