"""`projects` and `history`: shelves, and what was made, found by words and filters."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from studio.commands.console import Console
from studio.library_arguments import YES_NO
from studio.studio import Studio
from studio.vocabulary.generation import Generation
from studio.vocabulary.library import GenerationSearch
from studio.vocabulary.person import YOU
from studio.vocabulary.project import Project

NOTHING_FOUND = "Nothing is found by that."


def run_projects(studio: Studio, asked: Namespace, console: Console) -> int:
    """List projects, or do what is asked to one. 0."""
    mine = studio.for_person(YOU).projects
    if asked.action == "add":
        return _list_projects([mine.add(asked.name)], asked, console)
    if asked.action in ("rename", "archive", "unarchive"):
        name = asked.name if asked.action == "rename" else None
        archived = {"archive": True, "unarchive": False}.get(asked.action)
        return _list_projects([mine.update(asked.id, name=name, archived=archived)], asked, console)
    if asked.action == "delete":
        mine.delete(asked.id, purge=asked.purge)
        return 0
    if asked.action == "restore":
        return _list_projects([mine.restore(asked.id)], asked, console)
    return _list_projects(mine.list_recent(), asked, console)


def run_history(studio: Studio, asked: Namespace, console: Console) -> int:
    """List what was made and fits what is asked. 0."""
    mine = studio.for_person(YOU).generations
    search = search_of(asked)
    items: list[Generation] = []
    cursor = None
    while len(items) < asked.limit:
        page = mine.list_page(search, cursor=cursor, limit=asked.limit - len(items))
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    if asked.json:
        counts = asdict(mine.count(search))
        console.say_json({"items": [_as_json(item) for item in items], "counts": counts})
        return 0
    if not items:
        console.note(NOTHING_FOUND)
    for item in items:
        made = item.created_at.astimezone()
        tags = " ".join(f"#{tag}" for tag in item.tags)
        star = "★" if item.favourite else " "
        console.say(
            f"{item.id}  {made:%Y-%m-%d %H:%M}  {item.state:<9}  {star} {item.title}  {tags}".rstrip()
        )
    return 0


def search_of(asked: Namespace) -> GenerationSearch:
    """The search that words and filters of the command line ask for."""
    return GenerationSearch(
        q=asked.q,
        project_id=asked.project,
        avatar_id=asked.avatar or "",
        tag=asked.tag,
        favourite=True if asked.favourite else None,
        state=asked.state,
        engine=asked.engine,
        preset=asked.preset,
        pose=asked.pose,
        category=asked.category,
        style=asked.style,
        view=asked.view,
        size=asked.size,
        person=YES_NO.get(asked.person),
        since=asked.since,
        until=asked.until,
        sort=getattr(asked, "sort", "newest"),  # an export has no order
    )


def _list_projects(projects: Sequence[Project], asked: Namespace, console: Console) -> int:
    if asked.json:
        console.say_json([{name: _plain(value) for name, value in asdict(one).items()} for one in projects])
        return 0
    for one in projects:
        archived = "  (archived)" if one.is_archived else ""
        console.say(f"{one.id}  {one.generations:>6}  {one.name}{archived}")
    return 0


def _as_json(item: Generation) -> dict[str, Any]:
    names = ("id", "title", "state", "project_id", "avatar_id", "favourite", "rating", "notes", "prompt")
    said = {name: getattr(item, name) for name in names}
    files = [picture.file_id for picture in item.pictures]
    return said | {"tags": list(item.tags), "files": files, "created_at": _plain(item.created_at)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
