"""POST /photos: a photo in, as a form or as a data URL inside JSON; GET and DELETE /photos/{id}, and restore."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, status
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from studio.api.answers import PhotoOut
from studio.api.asker import Mine
from studio.api.errors import NotJson, RequestInvalid, WrongMediaType, problems, refusal_of
from studio.api.forms import FILE_FIELD, FORM, describe_form, media_type_of, read_form
from studio.api.query import Purge
from studio.api.schemas import PhotoIn
from studio.api.seats import run_while_wanted
from studio.studio import PersonalStudio
from studio.vocabulary.names import ID_PATTERN
from studio.vocabulary.photo import Photo

JSON = "application/json"

PhotoId = Annotated[str, Path(pattern=ID_PATTERN)]

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
        responses=problems(408, 413, 415, 422, 503),
        openapi_extra=BODY_DESCRIPTION,
    )
    async def add_photo(request: Request, mine: Mine) -> PhotoOut:
        """Look at a photo and keep it. A photo that cannot be used is refused with what to do; nothing is kept then."""
        data, name = await read_photo(request)
        return PhotoOut.of(await keep_photo(request, mine, data, name))

    @router.get("/photos/{photo_id}", responses=problems(404, 422))
    def get_photo(photo_id: PhotoId, mine: Mine) -> PhotoOut:
        """A kept photo and what was found in it."""
        return PhotoOut.of(mine.photos.get(photo_id))

    @router.delete("/photos/{photo_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422))
    def delete_photo(photo_id: PhotoId, mine: Mine, purge: Purge = False) -> None:
        """Put a photo into the trash, or delete it for good. An avatar that was measured from it keeps its body."""
        mine.photos.delete(photo_id, purge=purge)

    @router.post("/photos/{photo_id}/restore", responses=problems(404, 422))
    def restore_photo(photo_id: PhotoId, mine: Mine) -> PhotoOut:
        """Take a photo out of the trash."""
        return PhotoOut.of(mine.photos.restore(photo_id))

    return router


async def keep_photo(request: Request, mine: PersonalStudio, data: bytes, name: str) -> Photo:
    """Look at a photo and keep it, unless its client has gone meanwhile. Raises what `Photos.add` does."""
    return await run_while_wanted(request, lambda is_wanted: mine.photos.add(data, name, is_wanted=is_wanted))


async def read_photo(request: Request) -> tuple[bytes, str]:
    """The bytes and the name of a photo, out of a form or JSON. Raises RequestInvalid, NotJson, WrongMediaType."""
    kind = media_type_of(request)
    if kind == FORM:
        return await read_form(request)
    if kind == JSON:
        return await run_in_threadpool(_decode_photo, await request.body())
    raise WrongMediaType(f"Send the photo as {FORM} with a field “{FILE_FIELD}”, or as {JSON}.")


def _decode_photo(body: bytes) -> tuple[bytes, str]:
    try:
        sent = PhotoIn.model_validate(json.loads(body))
    except ValidationError as error:
        found = [{**finding, "loc": ("body", *finding["loc"])} for finding in error.errors(include_url=False)]
        raise refusal_of(found) from error
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    try:
        return base64.b64decode(sent.image.partition(",")[2], validate=True), sent.name
    except binascii.Error as error:
        raise RequestInvalid("“image” cannot be read: its base64 is broken.") from error
