"""What a share link shows, at /share/…, to whoever has it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse

from studio.api.media import NEVER_STORED
from studio.share_links import PREFIX
from studio.studio import Studio

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
