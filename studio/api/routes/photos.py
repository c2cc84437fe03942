"""GET and POST /photos (a form, or base64 inside JSON), the look-up by hash; GET and DELETE /photos/{id}, restore."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, status
from fastapi.concurrency import run_in_threadpool

from pipelines.bounds import KeyOf
from pipelines.photo.errors import PhotoRefused
from studio.api.answers import PhotoKnown, PhotoOut, PhotoPageOut, PhotosTaken, PhotoTaken
from studio.api.asker import Mine
from studio.api.errors import (
    RequestInvalid,
    problem_content,
    problems,
    request_id_of,
)
from studio.api.forms import FORM, describe_form
from studio.api.library_answers import Word
from studio.api.parameters import PAGE_SIZE, Cursor, Limit, PathId
from studio.api.photo_intake import JSON, decode_sent, keep_photo, read_photo
from studio.api.query import Purge
from studio.api.schemas import PhotoChangeIn, PhotoIn, PhotosIn
from studio.errors import UploadRefused
from studio.personal_studio import PersonalStudio
from studio.vocabulary.photo import PHOTO_ROLES, PhotoRole

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-fA-F]{64}$", description="Of the file's bytes, hexadecimal.")]
Role = Annotated[PhotoRole, Query(description="What it is given for; inside JSON, the field “role” says it.")]
RoleFilter = Annotated[
    str, KeyOf(("", *PHOTO_ROLES)), Query(description="Only photos that were given for this.")
]
TagFilter = Annotated[Word, Query(description="Only photos with this tag, to the letter.")]

BODY_DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: describe_form("JPEG, PNG, WEBP or AVIF."),
            JSON: {"schema": PhotoIn.model_json_schema()},
        },
    }
}


def photo_routes() -> APIRouter:
    """The routes of photos."""
    router = APIRouter(tags=["photos"])

    @router.post(
        "/photos",
        status_code=status.HTTP_201_CREATED,
        responses=problems(408, 413, 415, 422, 429, 503),
        openapi_extra=BODY_DESCRIPTION,
    )
    async def add_photo(request: Request, mine: Mine, role: Role = "person") -> PhotoOut:
        """Look at a photo and keep it. A photo that cannot be used is refused with what to do; nothing is kept then."""
        sent = await read_photo(request)
        return PhotoOut.of(await keep_photo(request, mine, sent.data, sent.name, role=sent.role or role))

    @router.post("/photos/batch", responses=problems(408, 413, 422, 429, 503))
    async def add_photos(request: Request, mine: Mine, sent: PhotosIn) -> PhotosTaken:
        """Look at several photos and keep those that can be used: one that cannot holds up no other."""
        request_id = request_id_of(request)
        taken = [await _take(request, mine, photo, request_id) for photo in sent.photos]
        return PhotosTaken(items=taken)

    @router.get("/photos", responses=problems(404, 422))
    def list_photos(
        mine: Mine,
        role: RoleFilter = "",
        tag: TagFilter = "",
        cursor: Cursor = "",
        limit: Limit = PAGE_SIZE,
    ) -> PhotoPageOut:
        """Your photos, newest first, page by page; all, or those of a role, with a tag."""
        page = mine.photos.list_page(role=role, tag=tag, cursor=cursor or None, limit=limit)
        return PhotoPageOut(items=[PhotoOut.of(photo) for photo in page.items], next_cursor=page.next_cursor)

    @router.get("/photos/hash/{sha256}", responses=problems(404, 422))
    def find_photo(sha256: Sha256, mine: Mine) -> PhotoKnown:
        """Whether you have a photo that was uploaded as these bytes: asked before they are sent."""
        photo_id = mine.photos.find(sha256)
        return PhotoKnown(exists=photo_id is not None, photo_id=photo_id)

    @router.get("/photos/{photo_id}", responses=problems(404, 422))
    def get_photo(photo_id: PathId, mine: Mine) -> PhotoOut:
        """A kept photo and what was found in it."""
        return PhotoOut.of(mine.photos.get(photo_id))

    @router.patch("/photos/{photo_id}", responses=problems(404, 413, 422))
    def change_photo(photo_id: PathId, change: PhotoChangeIn, mine: Mine) -> PhotoOut:
        """Change name, role or tags of a photo."""
        return PhotoOut.of(mine.photos.update(photo_id, **change.said()))

    @router.delete("/photos/{photo_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422))
    def delete_photo(photo_id: PathId, mine: Mine, purge: Purge = False) -> None:
        """Put a photo into the trash, or delete it for good. An avatar that was measured from it keeps its body."""
        mine.photos.delete(photo_id, purge=purge)

    @router.post("/photos/{photo_id}/restore", responses=problems(404, 422))
    def restore_photo(photo_id: PathId, mine: Mine) -> PhotoOut:
        """Take a photo out of the trash."""
        return PhotoOut.of(mine.photos.restore(photo_id))

    return router


async def _take(request: Request, mine: PersonalStudio, sent: PhotoIn, request_id: str) -> PhotoTaken:
    """One of several: kept, or what is wrong with it. Raises ClientGone."""
    try:
        data = await run_in_threadpool(decode_sent, sent)
        photo = await keep_photo(request, mine, data, sent.name, role=sent.role)
    except (PhotoRefused, UploadRefused, RequestInvalid) as error:
        return PhotoTaken(photo=None, error=problem_content(error, request_id)["error"])
    return PhotoTaken(photo=PhotoOut.of(photo), error=None)
