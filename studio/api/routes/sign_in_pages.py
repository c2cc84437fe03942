"""/sign-in, /sign-out and /invitations/…: the pages before the window."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from pipelines.errors import PipelineError
from studio.account_errors import InvitationUnknown
from studio.api.asker import Asker
from studio.api.callers import FIRST_START, SIGN_IN, SIGN_UP
from studio.api.errors import status_of
from studio.api.pages import (
    go_to,
    own_path,
    read_fields,
    say_account_fields,
    say_input,
    say_note,
    say_page,
    say_refused,
    say_way,
)
from studio.api.sign_in import address_of, forget_session, keep_session
from studio.studio import Studio
from studio.vocabulary.person import LONGEST_NAME, LONGEST_PASSWORD


def sign_in_pages(studio: Studio) -> APIRouter:
    """The pages."""
    router = APIRouter(include_in_schema=False)

    def other_ways(asked: str) -> str:
        """By the service of the house, and by an account of one's own making, where there is that."""
        signs_up = studio.joining.find_sign_up_role() is not None
        way = f'<p></p><p><a href="{SIGN_UP.removeprefix("/")}">Make an account</a></p>' if signs_up else ""
        return say_way(studio.open_id.name_service(), asked=own_path(asked)) + way

    @router.get(SIGN_IN)
    def show_sign_in(next: str = "/") -> Response:
        """A name and a password; where there is no admin yet, the way to become the first."""
        if studio.joining.needs_admin():
            return go_to(FIRST_START)
        return _sign_in_page("", next, ways=other_ways(next))

    @router.post(SIGN_IN)
    async def sign_in(request: Request, asker: Asker) -> Response:
        """Begin a session, and go where one wanted to."""
        fields = await read_fields(request)
        name, password, asked = (fields.get(key, "") for key in ("name", "password", "next"))
        try:
            signed = await run_in_threadpool(
                studio.people.sign_in, name, password, address=address_of(request), former=asker
            )
        except PipelineError as error:
            return say_refused(_sign_in_page(error.message, asked, name, ways=other_ways(asked)), error)
        response = go_to(own_path(asked))
        keep_session(request, response, signed)
        return response

    @router.post("/sign-out")
    async def sign_out(request: Request, asker: Asker) -> Response:
        """End this session, or all of them."""
        everywhere = (await read_fields(request)).get("everywhere") == "yes"
        await run_in_threadpool(studio.people.sign_out, asker, everywhere=everywhere)
        response = go_to("/" if asker.role == "visitor" else SIGN_IN)
        forget_session(response, asker)
        return response

    def way_of(invitation: str) -> str:
        return say_way(studio.open_id.name_service(), invitation=invitation, home="../")

    @router.get("/invitations/{code}")
    def show_invitation(code: str) -> HTMLResponse:
        """A name and a password of one's own."""
        try:
            return _invitation_page(studio.people.find_invitation(code).role, way=way_of(code))
        except InvitationUnknown as error:
            return say_page(
                "This invitation is over",
                say_note(error.message, wrong=True),
                code=status_of(error),
                home="../",
            )

    @router.post("/invitations/{code}")
    async def accept_invitation(code: str, request: Request) -> Response:
        """Make the account, and open the studio."""
        fields = await read_fields(request)
        name, password = fields.get("name", "").strip(), fields.get("password", "")
        try:
            signed = await run_in_threadpool(
                studio.people.accept, code, name, password, address=address_of(request)
            )
        except PipelineError as error:
            return say_refused(_invitation_page("", error.message, name, way_of(code)), error)
        response = go_to("/")
        keep_session(request, response, signed)
        return response

    return router


def _sign_in_page(said: str, asked: str, name: str = "", *, ways: str) -> HTMLResponse:
    hidden = say_input("", "next", "hidden", own_path(asked)).replace("<label>", "<label hidden>")
    fields = say_input("Name", "name", value=name, autocomplete="username", maxlength=str(LONGEST_NAME))
    fields += say_input(
        "Password", "password", "password", autocomplete="current-password", maxlength=str(LONGEST_PASSWORD)
    )
    form = f'<form class="stack" method="post" action="{SIGN_IN.removeprefix("/")}">{hidden}{fields}'
    return say_page(
        "Sign in", f'{say_note(said, wrong=True)}{form}<button class="first">Sign in</button></form>{ways}'
    )


def _invitation_page(role: str, said: str = "", name: str = "", way: str = "") -> HTMLResponse:
    words = f"<p>You are invited to this studio{f' as a {role}' if role else ''}. Choose a name and a password.</p>"
    fields = say_account_fields(name)
    form = f'<form class="stack" method="post">{fields}<button class="first">Make my account</button></form>'
    return say_page("Welcome", f"{say_note(said, wrong=True)}{words}{form}{way}", home="../")
