"""`templates`: saved orders; `generate --template` uses one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from studio.commands.console import Console
from studio.studio import Studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.person import YOU
from studio.vocabulary.template import OrderTemplate


def run_templates(studio: Studio, asked: Namespace, console: Console) -> int:
    """List templates, or do what is asked to one. 0."""
    mine = studio.for_person(YOU).templates
    if asked.action == "delete":
        mine.delete(asked.id, purge=asked.purge)
        return 0
    if asked.action == "add":
        found: Sequence[OrderTemplate] = [mine.add_of(asked.generation, asked.name, tuple(asked.open))]
    elif asked.action == "rename":
        found = [mine.update(asked.id, name=asked.name)]
    elif asked.action == "change":
        change: dict[str, Any] = {}
        if asked.generation is not None:
            change["order"] = mine.order_of(asked.generation)
        if asked.open is not None:
            change["open_fields"] = tuple(asked.open)
        found = [mine.update(asked.id, **change)]
    elif asked.action == "restore":
        found = [mine.restore(asked.id)]
    else:
        found = mine.list_recent()
    if asked.json:
        names = ("id", "name", "unreadable")
        console.say_json(
            [
                {name: getattr(one, name) for name in names}
                | {"open": list(one.open), "order": to_json(one.order)}
                for one in found
            ]
        )
        return 0
    for one in found:
        opened = f"  (say: {', '.join(one.open)})" if one.open else ""
        console.say(f"{one.id}  {one.name}{opened}")
    return 0
