"""POST, GET, DELETE /generations/{id}/share; and what a share link shows, at /share/…, to whoever has it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Request, Response, status
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.outside import home_of
from studio.api.routes.generations import GenerationId
from studio.api.schemas import Strict
from studio.share_links import PREFIX
from studio.studio import Studio
from studio.vocabulary.outgoing import LONGEST_SHARE_S, ShareLink, ShareSeconds

WEEK_S = 7 * 24 * 3600
Token = Annotated[str, Path(max_length=200)]

NOBODY_ELSE = {
    **NEVER_STORED,
    "X-Robots-Tag": "noindex, nofollow, noai, noimageai",
    "Referrer-Policy": "no-referrer",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="robots" content="noindex, nofollow">
<meta name="viewport" content="width=device-width"><title>Pictures made by a machine</title><style>
body{{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:70rem;background:#fafaf7;color:#222}}
img{{max-width:100%;height:auto;display:block;margin:0 0 1rem;border-radius:6px}}
p{{margin:0 0 1rem}}b{{background:#222;color:#fff;padding:.15rem .5rem;border-radius:4px}}
@media (prefers-color-scheme:dark){{body{{background:#141413;color:#eee}}b{{background:#eee;color:#141413}}}}
</style><p><b>Made by a machine</b> These pictures show nobody who exists. They were made with Avatar Studio.</p>
{pictures}<p>This link ends on {until}.</p></html>"""


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
        generation_id: GenerationId, wanted: ShareLinkIn, request: Request, mine: Mine
    ) -> ShareLinkOut:
        """Make a link that shows the pictures, marked as made by a machine, and nothing else. Off unless the setting
        `share_links` is on; it ends by itself, and when the generation goes into the trash."""
        return ShareLinkOut.at(request, mine.sharing.share(generation_id, wanted.expires_in_s))

    @router.get(address, responses=problems(404, 422))
    def list_shares(generation_id: GenerationId, request: Request, mine: Mine) -> ShareLinkList:
        """The links that show a generation now, and how often its pictures were fetched."""
        found = mine.sharing.list_valid(generation_id)
        return ShareLinkList(items=[ShareLinkOut.at(request, share) for share in found])

    @router.delete(address, status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422))
    def revoke_shares(generation_id: GenerationId, mine: Mine) -> None:
        """Let no link show a generation any more."""
        mine.sharing.revoke(generation_id)

    return router


def shared_routes(studio: Studio) -> APIRouter:
    """What share links show; outside of REST and of its log-in."""
    router = APIRouter(include_in_schema=False)

    @router.get(PREFIX + "/{token}", response_class=HTMLResponse)
    def show_share(token: Token) -> HTMLResponse:
        """The page of a link."""
        number, until = studio.shared.count(token)
        pictures = "\n".join(
            f'<img src="{token}/{one}" alt="Picture {one} of {number}, made by a machine">'
            for one in range(1, number + 1)
        )
        page = PAGE.format(pictures=pictures, until=f"{until:%Y-%m-%d %H:%M} UTC")
        return HTMLResponse(page, headers=NOBODY_ELSE)

    @router.get(PREFIX + "/{token}/{number}", response_class=Response)
    def show_picture(token: Token, number: int) -> Response:
        """One of its pictures."""
        picture = studio.shared.picture(token, number)
        return Response(picture.data, media_type=picture.media_type, headers=NOBODY_ELSE)

    return router
