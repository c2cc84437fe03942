"""What a person says of a generation: title, rating, tags, project and notes, each kept when its field is left."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.errors import RequestRefused
from studio.vocabulary.generation import Generation
from studio.vocabulary.library import MOST_TAGS
from studio.vocabulary.project import Project

FIELDS = ("title", "rating", "tags", "project_id", "notes")
MOST_STARS = 5
LONGEST_TEXT = 4000


def about_html(item: Generation, projects: Sequence[Project]) -> str:
    """The fields, as they stand; of what is shared to look at, what they say."""
    if item.hold == "read":
        return _said_html(item)
    tags = html.escape(", ".join(item.tags))
    return (
        f'<form class="about" data-about="{html.escape(item.id)}">'
        f'<label>Title<input name="title" dir="auto" maxlength="200" autocomplete="off" '
        f'value="{html.escape(item.title)}"></label>'
        f"{_stars(item.rating)}"
        f"{_project(item, projects)}"
        f'<label>Tags<input name="tags" dir="auto" autocomplete="off" value="{tags}" '
        'placeholder="With commas between them"></label>'
        f'<label>Notes<textarea name="notes" dir="auto" rows="2" maxlength="{LONGEST_TEXT}">'
        f"{html.escape(item.notes)}</textarea></label>"
        '<p class="quiet" role="status" data-kept></p></form>'
    )


def _said_html(item: Generation) -> str:
    facts = (
        ("Rating", _say_rating(item.rating) if item.rating else ""),
        ("Tags", ", ".join(item.tags)),
        ("Notes", item.notes),
    )
    rows = "".join(
        f'<div><dt>{name}</dt><dd dir="auto">{html.escape(said)}</dd></div>' for name, said in facts if said
    )
    return f'<p class="quiet">Shared with you to look at.</p>{f"<dl>{rows}</dl>" if rows else ""}'


def _project(item: Generation, projects: Sequence[Project]) -> str:
    """Where it lies is for its owner to say."""
    if item.hold != "own":
        return ""
    return f'<label>Project<select name="project_id">{_choices(item, projects)}</select></label>'


def _stars(rating: int | None) -> str:
    """Stars as radio buttons: each is what is kept when it is chosen; the first is for none."""
    stars = [
        f'<label title="{_say_rating(number)}"><input type="radio" name="rating" value="{number or ""}"'
        f"{' checked' if number == (rating or 0) else ''}>"
        f'<span aria-hidden="true">{"★" if number else "–"}</span>'
        f'<span class="sr-only">{_say_rating(number)}</span></label>'
        for number in range(MOST_STARS + 1)
    ]
    return f'<fieldset class="stars"><legend>Rating</legend>{"".join(stars)}</fieldset>'


def _say_rating(number: int) -> str:
    return {0: "No rating", 1: "1 star"}.get(number, f"{number} stars")


def _choices(item: Generation, projects: Sequence[Project]) -> str:
    """The projects that are not put away, the item's own in any case."""
    open_ones = [one for one in projects if one.access == "write" and not one.is_archived]
    shown = [one for one in projects if one in open_ones or one.id == item.project_id]
    chosen = {item.project_id}
    return "".join(
        f'<option value="{html.escape(value)}"{" selected" if (value or None) in chosen else ""}>'
        f"{html.escape(name)}</option>"
        for value, name in [("", "None"), *((one.id, one.full_name) for one in shown)]
    )


def read_change(name: str, value: str) -> Mapping[str, Any]:
    """What a field says, as `Generations.update` takes it. Raises RequestRefused for a field that is none."""
    text = value.strip()
    if name == "tags":
        return {"tags": read_tags(text)}
    if name == "rating":
        return {"rating": int(text) if text in map(str, range(1, MOST_STARS + 1)) else None}
    if name == "project_id":
        return {"project_id": text or None}
    if name not in FIELDS:
        raise RequestRefused("There is no such field.")
    return {name: text}


def read_tags(text: str) -> tuple[str, ...]:
    """Tags as they are typed, with commas between them: each once, without what stands around it.

    Raises RequestRefused for too many.
    """
    tags = tuple(dict.fromkeys(tag for part in text.split(",") if (tag := " ".join(part.split()))))
    if len(tags) > MOST_TAGS:
        raise RequestRefused(f"There can be {MOST_TAGS} tags at most.")
    return tags
