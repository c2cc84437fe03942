"""`export --avatar` and `export --persona`: a person as a file that other programs open, or as a drawn clip."""

from __future__ import annotations

import shutil
from argparse import Namespace
from typing import get_args

from pipelines.errors import RequestRefused
from pipelines.figure.export.choices import AvatarFormat
from studio.commands.console import Console, writing_to
from studio.commands.order import find_pose, load_persona
from studio.studio import Studio
from studio.vocabulary.avatar_export import AvatarExportOrder
from studio.vocabulary.person import YOU


def run_avatar_export(studio: Studio, asked: Namespace, console: Console) -> int:
    """Make the file and put it where it is asked for. 0."""
    if asked.format not in get_args(AvatarFormat):
        known = ", ".join(get_args(AvatarFormat))
        raise RequestRefused(f"An avatar does not go out as “{asked.format}”. Choose one of: {known}.")
    mine = studio.for_person(YOU)
    order = AvatarExportOrder(
        avatar_id=asked.avatar,
        persona=None if asked.persona is None else load_persona(asked.persona),
        format=asked.format,
        triangles=asked.triangles,
        clip=asked.clip,
        through=tuple(find_pose(studio, name) for name in asked.through),
        pose=find_pose(studio, asked.pose) if asked.pose else "",
        suit=asked.suit,
        joints=asked.joints,
        width=asked.width,
        height=asked.height,
        author=asked.author,
        licence=asked.licence,
    )
    export = mine.avatar_exports.start(order)
    console.follow(studio, export.id)
    export = mine.avatar_exports.get(export.id)
    with writing_to(asked.out):
        shutil.copyfile(mine.files.path(export.file_id or ""), asked.out)
    made = f"{export.triangles} triangles, {export.height_cm:.1f} cm"
    console.say(f"{asked.out}: {f'{export.frames} frames' if export.frames else made}, {export.size} bytes")
    return 0
