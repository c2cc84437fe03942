"""A sign-in as the browser has it: where it comes from, and the session that is kept there."""

from __future__ import annotations

from fastapi import Request, Response

from studio.api.callers import COOKIE
from studio.api.media import NEVER_STORED
from studio.vocabulary.person import SignedIn


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
