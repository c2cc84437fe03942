"""POST /erase: everything of yours, for good."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.schemas import Strict


class EraseIn(Strict):
    """The word for it."""

    confirm: Literal["everything"] = Field(description="There is no way back.")


class ErasedOut(Answer):
    """How many of each went."""

    generations: int
    avatars: int
    photos: int
    poses: int
    projects: int
    documents: int = Field(description="Templates and personas.")
    jobs: int
    left: list[str] = Field(description="What lies elsewhere, in sentences.")


def erase_routes() -> APIRouter:
    """The route of the end."""
    router = APIRouter(tags=["storage"])

    @router.post("/erase", responses=problems(413, 422, 503))
    def erase_everything(asked: EraseIn, mine: Mine) -> ErasedOut:
        """Delete for good all photos, avatars, generations, own poses, templates, personas, jobs and files of yours,
        the trash included.

        Work under way is stopped. Image models, LoRAs and the studio's settings stay.
        """
        return ErasedOut.of(mine.erasing.erase_everything())

    return router
