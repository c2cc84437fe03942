"""`avatars`: kept people, made of words or of a file, changed, written to a file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from studio.commands.body_comparison import compare_bodies
from studio.commands.console import Console, FileUnreadable, writing_to
from studio.commands.order import load_persona
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.vocabulary.avatar import Avatar, known_of
from studio.vocabulary.body_comparison import BodyMoment, choose_before
from studio.vocabulary.codec import to_json
from studio.vocabulary.person import YOU


def run_avatars(studio: Studio, asked: Namespace, console: Console) -> int:
    """List avatars, or do what is asked to one. 0."""
    mine = studio.for_person(YOU)
    if asked.action == "versions":
        for version in mine.avatars.list_versions(asked.id):
            console.say(f"{version.number:>4}  {version.kept_at.astimezone():%Y-%m-%d %H:%M}  {version.name}")
    elif asked.action == "export":
        data = mine.avatar_files.export(asked.id, photo=asked.photo)
        with writing_to(asked.out):
            asked.out.write_bytes(data)
        console.say(f"{asked.out}: {len(data)} bytes")
    elif asked.action == "sheet":
        page = mine.bodies.sheet(asked.id, mine.avatars.get(asked.id).persona, asked.unit)
        with writing_to(asked.out):
            asked.out.write_text(page, encoding="utf-8")
    elif asked.action == "measure":
        _measure_again(studio, asked, console)
    elif asked.action == "compare":
        pair = choose_before(
            asked.id, version=asked.version, before=asked.before, before_version=asked.before_version
        )
        compare_bodies(mine, *pair, console, as_json=asked.json)
    elif asked.action == "delete":
        mine.avatars.delete(asked.id, purge=asked.purge)
    else:
        _list_avatars(_act(mine, asked), asked, console)
    return 0


def _act(mine: PersonalStudio, asked: Namespace) -> Sequence[Avatar]:
    """The avatars that the action is about."""
    avatars = mine.avatars
    if asked.action is None:
        return _find_all(mine, asked.project)
    if asked.action == "add":
        if asked.prompt:
            return [mine.avatar_making.from_words(asked.name, asked.prompt)]
        return [mine.avatar_making.from_persona(asked.name, load_persona(asked.persona))]
    if asked.action == "import":
        return [mine.avatar_files.take_in(_read_file(asked))]
    acts: dict[str, Any] = {
        "rename": lambda: avatars.change(asked.id, name=asked.name),
        "duplicate": lambda: avatars.duplicate(asked.id, name=asked.name),
        "move": lambda: avatars.move(asked.id, asked.into),
        "bring-back": lambda: avatars.bring_back(asked.id, asked.number),
        "restore": lambda: avatars.restore(asked.id),
    }
    return [acts[asked.action]()]


def _measure_again(studio: Studio, asked: Namespace, console: Console) -> None:
    """Measure a body once more, and say what that changed."""
    mine = studio.for_person(YOU)
    avatar = mine.avatars.get(asked.id)
    before = known_of(avatar)
    told = {name: getattr(asked, name) for name in ("height_cm", "weight_kg", "gender")}
    told = {name: value for name, value in told.items() if value is not None}
    known = replace(before, **told, tape={**before.tape, **(asked.tape or {})})
    console.follow(studio, mine.bodies.measure_again(asked.id, known))
    if avatar.body is not None:
        now, was = BodyMoment(avatar_id=asked.id), mine.avatars.list_versions(asked.id)[0].number
        compare_bodies(mine, now, replace(now, version=was), console, as_json=asked.json)


def _find_all(mine: PersonalStudio, project_id: str) -> list[Avatar]:
    found: list[Avatar] = []
    cursor: str | None = None
    while True:
        page = mine.avatars.list_page(project_id=project_id, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def _read_file(asked: Namespace) -> bytes:
    try:
        data: bytes = asked.file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileUnreadable(f"“{asked.file}” cannot be read: {reason}.") from error
    return data


def _list_avatars(avatars: Sequence[Avatar], asked: Namespace, console: Console) -> None:
    if asked.json:
        console.say_json([_as_json(one) for one in avatars])
        return
    for one in avatars:
        body = one.body.source if one.body else "no body"
        console.say(f"{one.id}  {one.updated_at.astimezone():%Y-%m-%d %H:%M}  {one.name}  ({body})")


def _as_json(one: Avatar) -> dict[str, Any]:
    names = ("id", "name", "project_id", "photo_id", "unreadable")
    said = {name: getattr(one, name) for name in names} | {"persona": to_json(one.persona)}
    return said | {"origin": to_json(one.origin), "updated_at": one.updated_at.isoformat()}
