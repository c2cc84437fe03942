"""One file out of a multipart form, or a picture as it is: how photos and pictures come in."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from studio.api.errors import RequestInvalid, WrongMediaType
from studio.api.media import PLAIN_BYTES

FORM = "multipart/form-data"
FILE_FIELD = "file"
RAW = (PLAIN_BYTES, "image/png", "image/webp", "image/jpeg")


def describe_form(words: str, content_type: str = "image/*") -> dict[str, Any]:
    """The form as a request body of the description."""
    return {
        "schema": {
            "type": "object",
            "required": [FILE_FIELD],
            "additionalProperties": False,
            "properties": {FILE_FIELD: {"type": "string", "format": "binary", "description": words}},
        },
        "encoding": {FILE_FIELD: {"contentType": content_type}},
    }


def media_type_of(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read_form(request: Request) -> tuple[bytes, str]:
    """The bytes and the name of the form's one file. Raises RequestInvalid."""
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get(FILE_FIELD)
        if not isinstance(file, UploadFile) or len(form.multi_items()) != 1:
            raise RequestInvalid(f"The form needs one file in the field “{FILE_FIELD}”, and nothing else.")
        return await file.read(), file.filename or ""


async def read_picture(request: Request) -> bytes:
    """The bytes of a picture, out of a form or as they are. Raises RequestInvalid, WrongMediaType."""
    kind = media_type_of(request)
    if kind == FORM:
        data, _ = await read_form(request)
        return data
    if kind in RAW:
        return await request.body()
    raise WrongMediaType(
        f"Send the picture as {FORM} with a field “{FILE_FIELD}”, or as it is: {', '.join(RAW)}."
    )
