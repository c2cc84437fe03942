"""The address of History: what is looked for as the query of an address, and what may be chosen, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl

from studio.personal_studio import PersonalStudio
from studio.ui.sheet import STYLE_NAMES
from studio.vocabulary.library import LONGEST_SEARCH, SORTS, GenerationCounts, GenerationSearch

LONGEST_QUERY = 2000  # characters; it comes from the browser
LONGEST_VALUE = 200
# Fields of a search that a person chooses from a list, and which counts stand beside the choices.
CHOSEN = {
    "project_id": "project",
    "avatar_id": "avatar",
    "tag": "tag",
    "pose": "pose",
    "style": "style",
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
    mine: PersonalStudio, search: GenerationSearch, pose_names: Mapping[str, str]
) -> dict[str, Any]:
    """How many fit, and for each chosen field its values: [value, words, how many it would show].

    What is chosen in a field narrows the others and not itself: beside each of its values stands what choosing it
    instead would show.
    """
    found = mine.generations.count(search)
    names = {"pose": dict(pose_names), "style": STYLE_NAMES, "state": STATE_NAMES}
    names["avatar"] = {avatar.id: avatar.name for avatar in mine.avatars.list_recent()}
    choices: dict[str, Any] = {"total": found.total, "favourite": found.favourite}
    for field, facet in CHOSEN.items():
        if facet == "project":
            continue
        counts = getattr(_count_without(mine, search, field, found), facet)
        words = names.get(facet, {})
        choices[field] = [[value, words.get(value, value), number] for value, number in counts.items()]
    without = _count_without(mine, search, "project_id", found)
    choices["everything"] = without.total
    choices["project_id"] = [
        [project.id, project.name, without.project.get(project.id, 0), project.is_archived]
        for project in mine.projects.list_recent()
    ]
    return choices


def _count_without(
    mine: PersonalStudio, search: GenerationSearch, field: str, found: GenerationCounts
) -> GenerationCounts:
    """How many fit when nothing is chosen in this field."""
    nothing: dict[str, Any] = {field: ""}
    return mine.generations.count(replace(search, **nothing)) if getattr(search, field) else found
