"""/sign-in-with and /sign-in-back: to the house's own sign-in service, and back from it."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from pipelines.errors import PipelineError
from studio.api.asker import Asker
from studio.api.callers import LONGEST_TOKEN, SIGN_IN, SIGN_IN_BACK, SIGN_IN_WITH
from studio.api.outside import home_of
from studio.api.pages import go_to, own_path, read_fields, say_note, say_page, say_refused
from studio.api.sign_in import address_of, keep_session
from studio.services.oidc import KEPT_S, Return
from studio.studio import Studio

BROWSER_COOKIE = "studio_sign_in"  # that who comes back is who went


def oidc_pages(studio: Studio) -> APIRouter:
    """The pages."""
    router = APIRouter(include_in_schema=False)

    @router.post(SIGN_IN_WITH)
    async def go_there(request: Request) -> Response:
        """Ask the service, and send the browser there."""
        fields = await read_fields(request)

        def begin() -> tuple[str, str]:
            return studio.open_id.begin(
                home_of(request) + SIGN_IN_BACK,
                address=address_of(request),
                asked=own_path(fields.get("next", "")),
                invitation=fields.get("invitation", "")[:LONGEST_TOKEN],
            )

        try:
            url, browser = await run_in_threadpool(begin)
        except PipelineError as error:
            return say_refused(_refused_page(error), error)
        response = _way_page(url, studio.open_id.name_service())
        response.set_cookie(
            BROWSER_COOKIE,
            browser,
            max_age=int(KEPT_S),
            path="/",
            httponly=True,
            samesite="lax",  # the service sends the browser back from another site
            secure=request.url.scheme == "https",
        )
        return response

    @router.get(SIGN_IN_BACK)
    async def come_back(
        request: Request, asker: Asker, state: str = "", code: str = "", iss: str = ""
    ) -> Response:
        """Begin a session of whom the service signed in."""
        returned = Return(
            state=state, code=code, answered_by=iss, browser=request.cookies.get(BROWSER_COOKIE, "")
        )
        try:
            signed, asked = await run_in_threadpool(studio.open_id.finish, returned, former=asker)
        except PipelineError as error:
            refused: Response = say_refused(_refused_page(error), error)
            refused.delete_cookie(BROWSER_COOKIE, path="/")
            return refused
        response = go_to(asked)
        keep_session(request, response, signed)
        response.delete_cookie(BROWSER_COOKIE, path="/")
        return response

    return router


def _way_page(url: str, service: str) -> HTMLResponse:
    """The browser goes on by itself: a redirect would be a form sent to another site, which this page may not do."""
    page = say_page(
        "One moment",
        f'<p>You sign in with {escape(service)}. <a href="{escape(url)}" rel="noreferrer">Go on</a></p>',
    )
    page.headers["Refresh"] = f"0; url={url}"
    return page


def _refused_page(error: PipelineError) -> HTMLResponse:
    way = f'<p><a href="{SIGN_IN.removeprefix("/")}">Back to the sign-in page</a></p>'
    return say_page("Not signed in", f"{say_note(error.message, wrong=True)}{way}")
