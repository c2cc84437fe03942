"""The tiles of History: days with their headings, one tile a generation, and what stands where there is none."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from studio.vocabulary.generation import Generation, Picture

MOST_TILE_PICTURES = 4
EMPTY = (
    '<div class="empty-state"><p>Nothing made yet. What you generate is kept here.</p>'
    '<button type="button" class="button" data-act="start" data-id="">Back to the stage</button></div>'
)
NOTHING_FOUND = (
    '<div class="empty-state"><p>Nothing fits all of that. Every word and every filter has to fit.</p>'
    '<button type="button" class="button" data-show-all>Show everything</button></div>'
)
EMPTY_PROJECT = (
    '<div class="empty-state"><p>Nothing is in this project yet. Choose pictures under Everything, then '
    '“Move”.</p><button type="button" class="button" data-show-all>Show everything</button></div>'
)
STAR_TILE = '<i class="tile-star" role="img" aria-label="Favourite">★</i>'
LOST_TILE = (
    '<span class="tile-lost"><span><span class="sign" aria-hidden="true">!</span> Damaged</span>'
    '<span class="tile-why">Open it to see what to do.</span></span>'
)


def days_html(items: Sequence[Generation], today: date, pose_names: Mapping[str, str]) -> str:
    """A heading and a grid for every day, in the order of the items."""
    days = []
    for day, made in groupby(items, key=lambda item: item.created_at.astimezone().date()):
        tiles = "".join(_tile(item, pose_names) for item in made)
        days.append(
            f'<section class="day" data-day="{day.isoformat()}"><h2>{_day_name(day, today)}</h2>'
            f'<div class="grid" data-grid>{tiles}</div></section>'
        )
    return "".join(days)


def list_html(items: Sequence[Generation], pose_names: Mapping[str, str]) -> str:
    """One grid without days, for an order that is not by time."""
    tiles = "".join(_tile(item, pose_names) for item in items)
    return f'<section class="day" data-day="all"><div class="grid" data-grid>{tiles}</div></section>'


def _day_name(day: date, today: date) -> str:
    passed = (today - day).days
    if passed in (0, 1):
        return ("Today", "Yesterday")[passed]
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.strftime('%A')}, {day.day} {day.strftime('%B')}{year}"


def _tile(item: Generation, pose_names: Mapping[str, str]) -> str:
    clock, of_id, title = (
        item.created_at.astimezone().strftime("%H:%M"),
        html.escape(item.id),
        html.escape(item.title),
    )
    name, said = (
        (item.title, "settings not readable")
        if item.unreadable
        else (item.order.persona.name or "Avatar", pose_names.get(item.order.poses[0], item.order.poses[0]))
    )
    star = STAR_TILE if item.favourite else ""
    return (
        f'<div class="tile-box" data-id="{of_id}"><button type="button" class="tile" data-act="open" '
        f'data-id="{of_id}" aria-label="{title}, {clock}">{_inside(item)}{star}'
        f'<span class="tile-name"><bdi>{html.escape(name)}</bdi>'
        f'<span class="quiet"> {html.escape(said)} · {clock}</span></span></button>'
        f'<label class="tile-check"><input type="checkbox" data-check aria-label="Choose {title}, {clock}"></label>'
        "</div>"
    )


def _inside(item: Generation) -> str:
    """The pictures of a tile, or the word for why there are none."""
    if item.pictures:
        count = len(item.pictures)
        shown = item.pictures[: MOST_TILE_PICTURES if count >= MOST_TILE_PICTURES else min(count, 2)]
        inside = "".join(_thumbnail(picture) for picture in shown)
        more = f'<i class="tile-count">{count}</i>' if count > 1 else ""
        return f'<span class="tile-picture mosaic-{len(shown)}">{inside}{more}</span>'
    word = {"failed": "Failed", "cancelled": "Cancelled"}.get(item.state, "In the making")
    sign = {"failed": "!", "cancelled": "–"}.get(item.state, "…")
    return (
        f'<span class="tile-picture tile-{item.state}"><span><span class="sign" aria-hidden="true">{sign}</span> '
        f"{word}</span><span class='tile-why'>{html.escape(item.error)}</span></span>"
    )


def _thumbnail(picture: Picture) -> str:
    if picture.is_lost:
        return LOST_TILE
    return (
        f'<img src="api/v1/files/{html.escape(picture.thumbnail_id)}" alt="{html.escape(picture.alt)}" '
        f'loading="lazy" decoding="async" width="{picture.width}" height="{picture.height}">'
    )
