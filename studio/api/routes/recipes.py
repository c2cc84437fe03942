"""POST /recipes: a picture of ours in, as a form or as it is; the order that made it out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from studio.api.answers import RecipeOut
from studio.api.asker import Mine
from studio.api.errors import WrongMediaType, problems
from studio.api.forms import FILE_FIELD, FORM, describe_form, media_type_of, read_form

BYTES = "application/octet-stream"
RAW = (BYTES, "image/png", "image/webp", "image/jpeg")
PICTURE = "A PNG, WEBP or JPEG that was made here with its settings in it."

BODY_DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: describe_form(PICTURE),
            BYTES: {"schema": {"type": "string", "format": "binary", "description": PICTURE}},
        },
    }
}


def recipe_routes() -> APIRouter:
    """The route of recipes."""
    router = APIRouter(tags=["orders"])

    @router.post("/recipes", responses=problems(404, 408, 413, 415, 422, 503), openapi_extra=BODY_DESCRIPTION)
    async def read_recipe(request: Request, mine: Mine) -> RecipeOut:
        """Read the settings out of a picture. Nothing is kept, and no pixel is looked at."""
        data = await read_picture(request)
        return RecipeOut.of(await run_in_threadpool(mine.recipes.read, data))

    return router


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
