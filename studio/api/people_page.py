"""The page /people: everybody, their limits and credits, invitations, the queue, who did what, settings and health."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from html import escape

from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from pipelines.errors import RequestRefused
from store.tiers import TierRow
from studio.api.pages import act_of, say_choice, say_page, say_table, when
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.vocabulary.credits import MOST_CREDITS
from studio.vocabulary.permission import INVITED, Role
from studio.vocabulary.person import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Person,
    PersonsJob,
    PersonUse,
)

MEGA = 1_000_000
TIER_WORDS = (
    ("running", "At once, in each lane"),
    ("queued", "Waiting"),
    ("per_day", "In 24 hours"),
    ("storage_mb", "MB kept"),
    ("priority", "Turns in a round"),
    ("monthly_credits", "Credits a month"),
)
MOST_SHOWN = 20
LANE_WORDS = {"gpu": "the GPU’s queue", "cpu": "the processor’s queue", "download": "the downloads"}
NONE = '<p class="quiet">None.</p>'


def do_to_people(studio: Studio, asker: Person, fields: QueryParams, home: str) -> str:
    """Do what a form of the page asks for; what is to be said of it. Raises what the services raise."""
    act, person_id, mine = fields.get("act"), fields.get("id", ""), studio.for_person(asker)
    role: Role = next((one for one in INVITED if one == fields.get("role")), "viewer")
    if act == "invite":
        code, invitation = studio.people.invite(role, by=asker)
        return f"For one {invitation.role}, until {when(invitation.expires_at)}: {home}/invitations/{code}"
    if act == "role":
        return f"{studio.people.update(person_id, by=asker, role=role).name} is a {role} now."
    if act == "tier":
        mine.credits.house.set_tier(person_id, fields.get("tier", ""))
        return f"{studio.people.get(person_id).name} is in “{fields.get('tier', '')}” now."
    if act == "credits":
        amount, key = _read_number(fields, "amount", least=-MOST_CREDITS), fields.get("key", "")
        reason = fields.get("reason", "").strip() or "given by the admin"
        have = mine.credits.house.give(person_id, amount or 0, reason, key=key)
        return f"{studio.people.get(person_id).name} has {have.balance:,} credits now."
    if act == "put-tier":
        said = {name: _read_number(fields, name) for name, _ in TIER_WORDS}
        said |= {"priority": said["priority"] or 1, "monthly_credits": said["monthly_credits"] or 0}
        tier = TierRow(name=fields.get("name", "").strip(), **said)  # type: ignore[arg-type]
        return f"“{mine.credits.house.put_tier(tier).name}” is kept: it holds from the next order on."
    if act in ("first", "last"):
        mine.house.move_job(person_id, act)  # type: ignore[arg-type]
        return f"The job is {'the next in its lane' if act == 'first' else 'behind the others of its person'} now."
    if act == "cancel":
        mine.house.cancel_job(person_id)
        return "The job is cancelled; what it cost goes back."
    return _change_person(studio, asker, fields)


def _change_person(studio: Studio, asker: Person, fields: QueryParams) -> str:
    act, person_id = fields.get("act"), fields.get("id", "")
    if act in ("locked", "active"):
        changed = studio.people.update(person_id, by=asker, state=act)  # type: ignore[arg-type]
        return f"{changed.name} is {'locked out' if act == 'locked' else 'let in again'}."
    if act == "password":
        name = studio.people.update(person_id, by=asker, password=fields.get("password", "")).name
        return f"{name} has another password now, and is signed out everywhere."
    if act == "remove":
        name = studio.people.get(person_id).name
        if fields.get("name", "").strip() != name:
            return f"Nothing was removed: type the name, “{name}”, beside Remove."
        studio.people.remove(person_id, by=asker)
        return f"{name} is removed, with everything that was theirs."
    return ""


def _read_number(fields: QueryParams, name: str, *, least: int = 0) -> int | None:
    """A whole number; None where nothing is typed. Raises RequestRefused."""
    text = fields.get(name, "").strip().replace("−", "-")
    if not text:
        return None
    try:
        number = int(text) if len(text) < len(str(MOST_CREDITS)) + 2 else None
    except ValueError:
        number = None
    if number is None or number < least:
        raise RequestRefused(f"“{text[:20]}” is no number that can be taken here.")
    return number


def people_page(studio: Studio, asker: Person, note: str = "", opened: str = "") -> HTMLResponse:
    """The page, with the card of one person open."""
    mine = studio.for_person(asker)
    tiers = mine.credits.house.list_tiers()
    names = tuple(tier.name for tier in tiers)
    people = "".join(_card(one, asker, names, opened) for one in mine.house.list_people())
    return say_page(
        "People",
        f'{note}<nav><a href="account">Your account</a></nav>{people}<h2>Invite somebody</h2>'
        f'<form class="stack" method="post">{act_of("invite")}{say_choice("role", INVITED, "creator", "Role")}'
        f"<button>Make a link</button></form>{_queue(mine)}"
        f'<h2>Limits</h2><p class="quiet">A tier is a set of limits. A new account is in “standard”; an empty field is '
        f"no limit.</p>{_tiers_table(tiers)}{_tier_form()}"
        f"{_audit(studio)}{_house(studio, mine)}",
        wide=True,
    )


def _card(one: PersonUse, asker: Person, tiers: tuple[str, ...], opened: str) -> str:
    account, name = one.account, escape(one.account.name)
    jobs = f"{one.open_jobs} open job{'' if one.open_jobs == 1 else 's'}"
    facts = [account.role, account.tier, jobs, f"{one.storage_bytes / MEGA:,.1f} MB"]
    facts += [f"{one.credits:,} credits"] if one.credits is not None else []
    facts += ["locked out"] if account.state == "locked" else []
    said = "".join(f'<span class="quiet">{escape(fact)}</span>' for fact in facts)
    you = '<span class="quiet">you</span>' if account.id == asker.id else ""
    return (
        f'<details class="card" id="{escape(account.id)}"{" open" if account.id == opened else ""}>'
        f"<summary><b>{name}</b>{you}{said}</summary><div>{_limits(one, tiers)}"
        f"{'' if you else _person_acts(one)}</div></details>"
    )


def _limits(one: PersonUse, tiers: tuple[str, ...]) -> str:
    account = one.account
    choice = say_choice("tier", tiers, account.tier, f"Tier of {account.name}")
    return (
        f'<form method="post">{act_of("tier", account.id)}<label>Tier{choice}</label><button>Set</button></form>'
        f'<form method="post">{act_of("credits", account.id)}<input type="hidden" name="key" '
        f'value="{secrets.token_hex(8)}"><label>Credits<input class="short" name="amount" inputmode="numeric" '
        'placeholder="100, or -20" required></label><label>Why<input name="reason" maxlength="200" '
        'placeholder="Given by the admin"></label><button>Give</button></form>'
    )


def _person_acts(one: PersonUse) -> str:
    account = one.account
    lock, said = ("active", "Let in") if account.state == "locked" else ("locked", "Lock out")
    role = say_choice("role", INVITED, account.role, f"Role of {account.name}")
    return (
        f'<form method="post">{act_of("role", account.id)}<label>Role{role}</label><button>Set</button></form>'
        f'<form method="post">{act_of(lock, account.id)}<button>{said}</button></form>'
        f'<form method="post">{act_of("password", account.id)}<label>New password<input name="password" class="short" '
        f'type="password" autocomplete="new-password" minlength="{SHORTEST_PASSWORD}" maxlength="{LONGEST_PASSWORD}" '
        "required></label><button>Set</button></form>"
        f'<form method="post">{act_of("remove", account.id)}<label>The name, to remove<input name="name" '
        'class="short" autocomplete="off"></label><button class="end">Remove</button></form>'
    )


def _queue(mine: PersonalStudio) -> str:
    """What runs, what waits in the order of its lane, then what ended last; of whom, and not of what."""
    jobs = mine.house.list_jobs()
    open_jobs = [job for job in reversed(jobs) if job.finished_at is None]
    open_jobs.sort(key=lambda job: (job.place is not None, job.lane, job.place or 0))
    ended = [job for job in jobs if job.finished_at is not None]
    rows = "".join(map(_job_row, [*open_jobs, *ended][:MOST_SHOWN]))
    return f"<h2>Queue</h2>{say_table('Person|Kind|State|Ordered|Ended|', rows) if rows else NONE}"


def _job_row(job: PersonsJob) -> str:
    acts = [] if job.place is None else [("first", "First", "Put first"), ("last", "Last", "Put last")]
    acts += [] if job.finished_at is not None else [("cancel", "Cancel", "Cancel")]
    forms = "".join(
        f'<form method="post">{act_of(act, job.id)}<button{" class=end" if act == "cancel" else ""} '
        f'aria-label="{told} the job of {escape(job.person)}">{said}</button></form> '
        for act, said, told in acts
    )
    state = job.state if job.place is None else f"{job.place}. in {LANE_WORDS[job.lane]}"
    return (
        f"<tr><td>{escape(job.person)}<td>{escape(job.kind)}<td>{escape(state)}<td>{when(job.created_at)}"
        f'<td>{when(job.finished_at)}<td class="acts">{forms}'
    )


def _tiers_table(tiers: object) -> str:
    rows = "".join(
        f"<tr><td>{escape(tier.name)}"
        + "".join(f'<td class="number">{_say_limit(asdict(tier)[name])}' for name, _ in TIER_WORDS)
        for tier in tiers  # type: ignore[attr-defined]
    )
    return say_table("|".join(["Tier", *(words for _, words in TIER_WORDS)]), rows)


def _say_limit(number: int | None) -> str:
    return "no limit" if number is None else f"{number:,}"


def _tier_form() -> str:
    fields = "".join(
        f'<label>{words}<input name="{name}" inputmode="numeric"></label>' for name, words in TIER_WORDS
    )
    return (
        f'<form class="grid" method="post">{act_of("put-tier")}<label>Tier<input name="name" maxlength="40" required '
        f'autocomplete="off" placeholder="guests"></label>{fields}<button>Keep</button></form>'
    )


def _audit(studio: Studio) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.actor)}<td>{escape(one.action)}<td>{escape(one.subject)}"
        f"<td>{escape(', '.join(f'{key}: {said}' for key, said in one.detail.items()))}<td>{when(one.at)}"
        for one in studio.people.list_audit()[:50]
    )
    return f"<h2>Who did what</h2>{say_table('Who|What|To|How|When', rows) if rows else NONE}"


def _house(studio: Studio, mine: PersonalStudio) -> str:
    health = "".join(
        f"<tr><td>{escape(part)}<td>{escape(said)}"
        for part, said in studio.maintenance.health().parts.items()
    )
    settings = "".join(
        f'<tr title="{escape(told)}"><td>{escape(name)}<td>{escape(value)}'
        for name, value, told in mine.house.list_settings()
    )
    models = "".join(
        f"<tr><td>{escape(one.title)}<td>{escape(one.says)}<td class=number>{one.bytes_on_disk / MEGA:,.0f} MB"
        for one in mine.models.list_all()
    )
    return (
        f"<h2>Models</h2>{say_table('Model|Now|On the disk', models)}"
        '<p class="quiet">Licences and downloads are in the window, under the button that says what draws.</p>'
        f"<h2>Health</h2>{say_table('Part|Now', health)}"
        f'<details class="card"><summary><b>Settings in force</b></summary>{say_table("Setting|Value", settings)}'
        "</details>"
    )
