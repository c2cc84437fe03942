"""The gallery and a person's own poses: GET /poses, POST /poses from a file, and what becomes of one pose."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response, status
from pydantic import Field, create_model

from pipelines.bounds import KeyOf, Text
from pipelines.pose.exchange.limits import LONGEST_NAME
from pipelines.pose.search import FILTERS
from pipelines.pose.vocabulary import PoseFormat
from studio.api.asker import Mine
from studio.api.errors import WrongMediaType, problems
from studio.api.forms import FILE_FIELD, FORM, describe_form, media_type_of, read_form
from studio.api.library_answers import YES_NO
from studio.api.media import NEVER_STORED
from studio.api.paging import LimitOrAll, page_of
from studio.api.parameters import Cursor
from studio.api.pose_answers import PoseChangeIn, PoseList, PoseOut, PosePage, PosesKept, PoseWhole
from studio.api.query import Purge
from studio.api.seats import run_while_wanted
from studio.vocabulary.names import SLUG_PATTERN
from studio.vocabulary.pose import LONGEST_POSE_NAME
from studio.vocabulary.pose_schema import describe_whole_pose

JSON = "application/json"
LONGEST_SEARCH = 200
FILE = (
    "A photo of a person, an OpenPose picture; JSON (the studio's, OpenPose's, COCO's), BVH, SMPL, SMPL-X or AMASS "
    "NPZ, glTF or GLB; or a ZIP of such."
)
Slug = Annotated[str, Path(pattern=SLUG_PATTERN)]
WhichFrame = Annotated[int, Query(ge=0, le=1_000_000, description="Of a BVH or NPZ, counted from 0.")]
WhichPerson = Annotated[
    int, Query(ge=0, le=1000, description="Of a file with several people's points, from 0.")
]

# One query parameter for each of the gallery's filters, as the gallery has them.
_FIELDS: dict[str, Any] = {
    "q": (Annotated[str, Field(max_length=LONGEST_SEARCH, description="Words, or synonyms of theirs.")], "")
}
_FIELDS |= {name: (Annotated[str, KeyOf(("", *words))], "") for name, words in FILTERS.items()}
_FIELDS["favourite"] = (Annotated[str, KeyOf(("", *YES_NO))], "")
_FIELDS["pack"] = (
    Annotated[str, Text(LONGEST_NAME), Field(description="The name of the pack that they were imported in.")],
    "",
)
PoseFilters: Any = create_model("PoseFilters", **_FIELDS, cursor=(Cursor, ""), limit=(LimitOrAll, None))

BODY_DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {FORM: describe_form(FILE), JSON: {"schema": describe_whole_pose()}},
    }
}


def pose_routes() -> APIRouter:
    """The routes of poses."""
    router = APIRouter(tags=["poses"])

    @router.get("/poses", responses=problems(404, 422))
    def list_poses(wanted: Annotated[PoseFilters, Query()], mine: Mine) -> PosePage:
        """Your own poses and the gallery; what a search and all filters let through."""
        said = wanted.model_dump(exclude={"cursor", "limit"})
        found = mine.poses.search(favourite=YES_NO.get(said.pop("favourite")), **said)
        page = page_of(found, attrgetter("slug"), wanted.cursor, wanted.limit)
        return PosePage(items=[PoseOut.of(pose) for pose in page.items], next_cursor=page.next_cursor)

    @router.post(
        "/poses",
        status_code=status.HTTP_201_CREATED,
        responses=problems(409, 413, 415, 422, 429, 503),
        openapi_extra=BODY_DESCRIPTION,
    )
    async def add_poses(
        request: Request,
        mine: Mine,
        name: Annotated[str, Query(max_length=LONGEST_POSE_NAME, description="Of a single pose.")] = "",
        frame: WhichFrame = 0,
        person: WhichPerson = 0,
    ) -> PosesKept:
        """Keep the poses of a file: all of them or, where one cannot be read, none."""
        data, file_name = await _read_file(request)
        kept = await run_while_wanted(
            request,
            lambda is_wanted: mine.poses.import_file(
                data, name or file_name, frame=frame, person=person, is_wanted=is_wanted
            ),
        )
        return PosesKept(slug=kept[0].slug, items=[PoseOut.of(pose) for pose in kept])

    @router.get("/poses/{slug}", responses=problems(404, 422))
    def get_pose(slug: Slug, mine: Mine) -> PoseWhole:
        """A pose, and in `pose` all of it, as an order takes it."""
        return PoseWhole(**PoseOut.of(mine.poses.get(slug)).model_dump(), pose=mine.poses.whole(slug))

    @router.patch("/poses/{slug}", responses=problems(404, 413, 422))
    def change_pose(slug: Slug, change: PoseChangeIn, mine: Mine) -> PoseOut:
        """Change what is said of a pose of your own; with `pose`, the pose itself: orders made before keep theirs."""
        return PoseOut.of(mine.poses.update(slug, **change.said()))

    @router.delete("/poses/{slug}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422))
    def delete_pose(slug: Slug, mine: Mine, purge: Purge = False) -> None:
        """Put a pose of your own into the trash, or delete it for good. Orders that used it keep it."""
        mine.poses.delete(slug, purge=purge)

    @router.post("/poses/{slug}/restore", responses=problems(404, 409, 422))
    def restore_pose(slug: Slug, mine: Mine) -> PoseOut:
        """Take a pose out of the trash."""
        return PoseOut.of(mine.poses.restore(slug))

    @router.put(
        "/poses/{slug}/favourite", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 409, 422)
    )
    def mark_pose(slug: Slug, mine: Mine) -> None:
        """Make a pose of the gallery or of your own a favourite."""
        mine.pose_marks.mark(slug)

    @router.delete(
        "/poses/{slug}/favourite", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def unmark_pose(slug: Slug, mine: Mine) -> None:
        """Make a pose a favourite no more; nothing happens to one that is none."""
        mine.pose_marks.unmark(slug)

    @router.get(
        "/poses/{slug}/picture",
        response_class=Response,
        responses={200: {"content": {"image/webp": {}}}, **problems(404, 422)},
    )
    async def get_picture(
        request: Request,
        slug: Slug,
        mine: Mine,
        side: Literal["front", "back"] = "front",
        v: Annotated[str, Text(64), Query(description="Any version: another one is another address.")] = "",
    ) -> Response:
        """The picture of a pose of your own, drawn on a clear ground."""
        picture = await run_while_wanted(
            request, lambda is_wanted: mine.poses.thumbnail(slug, back=side == "back", is_wanted=is_wanted)
        )
        return Response(picture, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})

    @router.get("/poses/{slug}/similar", responses=problems(404, 422))
    def list_similar(
        slug: Slug,
        mine: Mine,
        limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 12,
    ) -> PoseList:
        """The poses of the gallery that are most like this one, nearest first."""
        mine.poses.get(slug)
        return PoseList(items=[PoseOut.of(pose) for pose in mine.poses.find_similar(slug, limit)])

    @router.get(
        "/poses/{slug}/file",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {}}}, **problems(404, 422)},
    )
    def get_file(slug: Slug, mine: Mine, format: PoseFormat = "json") -> Response:
        """A pose as a file to keep."""
        data, ending = mine.poses.export([slug], format)
        headers = {**NEVER_STORED, "Content-Disposition": f'attachment; filename="{slug}.{ending}"'}
        return Response(data, media_type="application/octet-stream", headers=headers)

    return router


async def _read_file(request: Request) -> tuple[bytes, str]:
    """The bytes and the name of a file out of a form, or JSON as it is. Raises RequestInvalid, WrongMediaType."""
    kind = media_type_of(request)
    if kind == FORM:
        return await read_form(request)
    if kind == JSON:
        return await request.body(), ""
    raise WrongMediaType(f"Send the file as {FORM} with a field “{FILE_FIELD}”, or a pose as {JSON}.")
