"""The plain pages of a shared studio: sign-in, invitation, account, people. HTML made here, no script but one line."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from html import escape

from fastapi import Request, status
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import QueryParams

from pipelines.errors import PipelineError
from studio.api.callers import SIGN_IN_WITH
from studio.api.errors import say_when_to_retry, status_of
from studio.api.media import NEVER_STORED
from studio.vocabulary.person import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD

LONGEST_FORM_BYTES = 20_000
# What the window keeps in the browser is of who sat there before: prompts, and what was on the stage.
FORGET = "for(const k of Object.keys(localStorage))if(k!=='avatar-studio-theme')localStorage.removeItem(k)"
FORGET_SCRIPT = f"<script>{FORGET}</script>"
_HASH = base64.b64encode(hashlib.sha256(FORGET.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
STYLE = """
:root{--page:#fafaf7;--surface:#fff;--ink:#1c1b19;--quiet:#6b6862;--line:#e6e3dc;--edge:#cfcbc1;--accent:#b4492a;
--on-accent:#fff;--failed:#a3231f;--done:#2f6b3c;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--page:#141413;--surface:#1c1c1a;--ink:#f1efea;--quiet:#a09c94;--line:#2e2d2a;
--edge:#45433e;--accent:#e38d6e;--on-accent:#1c1b19;--failed:#f0948c;--done:#8fc79b}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
header{display:flex;align-items:center;gap:8px;height:64px;padding:0 clamp(16px,3vw,32px)}
header svg{width:22px;height:22px;fill:var(--accent)}header a{color:inherit;text-decoration:none;font-weight:700}
header a+a{margin-left:auto;font-weight:400;color:var(--quiet)}
main{max-width:26rem;margin:4vh auto;padding:0 16px 48px}main.wide{max-width:64rem;margin-top:0}
h1{font-size:24px;margin:0 0 8px}h2{font-size:17px;margin:40px 0 12px}p{margin:0 0 16px}small,.quiet{color:var(--quiet)}
form{margin:0}form.stack{display:grid;gap:14px;max-width:26rem}label{display:grid;gap:5px;font-size:13px;
color:var(--quiet)}
label.check{display:flex;align-items:center;gap:8px;color:var(--ink);font-size:15px}label.check input{width:auto}
input,select{font:inherit;color:var(--ink);background:var(--surface);border:1px solid var(--edge);border-radius:8px;
padding:9px 11px;min-height:42px;width:100%}td input,td select{width:auto;min-height:36px;padding:5px 8px}
input:focus-visible,select:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--accent);
outline-offset:2px}
button{font:inherit;min-height:42px;padding:0 16px;border-radius:8px;border:1px solid var(--edge);cursor:pointer;
background:var(--surface);color:var(--ink);white-space:nowrap}
button.first{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:700}
td.acts{white-space:nowrap}td button{min-height:36px;padding:0 10px}button.end{color:var(--failed)}
.said{border:1px solid var(--line);border-left:3px solid var(--done);border-radius:8px;padding:10px 12px;
background:var(--surface);overflow-wrap:anywhere}.said.wrong{border-left-color:var(--failed)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
table{border-collapse:collapse;width:100%;font-size:14px}th{font-weight:400;color:var(--quiet);font-size:13px}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid var(--line);white-space:nowrap}
details.card{border:1px solid var(--line);border-radius:10px;background:var(--surface);margin:0 0 8px}
details.card summary{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;padding:12px 14px;cursor:pointer;
list-style:none}details.card summary b{flex:1 1 7rem;overflow-wrap:anywhere}
details.card>div{display:flex;flex-wrap:wrap;gap:14px 24px;align-items:end;padding:4px 14px 16px}
details.card form{display:flex;flex-wrap:wrap;gap:6px;align-items:end}details.card input,details.card select{width:auto;
max-width:100%}details.card input.short{width:6.5rem}.number{font-variant-numeric:tabular-nums}
.scroll+details.card{margin-top:16px}
form.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:12px;align-items:end;margin-top:16px}
td:first-child{white-space:normal;overflow-wrap:anywhere;min-width:7rem}
tr:last-child td{border-bottom:0}td form{display:inline-flex;gap:6px;align-items:center}
nav{display:flex;gap:16px;flex-wrap:wrap;margin:0 0 24px}nav a{color:var(--accent)}code{overflow-wrap:anywhere}
"""
MARK = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="7" r="4"/>'
    '<path d="M4 22c0-5.5 3.4-9 8-9s8 3.5 8 9z"/></svg>'
)


def say_page(
    title: str, body: str, *, wide: bool = False, code: int = status.HTTP_200_OK, home: str = "./"
) -> HTMLResponse:
    """One page. `body` is HTML: whatever a person wrote is escaped in it.

    Its links are relative, as a proxy may serve the studio under a path: `home` is the way from it to the window.
    """
    back = f'<a href="{home}">Back to the studio</a>' if wide else FORGET_SCRIPT
    opened = '<main class="wide">' if wide else "<main>"
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} · Avatar Studio</title><style>{STYLE}</style>"
        f'<header>{MARK}<a href="{home}">Avatar Studio</a>{back}</header>'
        f"{opened}<h1>{escape(title)}</h1>{body}</main></html>"
    )
    headers = {**NEVER_STORED, "Content-Security-Policy": POLICY.format(ancestors="'none'")}
    return HTMLResponse(page, status_code=code, headers=headers)


def say_note(said: str, *, wrong: bool = False) -> str:
    """What became of what was sent; nothing where nothing is said."""
    style, role = ("said wrong", "alert") if wrong else ("said", "status")
    return f'<p class="{style}" role="{role}">{escape(said)}</p>' if said else ""


def say_input(label: str, name: str, kind: str = "text", value: str = "", **more: str) -> str:
    """A labelled field of a form."""
    told = "".join(f' {key.replace("_", "-")}="{escape(one)}"' for key, one in more.items())
    kept = f' value="{escape(value)}"' if value else ""
    return f'<label>{escape(label)}<input name="{name}" type="{kind}"{kept} required{told}></label>'


def say_account_fields(name: str = "") -> str:
    """The fields of a new account: a name, and a password of one's own."""
    said = say_input("Name", "name", value=name, autocomplete="username", maxlength=str(LONGEST_NAME))
    return said + say_input(
        f"Password, {SHORTEST_PASSWORD} characters or more",
        "password",
        "password",
        autocomplete="new-password",
        minlength=str(SHORTEST_PASSWORD),
        maxlength=str(LONGEST_PASSWORD),
    )


def say_refused(page: HTMLResponse, error: PipelineError) -> HTMLResponse:
    """A page that says what was refused, with the status that it has over REST."""
    page.status_code = status_of(error)
    page.headers.update(say_when_to_retry(error))
    return page


def say_choice(name: str, options: tuple[str, ...], chosen: str, label: str) -> str:
    """A choice of words."""
    rows = "".join(f"<option{' selected' if one == chosen else ''}>{escape(one)}</option>" for one in options)
    return f'<select name="{name}" aria-label="{escape(label)}">{rows}</select>'


async def read_fields(request: Request) -> QueryParams:
    """The fields of a form that a page of ours sent; what else is sent reads as none."""
    body = (await request.body())[:LONGEST_FORM_BYTES]
    return QueryParams(body.decode("utf-8", "replace"))


def go_to(path: str) -> RedirectResponse:
    """After something was done: the page anew, so that a reload does not do it again."""
    return RedirectResponse(path, status.HTTP_303_SEE_OTHER, NEVER_STORED)


def own_path(asked: str) -> str:
    """Where to go after signing in: a path of this studio, whatever the address said."""
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\", "/sign-", "/invitations"))
    return asked if is_ours and asked.isprintable() else "/"


def act_of(act: str, target: str = "") -> str:
    """What a form asks for, and of which id."""
    aimed = f'<input type="hidden" name="id" value="{escape(target)}">' if target else ""
    return f'<input type="hidden" name="act" value="{act}">{aimed}'


def say_table(head: str, rows: str) -> str:
    """A table; the names of its columns with | between them."""
    names = "".join(f"<th scope=col>{one}" for one in head.split("|"))
    return f'<div class="scroll"><table><thead><tr>{names}<tbody>{rows}</table></div>'


def when(at: datetime | None, never: str = "–") -> str:
    """A time in the zone of this computer."""
    return never if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def say_way(service: str, *, asked: str = "", invitation: str = "", home: str = "") -> str:
    """The button that leads to the service; nothing where there is none."""
    if not service:
        return ""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("next", asked), ("invitation", invitation))
        if value
    )
    return (
        f'<p></p><form class="stack" method="post" action="{home}{SIGN_IN_WITH.removeprefix("/")}">{hidden}'
        f"<button>Sign in with {escape(service)}</button></form>"
    )
