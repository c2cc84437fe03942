"""A photo as it is sent, in a form or inside JSON: read, looked at and kept."""

from __future__ import annotations

import binascii
import json
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from studio.api.errors import NotJson, RequestInvalid, WrongMediaType, refusal_of
from studio.api.forms import FILE_FIELD, FORM, media_type_of, read_form
from studio.api.schemas import PhotoIn, decode_picture
from studio.api.seats import run_while_wanted
from studio.personal_studio import PersonalStudio
from studio.vocabulary.photo import Photo, PhotoRole

JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPhoto:
    """A photo as it came. `role` is None where the body does not say it."""

    data: bytes
    name: str
    role: PhotoRole | None = None


async def keep_photo(
    request: Request, mine: PersonalStudio, data: bytes, name: str, *, role: PhotoRole = "person"
) -> Photo:
    """Look at a photo and keep it, unless its client has gone meanwhile. Raises what `Photos.add` does."""
    return await run_while_wanted(
        request, lambda is_wanted: mine.photos.add(data, name, role=role, is_wanted=is_wanted)
    )


async def read_photo(request: Request) -> SentPhoto:
    """A photo out of a form or JSON. Raises RequestInvalid, NotJson, WrongMediaType."""
    kind = media_type_of(request)
    if kind == FORM:
        data, name = await read_form(request)
        return SentPhoto(data=data, name=name)
    if kind == JSON:
        return await run_in_threadpool(_decode_photo, await request.body())
    raise WrongMediaType(f"Send the photo as {FORM} with a field “{FILE_FIELD}”, or as {JSON}.")


def _decode_photo(body: bytes) -> SentPhoto:
    try:
        sent = PhotoIn.model_validate(json.loads(body))
    except ValidationError as error:
        found = [{**finding, "loc": ("body", *finding["loc"])} for finding in error.errors(include_url=False)]
        raise refusal_of(found) from error
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    role = sent.role if "role" in sent.model_fields_set else None
    return SentPhoto(data=decode_sent(sent), name=sent.name, role=role)


def decode_sent(sent: PhotoIn) -> bytes:
    """The bytes of a photo inside JSON. Raises RequestInvalid."""
    try:
        return decode_picture(sent.image)
    except binascii.Error as error:
        raise RequestInvalid("“image” cannot be read: its base64 is broken.") from error
