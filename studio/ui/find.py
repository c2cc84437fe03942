"""The address of History: what is looked for as the query of an address, and what may be chosen, with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl

from studio.personal_studio import PersonalStudio
from studio.ui.sheet import STYLE_NAMES
from studio.vocabulary.avatar import Avatar
from studio.vocabulary.library import LONGEST_SEARCH, SORTS, GenerationCounts, GenerationSearch
from studio.vocabulary.project import Project

LONGEST_QUERY = 2000  # characters; it comes from the browser
LONGEST_VALUE = 200
MOST_NAMES = 200  # of the avatars of a project
# Fields of a search that a person chooses from a list, and which counts stand beside the choices.
CHOSEN = {
    "project_id": "project",
    "avatar_id": "avatar",
    "tag": "tag",
    "pose": "pose",
    "category": "category",
    "view": "view",
    "style": "style",
    "size": "size",
    "preset": "preset",
    "engine": "engine",
    "state": "state",
}
STATE_NAMES = {
    "succeeded": "Done",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "queued": "Waiting",
    "running": "In the making",
}
PERSON_WORDS = {"true": "Named: an avatar or a photo", "false": "Nobody in particular"}
PERSONS = {"true": True, "false": False}
DAYS = {"from": timedelta(0), "to": timedelta(days=1)}  # both days belong to what is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as its address says it: the text as it came, and what it means."""

    query: str
    search: GenerationSearch


def read_query(query: Any) -> Asked:
    """What an address asks for. What cannot be read of it is left out: addresses are typed, cut and shared."""
    text = query[:LONGEST_QUERY] if isinstance(query, str) else ""
    said = {name: " ".join(value.split())[:LONGEST_VALUE] for name, value in parse_qsl(text)}
    days = {name: _read_day(said.get(name, ""), later) for name, later in DAYS.items()}
    chosen: dict[str, Any] = {name: said.get(name, "") for name in CHOSEN}
    if said.get("sort") in SORTS:
        chosen["sort"] = said["sort"]
    search = GenerationSearch(
        q=said.get("q", "")[:LONGEST_SEARCH],
        favourite=True if said.get("favourite") else None,
        person=PERSONS.get(said.get("person", "")),
        since=days["from"],
        until=days["to"],
        **chosen,
    )
    return Asked(query=text, search=search)


def _read_day(text: str, later: timedelta) -> datetime | None:
    """The beginning of a day where this computer stands, or of one `later`."""
    try:
        return datetime.combine(date.fromisoformat(text) + later, time()).astimezone()
    except (ValueError, OverflowError):
        return None


def list_choices(
    mine: PersonalStudio, search: GenerationSearch, names_of: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """How many fit, and for each chosen field its values: [value, words, how many it would show].

    What is chosen in a field narrows the others and not itself: beside each of its values stands what choosing it
    instead would show. `names_of` says the values of some facets in words.
    """
    found = mine.generations.count(search)
    names = {"style": STYLE_NAMES, "state": STATE_NAMES, **names_of}
    avatars = [*mine.avatars.list_recent(), *_avatars_of(mine, search.project_id)]
    names["avatar"] = {avatar.id: avatar.name for avatar in avatars}
    choices: dict[str, Any] = {
        "total": _say_number(found.total, found),
        "favourite": _say_number(found.favourite, found),
    }
    for field, facet in CHOSEN.items():
        if facet == "project":
            continue
        counts, words = _count_without(mine, search, field, found), names.get(facet, {})
        choices[field] = [
            [value, words.get(value, _in_words(facet, value)), _say_number(number, counts)]
            for value, number in getattr(counts, facet).items()
        ]
    choices["person"] = _list_persons(_count_without(mine, search, "person", found))
    without = _count_without(mine, search, "project_id", found)
    choices["everything"] = _say_number(without.total, without)
    choices["project_id"] = [
        [
            project.id,
            project.full_name,
            _count_in(mine, search, project, without),
            project.is_archived,
            project.access,
        ]
        for project in mine.projects.list_recent()
    ]
    return choices


def _in_words(facet: str, value: str) -> str:
    """A value as a person reads it, where nothing else says it."""
    if facet == "size":
        return value.replace("x", " × ")
    return value.capitalize() if facet in ("category", "view") else value


def _say_number(number: int, counts: GenerationCounts) -> int | str:
    """How many, as it stands beside a choice; "" where it is not known, because only the newest were counted."""
    if counts.is_all:
        return number
    return f"{number:,}+" if number else ""


def _list_persons(counts: GenerationCounts) -> list[list[Any]]:
    numbers = {"true": counts.person, "false": counts.total - counts.person}
    return [
        [value, words, _say_number(numbers[value], counts)]
        for value, words in PERSON_WORDS.items()
        if numbers[value] or not counts.is_all
    ]


def _avatars_of(mine: PersonalStudio, project_id: str) -> Sequence[Avatar]:
    return mine.avatars.list_page(project_id=project_id, limit=MOST_NAMES).items if project_id else ()


def _count_in(
    mine: PersonalStudio, search: GenerationSearch, project: Project, without: GenerationCounts
) -> int | str:
    """How many of a project fit; of one that is shared, also of what others put there."""
    if not (project.owner or project.is_shared):
        return _say_number(without.project.get(project.id, 0), without)
    inside = mine.generations.count(replace(search, project_id=project.id))
    return _say_number(inside.total, inside)


def _count_without(
    mine: PersonalStudio, search: GenerationSearch, field: str, found: GenerationCounts
) -> GenerationCounts:
    """How many fit when nothing is chosen in this field."""
    nothing = getattr(GenerationSearch(), field)
    if getattr(search, field) == nothing:
        return found
    without: dict[str, Any] = {field: nothing}
    return mine.generations.count(replace(search, **without))
