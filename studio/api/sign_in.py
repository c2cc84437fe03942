"""A sign-in as the browser has it: where it comes from, and the session that is kept there."""

from __future__ import annotations

from fastapi import Request, Response

from studio.api.callers import COOKIE, say_visitors_cookie
from studio.api.media import NEVER_STORED
from studio.vocabulary.person import Person, SignedIn


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server knows."""
    return request.client.host if request.client else ""


def keep_session(request: Request, response: Response, signed: SignedIn) -> None:
    """Have a browser keep the session, out of the reach of scripts and of other sites."""
    response.headers.update(NEVER_STORED)
    response.set_cookie(
        COOKIE,
        signed.token,
        expires=signed.expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget_session(response: Response, asker: Person) -> None:
    """Have a browser forget the session, with the attributes that it was kept by: else a frame's keeps it."""
    if asker.role == "visitor":
        response.headers.append("set-cookie", say_visitors_cookie("", 0))
    else:
        response.delete_cookie(COOKIE, path="/")
