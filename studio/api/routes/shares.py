"""POST, GET, DELETE /generations/{id}/share."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from fastapi import APIRouter, Request, status
from pydantic import BaseModel, Field

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.outside import home_of
from studio.api.parameters import PathId
from studio.api.schemas import Strict
from studio.vocabulary.outgoing import LONGEST_SHARE_S, ShareLink, ShareSeconds

WEEK_S = 7 * 24 * 3600


class ShareLinkIn(Strict):
    """For how long a link shows the pictures."""

    expires_in_s: ShareSeconds = Field(
        default=WEEK_S, description=f"Seconds, up to a year ({LONGEST_SHARE_S})."
    )


class ShareLinkOut(Answer):
    """A link that shows a generation's pictures to whoever has it."""

    id: str
    url: str
    downloads: int = Field(description="Of pictures, so far.")
    created_at: datetime
    expires_at: datetime

    @classmethod
    def at(cls, request: Request, view: ShareLink) -> Self:
        """The answer; the link is on the address that this request was made to."""
        url = f"{home_of(request)}{view.path}"
        return cls(
            id=view.id,
            url=url,
            downloads=view.downloads,
            created_at=view.created_at,
            expires_at=view.expires_at,
        )


class ShareLinkList(BaseModel):
    """The links that show a generation now, newest first."""

    items: list[ShareLinkOut]


def share_routes() -> APIRouter:
    """The routes of share links."""
    router = APIRouter(tags=["generations"])
    address = "/generations/{generation_id}/share"

    @router.post(address, status_code=status.HTTP_201_CREATED, responses=problems(404, 409, 413, 422))
    def share_generation(
        generation_id: PathId, wanted: ShareLinkIn, request: Request, mine: Mine
    ) -> ShareLinkOut:
        """Make a link that shows the pictures, marked as made by a machine, and nothing else. Off unless the setting
        `share_links` is on; it ends by itself, and when the generation goes into the trash."""
        return ShareLinkOut.at(request, mine.sharing.share(generation_id, wanted.expires_in_s))

    @router.get(address, responses=problems(404, 422))
    def list_shares(generation_id: PathId, request: Request, mine: Mine) -> ShareLinkList:
        """The links that show a generation now, and how often its pictures were fetched."""
        found = mine.sharing.list_valid(generation_id)
        return ShareLinkList(items=[ShareLinkOut.at(request, share) for share in found])

    @router.delete(address, status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422))
    def revoke_shares(generation_id: PathId, mine: Mine) -> None:
        """Let no link show a generation any more."""
        mine.sharing.revoke(generation_id)

    return router
