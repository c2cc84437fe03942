"""/account and /people: what is one's own, and what the admin does about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from pipelines.errors import PipelineError
from studio.api.asker import Asker, Mine, require
from studio.api.pages import read_fields, say_choice, say_input, say_note, say_page
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.vocabulary.permission import INVITED, Role
from studio.vocabulary.person import DAY_S, SHORTEST_PASSWORD, Account, ApiKey, Person

SIGN_OUT = (
    '<form method="post" action="/sign-out"><button class="first">Sign out</button></form><p></p>'
    '<form method="post" action="/sign-out"><input type="hidden" name="everywhere" value="yes">'
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
        return _people_page(studio, asker)

    @router.post("/people", dependencies=[require("people")])
    async def change_people(request: Request, asker: Asker) -> Response:
        """Do what a form of the page asks for, and say what became of it."""
        fields = await read_fields(request)
        home = f"{request.url.scheme}://{request.headers['host']}"
        said, wrong = await run_in_threadpool(_try, lambda: _do_to_people(studio, asker, fields, home))
        return await run_in_threadpool(_people_page, studio, asker, say_note(said, wrong=wrong))

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
    if act == "key":
        days = fields.get("days", "")
        until = int(days) * DAY_S if days.isdecimal() and len(days) < 5 else None
        key, _ = mine.account.add_key(fields.get("name", "").strip(), fields.getlist("scope"), until or None)
        return f"Your new key, shown this once: {key}"
    if act == "revoke":
        mine.account.revoke_key(fields.get("id", ""))
        return "The key opens nothing any more."
    return ""


def _do_to_people(studio: Studio, asker: Person, fields: QueryParams, home: str) -> str:
    act, person_id = fields.get("act"), fields.get("id", "")
    role: Role = next((one for one in INVITED if one == fields.get("role")), "viewer")
    if act == "invite":
        code, invitation = studio.people.invite(role, by=asker)
        return f"For one {invitation.role}, until {_when(invitation.expires_at)}: {home}/invitations/{code}"
    if act == "role":
        return f"{studio.people.update(person_id, by=asker, role=role).name} is a {role} now."
    if act in ("locked", "active"):
        changed = studio.people.update(person_id, by=asker, state=act)  # type: ignore[arg-type]
        return f"{changed.name} is {'locked out' if act == 'locked' else 'let in again'}."
    if act == "remove":
        name = studio.people.get(person_id).name
        if fields.get("name", "").strip() != name:
            return f"Nothing was removed: type the name, “{name}”, beside Remove."
        studio.people.remove(person_id, by=asker)
        return f"{name} is removed, with everything that was theirs."
    return ""


def _account_page(mine: PersonalStudio, note: str = "") -> HTMLResponse:
    account, keys = mine.account.get(), mine.account.list_keys()
    people = '<nav><a href="/people">People of this studio</a></nav>' if mine.person.may("people") else ""
    password = say_input("Present password", "present", "password", autocomplete="current-password")
    password += say_input(
        f"New password, {SHORTEST_PASSWORD} characters or more",
        "new",
        "password",
        autocomplete="new-password",
        minlength=str(SHORTEST_PASSWORD),
    )
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
        f'<h2>Password</h2><form class="stack" method="post">{_act("password")}{password}'
        f"<button>Change password</button></form>"
        f"<h2>API keys</h2>{_keys_table(keys)}<p></p>"
        f'<form class="stack" method="post">{_act("key")}{key}{scopes}<button>Make a key</button></form>',
        wide=True,
    )


def _keys_table(keys: Sequence[ApiKey]) -> str:
    rows = "".join(
        f"<tr><td>{escape(key.name)}<td>{', '.join(key.scopes)}<td>{_when(key.used_at, 'never')}"
        f"<td>{_when(key.expires_at, 'never')}"
        f'<td><form method="post">{_act("revoke", key.id)}<button class="end">Revoke</button></form>'
        for key in keys
    )
    return _table("Name|For|Last used|Ends|", rows) if rows else '<p class="quiet">None yet.</p>'


def _people_page(studio: Studio, asker: Person, note: str = "") -> HTMLResponse:
    people = "".join(_person_row(one, asker) for one in studio.people.list_all())
    jobs = "".join(
        f"<tr><td>{escape(job.person)}<td>{escape(job.kind)}<td>{escape(job.state)}<td>{_when(job.created_at)}"
        f"<td>{_when(job.finished_at)}"
        for job in studio.people.list_jobs()[:20]
    )
    audit = "".join(
        f"<tr><td>{escape(one.actor)}<td>{escape(one.action)}<td>{escape(one.subject)}"
        f"<td>{escape(', '.join(f'{key}: {said}' for key, said in one.detail.items()))}<td>{_when(one.at)}"
        for one in studio.people.list_audit()[:50]
    )
    none = '<p class="quiet">None.</p>'
    return say_page(
        "People",
        f'{note}<nav><a href="/account">Your account</a></nav>'
        f"{_table('Name|Role|State|Since|', people)}<h2>Invite somebody</h2>"
        f'<form class="stack" method="post">{_act("invite")}{say_choice("role", INVITED, "creator", "Role")}'
        f"<button>Make a link</button></form>"
        f"<h2>Newest jobs</h2>{_table('Person|Kind|State|Ordered|Ended', jobs) if jobs else none}"
        f"<h2>Who did what</h2>{_table('Who|What|To|How|When', audit) if audit else none}",
        wide=True,
    )


def _person_row(one: Account, asker: Person) -> str:
    choice = say_choice("role", INVITED, one.role, "Role")
    role = f'<form method="post">{_act("role", one.id)}{choice}<button>Set</button>'
    lock, said = ("active", "Let in") if one.state == "locked" else ("locked", "Lock out")
    acts = (
        f'<form method="post">{_act(lock, one.id)}<button>{said}</button></form> '
        f'<form method="post">{_act("remove", one.id)}<input name="name" size="10" aria-label="The name, to remove" '
        'placeholder="Type the name"><button class="end">Remove</button></form>'
    )
    own = '<span class="quiet">you</span>' if one.id == asker.id else acts
    return f"<tr><td>{escape(one.name)}<td>{role}</form><td>{one.state}<td>{_when(one.created_at)}<td>{own}"


def _act(act: str, target: str = "") -> str:
    aimed = f'<input type="hidden" name="id" value="{escape(target)}">' if target else ""
    return f'<input type="hidden" name="act" value="{act}">{aimed}'


def _table(head: str, rows: str) -> str:
    names = "".join(f"<th scope=col>{one}" for one in head.split("|"))
    return f'<div class="scroll"><table><thead><tr>{names}<tbody>{rows}</table></div>'


def _when(at: datetime | None, never: str = "–") -> str:
    return never if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"
