"""`photos`: pictures that a person gave, with what each is for, its tags, and who holds it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from studio.commands.body import read_photo
from studio.commands.console import Console
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.vocabulary.person import YOU
from studio.vocabulary.photo import Photo


def run_photos(studio: Studio, asked: Namespace, console: Console) -> int:
    """List photos, or do what is asked to some. 0."""
    mine = studio.for_person(YOU)
    if asked.action == "delete":
        mine.photos.delete(asked.id, purge=asked.purge)
        return 0
    found = _act(mine, asked, studio.settings.max_upload_mb)
    if asked.json:
        console.say_json([_as_json(one) for one in found])
        return 0
    for one in found:
        tags = " ".join(f"#{tag}" for tag in one.tags)
        console.say(f"{one.id}  {one.role:<8}{one.width:>6}x{one.height:<6}{one.name}  {tags}".rstrip())
    return 0


def _act(mine: PersonalStudio, asked: Namespace, limit_mb: int) -> Sequence[Photo]:
    """The photos that the action is about."""
    if asked.action == "add":
        return [
            mine.photos.add(read_photo(file, limit_mb), file.name, role=asked.kept_as) for file in asked.files
        ]
    if asked.action == "change":
        change = {"name": asked.name, "role": asked.kept_as, "tags": asked.tags}
        return [
            mine.photos.update(asked.id, **{key: said for key, said in change.items() if said is not None})
        ]
    if asked.action == "restore":
        return [mine.photos.restore(asked.id)]
    found: list[Photo] = []
    cursor: str | None = None
    while True:
        page = mine.photos.list_page(role=asked.role, tag=asked.tag, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def _as_json(one: Photo) -> dict[str, Any]:
    names = ("id", "name", "role", "media_type", "size", "width", "height", "sha256", "uses", "people")
    said = {name: getattr(one, name) for name in names} | {"tags": list(one.tags)}
    used = one.last_used_at.isoformat() if one.last_used_at else None
    return said | {"last_used_at": used, "held_by": [asdict(holder) for holder in one.held_by]}
