"""POST /recipes: a picture of ours in, as a form or as it is; the order that made it out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from studio.api.answers import RecipeOut
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.forms import FORM, describe_form, read_picture
from studio.api.media import PLAIN_BYTES

PICTURE = "A PNG, WEBP or JPEG that was made here with its settings in it."

BODY_DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: describe_form(PICTURE),
            PLAIN_BYTES: {"schema": {"type": "string", "format": "binary", "description": PICTURE}},
        },
    }
}


def recipe_routes() -> APIRouter:
    """The route of recipes."""
    router = APIRouter(tags=["orders"])

    @router.post(
        "/recipes", responses=problems(404, 408, 413, 415, 422, 429, 503), openapi_extra=BODY_DESCRIPTION
    )
    async def read_recipe(request: Request, mine: Mine) -> RecipeOut:
        """Read the settings out of a picture. Nothing is kept, and no pixel is looked at."""
        data = await read_picture(request)
        return RecipeOut.of(await run_in_threadpool(mine.recipes.read, data))

    return router
