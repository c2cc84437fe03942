"""/first-start and /sign-up: accounts that nobody with one made."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from pipelines.errors import PipelineError
from studio.account_errors import SignUpClosed
from studio.api.callers import FIRST_START, SIGN_IN, SIGN_UP
from studio.api.pages import (
    go_to,
    read_fields,
    say_account_fields,
    say_input,
    say_note,
    say_page,
    say_refused,
)
from studio.api.sign_in import address_of, keep_session
from studio.studio import Studio
from studio.vocabulary.person import SignedIn

CODE_WORDS = (
    "<p>This studio has no admin yet. Whoever started it finds a code in the lines that it printed: with the code, "
    "choose a name and a password, and run the studio.</p>"
)
SIGN_UP_WORDS = "<p>Choose a name and a password.</p>"


def joining_pages(studio: Studio) -> APIRouter:
    """The pages."""
    router = APIRouter(include_in_schema=False)

    @router.get(FIRST_START)
    def show_first_start() -> Response:
        """The code of the console, a name and a password; the way to sign in where there is an admin."""
        return _first_start_page() if studio.joining.needs_admin() else go_to(SIGN_IN)

    @router.post(FIRST_START)
    async def make_first_admin(request: Request) -> Response:
        """Make the first admin, and open the studio."""
        fields = await read_fields(request)
        code, name = fields.get("code", ""), fields.get("name", "").strip()

        def join() -> SignedIn:
            password = fields.get("password", "")
            return studio.joining.make_first_admin(code, name, password, address=address_of(request))

        return await _let_in(request, join, lambda said: _first_start_page(said, name))

    @router.get(SIGN_UP)
    def show_sign_up() -> HTMLResponse:
        """A name and a password. Raises SignUpClosed."""
        if studio.joining.find_sign_up_role() is None:
            raise SignUpClosed
        return _sign_up_page()

    @router.post(SIGN_UP)
    async def sign_up(request: Request) -> Response:
        """Make an account of one's own, and open the studio."""
        fields = await read_fields(request)
        name = fields.get("name", "").strip()

        def join() -> SignedIn:
            return studio.joining.sign_up(name, fields.get("password", ""), address=address_of(request))

        return await _let_in(request, join, lambda said: _sign_up_page(said, name))

    return router


async def _let_in(
    request: Request, join: Callable[[], SignedIn], say_again: Callable[[str], HTMLResponse]
) -> Response:
    """Into the window, with a session; or the page again, with what was wrong."""
    try:
        signed = await run_in_threadpool(join)
    except PipelineError as error:
        return say_refused(say_again(error.message), error)
    response = go_to("/")
    keep_session(request, response, signed)
    return response


def _first_start_page(said: str = "", name: str = "") -> HTMLResponse:
    code = say_input("Code", "code", autocomplete="off", maxlength="20")
    return _page("First start", CODE_WORDS, code + say_account_fields(name), said)


def _sign_up_page(said: str = "", name: str = "") -> HTMLResponse:
    return _page("Welcome", SIGN_UP_WORDS, say_account_fields(name), said)


def _page(title: str, words: str, fields: str, said: str) -> HTMLResponse:
    form = f'<form class="stack" method="post">{fields}<button class="first">Make my account</button></form>'
    return say_page(title, f"{say_note(said, wrong=True)}{words}{form}")
