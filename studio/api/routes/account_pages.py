"""/account and /people: what is one's own, and what the admin does about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from pipelines.errors import PipelineError
from studio.api.asker import Asker, Mine, require
from studio.api.outside import home_of
from studio.api.pages import act_of, read_fields, say_choice, say_input, say_note, say_page, say_table, when
from studio.api.people_page import do_to_people, people_page
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.vocabulary.credits import Movement, MovementKind
from studio.vocabulary.person import (
    DAY_S,
    LONGEST_ABOUT,
    SHORTEST_PASSWORD,
    ApiKey,
    Profile,
    Units,
)

NEWEST_SHOWN = 10  # movements of credits
MOVED: dict[MovementKind, str] = {
    "grant": "Given",
    "reserve": "Held for an order",
    "capture": "Paid for an order",
    "release": "Back from an order",
    "adjust": "Changed",
}
SIGN_OUT = (
    '<form method="post" action="sign-out"><button class="first">Sign out</button></form><p></p>'
    '<form method="post" action="sign-out"><input type="hidden" name="everywhere" value="yes">'
    "<button>Sign out everywhere</button></form>"
)


def account_pages(studio: Studio) -> APIRouter:
    """The pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/account", dependencies=[require("account")])
    def show_account(mine: Mine) -> HTMLResponse:
        """Name, password, keys, and the way out."""
        return _account_page(mine)

    @router.post("/account", dependencies=[require("account")])
    async def change_account(request: Request, mine: Mine) -> Response:
        """Do what a form of the page asks for, and say what became of it."""
        fields = await read_fields(request)
        said, wrong = await run_in_threadpool(_try, lambda: _do_to_account(mine, fields))
        return await run_in_threadpool(_account_page, mine, say_note(said, wrong=wrong))

    @router.get("/people", dependencies=[require("people")])
    def show_people(asker: Asker) -> HTMLResponse:
        """Everybody, their jobs, and who did what."""
        return people_page(studio, asker)

    @router.post("/people", dependencies=[require("people")])
    async def change_people(request: Request, asker: Asker) -> Response:
        """Do what a form of the page asks for, and say what became of it."""
        fields = await read_fields(request)
        home = home_of(request)
        said, wrong = await run_in_threadpool(_try, lambda: do_to_people(studio, asker, fields, home))
        note, opened = say_note(said, wrong=wrong), fields.get("id", "")
        return await run_in_threadpool(people_page, studio, asker, note, opened)

    return router


def _try(work: Callable[[], str]) -> tuple[str, bool]:
    """What is to be said of it, and whether it was refused."""
    try:
        return work(), False
    except PipelineError as error:
        return error.message, True


def _do_to_account(mine: PersonalStudio, fields: QueryParams) -> str:
    act = fields.get("act")
    if act == "password":
        mine.account.change_password(fields.get("present", ""), fields.get("new", ""))
        return "Your password is changed; everywhere else you are signed out."
    if act == "profile":
        units: Units = "imperial" if fields.get("units") == "imperial" else "metric"
        mine.account.change_profile(Profile(units=units, about=fields.get("about", "")[:LONGEST_ABOUT]))
        return "Your profile is kept; the window has it when it is opened the next time."
    if act == "key":
        days = fields.get("days", "")
        until = int(days) * DAY_S if days.isdecimal() and len(days) < 5 else None
        key, _ = mine.account.add_key(fields.get("name", "").strip(), fields.getlist("scope"), until or None)
        return f"Your new key, shown this once: {key}"
    if act == "revoke":
        mine.account.revoke_key(fields.get("id", ""))
        return "The key opens nothing any more."
    return ""


def _account_page(mine: PersonalStudio, note: str = "") -> HTMLResponse:
    account, keys = mine.account.get(), mine.account.list_keys()
    people = '<nav><a href="people">People of this studio</a></nav>' if mine.person.may("people") else ""
    profile = say_choice("units", ("metric", "imperial"), account.profile.units, "Units")
    about = escape(account.profile.about)
    scopes = "".join(
        f'<label class="check"><input type="checkbox" name="scope" value="{one}"{" checked" if one == "read" else ""}>'
        f"{said}</label>"
        for one, said in (("read", "Look at what is mine"), ("write", "Make, change and delete"))
        if mine.person.may(one)  # type: ignore[arg-type]
    )
    key = say_input("Name of the key", "name", maxlength="60")
    key += '<label>Days until it ends; empty: never<input name="days" inputmode="numeric" value="90"></label>'
    return say_page(
        account.name,
        f'{note}<p class="quiet">Role: {account.role}</p>{people}{SIGN_OUT}'
        f'<h2>Profile</h2><form class="stack" method="post">{act_of("profile")}<label>Units{profile}</label>'
        f'<label>About you<input name="about" maxlength="{LONGEST_ABOUT}" value="{about}"></label>'
        "<button>Keep</button></form>"
        f"{_password_form() if account.has_password else ''}"
        f"{_credits(mine)}<h2>API keys</h2>{_keys_table(keys)}<p></p>"
        f'<form class="stack" method="post">{act_of("key")}{key}{scopes}<button>Make a key</button></form>',
        wide=True,
    )


def _password_form() -> str:
    fields = say_input("Present password", "present", "password", autocomplete="current-password")
    fields += say_input(
        f"New password, {SHORTEST_PASSWORD} characters or more",
        "new",
        "password",
        autocomplete="new-password",
        minlength=str(SHORTEST_PASSWORD),
    )
    return (
        f'<h2>Password</h2><form class="stack" method="post">{act_of("password")}{fields}'
        "<button>Change password</button></form>"
    )


def _credits(mine: PersonalStudio) -> str:
    """What one has and what moved last; "" where nothing costs credits."""
    if not mine.credits.are_on or not mine.person.may("read"):
        return ""
    have = mine.credits.look()
    rows = "".join(
        f'<tr><td>{escape(_say_movement(one))}<td class="number">{one.amount:,}<td>{when(one.at)}'
        for one in have.entries[:NEWEST_SHOWN]
    )
    held = f", and {have.held:,} are held for what waits or runs" if have.held else ""
    return (
        f"<h2>Credits</h2><p>You have {have.balance:,}{held}.</p>"
        f"{say_table('What|Credits|When', rows) if rows else ''}"
        '<p></p><nav><a href="api/v1/credits/ledger" download="credits.csv">All of them as CSV</a></nav>'
    )


def _say_movement(one: Movement) -> str:
    words = MOVED[one.kind]
    return f"{words}: {one.cause}" if one.kind in ("grant", "adjust") else words


def _keys_table(keys: Sequence[ApiKey]) -> str:
    rows = "".join(
        f"<tr><td>{escape(key.name)}<td>{', '.join(key.scopes)}<td>{when(key.used_at, 'never')}"
        f"<td>{when(key.expires_at, 'never')}"
        f'<td><form method="post">{act_of("revoke", key.id)}<button class="end">Revoke</button></form>'
        for key in keys
    )
    return say_table("Name|For|Last used|Ends|", rows) if rows else '<p class="quiet">None yet.</p>'
