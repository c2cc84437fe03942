"""`export` and `import`: generations out of the studio as one file, and an archive of another one in."""

from __future__ import annotations

import shutil
from argparse import Namespace
from typing import get_args

from pipelines.errors import RequestRefused
from studio.commands.avatar_export import run_avatar_export
from studio.commands.console import Console, FileUnreadable, FileUnwritable, writing_to
from studio.commands.library import search_of
from studio.studio import Studio
from studio.vocabulary.export import ExportFormat, ExportOrder
from studio.vocabulary.person import YOU


def run_export(studio: Studio, asked: Namespace, console: Console) -> int:
    """Make the file and put it where it is asked for. 0."""
    if asked.out.is_dir():
        raise FileUnwritable(f"“{asked.out}” is a folder. Name a file with --out.")
    if asked.avatar is not None or asked.persona is not None:
        return run_avatar_export(studio, asked, console)
    if asked.format not in get_args(ExportFormat):
        raise RequestRefused(f"“{asked.format}” is a file of an avatar. Name one with --avatar or --persona.")
    mine = studio.for_person(YOU)
    order = ExportOrder(
        ids=None if asked.ids is None else tuple(asked.ids),
        search=None if asked.q is None else search_of(asked),
        format=asked.format,
        image_format=asked.image_format,
        longest_px=asked.longest_px,
        metadata=asked.metadata,
        names=asked.names,
        trigger=asked.trigger,
    )
    export = mine.exports.start(order)
    console.follow(studio, export.id)
    export = mine.exports.get(export.id)
    with writing_to(asked.out):
        shutil.copyfile(mine.files.path(export.file_id or ""), asked.out)
    console.say(
        f"{asked.out}: {export.generations} generations, {export.pictures} pictures, {export.size} bytes"
    )
    if export.left_out:
        console.note(f"{export.left_out} pictures were left out: their files are damaged or missing.")
    return 0


def run_import(studio: Studio, asked: Namespace, console: Console) -> int:
    """Take an archive in and say how much came. 0."""
    mine = studio.for_person(YOU)
    try:
        file = asked.file.open("rb")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileUnreadable(f"“{asked.file}” cannot be read: {reason}.") from error
    with file:
        job_id = mine.imports.start(file)
    came = console.follow(studio, job_id).result
    said = f"{came['generations']} generations, {came['pictures']} pictures, {came['avatars']} avatars and "
    console.say(f"{said}{came['projects']} projects came in; {came['known']} generations were here already.")
    return 0
