"""Section: one part of the Library page, and the rows that all of them are made of."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from studio.personal_studio import PersonalStudio
from studio.ui.tray import button

Said = Mapping[str, Any]  # what the fields around a pressed button hold; anybody's
Act = Callable[[PersonalStudio, str, Said], str]  # of whose, on which id; what is said then, as HTML
MANY = 200  # rows of a section that are shown at once
LONGEST_QUERY = 2000  # characters; it comes from the browser
MOST = 10_000  # and after “Show more”, however often


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of a section is shown: so many rows, the details of the one with the id `opened`, and only what fits
    the `query` of the page's address. By `turn` the browser knows which of its questions is answered."""

    opened: str = ""
    most: int = MANY
    query: str = ""
    turn: int = 0


class Section(Protocol):
    """One part of the page. `acts` are the events of its buttons."""

    id: ClassVar[str]
    label: ClassVar[str]
    about: str

    @property
    def acts(self) -> Mapping[str, Act]: ...

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """Its rows as HTML."""
        ...


def read_extent(said: Said, opened: str = "") -> Extent:
    """As much as the browser shows; at least what is shown first."""
    most, turn = said.get("most"), said.get("turn")
    return Extent(
        opened=opened,
        most=max(MANY, min(most, MOST)) if isinstance(most, int) else MANY,
        query=text_of(said, "query", LONGEST_QUERY),
        turn=turn if isinstance(turn, int) else 0,
    )


def read_pages(list_page: Callable[..., Any], most: int) -> tuple[list[Any], str]:
    """The newest `most` of what comes page by page; and the button that shows more, where there is more."""
    page = list_page(limit=MANY)
    items = list(page.items)
    while page.next_cursor and len(items) < most:
        page = list_page(limit=MANY, cursor=page.next_cursor)
        items += page.items
    if not page.next_cursor:
        return items, ""
    said = f'<span class="quiet">The newest {len(items):,} are shown.</span>'
    if most >= MOST:
        return items, f"<p>{said}</p>"
    more = f'<button type="button" class="button" data-more="{most + MANY}">Show more</button>'
    return items, f'<p class="collection-more-rows">{said} {more}</p>'


def list_html(rows: Sequence[str], empty: str) -> str:
    """All rows, or why there are none."""
    if not rows:
        return f'<p class="collection-empty quiet">{empty}</p>'
    return f'<ul class="collection-list">{"".join(rows)}</ul>'


def row_html(
    name: str,
    facts: Sequence[str],
    acts: str,
    *,
    thumbnail: str | None = "",
    problem: str = "",
    more: str = "",
    fields: str = "",
    rename: tuple[str, str, int] | None = None,
) -> str:
    """One thing: its small picture, name, facts in words, fields and buttons. `thumbnail`: "" where these have none;
    `rename`: the event of another name, the id of what it is of, and how long it may be."""
    picture = ""
    if thumbnail != "":
        source = (
            f'<img src="api/v1/files/{html.escape(thumbnail)}" alt="" loading="lazy">' if thumbnail else ""
        )
        picture = f'<span class="collection-picture">{source}</span>'
    said = " · ".join(html.escape(fact) for fact in facts if fact)
    wrong = f'<span class="problem">{html.escape(problem)}</span>' if problem else ""
    return (
        f'<li>{picture}<span class="collection-words">{_name(name, rename)}'
        f'<span class="quiet">{said}</span>{wrong}{fields}</span><span class="collection-acts">{acts}</span>{more}</li>'
    )


def _name(name: str, rename: tuple[str, str, int] | None) -> str:
    """The name, as a field where it can be changed."""
    said = html.escape(name)
    if rename is None:
        return f"<b><bdi>{said}</bdi></b>"
    act, of_id, longest = rename
    return (
        f'<input class="collection-name" name="name" dir="auto" autocomplete="off" maxlength="{longest}" '
        f'data-change="{act}" data-id="{html.escape(of_id)}" aria-label="Name of {said}" value="{said}">'
    )


def link(act: str, of_id: str, text: str, name: str) -> str:
    """A button of a row."""
    return button(act, of_id, text, f"{text}: {name}", "link-button")


def delete_link(act: str, of_id: str, name: str, sure: str = "") -> str:
    """The button that puts into the trash; asks first where there is something to say."""
    asks = f' data-sure="{html.escape(sure)}" data-yes="Delete" data-no="Keep it"' if sure else ""
    return (
        f'<button type="button" class="link-button" data-act="{act}" data-id="{html.escape(of_id)}" '
        f'aria-label="Delete: {html.escape(name)}"{asks}>Delete</button>'
    )


def save_link(address: str, file_name: str, name: str) -> str:
    """The way to a file of it."""
    return (
        f'<a class="link-button" href="{html.escape(address)}" download="{html.escape(file_name)}" '
        f'aria-label="Save as a file: {html.escape(name)}">Save as a file</a>'
    )


def say_deleted(act: str, of_id: str, name: str) -> str:
    """That it went, and the way back."""
    back = button(act, of_id, "Undo", f"Undo the delete of {name}", "link-button")
    return note(f"<bdi>{html.escape(name)}</bdi> is in the trash. {back}")


def note(said: str, *, is_wrong: bool = False) -> str:
    """What became of a press; `said` is HTML."""
    sign, style = ("!", "problem") if is_wrong else ("✓", "model-note")
    return (
        f'<p class="{style}" role="{"alert" if is_wrong else "status"}"><span class="sign" aria-hidden="true">{sign}'
        f"</span> <span>{said}</span></p>"
    )


def write_day(at: datetime | None) -> str:
    """ "3 May 2026"; "" for never."""
    here = at.astimezone() if at else None
    return f"{here.day} {here.strftime('%B %Y')}" if here else ""


def write_moment(at: datetime) -> str:
    """ "3 May 2026, 14:05"."""
    return f"{write_day(at)}, {at.astimezone().strftime('%H:%M')}"


def text_of(said: Said, name: str, most: int) -> str:
    """A text among the fields; "" where there is none."""
    value = said.get(name)
    return value[:most].strip() if isinstance(value, str) else ""
